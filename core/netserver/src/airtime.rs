//! How long a frame is on the air (Semtech AN1200.13 for `LoRa`; for FSK, RP002-1.0.4 section 4.2).

use model::DataRate;
use std::time::Duration;

/// Symbols of preamble, in LoRaWAN of every region.
const PREAMBLE_SYMBOLS: u64 = 8;

/// From this symbol time on, microseconds, a frame is coded for a clock that drifts (`LowDataRateOptimize`).
const SLOW_SYMBOL_US: u64 = 16_000;

/// Preamble, synchronization word, length and CRC of an FSK frame, bytes.
const FSK_AROUND: u64 = 5 + 3 + 1 + 2;

/// Uplinks carry a CRC; downlinks do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// Time on air of a frame of so many bytes, from `MHDR` to MIC; none for a modulation that has no downlinks.
pub(crate) fn airtime(data_rate: DataRate, bytes: usize, direction: Direction) -> Option<Duration> {
    let bytes = u64::try_from(bytes).ok()?;
    match data_rate {
        DataRate::Lora { spreading_factor, bandwidth_khz } => {
            lora(spreading_factor.into(), bandwidth_khz.into(), bytes, direction)
        }
        DataRate::Fsk { bit_rate } => {
            let bits = bytes.checked_add(FSK_AROUND)?.checked_mul(8)?;
            Some(Duration::from_micros((bits * 1_000_000).checked_div(bit_rate.into())?))
        }
        DataRate::LrFhss => None,
    }
}

fn lora(spreading_factor: u64, bandwidth_khz: u64, bytes: u64, direction: Direction) -> Option<Duration> {
    let symbol_us = (1000_u64 << spreading_factor).checked_div(bandwidth_khz)?;
    let bits_per_symbol = spreading_factor.checked_sub(if symbol_us >= SLOW_SYMBOL_US { 2 } else { 0 })?;
    let crc_bits = if direction == Direction::Up { 16 } else { 0 };
    let bits = (8 * bytes + 28 + crc_bits).saturating_sub(4 * spreading_factor);
    // Coding rate 4/5: five symbols carry four.
    let payload_symbols = 8 + bits.div_ceil(4 * bits_per_symbol) * 5;
    // The preamble ends a quarter into its fifth further symbol.
    let quarters = 4 * (PREAMBLE_SYMBOLS + 4 + payload_symbols) + 1;
    Some(Duration::from_micros(symbol_us * quarters / 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Down, Up};

    #[track_caller]
    fn check(spreading_factor: u8, bandwidth_khz: u16, bytes: usize, direction: Direction, expect_us: u64) {
        let data_rate = DataRate::Lora { spreading_factor, bandwidth_khz };
        let found = airtime(data_rate, bytes, direction).unwrap();
        assert_eq!(found, Duration::from_micros(expect_us), "SF{spreading_factor}BW{bandwidth_khz} {bytes}");
    }

    /// What the public airtime calculators print for an empty frame, which is 13 bytes long.
    #[test]
    fn an_empty_uplink_takes_what_the_calculators_say() {
        check(7, 125, 13, Up, 46_336);
        check(8, 125, 13, Up, 82_432);
        check(9, 125, 13, Up, 164_864);
        check(10, 125, 13, Up, 288_768);
        check(11, 125, 13, Up, 577_536);
        check(12, 125, 13, Up, 1_155_072);
        check(7, 250, 13, Up, 23_168);
    }

    #[test]
    fn ten_bytes_of_payload_take_what_the_calculators_say() {
        check(7, 125, 23, Up, 61_696);
        check(8, 125, 23, Up, 113_152);
        check(9, 125, 23, Up, 205_824);
        check(10, 125, 23, Up, 370_688);
        check(11, 125, 23, Up, 823_296);
        check(12, 125, 23, Up, 1_482_752);
    }

    #[test]
    fn the_longest_frames_take_what_the_calculators_say() {
        check(12, 125, 13 + 51, Up, 2_793_472);
        check(9, 125, 13 + 115, Up, 676_864);
        check(7, 125, 13 + 222, Up, 368_896);
    }

    #[test]
    fn a_downlink_saves_its_crc() {
        check(12, 125, 12, Down, 991_232);
        check(7, 125, 17, Down, 46_336);
        check(7, 125, 17, Up, 51_456);
    }

    #[test]
    fn an_fsk_frame_is_counted_in_bits() {
        let rate = DataRate::Fsk { bit_rate: 50_000 };
        assert_eq!(airtime(rate, 64, Down), Some(Duration::from_millis(12)));
        assert_eq!(airtime(DataRate::Fsk { bit_rate: 0 }, 64, Down), None);
        assert_eq!(airtime(DataRate::LrFhss, 64, Down), None);
    }
}
