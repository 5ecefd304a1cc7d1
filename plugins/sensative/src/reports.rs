//! Reads the reports of a frame. All numbers are big endian.

use allting_plugin_sdk::{Bytes, Decoded, Fault, Observation, Uplink};

use crate::settings::{Door, Settings};

/// Set in a report that is also kept in the history.
const KEPT: u8 = 0x80;

/// Reads a frame. A report that is unknown or cut short fails the whole frame: what follows it cannot be found.
pub(crate) fn read(uplink: &Uplink, settings: &Settings) -> Result<Decoded, Fault> {
    let bytes = Bytes::new(&uplink.payload);
    let mut reader = Reader { bytes, age_s: 0, door: settings.door, decoded: Decoded::of([]) };
    match uplink.f_port {
        1 => reader.now()?,
        2 => reader.history()?,
        // Answers to commands.
        10 | 11 => {}
        f_port => return Err(Fault::UnsupportedPort(f_port)),
    }
    Ok(reader.decoded)
}

struct Reader<'a> {
    bytes: Bytes<'a>,
    /// Of what is being read.
    age_s: u32,
    door: Option<Door>,
    decoded: Decoded,
}

impl Reader<'_> {
    fn now(&mut self) -> Result<(), Fault> {
        // The number of the newest entry of the history.
        self.bytes.skip(2)?;
        while let Some([kind]) = self.bytes.field()? {
            self.report(kind & !KEPT)?;
        }
        Ok(())
    }

    fn history(&mut self) -> Result<(), Fault> {
        // The number of the first entry.
        self.bytes.skip(2)?;
        while !self.bytes.is_empty() {
            // How long ago, in seconds, by the device's own reckoning.
            self.age_s = self.bytes.u32_be()?;
            let [kind] = self.bytes.field()?.ok_or_else(|| self.bytes.malformed("is cut short"))?;
            self.report(kind & !KEPT)?;
        }
        Ok(())
    }

    fn report(&mut self, kind: u8) -> Result<(), Fault> {
        if self.of_the_place(kind)? || self.of_the_device(kind)? {
            return Ok(());
        }
        Err(self.bytes.malformed("is unknown"))
    }

    /// Says whether the report was one of these.
    fn of_the_place(&mut self, kind: u8) -> Result<bool, Fault> {
        match kind {
            2 => self.temperature("")?,
            4 => self.temperature("mean")?,
            6 => self.humidity("")?,
            7 => self.light("")?,
            8 => self.light("2")?,
            9 => self.door()?,
            13 => {
                let level = self.bytes.u8()?.into();
                self.put(Observation::number("flood-level", level, "%"));
            }
            14 => self.flag("water-leak")?,
            16 => self.flag("switch")?,
            17 => {
                let times = self.bytes.u16_be()?;
                self.put(Observation::count("openings-total", times));
            }
            18 => self.flag("occupied")?,
            80 => {
                self.humidity("")?;
                self.temperature("")?;
            }
            81 => {
                self.humidity("mean")?;
                self.temperature("mean")?;
            }
            82 => {
                self.door()?;
                self.temperature("")?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn of_the_device(&mut self, kind: u8) -> Result<bool, Fault> {
        match kind {
            0 => {}
            1 => {
                let level = self.bytes.u8()?.into();
                self.put(Observation::number("battery-level", level, "%"));
            }
            11 => self.flag("tampered")?,
            // Whether a threshold was crossed: the rules of the box know better.
            3 | 5 | 10 | 12 | 15 | 21 | 22 => self.bytes.skip(1)?,
            // Reflection and capacitance, in steps of the chip.
            19 | 20 | 112..=114 => self.bytes.skip(2)?,
            // Check-in: version and number of the product.
            110 => self.bytes.skip(8)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn door(&mut self) -> Result<(), Fault> {
        let one = self.bytes.u8()? != 0;
        self.put(match self.door {
            Some(Door::OneIsOpen) => Observation::flag("contact-open", one),
            Some(Door::ZeroIsOpen) => Observation::flag("contact-open", !one),
            None => Observation::flag("door", one),
        });
        Ok(())
    }

    fn temperature(&mut self, part: &str) -> Result<(), Fault> {
        let degrees = f64::from(self.bytes.i16_be()?) / 10.0;
        self.put_part(Observation::number("temperature", degrees, "Cel"), part);
        Ok(())
    }

    fn humidity(&mut self, part: &str) -> Result<(), Fault> {
        let percent = f64::from(self.bytes.u8()?) / 2.0;
        self.put_part(Observation::number("relative-humidity", percent, "%"), part);
        Ok(())
    }

    fn light(&mut self, part: &str) -> Result<(), Fault> {
        let lux = self.bytes.u16_be()?.into();
        self.put_part(Observation::number("light-intensity", lux, "lx"), part);
        Ok(())
    }

    fn flag(&mut self, property: &str) -> Result<(), Fault> {
        let flag = self.bytes.u8()? != 0;
        self.put(Observation::flag(property, flag));
        Ok(())
    }

    fn put_part(&mut self, observation: Observation, part: &str) {
        self.put(if part.is_empty() { observation } else { observation.part(part) });
    }

    fn put(&mut self, observation: Observation) {
        self.decoded.observations.push(observation.aged(self.age_s));
    }
}
