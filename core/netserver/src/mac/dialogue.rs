use super::{Ask, Request, Said, cid};
use crate::adr::Adr;
use crate::clock::{Now, Uptime};
use model::{Battery, DeviceStatus, LinkSettings, Session};
use std::collections::BTreeMap;
use std::time::Duration;

/// A device that does not answer a request so often does not know it, and is spared it for a while.
const IN_VAIN_MAX: u8 = 4;

/// For how long.
const SPARED: Duration = Duration::from_hours(24);

/// What a device and the box are talking about: what the newest downlink asked, and what has been asked in vain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dialogue {
    asked: Vec<Ask>,
    in_vain: BTreeMap<(u8, u8), u8>,
    spared_until: BTreeMap<(u8, u8), Uptime>,
}

/// What an uplink said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Heard {
    pub(crate) requests: Vec<Request>,
    pub(crate) status: Option<DeviceStatus>,
    /// The device repeats an answer until it hears anything at all.
    pub(crate) repeats_until_answered: bool,
}

impl Dialogue {
    /// Takes in the commands of a new uplink: what was agreed goes into the session.
    pub(crate) fn hear(&mut self, now: Now, said: &[Said], session: &mut Session, adr: &mut Adr) -> Heard {
        let mut heard = Heard::default();
        for said in said {
            match *said {
                Said::Request(request) => heard.requests.push(request),
                Said::Status { battery, margin } => {
                    if self.take(cid::DEV_STATUS).is_some() {
                        heard.status = Some(read_status(battery, margin, now));
                    }
                }
                Said::Answer { cid, all, yes } => {
                    heard.repeats_until_answered |= is_sticky(cid);
                    if let Some(ask) = self.take(cid) {
                        self.conclude(now, ask, yes, all, session, adr);
                    }
                }
            }
        }
        for unanswered in std::mem::take(&mut self.asked) {
            let times = self.in_vain.entry(unanswered.subject()).or_default();
            *times += 1;
            if *times >= IN_VAIN_MAX {
                self.spare(now, unanswered);
            }
        }
        heard
    }

    /// What of this may be asked now.
    pub(crate) fn may_ask(&self, now: Uptime, ask: Ask) -> bool {
        self.spared_until.get(&ask.subject()).is_none_or(|until| now >= *until)
    }

    /// These were asked in the downlink that leaves now.
    pub(crate) fn ask(&mut self, asked: Vec<Ask>) {
        self.asked = asked;
    }

    /// The first request of this kind that waits for its answer.
    fn take(&mut self, cid: u8) -> Option<Ask> {
        let at = self.asked.iter().position(|ask| ask.cid() == cid)?;
        let ask = self.asked.remove(at);
        self.in_vain.remove(&ask.subject());
        Some(ask)
    }

    fn conclude(&mut self, now: Now, ask: Ask, yes: u8, all: u8, session: &mut Session, adr: &mut Adr) {
        match ask {
            Ask::LinkAdr(asked) if yes == all => adr.accepted(asked),
            Ask::LinkAdr(asked) => {
                if yes & 0b001 == 0 {
                    // It knows fewer channels than we thought: those it was born with are certain.
                    session.link.channels = LinkSettings::default().channels;
                }
                adr.refused(asked, &session.link, yes);
            }
            _ if yes != all => self.spare(now, ask),
            _ => {}
        }
        if yes == all {
            apply(ask, session);
        }
    }

    fn spare(&mut self, now: Now, ask: Ask) {
        self.in_vain.remove(&ask.subject());
        self.spared_until.insert(ask.subject(), now.uptime + SPARED);
    }
}

/// The device did as it was asked.
fn apply(ask: Ask, session: &mut Session) {
    let link = &mut session.link;
    match ask {
        Ask::LinkAdr(asked) => (link.tx_power, link.nb_trans) = (asked.tx_power, asked.nb_trans),
        Ask::DutyCycle(limit) => link.max_duty_cycle = limit,
        Ask::RxParamSetup { rx1_dr_offset, rx2 } => (link.rx1_dr_offset, link.rx2) = (rx1_dr_offset, Some(rx2)),
        Ask::DevStatus => {}
        Ask::NewChannel { index, .. } => link.channels |= 1_u16.checked_shl(index.into()).unwrap_or_default(),
        Ask::RxTimingSetup { seconds } => session.rx1_delay = Duration::from_secs(seconds.into()),
        Ask::DlChannel { index, frequency_hz } => {
            link.rx1_frequencies_hz.insert(index, frequency_hz);
        }
    }
}

/// Answers that decide where the device listens: should one be lost, nobody would find it again (LoRaWAN 1.0.4 section 5).
const fn is_sticky(cid: u8) -> bool {
    matches!(cid, cid::RX_PARAM_SETUP | cid::RX_TIMING_SETUP | cid::DL_CHANNEL)
}

/// Battery: 0 is mains, 255 unknown, 1 to 254 empty to full. Margin: six bits, signed.
fn read_status(battery: u8, margin: u8, now: Now) -> DeviceStatus {
    let battery = match battery {
        0 => Battery::External,
        255 => Battery::Unknown,
        level => {
            let percent = (u16::from(level - 1) * 100 + 126) / 253;
            Battery::Percent(percent.try_into().unwrap_or(100))
        }
    };
    // The sign stands in the sixth bit.
    let margin_db = (margin << 2).cast_signed() >> 2;
    DeviceStatus { battery, margin_db, at: now.wall }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adr::LinkAdr;
    use crate::clock::Clock;
    use crate::mac::parse;
    use model::{AppSKey, DevAddr, NwkSKey, Timestamp};

    struct Talk {
        dialogue: Dialogue,
        session: Session,
        adr: Adr,
        clock: Clock,
        now: Now,
    }

    impl Talk {
        fn new() -> Self {
            let session = Session {
                dev_addr: DevAddr(1),
                nwk_s_key: NwkSKey::new([1; 16]),
                app_s_key: AppSKey::new([2; 16]),
                f_cnt_up: None,
                f_cnt_down: 0,
                f_cnt_down_reserved: 0,
                rx1_delay: Duration::from_secs(1),
                since: Timestamp::default(),
                link: LinkSettings::default(),
            };
            let mut clock = Clock::default();
            let now = clock.read(Timestamp::from_seconds(0));
            Self { dialogue: Dialogue::default(), session, adr: Adr::default(), clock, now }
        }

        fn hears(&mut self, commands: &[u8]) -> Heard {
            self.dialogue.hear(self.now, &parse(commands), &mut self.session, &mut self.adr)
        }

        fn asks(&mut self, asks: &[Ask]) {
            self.dialogue.ask(asks.to_vec());
        }

        fn passes(&mut self, hours: i64) {
            self.now = self.clock.read(self.now.wall + Duration::from_hours(hours.cast_unsigned()));
        }
    }

    const TIMING: Ask = Ask::RxTimingSetup { seconds: 5 };
    const fn channel(index: u8) -> Ask {
        Ask::NewChannel { index, frequency_hz: 867_100_000, data_rate_max: 5 }
    }

    const CHANNELS: [Ask; 3] = [channel(3), channel(4), channel(5)];

    #[test]
    fn what_was_agreed_holds_from_the_answer_on() {
        let mut talk = Talk::new();
        let rx2 = model::Rx2 { frequency_hz: 869_525_000, data_rate: 3 };
        let dl_channel = Ask::DlChannel { index: 0, frequency_hz: 867_100_000 };
        talk.asks(&[TIMING, Ask::RxParamSetup { rx1_dr_offset: 2, rx2 }, Ask::DutyCycle(4), dl_channel]);
        assert_eq!(talk.session.rx1_delay, Duration::from_secs(1));
        talk.hears(&[0x08, 0x05, 0x07, 0x04, 0x0a, 0x03]);
        assert_eq!(talk.session.rx1_delay, Duration::from_secs(5));
        let link = &talk.session.link;
        assert_eq!((link.rx1_dr_offset, link.rx2, link.max_duty_cycle), (2, Some(rx2), 4));
        assert_eq!(link.rx1_frequencies_hz[&0], 867_100_000);
    }

    #[test]
    fn answers_belong_to_requests_in_their_order() {
        let mut talk = Talk::new();
        talk.asks(&CHANNELS);
        talk.hears(&[0x07, 0x03, 0x07, 0x01, 0x07, 0x03]);
        assert_eq!(talk.session.link.channels, 0b10_1111);
        assert_eq!(CHANNELS.map(|ask| talk.dialogue.may_ask(talk.now.uptime, ask)), [true, false, true]);
        talk.passes(24);
        assert!(talk.dialogue.may_ask(talk.now.uptime, CHANNELS[1]));
    }

    #[test]
    fn an_answer_to_nothing_changes_nothing() {
        let mut talk = Talk::new();
        let before = talk.session.clone();
        let heard = talk.hears(&[0x03, 0x07, 0x05, 0x07, 0x06, 9, 9, 0x07, 0x03, 0x0a, 0x03, 0x04]);
        assert_eq!((talk.session == before, heard.status), (true, None));
    }

    #[test]
    fn an_answer_that_is_repeated_until_a_downlink_is_heard_asks_for_one() {
        let mut talk = Talk::new();
        talk.asks(&[TIMING]);
        assert!(talk.hears(&[0x08]).repeats_until_answered);
        assert!(talk.hears(&[0x08]).repeats_until_answered);
        assert!(!talk.hears(&[0x03, 0x07]).repeats_until_answered);
        assert_eq!(talk.session.rx1_delay, Duration::from_secs(5));
    }

    #[test]
    fn a_request_that_is_not_answered_is_asked_again_and_not_for_ever() {
        let mut talk = Talk::new();
        let mut asked = 0;
        while talk.dialogue.may_ask(talk.now.uptime, Ask::DevStatus) {
            talk.asks(&[Ask::DevStatus]);
            talk.hears(&[]);
            asked += 1;
        }
        assert_eq!(asked, 4);
        assert!(talk.dialogue.may_ask(talk.now.uptime, TIMING));
        talk.passes(24);
        assert!(talk.dialogue.may_ask(talk.now.uptime, Ask::DevStatus));
    }

    #[test]
    fn a_device_that_knows_fewer_channels_is_believed() {
        let mut talk = Talk::new();
        talk.session.link.channels = 0xff;
        talk.asks(&[Ask::LinkAdr(LinkAdr { data_rate: 5, tx_power: 0, nb_trans: 1, channels: 0xff })]);
        talk.hears(&[0x03, 0x06]);
        assert_eq!(talk.session.link.channels, 0b111);
    }

    #[track_caller]
    fn check(battery: u8, margin: u8, expect: (Battery, i8)) {
        let mut talk = Talk::new();
        talk.asks(&[Ask::DevStatus]);
        let status = talk.hears(&[0x06, battery, margin]).status.unwrap();
        assert_eq!((status.battery, status.margin_db), expect, "{battery} {margin}");
    }

    #[test]
    fn battery_and_margin_are_read_as_the_standard_writes_them() {
        check(0, 0, (Battery::External, 0));
        check(255, 31, (Battery::Unknown, 31));
        check(1, 32, (Battery::Percent(0), -32));
        check(254, 63, (Battery::Percent(100), -1));
        check(127, 20, (Battery::Percent(50), 20));
    }
}
