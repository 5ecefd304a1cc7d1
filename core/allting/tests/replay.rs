//! `allting replay`: shows what a correction would change, and changes it only when told to.

#![allow(clippy::unwrap_used, reason = "test code")]

mod town;

use app::Ingest;
use model::{DataRate, DevAddr, DevEui, GatewayEui, Reception, Timestamp, Uplink};
use netserver::Action;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use town::{allting, built, municipality, text};

const START: Timestamp = Timestamp::from_seconds(1_782_997_200);

/// Fifty frames of two beams.
fn live(folder: &Path, data: &Path) {
    let (app, warnings) = allting::assemble(folder, data).unwrap();
    assert_eq!(warnings, [] as [String; 0]);
    let mut ingest = Ingest::new(Arc::clone(&app));
    for frame in 0..50_u8 {
        let at = START + Duration::from_hours(1) * u32::from(frame);
        let reception = Reception { gateway: GatewayEui([1; 8]), rssi_dbm: -90.0, snr_db: None, received_at: at };
        let uplink = Uplink {
            dev_eui: DevEui([0; 8]),
            dev_addr: DevAddr(1),
            f_cnt: frame.into(),
            f_port: Some(5),
            frm_payload: vec![0x0a, 0x00, frame, 0x16, 0x00, 0x03],
            confirmed: false,
            adr: false,
            received_at: at,
            frequency_hz: 868_100_000,
            data_rate: DataRate::Lora { spreading_factor: 7, bandwidth_khz: 125 },
            receptions: vec![reception],
        };
        ingest.take(at, &[Action::Uplink(uplink)]).unwrap();
    }
    ingest.flush().unwrap();
}

#[test]
fn a_correction_is_shown_before_it_is_made() {
    let Some(elsys) = built("elsys") else { return };
    let folder = municipality(&[("door", "elsys", "pulse1 = \"people-in\"\n")]);
    let folder = folder.path();
    let data = folder.join("data");
    let replay = |more: &[&str], ends| allting([&["replay", text(folder), "--data", text(&data)], more].concat(), ends);
    allting::install_plugin(&elsys, folder).unwrap();
    live(folder, &data);
    assert!(replay(&[], 0).contains("100 observations are the same, 0 are different."), "{}", replay(&[], 0));

    let sensors = fs::read_to_string(folder.join("sensors.toml")).unwrap();
    fs::write(folder.join("sensors.toml"), sensors.replace("pulse1 = \"people-in\"", "pulse2 = \"people-in\""))
        .unwrap();
    let shown = replay(&[], 0);
    assert!(shown.contains("door people-in at library: 0 added, 0 removed, 49 changed, 1 the same"), "{shown}");
    assert!(shown.contains("2026-07-02T13:00:00.000Z: 0 -> 3"), "{shown}");
    assert!(shown.contains("door pulses (1) at library: 50 added"), "{shown}");
    assert!(shown.contains("Nothing was changed."), "{shown}");
    let one_day = replay(&["--until", "2026-07-03"], 0);
    assert!(one_day.contains("9 frames decoded again"), "{one_day}");

    let running = allting::assemble(folder, &data).unwrap();
    let refused = replay(&["--apply"], 3);
    assert!(refused.contains("in use by another process") && refused.contains("stop the other one"), "{refused}");
    drop(running);

    assert!(replay(&["--apply"], 0).contains("149 observations corrected"));
    assert!(replay(&["--apply"], 0).contains("0 are different"));
    assert!(!data.join("replay.redb").exists());
    assert!(replay(&["--sensor", "nobody"], 1).contains("no sensor is called `nobody`"));
    assert!(replay(&["--since", "yesterday"], 1).contains("expected a day such as 2026-07-01"));
}
