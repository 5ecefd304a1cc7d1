//! The types of field and what they mean.

use allting_plugin_sdk::{Bytes, Decoded, Fault, Observation};

use crate::Settings;

/// Metres per second squared.
const ONE_G: f64 = 9.806_65;
/// What the accelerometer gives for one g.
const COUNTS_PER_G: f64 = 63.0;

/// Reads a payload. A field that is unknown or cut short fails the whole frame: what follows it cannot be found.
pub(crate) fn read(payload: &[u8], settings: &Settings) -> Result<Decoded, Fault> {
    let mut reader = Reader { bytes: Bytes::new(payload), settings, second_probes: 0, decoded: Decoded::of([]) };
    while let Some([field]) = reader.bytes.field()? {
        let known = reader.in_the_room(field)? || reader.on_the_inputs(field)? || reader.about_the_device(field)?;
        if !known {
            return Err(reader.bytes.malformed("is unknown"));
        }
    }
    Ok(reader.decoded)
}

struct Reader<'a> {
    bytes: Bytes<'a>,
    settings: &'a Settings,
    /// How many fields of the second external probe there were: it has one for each probe on the wire.
    second_probes: usize,
    decoded: Decoded,
}

/// Each of these says whether `field` was one of its own.
impl<'a> Reader<'a> {
    /// Fields whose meaning is the same in every device.
    fn in_the_room(&mut self, field: u8) -> Result<bool, Fault> {
        match field {
            0x01 => self.number("temperature", "Cel", tenths),
            0x02 => self.number("relative-humidity", "%", |bytes| bytes.u8().map(f64::from)),
            0x03 => ["acceleration-x", "acceleration-y", "acceleration-z"].into_iter().try_for_each(|axis| {
                self.number(axis, "m/s2", |bytes| bytes.i8().map(|counts| f64::from(counts) / COUNTS_PER_G * ONE_G))
            }),
            0x04 => self.number("light-intensity", "lx", |bytes| bytes.u16_be().map(f64::from)),
            0x05 => self.bytes.u8().map(|times| self.put(Observation::count("motion", times))),
            0x06 => self.number("co2", "[ppm]", |bytes| bytes.u16_be().map(f64::from)),
            0x0F => self.bytes.u8().map(|times| self.put(Observation::count("vibration", times))),
            // 0 nobody, 1 somebody comes or goes, 2 somebody is there.
            0x11 => self.bytes.u8().map(|state| self.put(Observation::flag("occupied", state == 2))),
            0x12 => self.bytes.u8().map(|level| self.put(Observation::flag("water-leak", level > 0))),
            0x13 => self.bytes.skip(65).map(|()| {
                self.decoded.warnings.push("the thermal picture of 64 points is not kept".to_owned());
            }),
            0x14 => self.number("pressure", "hPa", |bytes| bytes.u32_be().map(|pascal| f64::from(pascal) / 1000.0)),
            0x15 => ["sound-level-peak", "sound-level"]
                .into_iter()
                .try_for_each(|level| self.number(level, "dB[A]", |bytes| bytes.u8().map(f64::from))),
            0x1C => self.number("tvoc", "[ppb]", |bytes| bytes.u16_be().map(f64::from)),
            _ => return Ok(false),
        }?;
        Ok(true)
    }

    /// Fields of inputs: the settings say what hangs on them.
    fn on_the_inputs(&mut self, field: u8) -> Result<bool, Fault> {
        let (bytes, settings) = (&mut self.bytes, self.settings);
        let (word, observation) = match field {
            0x08 => (&None, Observation::number("analog", bytes.u16_be()?.into(), "mV").part("1")),
            0x0A => (&settings.pulse1, Observation::count("pulses", bytes.u16_be()?).part("1")),
            0x0B => (&None, Observation::count("pulses-total", bytes.u32_be()?).part("1")),
            0x0C => (&settings.external_temperature, celsius(bytes)?.part("external-1")),
            0x0D => (&settings.external_digital, Observation::flag("digital", bytes.u8()? != 0).part("1")),
            0x0E => (&settings.external_distance, Observation::number("distance", bytes.u16_be()?.into(), "mm")),
            0x10 => {
                let own = celsius(bytes)?.part("infrared-own");
                self.decoded.observations.push(own);
                (&settings.infrared_temperature, celsius(bytes)?.part("infrared"))
            }
            0x16 => (&settings.pulse2, Observation::count("pulses", bytes.u16_be()?).part("2")),
            0x17 => (&None, Observation::count("pulses-total", bytes.u32_be()?).part("2")),
            0x18 => (&None, Observation::number("analog", bytes.u16_be()?.into(), "mV").part("2")),
            0x19 => {
                let part = format!("external-{}", self.second_probes + 2);
                self.second_probes += 1;
                let word = settings.external_temperature2.as_deref().unwrap_or("temperature");
                let probe = Observation::number(word, tenths(bytes)?, "Cel").part(part);
                self.put(probe);
                return Ok(true);
            }
            0x1A => (&settings.external_digital2, Observation::flag("digital", bytes.u8()? != 0).part("2")),
            0x1B => (&None, Observation::number("analog", i32::from_be_bytes(bytes.take()?).into(), "uV").part("fine")),
            _ => return Ok(false),
        };
        self.put(match word {
            // Under its own word it is the only one of its kind.
            Some(word) => Observation { property: word.clone(), part: None, ..observation },
            None => observation,
        });
        Ok(true)
    }

    /// Fields about the device itself.
    fn about_the_device(&mut self, field: u8) -> Result<bool, Fault> {
        match field {
            0x07 => self.number("battery-voltage", "V", |bytes| bytes.u16_be().map(|mv| f64::from(mv) / 1000.0)),
            0x09 => ["latitude", "longitude"].into_iter().try_for_each(|angle| {
                self.number(angle, "deg", |bytes| bytes.i24_be().map(|n| f64::from(n) / 10_000.0))
            }),
            // For the vendor's own engineers.
            0x3D => self.bytes.skip(4),
            // The device tells its settings: they fill the rest of the frame.
            0x3E => {
                self.bytes.skip_rest();
                Ok(())
            }
            _ => return Ok(false),
        }?;
        Ok(true)
    }

    fn number(
        &mut self,
        property: &str,
        unit: &str,
        read: impl FnOnce(&mut Bytes<'a>) -> Result<f64, Fault>,
    ) -> Result<(), Fault> {
        let number = read(&mut self.bytes)?;
        self.put(Observation::number(property, number, unit));
        Ok(())
    }

    fn put(&mut self, observation: Observation) {
        self.decoded.observations.push(observation);
    }
}

fn celsius(bytes: &mut Bytes<'_>) -> Result<Observation, Fault> {
    tenths(bytes).map(|degrees| Observation::number("temperature", degrees, "Cel"))
}

/// A signed number of two bytes in tenths.
fn tenths(bytes: &mut Bytes<'_>) -> Result<f64, Fault> {
    bytes.i16_be().map(|tenths| f64::from(tenths) / 10.0)
}
