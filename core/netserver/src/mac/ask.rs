use super::cid;
use crate::adr::LinkAdr;
use model::Rx2;

/// A request to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Send with this data rate, power and repetition, on these channels.
    LinkAdr(LinkAdr),
    /// Be on the air one part in two to the power of this at most.
    DutyCycle(u8),
    /// Listen there in RX2, and so much slower in RX1.
    RxParamSetup { rx1_dr_offset: u8, rx2: Rx2 },
    /// Tell how you are.
    DevStatus,
    /// Know this channel too, for the data rates of its band.
    NewChannel { index: u8, frequency_hz: u32, data_rate_max: u8 },
    /// Listen so many seconds after an uplink.
    RxTimingSetup { seconds: u8 },
    /// Listen there in RX1 after an uplink on this channel.
    DlChannel { index: u8, frequency_hz: u32 },
}

impl Ask {
    pub(crate) const fn cid(self) -> u8 {
        match self {
            Self::LinkAdr(_) => cid::LINK_ADR,
            Self::DutyCycle(_) => cid::DUTY_CYCLE,
            Self::RxParamSetup { .. } => cid::RX_PARAM_SETUP,
            Self::DevStatus => cid::DEV_STATUS,
            Self::NewChannel { .. } => cid::NEW_CHANNEL,
            Self::RxTimingSetup { .. } => cid::RX_TIMING_SETUP,
            Self::DlChannel { .. } => cid::DL_CHANNEL,
        }
    }

    /// What it is about: one thing is asked once at a time. The second number tells channels apart.
    pub(crate) const fn subject(self) -> (u8, u8) {
        match self {
            Self::NewChannel { index, .. } | Self::DlChannel { index, .. } => (self.cid(), index),
            _ => (self.cid(), 0),
        }
    }

    /// Can it wait until the device is answered anyway? The others decide whether it is heard at all, or how much air it takes.
    pub(crate) const fn can_wait(self) -> bool {
        matches!(self, Self::DevStatus | Self::NewChannel { .. })
    }

    /// The command.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = vec![self.cid()];
        match self {
            Self::LinkAdr(LinkAdr { data_rate, tx_power, nb_trans, channels }) => {
                bytes.push(data_rate << 4 | tx_power & 0x0f);
                bytes.extend(channels.to_le_bytes());
                // ChMaskCntl 0: the mask is for channels 0 to 15.
                bytes.push(nb_trans & 0x0f);
            }
            Self::DutyCycle(limit) => bytes.push(limit & 0x0f),
            Self::RxParamSetup { rx1_dr_offset, rx2 } => {
                bytes.push((rx1_dr_offset & 0x07) << 4 | rx2.data_rate & 0x0f);
                bytes.extend(frequency(rx2.frequency_hz));
            }
            Self::DevStatus => {}
            Self::NewChannel { index, frequency_hz, data_rate_max } => {
                bytes.push(index);
                bytes.extend(frequency(frequency_hz));
                bytes.push(data_rate_max << 4);
            }
            Self::RxTimingSetup { seconds } => bytes.push(seconds & 0x0f),
            Self::DlChannel { index, frequency_hz } => {
                bytes.push(index);
                bytes.extend(frequency(frequency_hz));
            }
        }
        bytes
    }
}

/// 24 bits, in steps of 100 Hz.
fn frequency(hz: u32) -> [u8; 3] {
    let [low, middle, high, _] = (hz / 100).to_le_bytes();
    [low, middle, high]
}

#[cfg(test)]
mod tests {
    use super::*;
    use lrwn::{
        ChMask, DLSettings, DlChannelReqPayload, DutyCycleReqPayload, LinkADRReqPayload, MACCommand, MACCommandSet,
        NewChannelReqPayload, Redundancy, RxParamSetupReqPayload, RxTimingSetupReqPayload,
    };

    /// Others' encoder says the same.
    #[track_caller]
    fn check(ask: Ask, expect: MACCommand) {
        assert_eq!(ask.to_bytes(), MACCommandSet::new(vec![expect]).to_vec().unwrap(), "{ask:?}");
    }

    #[test]
    fn asks_in_the_bytes_that_others_write() {
        let mut mask = [false; 16];
        mask[..8].fill(true);
        check(
            Ask::LinkAdr(LinkAdr { data_rate: 5, tx_power: 3, nb_trans: 2, channels: 0xff }),
            MACCommand::LinkADRReq(LinkADRReqPayload {
                dr: 5,
                tx_power: 3,
                ch_mask: ChMask::new(mask),
                redundancy: Redundancy { ch_mask_cntl: 0, nb_rep: 2 },
            }),
        );
        check(Ask::DutyCycle(7), MACCommand::DutyCycleReq(DutyCycleReqPayload { max_duty_cycle: 7 }));
        check(
            Ask::RxParamSetup { rx1_dr_offset: 2, rx2: Rx2 { frequency_hz: 869_525_000, data_rate: 3 } },
            MACCommand::RxParamSetupReq(RxParamSetupReqPayload {
                frequency: 869_525_000,
                dl_settings: DLSettings { rx2_dr: 3, rx1_dr_offset: 2, opt_neg: false },
            }),
        );
        check(Ask::DevStatus, MACCommand::DevStatusReq);
        check(
            Ask::NewChannel { index: 4, frequency_hz: 867_300_000, data_rate_max: 5 },
            MACCommand::NewChannelReq(NewChannelReqPayload { ch_index: 4, freq: 867_300_000, min_dr: 0, max_dr: 5 }),
        );
        check(Ask::RxTimingSetup { seconds: 5 }, MACCommand::RxTimingSetupReq(RxTimingSetupReqPayload { delay: 5 }));
        check(
            Ask::DlChannel { index: 4, frequency_hz: 868_300_000 },
            MACCommand::DlChannelReq(DlChannelReqPayload { ch_index: 4, freq: 868_300_000 }),
        );
    }
}
