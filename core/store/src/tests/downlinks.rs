//! What became of downlinks, for as long as anybody asks.

use super::disk::{Disk, Syncing};
use super::life::oslo;
use crate::{Durability, Store};
use model::{DevEui, Downlink, DownlinkId, DownlinkRecord, DownlinkState, GatewayEui, Timestamp};

const DOOR: DevEui = DevEui([1; 8]);
const ROOF: GatewayEui = GatewayEui([9; 8]);

fn record(dev_eui: DevEui, id: u32) -> DownlinkRecord {
    DownlinkRecord {
        dev_eui,
        id: DownlinkId(id),
        downlink: Downlink { f_port: 1, payload: vec![7], confirmed: false },
        command: None,
        by: "heating".to_owned(),
        queued_at: Timestamp::from_ms(1),
        state: DownlinkState::Waiting,
        changed_at: Timestamp::from_ms(1),
    }
}

fn queued(store: &Store, records: &[DownlinkRecord]) {
    let (calendar, at) = (oslo(), Timestamp::from_ms(2));
    let tx = store.begin(&calendar).unwrap();
    for record in records {
        tx.put_downlink(record).unwrap();
    }
    for record in records {
        tx.note_downlink(record.dev_eui, record.id, DownlinkState::Sent(ROOF), at).unwrap();
    }
    tx.note_downlink(DOOR, DownlinkId(999), DownlinkState::Acknowledged, at).unwrap();
    tx.commit(Durability::Now).unwrap();
}

#[test]
fn a_downlink_is_remembered_with_its_state_beside_those_of_other_devices() {
    let store = Disk::empty(Syncing::Honest).open_store().unwrap();
    queued(&store, &[record(DOOR, 0), record(DOOR, 1), record(DevEui([2; 8]), 0)]);
    let known = store.read().unwrap().downlinks(DOOR).unwrap();
    let sent =
        |id| DownlinkRecord { state: DownlinkState::Sent(ROOF), changed_at: Timestamp::from_ms(2), ..record(DOOR, id) };
    assert_eq!(known, [sent(0), sent(1)]);
}

#[test]
fn the_oldest_downlinks_of_a_device_make_room_and_those_of_others_stay() {
    let store = Disk::empty(Syncing::Honest).open_store().unwrap();
    let of_door: Vec<_> = (0..70).map(|id| record(DOOR, id)).collect();
    queued(&store, &[record(DevEui([2; 8]), 0)]);
    queued(&store, &of_door);
    let snapshot = store.read().unwrap();
    let ids: Vec<u32> = snapshot.downlinks(DOOR).unwrap().iter().map(|d| d.id.0).collect();
    assert_eq!(ids, (6..70).collect::<Vec<u32>>());
    assert_eq!(snapshot.downlinks(DevEui([2; 8])).unwrap().len(), 1);
}
