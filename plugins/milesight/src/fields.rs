//! Reads a payload by the tables of its model.

use allting_plugin_sdk::{Bytes, Decoded, Fault, Observation, Uplink};

use crate::models::{ABOUT, Model, Raw, Reading, Row};

/// A probe that is broken says this in place of a number,
const BROKEN: u32 = 0xFFFF;
/// and this when there is more than it can measure.
const BEYOND: u32 = 0xFFFD;

/// Reads a payload. A field that is unknown or cut short fails the whole frame: what follows it cannot be found.
pub(crate) fn read(uplink: &Uplink, model: &Model) -> Result<Decoded, Fault> {
    let mut reader = Reader { bytes: Bytes::new(&uplink.payload), uplink, age_s: 0, decoded: Decoded::of([]) };
    while let Some([channel, kind]) = reader.bytes.field()? {
        let mut rows = model.rows.iter().copied().flatten();
        let known = rows.find(|Row(its_channel, its_kind, _)| (*its_channel, *its_kind) == (channel, kind));
        match (known, channel) {
            (Some(Row(_, _, readings)), _) => reader.field(readings)?,
            (None, 0xF8 | 0xF9 | 0xFE | 0xFF) => reader.about_the_device(channel, kind)?,
            (None, _) => return Err(reader.bytes.malformed(&format!("is unknown for {}", model.name))),
        }
    }
    Ok(reader.decoded)
}

struct Reader<'a> {
    bytes: Bytes<'a>,
    uplink: &'a Uplink,
    /// Of what is being read.
    age_s: u32,
    decoded: Decoded,
}

impl Reader<'_> {
    fn field(&mut self, mut readings: &[Reading]) -> Result<(), Fault> {
        let kept = self.decoded.observations.len();
        let mut when = Ok(0);
        while let [reading, rest @ ..] = readings {
            readings = rest;
            match *reading {
                Reading::Time => {
                    when = self.uplink.age_s(self.bytes.u32_le()?.into());
                    self.age_s = when.unwrap_or(0);
                }
                Reading::Short(few) if self.bytes.u8()? == 0 => readings = rest.get(..few).unwrap_or(rest),
                reading => self.reading(reading)?,
            }
        }
        if let Err(why) = when {
            self.decoded.observations.truncate(kept);
            self.warn(format!("history is left out: {why}"));
        }
        self.age_s = 0;
        Ok(())
    }

    fn reading(&mut self, reading: Reading) -> Result<(), Fault> {
        match reading {
            Reading::Number(property, unit, raw, steps) => self.number(property, unit, raw, steps)?,
            Reading::Count(property, raw, part) => {
                let count = Observation::count(property, self.unsigned(raw)?);
                self.put(if part.is_empty() { count } else { count.part(part) });
            }
            Reading::Flag(property) => {
                let flag = self.bytes.u8()? != 0;
                self.put(Observation::flag(property, flag));
            }
            Reading::Skip(count) => self.bytes.skip(count)?,
            Reading::TakenRegions => self.taken_regions()?,
            Reading::Regions(first) => {
                for (region, people) in (first..).zip(self.bytes.take::<8>()?) {
                    self.put(Observation::count("people-in-region", people).part(format!("region-{region}")));
                }
            }
            Reading::Dwell => {
                let region = format!("region-{}", self.bytes.u8()?);
                for property in ["dwell-mean", "dwell-max"] {
                    let seconds = self.bytes.u16_le()?.into();
                    self.put(Observation::number(property, seconds, "s").part(&region));
                }
            }
            Reading::Sound => self.sound()?,
            Reading::Time | Reading::Short(_) => {}
        }
        Ok(())
    }

    fn unsigned(&mut self, raw: Raw) -> Result<u32, Fault> {
        match raw {
            Raw::U8 => self.bytes.u8().map(u32::from),
            Raw::U16 | Raw::I16 => self.bytes.u16_le().map(u32::from),
            Raw::U32 => self.bytes.u32_le(),
        }
    }

    fn number(&mut self, property: &str, unit: &str, raw: Raw, steps: f64) -> Result<(), Fault> {
        let number = match (raw, self.unsigned(raw)?) {
            // -0.1 and -0.3 degrees look the same as a broken probe, and are more common here.
            (Raw::I16, word) => f64::from(word.to_le_bytes().first_chunk().map_or(0, |low| i16::from_le_bytes(*low))),
            (Raw::U16, BROKEN) => {
                self.warn(format!("the probe for {property} is broken"));
                return Ok(());
            }
            (Raw::U16, BEYOND) => {
                self.warn(format!("{property} is beyond what the probe can measure"));
                return Ok(());
            }
            (_, number) => f64::from(number),
        };
        self.put(Observation::number(property, number / steps, unit));
        Ok(())
    }

    fn taken_regions(&mut self) -> Result<(), Fault> {
        let (regions, taken) = (self.bytes.u8()?, self.bytes.u16_be()?);
        for region in 0..regions.min(16) {
            let part = format!("region-{}", region + 1);
            self.put(Observation::flag("occupied", taken >> region & 1 == 1).part(part));
        }
        Ok(())
    }

    fn sound(&mut self) -> Result<(), Fault> {
        // Weighted as the ear hears, or otherwise: then it is no `sound-level` of the vocabulary.
        let (unit, suffix) = match self.bytes.u8()? & 0b11 {
            1 => ("dB[A]", ""),
            2 => ("dB[C]", "-c"),
            _ => ("dB", "-z"),
        };
        for property in ["sound-level-now", "sound-level", "sound-level-peak"] {
            let decibels = f64::from(self.bytes.u16_le()?) / 10.0;
            self.put(Observation::number(format!("{property}{suffix}"), decibels, unit));
        }
        Ok(())
    }

    /// Version, serial number and the like, and answers to commands: how long those are, only the command knows.
    fn about_the_device(&mut self, channel: u8, kind: u8) -> Result<(), Fault> {
        let about = ABOUT.iter().find(|(about, _)| channel == 0xFF && *about == kind);
        if let Some((_, length)) = about {
            return self.bytes.skip(*length);
        }
        self.bytes.skip_rest();
        self.warn(format!("an answer to a command (0x{channel:02X} 0x{kind:02X}) is not read, nor what follows it"));
        Ok(())
    }

    fn put(&mut self, observation: Observation) {
        self.decoded.observations.push(observation.aged(self.age_s));
    }

    fn warn(&mut self, warning: String) {
        self.decoded.warnings.push(warning);
    }
}
