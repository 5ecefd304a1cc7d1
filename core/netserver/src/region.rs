//! What the EU868 band allows, from the tables of `lrwn` (LoRaWAN Regional Parameters RP002-1.0.4 section 2.2).

use lrwn::region::{CommonName, DataRateModulation, FskDataRate, LoraDataRate, MacVersion, Region as Tables};
use model::DataRate;
use std::fmt;

/// The channels that a device learns when it joins, beside the three that all know, hertz.
const MORE_CHANNELS_HZ: [u32; 5] = [867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000];

/// Slowest and fastest data rate on these channels.
const DATA_RATES: (u8, u8) = (0, 5);

/// Tables of the band.
pub(crate) struct Region(Box<dyn Tables + Send + Sync>);

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({})", self.0.get_name())
    }
}

impl Region {
    pub(crate) fn eu868() -> Self {
        let mut tables = lrwn::region::get(CommonName::EU868, false, false);
        for frequency_hz in MORE_CHANNELS_HZ {
            // It fails only in bands without channels of one's own, and this is none.
            let _ = tables.add_channel(frequency_hz, DATA_RATES.0, DATA_RATES.1);
        }
        Self(tables)
    }

    /// Frequency in hertz and data rate of RX1 after such an uplink; none when the band knows no such uplink.
    pub(crate) fn rx1(&self, frequency_hz: u32, uplink: DataRate) -> Option<(u32, DataRate)> {
        let index = self.0.get_data_rate_index(true, &to_tables(uplink)?).ok()?;
        let index = self.0.get_rx1_data_rate_index(index, 0).ok()?;
        Some((self.0.get_rx1_frequency_for_uplink_frequency(frequency_hz).ok()?, self.data_rate(index)?))
    }

    /// Frequency in hertz and data rate of RX2.
    pub(crate) fn rx2(&self) -> Option<(u32, DataRate)> {
        let defaults = self.0.get_defaults();
        Some((defaults.rx2_frequency, self.data_rate(defaults.rx2_dr)?))
    }

    /// Power that a downlink may radiate, dBm EIRP.
    pub(crate) fn downlink_eirp_dbm(&self, frequency_hz: u32) -> i8 {
        i8::try_from(self.0.get_downlink_tx_power_eirp(frequency_hz)).unwrap_or_default()
    }

    /// The channels a join accept brings.
    pub(crate) fn cf_list(&self) -> Option<lrwn::CFList> {
        self.0.get_cf_list(MacVersion::LORAWAN_1_0_3)
    }

    fn data_rate(&self, index: u8) -> Option<DataRate> {
        match self.0.get_data_rate(index).ok()? {
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
        assert_eq!(region.rx1(868_300_000, lora(9)), Some((868_300_000, lora(9))));
        let fsk = DataRate::Fsk { bit_rate: 50_000 };
        assert_eq!(region.rx1(868_800_000, fsk), Some((868_800_000, fsk)));
        assert_eq!(region.rx1(868_100_000, DataRate::LrFhss), None);
        assert_eq!(region.rx1(868_100_000, DataRate::Lora { spreading_factor: 8, bandwidth_khz: 500 }), None);
    }

    #[test]
    fn rx2_is_the_loud_channel() {
        let region = Region::eu868();
        assert_eq!(region.rx2(), Some((869_525_000, lora(12))));
        assert_eq!((region.downlink_eirp_dbm(869_525_000), region.downlink_eirp_dbm(868_100_000)), (29, 16));
    }
}
