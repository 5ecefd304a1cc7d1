use crate::record::{Reader, Stored, Writer};
use model::{AppSKey, DevAddr, DevNonce, NwkSKey, Session};
use std::collections::BTreeSet;
use std::time::Duration;

/// What only joins change of a `DeviceState`. It lies apart from the session in use, so that a plain uplink, which moves a
/// counter, does not write the nonces again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Joins {
    pub(crate) pending: Option<Session>,
    pub(crate) dev_nonces: BTreeSet<DevNonce>,
    pub(crate) join_nonce: u32,
}

/// Layout 1: address, keys, counters (up, next down, first down not reserved), RX1 delay in ms, since.
impl Stored for Session {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u32(self.dev_addr.0);
        out.array(self.nwk_s_key.bytes());
        out.array(self.app_s_key.bytes());
        out.option(self.f_cnt_up, Writer::u32);
        out.u32(self.f_cnt_down);
        out.u32(self.f_cnt_down_reserved);
        out.u64(u64::try_from(self.rx1_delay.as_millis()).unwrap_or(u64::MAX));
        out.time(self.since);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
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
        })
    }
}

/// Layout 1: pending session (its layout 1), nonces rising, next join nonce.
impl Stored for Joins {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.option(self.pending.as_ref(), |out, session| session.write(out));
        out.list(self.dev_nonces.iter(), |out, nonce| out.u16(nonce.0));
        out.u32(self.join_nonce);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self {
            pending: input.option(|input| Session::read(1, input))?,
            dev_nonces: input.list(|input| input.u16().map(DevNonce))?,
            join_nonce: input.u32()?,
        })
    }
}
