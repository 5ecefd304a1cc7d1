//! The frames of each model. All numbers are big endian.

use allting_plugin_sdk::{Bytes, Decoded, Fault, Observation, Uplink};

use crate::settings::Model;

/// History, asked for or sent late.
const DATALOG_PORT: u8 = 3;
/// What the device was told.
const SETTINGS_PORT: u8 = 4;
/// Which device it is.
const ABOUT_PORT: u8 = 5;

/// The voltage shares its bytes with two flags.
const VOLTAGE_BITS: u16 = 0x3FFF;
/// A probe that is not there.
const NO_PROBE: i16 = 0x7FFF;

pub(crate) fn read(uplink: &Uplink, model: Model) -> Result<Decoded, Fault> {
    let mut frame = Frame { bytes: Bytes::new(&uplink.payload), uplink, decoded: Decoded::of([]) };
    match (uplink.f_port, model) {
        (ABOUT_PORT, Model::Lds03a | Model::Lht65n | Model::D20 | Model::Ldds75 | Model::Lse01) => frame.about()?,
        (SETTINGS_PORT, Model::Lds03a | Model::Lht65n) => {}
        (DATALOG_PORT, Model::Lds03a) => {
            while !frame.bytes.is_empty() {
                frame.outdoor_door("", Tense::Past)?;
            }
        }
        (_, Model::Lds02) => frame.door_or_leak()?,
        (_, Model::Lds03a) => frame.outdoor_doors()?,
        (_, Model::D20) => frame.probes()?,
        (_, Model::Ldds75) => frame.distance()?,
        (_, Model::Lse01) => frame.soil()?,
        (_, Model::Lht65n) => frame.air()?,
    }
    Ok(frame.decoded)
}

struct Frame<'a> {
    bytes: Bytes<'a>,
    uplink: &'a Uplink,
    decoded: Decoded,
}

/// Whether a record tells of now or of the time that stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tense {
    Now,
    Past,
}

impl Frame<'_> {
    fn about(&mut self) -> Result<(), Fault> {
        // Model, firmware, frequency band and sub-band.
        self.bytes.skip(5)?;
        self.battery()
    }

    fn door_or_leak(&mut self) -> Result<(), Fault> {
        let status = self.bytes.u16_be()?;
        self.number("battery-voltage", f64::from(status & VOLTAGE_BITS) / 1000.0, "V");
        let (open, leak) = (status & 0x8000 != 0, status & 0x4000 != 0);
        let mode = self.bytes.u8()?;
        let (times, minutes) = (self.bytes.u24_be()?, self.bytes.u24_be()?);
        // Whether the door has been open for too long: the rules of the box know better.
        self.bytes.skip(1)?;
        match mode {
            1 => {
                self.put(Observation::flag("contact-open", open));
                self.put(Observation::count("openings-total", times));
                self.number("last-open", minutes.into(), "min");
            }
            2 => {
                self.put(Observation::flag("water-leak", leak));
                self.put(Observation::count("leaks-total", times));
                self.number("last-leak", minutes.into(), "min");
            }
            3 => {
                self.put(Observation::flag("contact-open", open));
                self.put(Observation::flag("water-leak", leak));
            }
            _ => return Err(self.bytes.malformed(&format!("is of mode {mode}, which is unknown"))),
        }
        Ok(())
    }

    fn outdoor_doors(&mut self) -> Result<(), Fault> {
        if self.bytes.rest().len() < 18 {
            return self.outdoor_door("", Tense::Now);
        }
        self.outdoor_door("door-1", Tense::Now)?;
        self.contact("door-2")
    }

    fn outdoor_door(&mut self, part: &str, tense: Tense) -> Result<(), Fault> {
        let kept = self.decoded.observations.len();
        self.contact(part)?;
        let at = self.bytes.u32_be()?;
        if tense == Tense::Past {
            self.belongs_to(at, kept);
        }
        Ok(())
    }

    fn contact(&mut self, part: &str) -> Result<(), Fault> {
        let status = self.bytes.u8()?;
        let (times, minutes) = (self.bytes.u24_be()?, self.bytes.u24_be()?);
        for observation in [
            Observation::flag("contact-open", status & 1 != 0),
            Observation::count("openings-total", times),
            Observation::number("last-open", minutes.into(), "min"),
        ] {
            self.put(if part.is_empty() { observation } else { observation.part(part) });
        }
        Ok(())
    }

    fn probes(&mut self) -> Result<(), Fault> {
        self.battery()?;
        self.probe("probe-1", 10.0)?;
        self.bytes.skip(2)?;
        match self.bytes.u8()? >> 2 & 0b1_1111 {
            3 => {
                self.probe("probe-2", 10.0)?;
                self.probe("probe-3", 10.0)
            }
            // One probe, and the answer to a question for its limits.
            0 | 31 => self.bytes.skip(4),
            mode => Err(self.bytes.malformed(&format!("is of mode {mode}, which has no probes"))),
        }
    }

    fn distance(&mut self) -> Result<(), Fault> {
        self.battery()?;
        let millimetres = self.bytes.u16_be()?;
        self.bytes.skip(1)?;
        self.optional_probe()?;
        self.bytes.skip(1)?;
        match millimetres {
            0 => self.warn("the ultrasonic sensor is not connected"),
            20 => self.warn("too close or no echo: no distance"),
            _ => self.number("distance", millimetres.into(), "mm"),
        }
        Ok(())
    }

    fn soil(&mut self) -> Result<(), Fault> {
        self.battery()?;
        self.optional_probe()?;
        let (moisture, celsius, conductivity) = (self.bytes.u16_be()?, self.bytes.i16_be()?, self.bytes.u16_be()?);
        if self.bytes.u8()? & 0x80 != 0 {
            self.warn("the sensor is set to send raw values (MOD 1), which are not read");
            return Ok(());
        }
        self.number("soil-moisture", f64::from(moisture) / 100.0, "%");
        self.number("soil-temperature", f64::from(celsius) / 100.0, "Cel");
        // It comes in uS/cm.
        self.number("soil-conductivity", f64::from(conductivity) / 1000.0, "dS/m");
        Ok(())
    }

    fn air(&mut self) -> Result<(), Fault> {
        let kind = self.bytes.rest().get(6).copied().unwrap_or(0);
        let datalog = kind & 0x40 != 0;
        loop {
            self.air_record(if datalog { Tense::Past } else { Tense::Now })?;
            // A single frame may have more after it, which some firmware adds.
            if !datalog || self.bytes.is_empty() {
                return Ok(());
            }
        }
    }

    fn air_record(&mut self, tense: Tense) -> Result<(), Fault> {
        let kept = self.decoded.observations.len();
        let (first, celsius, humidity) = (self.bytes.take::<2>()?, self.bytes.i16_be()?, self.bytes.u16_be()?);
        let kind = self.bytes.u8()?;
        let rest = self.bytes.take::<4>()?;
        let [high, low, ..] = rest;
        if kind & 0x0F == 0x0F {
            self.warn("the number of its probe is not kept");
            return Ok(());
        }
        // With a time at the end, the probe stands where the battery was.
        let dated = tense == Tense::Past || matches!(kind & 0x0F, 0x09 | 0x0A);
        if !dated {
            self.number("battery-voltage", f64::from(u16::from_be_bytes(first) & VOLTAGE_BITS) / 1000.0, "V");
        }
        self.celsius(celsius, 100.0, "");
        self.number("relative-humidity", f64::from(humidity & 0x0FFF) / 10.0, "%");
        if kind & 0x80 == 0 {
            let probe = if dated { first } else { [high, low] };
            self.external(kind & 0x0F, probe, rest);
        }
        if tense == Tense::Past {
            self.belongs_to(u32::from_be_bytes(rest), kept);
        }
        Ok(())
    }

    /// What hangs on the plug: two bytes of it, and all four when there is no time.
    fn external(&mut self, kind: u8, probe: [u8; 2], rest: [u8; 4]) {
        let (signed, unsigned) = (i16::from_be_bytes(probe), u16::from_be_bytes(probe));
        match kind {
            0x01 | 0x02 | 0x09 | 0x0A => self.celsius(signed, 100.0, "probe"),
            0x04 => self.put(Observation::flag("digital", probe[0] != 0)),
            0x05 => self.number("light-intensity", unsigned.into(), "lx"),
            0x06 => self.number("analog", f64::from(unsigned) / 1000.0, "V"),
            0x07 => self.put(Observation::count("pulses-total", unsigned)),
            0x08 => self.put(Observation::count("pulses-total", u32::from_be_bytes(rest))),
            0x0B => {
                let [.., high, low] = rest;
                self.celsius(signed, 100.0, "probe");
                let humidity = f64::from(u16::from_be_bytes([high, low]) & 0x0FFF) / 10.0;
                self.put(Observation::number("relative-humidity", humidity, "%").part("probe"));
            }
            0x0E => {
                let [_, a, b, c] = rest;
                self.put(Observation::flag("occupied", probe[0] & 1 != 0));
                self.put(Observation::count("motions-total", u32::from_be_bytes([0, a, b, c])));
            }
            0 => {}
            kind => self.warn(&format!("what hangs on the plug (0x{kind:02X}) is unknown")),
        }
    }

    fn battery(&mut self) -> Result<(), Fault> {
        let millivolts = self.bytes.u16_be()? & VOLTAGE_BITS;
        self.number("battery-voltage", f64::from(millivolts) / 1000.0, "V");
        Ok(())
    }

    fn probe(&mut self, part: &str, steps: f64) -> Result<(), Fault> {
        let raw = self.bytes.i16_be()?;
        self.celsius(raw, steps, part);
        Ok(())
    }

    /// A probe that may be missing: the device then says 0, so exactly 0.0 degrees are lost.
    fn optional_probe(&mut self) -> Result<(), Fault> {
        match self.bytes.i16_be()? {
            0 => {}
            raw => self.celsius(raw, 10.0, "probe"),
        }
        Ok(())
    }

    fn celsius(&mut self, raw: i16, steps: f64, part: &str) {
        if raw == NO_PROBE {
            return;
        }
        let degrees = Observation::number("temperature", f64::from(raw) / steps, "Cel");
        self.put(if part.is_empty() { degrees } else { degrees.part(part) });
    }

    /// Gives everything after the first `kept` the time the device says it was; without such a time it is left out.
    fn belongs_to(&mut self, unix_s: u32, kept: usize) {
        match self.uplink.age_s(unix_s.into()) {
            Ok(age_s) => self.decoded.observations.iter_mut().skip(kept).for_each(|o| o.age_s = age_s),
            Err(why) => {
                self.decoded.observations.truncate(kept);
                self.warn(&format!("history is left out: {why}"));
            }
        }
    }

    fn number(&mut self, property: &str, number: f64, unit: &str) {
        self.put(Observation::number(property, number, unit));
    }

    fn put(&mut self, observation: Observation) {
        self.decoded.observations.push(observation);
    }

    fn warn(&mut self, warning: &str) {
        self.decoded.warnings.push(warning.to_owned());
    }
}
