//! What is most likely wrong in the configuration when a frame does not fit it: labels print identifiers and keys in either byte order,
//! and people copy them into each other's place.

use crate::Rejection;
use crate::clock::Now;
use crate::device::Tracked;
use crate::frame::{DataUp, JoinRequest};
use crate::server::NetworkServer;
use crate::session::readings;
use model::{Activation, AppKey, DevAddr, DevEui, JoinEui, NwkSKey, Session};

/// How often a second a reason is looked for: each time costs a signature for every device.
pub(crate) const PER_SECOND: u32 = 2;

/// What would have fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clue {
    /// The bytes of this configured device's `DevEUI` in reverse order.
    DevEuiReversed(DevEui),
    /// `DevEUI` and `JoinEUI` of this configured device in each other's place.
    EuisSwapped(DevEui),
    /// The bytes of the `JoinEUI` in reverse order.
    JoinEuiReversed,
    /// The bytes of the `AppKey` in reverse order.
    AppKeyReversed,
    /// The `AppKey` of this other device.
    AppKeyOf(DevEui),
    /// The bytes of this configured device's `DevAddr` in reverse order.
    DevAddrReversed(DevEui),
    /// The bytes of this device's `NwkSKey` in reverse order.
    NwkSKeyReversed(DevEui),
    /// `NwkSKey` and `AppSKey` of this device in each other's place.
    SessionKeysSwapped(DevEui),
}

impl Clue {
    /// A short name that does not change, for programs and as key of texts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DevEuiReversed(_) => "dev-eui-reversed",
            Self::EuisSwapped(_) => "euis-swapped",
            Self::JoinEuiReversed => "join-eui-reversed",
            Self::AppKeyReversed => "app-key-reversed",
            Self::AppKeyOf(_) => "app-key-of",
            Self::DevAddrReversed(_) => "dev-addr-reversed",
            Self::NwkSKeyReversed(_) => "nwk-s-key-reversed",
            Self::SessionKeysSwapped(_) => "session-keys-swapped",
        }
    }

    /// The configured device that the clue is about, where it is not the one the frame names.
    pub const fn about(self) -> Option<DevEui> {
        match self {
            Self::JoinEuiReversed | Self::AppKeyReversed => None,
            Self::DevEuiReversed(device)
            | Self::EuisSwapped(device)
            | Self::AppKeyOf(device)
            | Self::DevAddrReversed(device)
            | Self::NwkSKeyReversed(device)
            | Self::SessionKeysSwapped(device) => Some(device),
        }
    }
}

impl NetworkServer {
    /// Why a join request was refused, if that can be told.
    pub(crate) fn clue_of_join(&mut self, now: Now, request: &JoinRequest, why: Rejection) -> Option<Clue> {
        let telling = [Rejection::UnknownDevice, Rejection::WrongMic, Rejection::WrongJoinEui];
        if !telling.contains(&why) || !self.clues.allows(now.uptime, PER_SECOND) {
            return None;
        }
        match why {
            Rejection::UnknownDevice => {
                let (reversed, swapped) = (DevEui(reversed(request.dev_eui.0)), DevEui(request.join_eui.0));
                let known = |eui: DevEui| self.devices.get(eui).map(|_| eui);
                known(reversed).map(Clue::DevEuiReversed).or_else(|| known(swapped).map(Clue::EuisSwapped))
            }
            Rejection::WrongJoinEui => {
                let wanted = self.devices.get(request.dev_eui).and_then(join_eui_of)?;
                (JoinEui(reversed(request.join_eui.0)) == wanted).then_some(Clue::JoinEuiReversed)
            }
            _ => self.clue_of_app_key(request),
        }
    }

    fn clue_of_app_key(&self, request: &JoinRequest) -> Option<Clue> {
        let own = self.devices.get(request.dev_eui).and_then(app_key_of)?;
        if request.is_signed_with(&AppKey::new(reversed(own.bytes()))) {
            return Some(Clue::AppKeyReversed);
        }
        let mut others = self.devices.all().filter_map(|tracked| Some((tracked.device.dev_eui, app_key_of(tracked)?)));
        others.find(|(_, key)| request.is_signed_with(key)).map(|(device, _)| Clue::AppKeyOf(device))
    }

    /// Why no session fits a data frame, if that can be told.
    pub(crate) fn clue_of_data(&mut self, now: Now, frame: &mut DataUp) -> Option<Clue> {
        let turned = DevAddr(frame.dev_addr.0.swap_bytes());
        let (there, elsewhere) = (self.devices.at(frame.dev_addr), self.devices.at(turned));
        if there.is_empty() && elsewhere.is_empty() || !self.clues.allows(now.uptime, PER_SECOND) {
            return None;
        }
        let with = |session: &Session, nwk_s_key| Session { nwk_s_key, ..session.clone() };
        for dev_eui in there {
            let Some((tracked, session)) = self.fixed_session(dev_eui) else { continue };
            if fits(tracked, &with(session, NwkSKey::new(reversed(session.nwk_s_key.bytes()))), frame) {
                return Some(Clue::NwkSKeyReversed(dev_eui));
            }
            if fits(tracked, &with(session, NwkSKey::new(session.app_s_key.bytes())), frame) {
                return Some(Clue::SessionKeysSwapped(dev_eui));
            }
        }
        elsewhere.into_iter().find_map(|dev_eui| {
            let (tracked, session) = self.fixed_session(dev_eui)?;
            fits(tracked, session, frame).then_some(Clue::DevAddrReversed(dev_eui))
        })
    }

    /// The session a device was born with: only those are typed in by people.
    fn fixed_session(&self, dev_eui: DevEui) -> Option<(&Tracked, &Session)> {
        let tracked = self.devices.get(dev_eui)?;
        match tracked.device.activation {
            Activation::Otaa { .. } => None,
            Activation::Abp { .. } => Some((tracked, tracked.state.session.as_ref()?)),
        }
    }
}

fn fits(tracked: &Tracked, session: &Session, frame: &mut DataUp) -> bool {
    let (version, rule, wire) = (tracked.device.mac_version, tracked.device.counter_rule, frame.wire_f_cnt);
    readings(session.f_cnt_up, version, rule, wire).any(|(f_cnt, _)| frame.verify(session, f_cnt).is_some())
}

fn app_key_of(tracked: &Tracked) -> Option<&AppKey> {
    if let Activation::Otaa { app_key, .. } = &tracked.device.activation { Some(app_key) } else { None }
}

fn join_eui_of(tracked: &Tracked) -> Option<JoinEui> {
    if let Activation::Otaa { join_eui, .. } = tracked.device.activation { Some(join_eui) } else { None }
}

fn reversed<const N: usize>(mut bytes: [u8; N]) -> [u8; N] {
    bytes.reverse();
    bytes
}
