//! LoRaWAN 1.0 frames (1.0.4 sections 4 and 6.2), on `lrwn`.
//!
//! Bytes are checked once, by [`parse`]; what is encrypted can be had only from [`DataUp::verify`], so nobody reads a payload whose MIC does not fit.

use crate::Rejection;
use crate::mac::F_OPTS_MAX;
use lrwn::{
    AES128Key, CFList, DLSettings, EUI64, FCtrl, FHDR, FType, JoinAcceptPayload, JoinType, MACCommand, MACCommandSet,
    MACPayload, MACVersion, MHDR, Major, NetID, Payload, PhyPayload, encrypt_frm_payload, keys,
};
use model::{AppKey, AppSKey, DevAddr, DevEui, DevNonce, Downlink, JoinEui, NwkSKey, Session};
use std::time::Duration;

/// The network identifier of private networks (NetID 0).
const NET_ID: [u8; 3] = [0; 3];

/// A frame as an end-device sends it, not verified yet.
#[derive(Debug)]
pub(crate) enum Frame {
    JoinRequest(JoinRequest),
    Data(DataUp),
}

/// Reads a frame. Its signature was not looked at.
pub(crate) fn parse(bytes: &[u8]) -> Result<Frame, Rejection> {
    let phy = PhyPayload::from_slice(bytes).map_err(|_| Rejection::NotLorawan)?;
    // The MIC is computed over what `lrwn` would write; where that differs (reserved bits), it would not cover what was sent.
    if phy.to_vec().ok().as_deref() != Some(bytes) {
        return Err(Rejection::NotLorawan);
    }
    match (phy.mhdr.f_type, &phy.payload) {
        (FType::JoinRequest, Payload::JoinRequest(request)) => Ok(Frame::JoinRequest(JoinRequest {
            join_eui: JoinEui(request.join_eui.to_be_bytes()),
            dev_eui: DevEui(request.dev_eui.to_be_bytes()),
            dev_nonce: DevNonce(request.dev_nonce),
            phy,
        })),
        (FType::UnconfirmedDataUp | FType::ConfirmedDataUp, Payload::MACPayload(mac)) => {
            // Commands may stand in one of two places, never in both (section 4.3.1.6).
            if mac.f_port == Some(0) && mac.fhdr.f_ctrl.f_opts_len > 0 {
                return Err(Rejection::NotLorawan);
            }
            let dev_addr = DevAddr(u32::from_be_bytes(mac.fhdr.devaddr.to_be_bytes()));
            let wire_f_cnt = u16::try_from(mac.fhdr.f_cnt).map_err(|_| Rejection::NotLorawan)?;
            Ok(Frame::Data(DataUp { dev_addr, wire_f_cnt, phy }))
        }
        _ => Err(Rejection::NotAnUplink),
    }
}

/// A device asks for a session.
#[derive(Debug)]
pub(crate) struct JoinRequest {
    pub(crate) join_eui: JoinEui,
    pub(crate) dev_eui: DevEui,
    pub(crate) dev_nonce: DevNonce,
    phy: PhyPayload,
}

impl JoinRequest {
    pub(crate) fn is_signed_with(&self, app_key: &AppKey) -> bool {
        self.phy.validate_join_request_mic(&AES128Key::from_bytes(app_key.bytes())).unwrap_or(false)
    }
}

/// A data frame of which only the header is legible.
#[derive(Debug)]
pub(crate) struct DataUp {
    pub(crate) dev_addr: DevAddr,
    /// The lower 16 bits of the frame counter: the air carries no more.
    pub(crate) wire_f_cnt: u16,
    phy: PhyPayload,
}

/// A data frame whose MIC fits, decrypted.
#[expect(clippy::struct_excessive_bools, reason = "they are the bits of the frame")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VerifiedUplink {
    pub(crate) f_cnt: u32,
    pub(crate) f_port: Option<u8>,
    /// For the application; empty on port 0.
    pub(crate) frm_payload: Vec<u8>,
    /// MAC commands, from wherever they stood.
    pub(crate) commands: Vec<u8>,
    pub(crate) confirmed: bool,
    /// It acknowledges what was said to it last.
    pub(crate) acknowledges: bool,
    pub(crate) adr: bool,
    /// The device begins to doubt that anybody hears it.
    pub(crate) adr_ack_req: bool,
}

impl DataUp {
    /// Decrypts the frame if `session` signed it with the full counter `f_cnt`.
    pub(crate) fn verify(&mut self, session: &Session, f_cnt: u32) -> Option<VerifiedUplink> {
        let Payload::MACPayload(mac) = &mut self.phy.payload else { return None };
        mac.fhdr.f_cnt = f_cnt;
        let nwk_s_key = AES128Key::from_bytes(session.nwk_s_key.bytes());
        if !self.phy.validate_uplink_data_mic(MACVersion::LoRaWAN1_0, 0, 0, 0, &nwk_s_key, &nwk_s_key).ok()? {
            return None;
        }
        let Payload::MACPayload(mac) = &self.phy.payload else { return None };
        let sealed = mac.frm_payload.as_ref().map_or(Ok(Vec::new()), lrwn::FRMPayload::to_vec).ok()?;
        let on_port_0 = mac.f_port == Some(0);
        let key = if on_port_0 { nwk_s_key } else { AES128Key::from_bytes(session.app_s_key.bytes()) };
        let opened = encrypt_frm_payload(&key, true, &mac.fhdr.devaddr, f_cnt, &sealed).ok()?;
        let (frm_payload, commands) =
            if on_port_0 { (Vec::new(), opened) } else { (opened, mac.fhdr.f_opts.to_vec().ok()?) };
        Some(VerifiedUplink {
            f_cnt,
            f_port: mac.f_port,
            frm_payload,
            commands,
            confirmed: self.phy.mhdr.f_type == FType::ConfirmedDataUp,
            acknowledges: mac.fhdr.f_ctrl.ack,
            adr: mac.fhdr.f_ctrl.adr,
            adr_ack_req: mac.fhdr.f_ctrl.adr_ack_req,
        })
    }
}

/// What a device is told: an acknowledgement, MAC commands, a payload, or several of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DataDown {
    pub(crate) ack: bool,
    /// The network takes care of the device's data rate.
    pub(crate) adr: bool,
    /// There is more to say.
    pub(crate) pending: bool,
    /// More than 15 bytes leave no place for a payload.
    pub(crate) commands: Vec<u8>,
    pub(crate) payload: Option<Downlink>,
}

/// Everything of a downlink but commands and payload: `MHDR`, `FHDR` without options, `FPort`, MIC.
const FRAME_AROUND: usize = 1 + 7 + 1 + 4;

impl DataDown {
    /// Bytes on the air, from `MHDR` to MIC; one too many where there is no port.
    pub(crate) fn bytes(&self) -> usize {
        FRAME_AROUND + self.room()
    }

    /// Bytes of commands and payload.
    pub(crate) fn room(&self) -> usize {
        self.commands.len() + self.payload.as_ref().map_or(0, |downlink| downlink.payload.len())
    }

    /// The bytes to send; none when they do not fit into a frame.
    pub(crate) fn seal(self, session: &Session, f_cnt: u32) -> Option<Vec<u8>> {
        let nwk_s_key = AES128Key::from_bytes(session.nwk_s_key.bytes());
        let confirmed = self.payload.as_ref().is_some_and(|downlink| downlink.confirmed);
        let (f_opts, said, key) = match self.payload {
            None if self.commands.len() > F_OPTS_MAX => (Vec::new(), Some((0, self.commands)), nwk_s_key),
            None => (self.commands, None, nwk_s_key),
            Some(Downlink { f_port, payload, .. }) => {
                (self.commands, Some((f_port, payload)), AES128Key::from_bytes(session.app_s_key.bytes()))
            }
        };
        let (f_port, payload) = said.unzip();
        let f_opts = if f_opts.is_empty() { Vec::new() } else { vec![MACCommand::Raw(f_opts)] };
        let f_ctrl = FCtrl { ack: self.ack, adr: self.adr, f_pending: self.pending, ..FCtrl::default() };
        let dev_addr = lrwn_address(session.dev_addr);
        let frm_payload = payload.filter(|payload| !payload.is_empty()).map(lrwn::FRMPayload::Raw);
        let fhdr = FHDR { devaddr: dev_addr, f_ctrl, f_cnt, f_opts: MACCommandSet::new(f_opts) };
        let f_type = if confirmed { FType::ConfirmedDataDown } else { FType::UnconfirmedDataDown };
        let mut phy = PhyPayload {
            mhdr: MHDR { f_type, major: Major::LoRaWANR1 },
            payload: Payload::MACPayload(MACPayload { fhdr, f_port, frm_payload }),
            mic: None,
        };
        phy.encrypt_frm_payload(&key).ok()?;
        phy.set_downlink_data_mic(MACVersion::LoRaWAN1_0, 0, &nwk_s_key).ok()?;
        phy.to_vec().ok()
    }
}

/// What a device that joins is told.
#[derive(Clone, Debug)]
pub(crate) struct JoinAccept {
    /// 24 bits.
    pub(crate) join_nonce: u32,
    pub(crate) dev_addr: DevAddr,
    /// Whole seconds, 1 to 15.
    pub(crate) rx1_delay: Duration,
    pub(crate) rx1_dr_offset: u8,
    pub(crate) rx2_data_rate: u8,
    pub(crate) cf_list: Option<CFList>,
}

impl JoinAccept {
    /// The bytes to send; none when a field does not fit.
    pub(crate) fn seal(self, request: &JoinRequest, app_key: &AppKey) -> Option<Vec<u8>> {
        let mut phy = PhyPayload {
            mhdr: MHDR { f_type: FType::JoinAccept, major: Major::LoRaWANR1 },
            payload: Payload::JoinAccept(JoinAcceptPayload {
                join_nonce: self.join_nonce,
                home_netid: NetID::from_be_bytes(NET_ID),
                devaddr: lrwn_address(self.dev_addr),
                dl_settings: DLSettings {
                    opt_neg: false,
                    rx2_dr: self.rx2_data_rate,
                    rx1_dr_offset: self.rx1_dr_offset,
                },
                rx_delay: u8::try_from(self.rx1_delay.as_secs()).ok()?,
                cflist: self.cf_list,
            }),
            mic: None,
        };
        let key = AES128Key::from_bytes(app_key.bytes());
        let join_eui = EUI64::from_be_bytes(request.join_eui.0);
        phy.set_join_accept_mic(JoinType::Join, &join_eui, request.dev_nonce.0, &key).ok()?;
        phy.encrypt_join_accept_payload(&key).ok()?;
        phy.to_vec().ok()
    }

    /// The keys of the session this begins (section 6.2.5).
    pub(crate) fn session_keys(&self, request: &JoinRequest, app_key: &AppKey) -> Option<(NwkSKey, AppSKey)> {
        let root = AES128Key::from_bytes(app_key.bytes());
        let net_id = NetID::from_be_bytes(NET_ID);
        let join_eui = EUI64::from_be_bytes(request.join_eui.0);
        let (join_nonce, dev_nonce) = (self.join_nonce, request.dev_nonce.0);
        let nwk = keys::get_f_nwk_s_int_key(false, &root, &net_id, &join_eui, join_nonce, dev_nonce).ok()?;
        let app = keys::get_app_s_key(false, &root, &net_id, &join_eui, join_nonce, dev_nonce).ok()?;
        Some((NwkSKey::new(nwk.to_bytes()), AppSKey::new(app.to_bytes())))
    }
}

fn lrwn_address(dev_addr: DevAddr) -> lrwn::DevAddr {
    lrwn::DevAddr::from_be_bytes(dev_addr.0.to_be_bytes())
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
