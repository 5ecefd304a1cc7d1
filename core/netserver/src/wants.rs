//! What the box wants of a device, most urgent first.

use crate::clock::Now;
use crate::device::Tracked;
use crate::mac::Ask;
use crate::region::{DATA_RATE_MAX, Region};
use crate::settings::Settings;
use model::{LinkSettings, MacVersion, Session};

/// All that is to be asked of a device whose newest uplink lets the network choose its data rate, or does not.
pub(crate) fn wants(now: Now, tracked: &Tracked, region: &Region, settings: &Settings, adaptive: Adaptive) -> Vec<Ask> {
    let Some(session) = &tracked.state.session else { return Vec::new() };
    let adapted = match adaptive {
        Adaptive::Yes => tracked.adr.proposal(&session.link, settings.adr_margin_db).map(Ask::LinkAdr),
        Adaptive::No => None,
    };
    let all = rx_timing(session, settings)
        .into_iter()
        .chain(rx_param(&session.link, region, settings))
        .chain(adapted)
        .chain(dl_channels(tracked.device.mac_version, &session.link, settings))
        .chain(duty_cycle(&session.link, settings))
        .chain(new_channels(&session.link, region))
        .chain(status(now, tracked, settings));
    all.filter(|ask| tracked.dialogue.may_ask(now.uptime, *ask)).collect()
}

/// Whether a device lets the network choose its data rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Adaptive {
    Yes,
    No,
}

/// Is this worth a downlink of its own? What can wait goes with the next one, for a day.
pub(crate) fn is_due(now: Now, ask: Ask, session: &Session, settings: &Settings) -> bool {
    !ask.can_wait() || now.wall.since(session.since) >= settings.status_every
}

fn rx_timing(session: &Session, settings: &Settings) -> Option<Ask> {
    let seconds = u8::try_from(settings.rx1_delay.as_secs()).ok()?;
    (session.rx1_delay != settings.rx1_delay).then_some(Ask::RxTimingSetup { seconds })
}

fn rx_param(link: &LinkSettings, region: &Region, settings: &Settings) -> Option<Ask> {
    let (rx1_dr_offset, rx2) = (settings.rx1_dr_offset, settings.rx2.unwrap_or_else(|| region.rx2()));
    let is_so = (link.rx1_dr_offset, link.rx2.unwrap_or_else(|| region.rx2())) == (rx1_dr_offset, rx2);
    (!is_so).then_some(Ask::RxParamSetup { rx1_dr_offset, rx2 })
}

fn duty_cycle(link: &LinkSettings, settings: &Settings) -> Option<Ask> {
    (link.max_duty_cycle != settings.max_duty_cycle).then_some(Ask::DutyCycle(settings.max_duty_cycle))
}

fn dl_channels(version: MacVersion, link: &LinkSettings, settings: &Settings) -> impl Iterator<Item = Ask> {
    let wanted = (0..).zip(settings.rx1_frequencies_hz).filter_map(|(index, hz)| Some((index, hz?)));
    let is_new = |(index, frequency_hz): &(u8, u32)| {
        link.channels >> index & 1 == 1 && link.rx1_frequencies_hz.get(index) != Some(frequency_hz)
    };
    wanted
        .filter(move |wanted| version >= MacVersion::V1_0_2 && is_new(wanted))
        .map(|(index, frequency_hz)| Ask::DlChannel { index, frequency_hz })
}

fn new_channels(link: &LinkSettings, region: &Region) -> impl Iterator<Item = Ask> {
    let unknown = region.channels() & !link.channels;
    let unknown = (0..16).filter(move |index| unknown >> index & 1 == 1);
    unknown.filter_map(|index| {
        let frequency_hz = region.channel_hz(index)?;
        Some(Ask::NewChannel { index, frequency_hz, data_rate_max: DATA_RATE_MAX })
    })
}

fn status(now: Now, tracked: &Tracked, settings: &Settings) -> Option<Ask> {
    let fresh = tracked.state.status.is_some_and(|status| now.wall.since(status.at) < settings.status_every);
    (!fresh).then_some(Ask::DevStatus)
}
