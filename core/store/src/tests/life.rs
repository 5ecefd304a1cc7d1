//! A small town whose every step follows from its number, so that a store can be compared with what it ought to hold.

use crate::{Durability, Store, StoreError};
use model::{
    AppSKey, Calendar, DataRate, Datastream, DatastreamId, Day, DevAddr, DevEui, DevNonce, DeviceState, GatewayEui,
    Hour, LinkSettings, NwkSKey, Observation, Reception, Rollup, Session, Slug, StoredUplink, Timestamp, Uplink, Value,
};
use std::collections::BTreeMap;
use std::time::Duration;

pub(super) fn oslo() -> Calendar {
    Calendar::named("Europe/Oslo").unwrap()
}

/// Friday evening before the night summer time ends.
pub(super) const START: Timestamp = Timestamp::from_seconds(1_792_850_000);

/// How many sensors the town has, and how often each speaks.
#[derive(Clone, Copy)]
pub(super) struct Town {
    pub(super) devices: u64,
    pub(super) between: Duration,
}

/// Seven sensors; a step is 17 minutes, so that few steps cross hours and days.
pub(super) const SMALL: Town = Town { devices: 7, between: Duration::from_mins(17) };

impl Town {
    pub(super) fn time(self, step: u64) -> Timestamp {
        START + self.between * u32::try_from(step).unwrap()
    }

    pub(super) fn device(self, step: u64) -> DevEui {
        DevEui((0xa840_4100_0000_0000 + step % self.devices).to_be_bytes())
    }

    /// A device joins with every ninth of its uplinks.
    pub(super) fn joins(self, step: u64) -> bool {
        (step / self.devices).is_multiple_of(9)
    }

    pub(super) fn uplink(self, step: u64) -> StoredUplink {
        let received_at = self.time(step);
        let payload = [[7; 12].as_slice(), &step.to_be_bytes()].concat();
        StoredUplink {
            uplink: Uplink {
                dev_eui: self.device(step),
                dev_addr: DevAddr(7),
                f_cnt: u32::try_from(step / self.devices).unwrap(),
                f_port: Some(5),
                frm_payload: payload,
                confirmed: false,
                adr: true,
                received_at,
                frequency_hz: 868_100_000,
                data_rate: DataRate::Lora { spreading_factor: 7, bandwidth_khz: 125 },
                receptions: vec![Reception {
                    gateway: GatewayEui([1; 8]),
                    rssi_dbm: -101.5,
                    snr_db: Some(7.25),
                    received_at,
                }],
            },
            sensor: Some(Slug::new(&format!("sensor-{}", step % self.devices)).unwrap()),
            fault: step.is_multiple_of(5).then(|| "the decoder said no".to_owned()),
        }
    }

    /// Four values a step: a level, a count, a flag, and words.
    pub(super) fn values(self, step: u64) -> [(Datastream, Value); 4] {
        let of = |property: &str| Datastream {
            place: Slug::new("library").unwrap(),
            sensor: Slug::new(&format!("sensor-{}", step % self.devices)).unwrap(),
            property: property.to_owned(),
            part: step.is_multiple_of(2).then(|| "north".to_owned()),
        };
        let n = i64::try_from(step % 50).unwrap();
        [
            (of("temperature"), Value::Number(f64::from(i32::try_from(n).unwrap()) / 4.0)),
            (of("people-in"), Value::Integer(n)),
            (of("parking-occupied"), Value::Flag(n % 3 == 0)),
            (of("note"), Value::Text(format!("step {step}"))),
        ]
    }

    pub(super) fn session(self, step: u64) -> Session {
        let count = u32::try_from(step / self.devices).unwrap();
        Session {
            dev_addr: DevAddr(7),
            nwk_s_key: NwkSKey::new([3; 16]),
            app_s_key: AppSKey::new([4; 16]),
            f_cnt_up: Some(count),
            f_cnt_down: count / 2,
            f_cnt_down_reserved: count + 16,
            rx1_delay: Duration::from_secs(1),
            since: START,
            link: LinkSettings::default(),
        }
    }

    pub(super) fn device_state(self, step: u64) -> DeviceState {
        let count = u16::try_from(step / self.devices).unwrap();
        DeviceState {
            session: Some(self.session(step)),
            pending: Some(Session { f_cnt_up: None, ..self.session(step) }),
            dev_nonces: (0..=count).map(DevNonce).collect(),
            join_nonce: u32::from(count) + 1,
            ..DeviceState::default()
        }
    }

    /// Lives one step, as one transaction.
    pub(super) fn step(
        self,
        store: &Store,
        calendar: &Calendar,
        step: u64,
        durability: Durability,
    ) -> Result<(), StoreError> {
        let transaction = store.begin(calendar)?;
        transaction.put_uplink(&self.uplink(step))?;
        for (datastream, value) in self.values(step) {
            transaction.observe(&datastream, self.time(step), self.time(step), &value)?;
        }
        if self.joins(step) {
            transaction.put_device_state(self.device(step), &self.device_state(step))?;
        } else {
            transaction.put_session(self.device(step), &self.session(step))?;
        }
        transaction.commit(durability)
    }
}

/// All that a store holds.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Contents {
    pub(super) uplinks: Vec<StoredUplink>,
    pub(super) devices: BTreeMap<DevEui, DeviceState>,
    pub(super) observations: BTreeMap<Datastream, Vec<Observation>>,
    pub(super) latest: BTreeMap<Datastream, Observation>,
    pub(super) hours: BTreeMap<(Datastream, Hour), Rollup>,
    pub(super) days: BTreeMap<(Datastream, Day), Rollup>,
}

impl Contents {
    /// What a town has after so many steps, worked out without a store.
    pub(super) fn expected(town: Town, calendar: &Calendar, steps: u64) -> Self {
        let mut all = Self::default();
        let mut ids = BTreeMap::new();
        for step in 0..steps {
            let at = town.time(step);
            all.uplinks.push(town.uplink(step));
            let device = all.devices.entry(town.device(step)).or_default();
            if town.joins(step) {
                *device = town.device_state(step);
            } else {
                device.session = Some(town.session(step));
            }
            for (datastream, result) in town.values(step) {
                let next = DatastreamId(u32::try_from(ids.len()).unwrap());
                let id = *ids.entry(datastream.clone()).or_insert(next);
                let number = result.as_number();
                let seen = Observation { datastream: id, phenomenon_time: at, result_time: at, result };
                all.latest.insert(datastream.clone(), seen.clone());
                all.observations.entry(datastream.clone()).or_default().push(seen);
                let Some(number) = number else { continue };
                let add = |rollup: &mut Rollup| *rollup = rollup.with(at, number);
                let one = Rollup::of(at, number);
                all.hours.entry((datastream.clone(), Hour::of(at))).and_modify(add).or_insert(one);
                all.days.entry((datastream.clone(), calendar.day(at))).and_modify(add).or_insert(one);
            }
        }
        all
    }

    /// What a store has, read through every door of a snapshot.
    pub(super) fn read(store: &Store) -> Result<Self, StoreError> {
        let snapshot = store.read()?;
        let ever = Timestamp::from_ms(i64::MIN)..Timestamp::from_ms(i64::MAX);
        let mut all = Self {
            uplinks: snapshot.uplinks(ever.clone())?.collect::<Result<_, _>>()?,
            devices: snapshot.device_states()?,
            ..Self::default()
        };
        for row in snapshot.datastreams()? {
            let (id, datastream) = row?;
            assert_eq!(snapshot.datastream_id(&datastream)?, Some(id));
            let observations = snapshot.observations(id, ever.clone())?.collect::<Result<_, _>>()?;
            all.observations.insert(datastream.clone(), observations);
            all.latest.extend(snapshot.latest(id)?.map(|latest| (datastream.clone(), latest)));
            for row in snapshot.hours(id, Hour(0)..Hour(u32::MAX))? {
                let (hour, rollup) = row?;
                all.hours.insert((datastream.clone(), hour), rollup);
            }
            for row in snapshot.days(id, Day(i32::MIN)..Day(i32::MAX))? {
                let (day, rollup) = row?;
                all.days.insert((datastream.clone(), day), rollup);
            }
        }
        Ok(all)
    }
}
