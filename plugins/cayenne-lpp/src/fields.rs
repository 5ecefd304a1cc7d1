//! Reads a payload by the table of types, and gives each channel its meaning.

use allting_plugin_sdk::{Bytes, Decoded, Fault, Observation, Value};

use crate::settings::{Channel, Settings};
use crate::types::{Part, Raw, TYPES, Type};

/// Reads a payload. A type that is unknown or cut short fails the whole frame: what follows it cannot be found.
pub(crate) fn read(payload: &[u8], settings: &Settings) -> Result<Decoded, Fault> {
    let mut bytes = Bytes::new(payload);
    let mut decoded = Decoded::of([]);
    while let Some([number, kind]) = bytes.field()? {
        let known = TYPES.iter().find(|Type(its_kind, _)| *its_kind == kind);
        let Type(_, parts) = known.ok_or_else(|| bytes.malformed("is of an unknown type"))?;
        let channel = settings.channels.get(&number);
        for part in *parts {
            let Some(observation) = observe(*part, &mut bytes)? else { continue };
            decoded.observations.push(match channel {
                Some(channel) => in_words(observation, channel, parts.len()),
                None => observation.part(format!("channel-{number}")),
            });
        }
    }
    Ok(decoded)
}

fn observe(part: Part, bytes: &mut Bytes<'_>) -> Result<Option<Observation>, Fault> {
    Ok(Some(match part {
        Part::Number(property, unit, raw, steps) => {
            let unit = (!unit.is_empty()).then_some(unit);
            #[expect(clippy::cast_precision_loss, reason = "no number is wider than 32 bits")]
            let number = whole(raw, bytes)? as f64 / steps;
            Observation::new(property, Value::Number(number), unit)
        }
        Part::Count(property, raw) => Observation::count(property, whole(raw, bytes)?),
        Part::Flag(property) => Observation::flag(property, bytes.u8()? != 0),
        Part::Clock => {
            bytes.skip(4)?;
            return Ok(None);
        }
    }))
}

fn whole(raw: Raw, bytes: &mut Bytes<'_>) -> Result<i64, Fault> {
    Ok(match raw {
        Raw::U8 => bytes.u8()?.into(),
        Raw::U16 => bytes.u16_be()?.into(),
        Raw::I16 => bytes.i16_be()?.into(),
        Raw::I24 => bytes.i24_be()?.into(),
        Raw::U32 => bytes.u32_be()?.into(),
    })
}

/// A channel has one word, so types of several values keep their own.
fn in_words(mut observation: Observation, channel: &Channel, values: usize) -> Observation {
    observation.part.clone_from(&channel.part);
    if values > 1 {
        return observation;
    }
    observation.property.clone_from(&channel.property);
    if channel.unit.is_some() {
        observation.unit.clone_from(&channel.unit);
    }
    let factor = channel.factor.unwrap_or(1.0);
    if let Value::Number(number) = &mut observation.value {
        *number *= factor;
    }
    observation
}
