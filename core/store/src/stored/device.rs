use crate::record::{Reader, Stored, Writer};
use model::{
    AppSKey, Battery, DevAddr, DevNonce, DeviceStatus, Downlink, DownlinkId, DownlinkQueue, LinkSettings, NwkSKey,
    QueuedDownlink, Rx2, Session,
};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What joins, downlinks and the daily status change of a `DeviceState`. It lies apart from the session in use, so that a plain
/// uplink, which moves a counter, does not write the nonces again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Joins {
    pub(crate) pending: Option<Session>,
    pub(crate) dev_nonces: BTreeSet<DevNonce>,
    pub(crate) join_nonce: u32,
    pub(crate) downlinks: DownlinkQueue,
    pub(crate) status: Option<DeviceStatus>,
}

/// Layout 1: address, keys, counters (up, next down, first down not reserved), RX1 delay in ms, since. Layout 2: and link settings.
impl Stored for Session {
    const VERSION: u8 = 2;

    fn write(&self, out: &mut Writer) {
        out.u32(self.dev_addr.0);
        out.array(self.nwk_s_key.bytes());
        out.array(self.app_s_key.bytes());
        out.option(self.f_cnt_up, Writer::u32);
        out.u32(self.f_cnt_down);
        out.u32(self.f_cnt_down_reserved);
        out.u64(u64::try_from(self.rx1_delay.as_millis()).unwrap_or(u64::MAX));
        out.time(self.since);
        write_link(out, &self.link);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if !(1..=2).contains(&version) {
            return None;
        }
        Some(Self {
            dev_addr: DevAddr(input.u32()?),
            nwk_s_key: NwkSKey::new(input.array()?),
            app_s_key: AppSKey::new(input.array()?),
            f_cnt_up: input.option(Reader::u32)?,
            f_cnt_down: input.u32()?,
            f_cnt_down_reserved: input.u32()?,
            rx1_delay: Duration::from_millis(input.u64()?),
            since: input.time()?,
            link: if version == 1 { LinkSettings::default() } else { read_link(input)? },
        })
    }
}

fn write_link(out: &mut Writer, link: &LinkSettings) {
    out.u8(link.tx_power);
    out.u8(link.nb_trans);
    out.u16(link.channels);
    out.u8(link.rx1_dr_offset);
    out.option(link.rx2, |out, rx2| {
        out.u32(rx2.frequency_hz);
        out.u8(rx2.data_rate);
    });
    out.u8(link.max_duty_cycle);
    out.list(link.rx1_frequencies_hz.iter(), |out, (channel, frequency_hz)| {
        out.u8(*channel);
        out.u32(*frequency_hz);
    });
}

fn read_link(input: &mut Reader<'_>) -> Option<LinkSettings> {
    Some(LinkSettings {
        tx_power: input.u8()?,
        nb_trans: input.u8()?,
        channels: input.u16()?,
        rx1_dr_offset: input.u8()?,
        rx2: input.option(|input| Some(Rx2 { frequency_hz: input.u32()?, data_rate: input.u8()? }))?,
        max_duty_cycle: input.u8()?,
        rx1_frequencies_hz: input.list::<_, BTreeMap<_, _>>(|input| Some((input.u8()?, input.u32()?)))?,
    })
}

/// Layout 1: pending session (its layout 1), nonces rising, next join nonce. Layout 2: pending session (its layout 2), nonces
/// rising, next join nonce, downlinks (next number, those that wait), newest status.
impl Stored for Joins {
    const VERSION: u8 = 2;

    fn write(&self, out: &mut Writer) {
        out.option(self.pending.as_ref(), |out, session| session.write(out));
        out.list(self.dev_nonces.iter(), |out, nonce| out.u16(nonce.0));
        out.u32(self.join_nonce);
        out.u32(self.downlinks.next_id);
        out.list(self.downlinks.waiting.iter(), write_downlink);
        out.option(self.status, write_status);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if !(1..=2).contains(&version) {
            return None;
        }
        let joins = Self {
            pending: input.option(|input| Session::read(version, input))?,
            dev_nonces: input.list(|input| input.u16().map(DevNonce))?,
            join_nonce: input.u32()?,
            ..Self::default()
        };
        if version == 1 {
            return Some(joins);
        }
        let downlinks = DownlinkQueue { next_id: input.u32()?, waiting: input.list(read_downlink)? };
        Some(Self { downlinks, status: input.option(read_status)?, ..joins })
    }
}

fn write_downlink(out: &mut Writer, queued: &QueuedDownlink) {
    out.u32(queued.id.0);
    out.u8(queued.attempts);
    out.u8(queued.downlink.f_port);
    out.flag(queued.downlink.confirmed);
    out.bytes(&queued.downlink.payload);
}

fn read_downlink(input: &mut Reader<'_>) -> Option<QueuedDownlink> {
    let (id, attempts) = (DownlinkId(input.u32()?), input.u8()?);
    let (f_port, confirmed) = (input.u8()?, input.flag()?);
    Some(QueuedDownlink { id, attempts, downlink: Downlink { f_port, confirmed, payload: input.bytes()?.to_vec() } })
}

/// The battery lies as on the air: 0 mains, 255 not known; between them the percents, plus 1.
fn write_status(out: &mut Writer, status: DeviceStatus) {
    out.u8(match status.battery {
        Battery::External => 0,
        Battery::Percent(percent) => percent.min(100) + 1,
        Battery::Unknown => 255,
    });
    out.array(status.margin_db.to_le_bytes());
    out.time(status.at);
}

fn read_status(input: &mut Reader<'_>) -> Option<DeviceStatus> {
    let battery = match input.u8()? {
        0 => Battery::External,
        percent @ 1..=101 => Battery::Percent(percent - 1),
        255 => Battery::Unknown,
        _ => return None,
    };
    Some(DeviceStatus { battery, margin_db: i8::from_le_bytes(input.array()?), at: input.time()? })
}
