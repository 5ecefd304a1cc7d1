//! The join server: which join requests are taken, and what they get (LoRaWAN 1.0.4 section 6.2).

use crate::Rejection;
use crate::device::Tracked;
use crate::frame::{JoinAccept, JoinRequest};
use lrwn::CFList;
use model::{Activation, AppKey, DevAddr, DevNonce, LinkSettings, MacVersion, Session, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;

/// `JoinNonce` has 24 bits.
const JOIN_NONCE_MAX: u32 = 0x00ff_ffff;

/// Is this request the device's own, and a new one? Gives the root key.
pub(crate) fn check_request(tracked: &Tracked, request: &JoinRequest) -> Result<AppKey, Rejection> {
    let Activation::Otaa { join_eui, app_key } = &tracked.device.activation else { return Err(Rejection::NotOtaa) };
    if !request.is_signed_with(app_key) {
        return Err(Rejection::WrongMic);
    }
    if request.join_eui != *join_eui {
        return Err(Rejection::WrongJoinEui);
    }
    check_dev_nonce(tracked.device.mac_version, &tracked.state.dev_nonces, request.dev_nonce)?;
    Ok(app_key.clone())
}

/// Up to 1.0.3 a device draws its nonce, and may use each once. From 1.0.4 on it counts.
fn check_dev_nonce(version: MacVersion, used: &BTreeSet<DevNonce>, nonce: DevNonce) -> Result<(), Rejection> {
    let is_new = if version < MacVersion::V1_0_4 {
        !used.contains(&nonce)
    } else {
        used.last().is_none_or(|highest| nonce > *highest)
    };
    if is_new { Ok(()) } else { Err(Rejection::DevNonceUsed) }
}

/// The nonce for the next join accept. It begins with 1: a device that counts takes only what is more than the 0 it was born with.
pub(crate) fn next_join_nonce(tracked: &Tracked) -> Result<u32, Rejection> {
    let nonce = tracked.state.join_nonce.max(1);
    if nonce <= JOIN_NONCE_MAX { Ok(nonce) } else { Err(Rejection::Exhausted) }
}

/// What the box offers a device that joins.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) join_nonce: u32,
    pub(crate) dev_addr: DevAddr,
    pub(crate) rx1_delay: Duration,
    pub(crate) rx2_data_rate: u8,
    /// What the device will know of its radio with the accept.
    pub(crate) link: LinkSettings,
    pub(crate) cf_list: Option<CFList>,
    pub(crate) at: Timestamp,
}

/// Burns both nonces, begins the pending session, and gives the join accept to send. The session in use lives on: the accept may be lost.
pub(crate) fn accept(
    tracked: &mut Tracked,
    request: &JoinRequest,
    app_key: &AppKey,
    offer: Offer,
) -> Result<Vec<u8>, Rejection> {
    let Offer { join_nonce, dev_addr, rx1_delay, rx2_data_rate, link, cf_list, at } = offer;
    let rx1_dr_offset = link.rx1_dr_offset;
    let accept = JoinAccept { join_nonce, dev_addr, rx1_delay, rx1_dr_offset, rx2_data_rate, cf_list };
    let (nwk_s_key, app_s_key) = accept.session_keys(request, app_key).ok_or(Rejection::TooLarge)?;
    let bytes = accept.seal(request, app_key).ok_or(Rejection::TooLarge)?;
    let state = &mut tracked.state;
    state.join_nonce = join_nonce + 1;
    if tracked.device.mac_version >= MacVersion::V1_0_4 {
        state.dev_nonces.clear();
    }
    state.dev_nonces.insert(request.dev_nonce);
    state.pending = Some(Session {
        dev_addr,
        nwk_s_key,
        app_s_key,
        f_cnt_up: None,
        f_cnt_down: 0,
        f_cnt_down_reserved: 0,
        rx1_delay,
        since: at,
        link,
    });
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(version: MacVersion, used: &[u16], nonce: u16, taken: bool) {
        let used = used.iter().copied().map(DevNonce).collect();
        assert_eq!(check_dev_nonce(version, &used, DevNonce(nonce)).is_ok(), taken, "{version:?} {used:?} {nonce}");
    }

    #[test]
    fn up_to_1_0_3_any_unused_nonce_is_taken() {
        for version in [MacVersion::V1_0_0, MacVersion::V1_0_1, MacVersion::V1_0_2, MacVersion::V1_0_3] {
            check(version, &[], 0, true);
            check(version, &[7, 900], 8, true);
            check(version, &[7, 900], 900, false);
        }
    }

    #[test]
    fn from_1_0_4_on_the_nonce_must_rise() {
        check(MacVersion::V1_0_4, &[], 0, true);
        check(MacVersion::V1_0_4, &[7], 8, true);
        check(MacVersion::V1_0_4, &[7], 7, false);
        check(MacVersion::V1_0_4, &[7, 900], 8, false);
    }
}
