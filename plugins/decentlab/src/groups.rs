//! Reads a frame of protocol 2 by the tables of its model: version, number of the device, flags, and the words of each group
//! whose flag is set. All numbers are big endian.

use allting_plugin_sdk::{Bytes, Decoded, Fault, Observation};

use crate::models::{Model, Word};

/// The only version there is.
const PROTOCOL: u8 = 2;

/// Reads a payload. A flag without a group fails the whole frame: it is of another model.
pub(crate) fn read(payload: &[u8], model: &Model, tip_mm: f64) -> Result<Decoded, Fault> {
    let mut bytes = Bytes::new(payload);
    let version = bytes.u8()?;
    if version != PROTOCOL {
        return Err(bytes.malformed(&format!("is of protocol {version}, not {PROTOCOL}")));
    }
    let (_device, flags) = (bytes.u16_be()?, bytes.u16_be()?);
    if model.groups.len() < 16 && flags >> model.groups.len() != 0 {
        return Err(bytes.malformed(&format!("has flags 0x{flags:04X}, which {} has not", model.name)));
    }
    let mut decoded = Decoded::of([]);
    for (index, group) in model.groups.iter().enumerate() {
        if flags >> index & 1 == 1 {
            read_group(&mut bytes, group, tip_mm, &mut decoded)?;
        }
    }
    if !bytes.is_empty() {
        return Err(bytes.malformed("is longer than its flags say"));
    }
    Ok(decoded)
}

fn read_group(bytes: &mut Bytes<'_>, group: &[Word], tip_mm: f64, decoded: &mut Decoded) -> Result<(), Fault> {
    let kept = decoded.observations.len();
    for word in group {
        let observation = match *word {
            Word::Skip(words) => {
                bytes.skip(2 * words)?;
                None
            }
            Word::Samples => {
                if bytes.u16_be()? == 0 {
                    decoded.observations.truncate(kept);
                    decoded.warnings.push("not one sample was good: no distance".to_owned());
                }
                None
            }
            Word::Steps(property, unit, zero, steps) => measured(property, unit, bytes.u16_be()?, zero, steps),
            Word::At(property, unit, part, zero, steps) => {
                measured(property, unit, bytes.u16_be()?, zero, steps).map(|observation| observation.part(part))
            }
            Word::Range(property, unit, range, steps, first) => {
                let number = range * f64::from(bytes.u16_be()?) / steps + first;
                // The chip knows no more than hundredths.
                Some(Observation::number(property, (number * 100.0).round() / 100.0, unit))
            }
            Word::Count(property, zero) => Some(Observation::count(property, bytes.u16_be()?.saturating_sub(zero))),
            Word::Flag(property) => Some(Observation::flag(property, bytes.u16_be()? != 0)),
            Word::Tips => Some(rain("rain", bytes.u16_be()?.into(), tip_mm)),
            Word::TipsTotal => {
                let (low, high) = (u32::from(bytes.u16_be()?), u32::from(bytes.u16_be()?));
                Some(rain("rain-total", high << 16 | low, tip_mm))
            }
        };
        decoded.observations.extend(observation);
    }
    Ok(())
}

/// A word of 0 is far below what any sensor can measure when another word means 0: then there is no sensor.
fn measured(property: &str, unit: &str, word: u16, zero: f64, steps: f64) -> Option<Observation> {
    let there = word != 0 || zero == 0.0;
    there.then(|| Observation::number(property, (f64::from(word) - zero) / steps, unit))
}

fn rain(property: &str, tips: u32, tip_mm: f64) -> Observation {
    // A tip is a whole number of hundredths of a millimetre.
    Observation::number(property, (f64::from(tips) * tip_mm * 100.0).round() / 100.0, "mm")
}
