//! The town as it happens: each sensor joins, reports and listens, by radio.

use crate::dice::Dice;
use crate::payload::Instrument;
use crate::radio::{Air, Confirm, EndDevice, GatewayEvent, Joined, Memory, Sent, StartError};
use crate::traffic::{SEED, Traffic};
use model::{DevEui, GatewayEui, Language, Measure, Municipality, Place, PlaceId, SensorId, Timestamp};
use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Sensors are switched on one after the other, this far apart: as many join requests at once would drown each other.
const SWITCH_ON_EVERY: Duration = Duration::from_millis(300);
/// A join that was not answered is tried again after this, and after twice as long each time.
const JOIN_AGAIN: Duration = Duration::from_secs(2);
/// ... but never after more than this.
const JOIN_AGAIN_MAX: Duration = Duration::from_mins(2);
/// A device that gets no acknowledgement so many times believes its session lost, and joins again.
const UNACKNOWLEDGED_MAX: u32 = 4;
/// One uplink of so many asks for an acknowledgement.
const CONFIRM_EACH: u32 = 4;

/// A crowd stays for so long.
const CROWD_STAYS: Duration = Duration::from_mins(10);

/// How the town lives.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Where the gateways send to.
    pub to: SocketAddr,
    /// How often each sensor reports. A far, slow one reports less often: it may be on the air a hundredth of the time (ETSI EN 300 220).
    pub every: Duration,
    /// Tells the time of the town. Read for what people do there; the radio keeps its own.
    pub now: fn() -> Timestamp,
}

/// What happens in the town.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A sensor asked to join and heard nothing.
    Unanswered {
        /// Which sensor.
        sensor: SensorId,
        /// How often it asked since it was switched on.
        attempts: u32,
    },
    /// A sensor has a session.
    Joined {
        /// Which sensor.
        sensor: SensorId,
        /// Its address, and where it heard the join accept.
        joined: Joined,
    },
    /// A sensor reported, and its windows are over.
    Reported {
        /// Which sensor.
        sensor: SensorId,
        /// Its port.
        f_port: u8,
        /// Its plain payload.
        payload: Vec<u8>,
        /// Whether it asked for an acknowledgement.
        confirm: Confirm,
        /// Its frame, and what came back.
        sent: Sent,
    },
    /// A gateway was asked to send.
    Gateway(GatewayEvent),
}

/// A living town. Dropped, its devices fall silent at once.
#[derive(Debug)]
pub struct Live {
    events: mpsc::UnboundedReceiver<Event>,
    memories: Memories,
    silent: Vec<SensorId>,
    crowd: Option<Crowd>,
    _devices: JoinSet<()>,
}

/// Fills a place with people when it is told to: what comes of a full place can then be seen at any hour.
#[derive(Clone, Debug)]
pub struct Crowd {
    traffic: Arc<Mutex<Traffic>>,
    place: PlaceId,
    name: String,
}

impl Crowd {
    /// So many come that the place is full, and leave after ten minutes.
    pub fn come(&self, now: Timestamp) {
        locked(&self.traffic, |traffic| traffic.fill(&self.place, now, CROWD_STAYS));
    }

    /// What the place is called.
    pub fn place(&self) -> &str {
        &self.name
    }
}

/// What the devices keep in flash, shared with who saves it.
type Memories = Arc<Mutex<BTreeMap<DevEui, Memory>>>;

impl Live {
    /// Starts the gateways and switches the sensors on, in the running tokio runtime. `memories` are those of an earlier life.
    pub async fn start(
        municipality: &Municipality,
        pace: Pace,
        memories: BTreeMap<DevEui, Memory>,
    ) -> Result<Self, StartError> {
        let (told, events) = mpsc::unbounded_channel();
        let gateways: Vec<GatewayEui> = municipality.gateways.iter().map(|gateway| gateway.eui).collect();
        let air = Air::with_gateways(pace.to, &gateways, retold(told.clone())).await?;
        let memories: Memories = Arc::new(Mutex::new(memories));
        let traffic = Arc::new(Mutex::new(Traffic::of(municipality, SEED)));
        let (mut devices, mut silent, mut wait) = (JoinSet::new(), Vec::new(), Duration::ZERO);
        for sensor in &municipality.sensors {
            let Some(instrument) = Instrument::of(sensor) else {
                silent.push(sensor.id.clone());
                continue;
            };
            let memory = locked(&memories, |all| all.get(&sensor.device.dev_eui).copied().unwrap_or_default());
            let resident = Resident {
                sensor: sensor.id.clone(),
                instrument,
                device: EndDevice::new(&sensor.device, &air, memory),
                traffic: Arc::clone(&traffic),
                memories: Arc::clone(&memories),
                told: told.clone(),
                pace,
            };
            devices.spawn(resident.live(wait));
            wait += SWITCH_ON_EVERY;
        }
        Ok(Self { events, memories, silent, crowd: Self::crowd_of(municipality, &traffic), _devices: devices })
    }

    /// The first place that tells how many are in it is the one that can be filled.
    fn crowd_of(municipality: &Municipality, traffic: &Arc<Mutex<Traffic>>) -> Option<Crowd> {
        let counted = |place: &&Place| place.measure == Some(Measure::PeopleNow) && place.capacity.is_some();
        let place = municipality.places.iter().find(counted)?;
        let name = place.name.best(Language::En).0.to_owned();
        Some(Crowd { traffic: Arc::clone(traffic), place: place.id.clone(), name })
    }

    /// A crowd that comes when it is told to; none where no place tells how many are in it.
    pub fn crowd(&self) -> Option<Crowd> {
        self.crowd.clone()
    }

    /// The next thing that happens.
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// What the devices have to remember until their next life.
    pub fn memories(&self) -> BTreeMap<DevEui, Memory> {
        locked(&self.memories, |all| all.clone())
    }

    /// Sensors the town has no device for: it does not know what their decoder reads.
    pub fn silent(&self) -> &[SensorId] {
        &self.silent
    }
}

/// One sensor and its device.
struct Resident {
    sensor: SensorId,
    instrument: Instrument,
    device: EndDevice,
    traffic: Arc<Mutex<Traffic>>,
    memories: Memories,
    told: mpsc::UnboundedSender<Event>,
    pace: Pace,
}

impl Resident {
    async fn live(mut self, wait: Duration) {
        sleep(wait).await;
        // It counts from when it was switched on.
        let mut since = (self.pace.now)() - self.pace.every;
        loop {
            self.join().await;
            self.report(&mut since).await;
        }
    }

    async fn join(&mut self) {
        let (mut attempts, mut again) = (0, JOIN_AGAIN);
        loop {
            let joined = self.device.join().await;
            self.remember();
            let sensor = self.sensor.clone();
            if let Some(joined) = joined {
                return self.tell(Event::Joined { sensor, joined });
            }
            attempts += 1;
            self.tell(Event::Unanswered { sensor, attempts });
            sleep(self.about(again, attempts.into())).await;
            again = (again * 2).min(JOIN_AGAIN_MAX);
        }
    }

    /// Reports until the session seems lost.
    async fn report(&mut self, since: &mut Timestamp) {
        let mut unacknowledged = 0;
        while unacknowledged < UNACKNOWLEDGED_MAX {
            let at = (self.pace.now)();
            let report = locked(&self.traffic, |traffic| traffic.report(&self.sensor, *since, at));
            *since = at;
            let (f_port, payload) = self.instrument.encode(&report);
            let next = self.device.memory().f_cnt_up;
            let confirm = if next % CONFIRM_EACH == 1 { Confirm::Yes } else { Confirm::No };
            let Ok(sent) = self.device.send(f_port, &payload, confirm).await else { return };
            self.remember();
            let heard = sent.received.as_ref().is_some_and(|received| received.acknowledges);
            unacknowledged = match (confirm, heard) {
                (_, true) => 0,
                (Confirm::Yes, false) => unacknowledged + 1,
                (Confirm::No, false) => unacknowledged,
            };
            let f_cnt = sent.f_cnt.into();
            self.tell(Event::Reported { sensor: self.sensor.clone(), f_port, payload, confirm, sent });
            let every = self.pace.every.max(self.device.airtime() * 100);
            sleep(self.about(every, f_cnt)).await;
        }
    }

    /// A fifth more or less, for no device keeps time and none waits for another.
    fn about(&self, wait: Duration, when: i64) -> Duration {
        wait.mul_f64(Dice::of(SEED, self.sensor.as_str(), when).between(0.8, 1.2))
    }

    fn remember(&self) {
        locked(&self.memories, |all| all.insert(self.device.dev_eui(), self.device.memory()));
    }

    fn tell(&self, event: Event) {
        // Nobody needs to listen.
        let _ = self.told.send(event);
    }
}

/// Makes events of the town of those of its gateways.
fn retold(told: mpsc::UnboundedSender<Event>) -> mpsc::UnboundedSender<GatewayEvent> {
    let (sender, mut events) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            if told.send(Event::Gateway(event)).is_err() {
                break;
            }
        }
    });
    sender
}

/// A device that panicked leaves whole values behind.
fn locked<T, R>(shared: &Mutex<T>, with: impl FnOnce(&mut T) -> R) -> R {
    with(&mut shared.lock().unwrap_or_else(PoisonError::into_inner))
}

/// One calm line.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unanswered { sensor, attempts } => write!(f, "{sensor} asked to join and heard nothing ({attempts})"),
            Self::Joined { sensor, joined } => match joined.window {
                Some(window) => write!(f, "{sensor} joined as {} in {window}", joined.dev_addr),
                None => write!(f, "{sensor} is on as {}", joined.dev_addr),
            },
            Self::Reported { sensor, sent, confirm, payload, .. } => {
                write!(f, "{sensor} sent {} ({} bytes)", sent.f_cnt, payload.len())?;
                match (&sent.received, confirm) {
                    (Some(received), _) if received.acknowledges => write!(f, ", acknowledged in {}", received.window),
                    (Some(received), _) => write!(f, ", heard a downlink in {}", received.window),
                    (None, Confirm::Yes) => write!(f, ", not acknowledged"),
                    (None, Confirm::No) => Ok(()),
                }
            }
            Self::Gateway(event) => event.fmt(f),
        }
    }
}
