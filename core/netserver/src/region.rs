//! What the EU868 band allows, from the tables of `lrwn` (LoRaWAN Regional Parameters RP002-1.0.4 section 2.2).

use lrwn::region::{CommonName, DataRateModulation, FskDataRate, LoraDataRate, MacVersion, Region as Tables, Revision};
use model::{DataRate, Rx2};
use std::fmt;

/// The channels that a device learns when it joins, beside the three that all know, hertz.
const MORE_CHANNELS_HZ: [u32; 5] = [867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000];

/// The fastest data rate that every channel takes.
pub(crate) const DATA_RATE_MAX: u8 = 5;

/// The least of the powers a device can be told, 14 dB below the most.
pub(crate) const TX_POWER_MAX: u8 = 7;

/// The modulation of the data rates 0 to [`DATA_RATE_MAX`].
pub(crate) fn lora_data_rate(index: u8) -> Option<DataRate> {
    let spreading_factor = 12 - Some(index).filter(|index| *index <= DATA_RATE_MAX)?;
    Some(DataRate::Lora { spreading_factor, bandwidth_khz: 125 })
}

/// SNR that a receiver needs, dB: -7.5 at SF7, 2.5 less for each step.
pub(crate) fn demodulation_floor_db(data_rate: DataRate) -> f32 {
    match data_rate {
        DataRate::Lora { spreading_factor, .. } => -7.5 - 2.5 * (f32::from(spreading_factor) - 7.0),
        DataRate::Fsk { .. } | DataRate::LrFhss => 0.0,
    }
}

/// Tables of the band.
pub(crate) struct Region {
    tables: Box<dyn Tables + Send + Sync>,
    /// Asked for with every uplink; the tables make an error of each channel they do not have.
    channels_hz: Vec<u32>,
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({})", self.tables.get_name())
    }
}

impl Region {
    pub(crate) fn eu868() -> Self {
        let mut tables = lrwn::region::get(CommonName::EU868, false, false);
        for frequency_hz in MORE_CHANNELS_HZ {
            // It fails only in bands without channels of one's own, and this is none.
            let _ = tables.add_channel(frequency_hz, 0, DATA_RATE_MAX);
        }
        let channels_hz = (0..).map_while(|index| Some(tables.get_uplink_channel(index).ok()?.frequency)).collect();
        Self { tables, channels_hz }
    }

    /// Frequency in hertz and data rate of RX1 after such an uplink, so many steps slower; none when the band knows no such uplink.
    pub(crate) fn rx1(&self, frequency_hz: u32, uplink: DataRate, dr_offset: u8) -> Option<(u32, DataRate)> {
        let index = self.tables.get_rx1_data_rate_index(self.index(uplink)?, dr_offset.into()).ok()?;
        Some((self.tables.get_rx1_frequency_for_uplink_frequency(frequency_hz).ok()?, self.data_rate(index)?))
    }

    /// Where a device listens in RX2 unless it is told otherwise.
    pub(crate) fn rx2(&self) -> Rx2 {
        let defaults = self.tables.get_defaults();
        Rx2 { frequency_hz: defaults.rx2_frequency, data_rate: defaults.rx2_dr }
    }

    /// Frequency of a channel, hertz.
    pub(crate) fn channel_hz(&self, index: u8) -> Option<u32> {
        self.channels_hz.get(usize::from(index)).copied()
    }

    /// All channels: bit n for channel n.
    pub(crate) fn channels(&self) -> u16 {
        (0..16).filter(|index| self.channel_hz(*index).is_some()).fold(0, |bits, index| bits | 1 << index)
    }

    /// Which channel has this frequency.
    pub(crate) fn channel(&self, frequency_hz: u32) -> Option<u8> {
        (0..16).find(|index| self.channel_hz(*index) == Some(frequency_hz))
    }

    /// Bytes of payload and options that fit into a frame.
    pub(crate) fn room(&self, data_rate: DataRate) -> usize {
        let size = |index| {
            self.tables.get_max_payload_size(MacVersion::LORAWAN_1_0_3, Revision::Latest, index).map(|size| size.n).ok()
        };
        self.index(data_rate).and_then(size).unwrap_or_default()
    }

    /// Index of a data rate; none when the band does not have it.
    pub(crate) fn index(&self, data_rate: DataRate) -> Option<u8> {
        self.tables.get_data_rate_index(true, &to_tables(data_rate)?).ok()
    }

    /// Power that a downlink may radiate, dBm EIRP.
    pub(crate) fn downlink_eirp_dbm(&self, frequency_hz: u32) -> i8 {
        i8::try_from(self.tables.get_downlink_tx_power_eirp(frequency_hz)).unwrap_or_default()
    }

    /// The channels a join accept brings.
    pub(crate) fn cf_list(&self) -> Option<lrwn::CFList> {
        self.tables.get_cf_list(MacVersion::LORAWAN_1_0_3)
    }

    /// The data rate of this index, where it is for downlinks.
    pub(crate) fn data_rate(&self, index: u8) -> Option<DataRate> {
        match self.tables.get_data_rate(index).ok()? {
            DataRateModulation::Lora(lora) => Some(DataRate::Lora {
                spreading_factor: lora.spreading_factor,
                bandwidth_khz: (lora.bandwidth / 1000).try_into().ok()?,
            }),
            DataRateModulation::Fsk(fsk) => Some(DataRate::Fsk { bit_rate: fsk.bitrate }),
            DataRateModulation::LrFhss(_) => None,
        }
    }
}

fn to_tables(data_rate: DataRate) -> Option<DataRateModulation> {
    Some(match data_rate {
        DataRate::Lora { spreading_factor, bandwidth_khz } => DataRateModulation::Lora(LoraDataRate {
            spreading_factor,
            bandwidth: u32::from(bandwidth_khz) * 1000,
            coding_rate: "4/5".to_owned(),
        }),
        DataRate::Fsk { bit_rate } => DataRateModulation::Fsk(FskDataRate { bitrate: bit_rate }),
        DataRate::LrFhss => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn lora(spreading_factor: u8) -> DataRate {
        DataRate::Lora { spreading_factor, bandwidth_khz: 125 }
    }

    #[test]
    fn rx1_is_where_and_as_the_device_spoke() {
        let region = Region::eu868();
        assert_eq!(region.rx1(868_300_000, lora(9), 0), Some((868_300_000, lora(9))));
        let fsk = DataRate::Fsk { bit_rate: 50_000 };
        assert_eq!(region.rx1(868_800_000, fsk, 0), Some((868_800_000, fsk)));
        assert_eq!(region.rx1(868_100_000, DataRate::LrFhss, 0), None);
        assert_eq!(region.rx1(868_100_000, DataRate::Lora { spreading_factor: 8, bandwidth_khz: 500 }, 0), None);
    }

    #[test]
    fn rx1_can_be_slower_than_the_uplink_and_not_slower_than_all() {
        let region = Region::eu868();
        assert_eq!(region.rx1(868_300_000, lora(9), 2), Some((868_300_000, lora(11))));
        assert_eq!(region.rx1(868_300_000, lora(11), 5), Some((868_300_000, lora(12))));
    }

    #[test]
    fn slow_frames_are_short() {
        let region = Region::eu868();
        assert_eq!([12, 10, 9, 8, 7].map(|sf| region.room(lora(sf))), [51, 51, 115, 242, 242]);
        assert_eq!(region.room(DataRate::LrFhss), 0);
    }

    #[test]
    fn channels_are_found_by_their_frequency() {
        let region = Region::eu868();
        assert_eq!([868_100_000, 867_100_000, 867_900_000].map(|hz| region.channel(hz)), [Some(0), Some(3), Some(7)]);
        assert_eq!(
            (region.channel(868_800_000), region.channel_hz(7), region.channel_hz(8)),
            (None, Some(867_900_000), None)
        );
    }

    #[test]
    fn data_rates_and_their_numbers_fit() {
        for index in 0..=DATA_RATE_MAX {
            let data_rate = lora_data_rate(index).unwrap();
            assert_eq!(Region::eu868().index(data_rate), Some(index));
        }
        assert_eq!(
            (lora_data_rate(6), demodulation_floor_db(lora(7)), demodulation_floor_db(lora(12))),
            (None, -7.5, -20.0)
        );
    }

    #[test]
    fn rx2_is_the_loud_channel() {
        let region = Region::eu868();
        assert_eq!(
            (region.rx2().frequency_hz, region.data_rate(region.rx2().data_rate)),
            (869_525_000, Some(lora(12)))
        );
        assert_eq!((region.downlink_eirp_dbm(869_525_000), region.downlink_eirp_dbm(868_100_000)), (29, 16));
    }
}
