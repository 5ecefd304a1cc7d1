//! The bytes in which each kind of device tells its report.

use crate::traffic::Report;
use model::Sensor;
use serde_json::Value;

/// Port on which ELSYS devices speak.
const ELSYS_PORT: u8 = 5;

/// A make of device: which organs it has and how it writes what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instrument {
    /// ELSYS: a row of fields, each a type byte and a value. The words say what hangs on the inputs.
    Elsys(Vec<(ElsysField, String)>),
}

/// The fields an ELSYS device of the town sends (ELSYS payload, "sensor data").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the vendor's table")]
#[repr(u8)]
pub enum ElsysField {
    Temperature = 0x01,
    Humidity = 0x02,
    Light = 0x04,
    Motion = 0x05,
    Co2 = 0x06,
    Vdd = 0x07,
    Pulse1 = 0x0A,
    ExternalTemperature = 0x0C,
    ExternalDigital = 0x0D,
    ExternalDistance = 0x0E,
    InfraredTemperature = 0x10,
    Pulse2 = 0x16,
}

impl Instrument {
    /// The device that such a sensor of the configuration must be; none when the town has none that its decoder would understand.
    pub fn of(sensor: &Sensor) -> Option<Self> {
        let settings: Value = serde_json::from_str(&sensor.settings).unwrap_or(Value::Null);
        match sensor.decoder.as_str() {
            "elsys" => Some(Self::elsys(&settings)),
            _ => None,
        }
    }

    /// A box with inputs when the settings say what hangs on them, else one that looks after a room.
    fn elsys(settings: &Value) -> Self {
        use ElsysField as F;
        const INPUTS: [(&str, F); 6] = [
            ("pulse1", F::Pulse1),
            ("pulse2", F::Pulse2),
            ("external-temperature", F::ExternalTemperature),
            ("external-digital", F::ExternalDigital),
            ("external-distance", F::ExternalDistance),
            ("infrared-temperature", F::InfraredTemperature),
        ];
        let wired =
            INPUTS.into_iter().filter_map(|(key, field)| Some((field, settings.get(key)?.as_str()?.to_owned())));
        let mut fields =
            vec![(F::Temperature, "temperature".to_owned()), (F::Humidity, "relative-humidity".to_owned())];
        fields.extend(wired);
        if fields.len() == 2 {
            let room = [(F::Light, "light-intensity"), (F::Motion, "motion"), (F::Co2, "co2")];
            fields.extend(room.map(|(field, word)| (field, word.to_owned())));
        }
        fields.push((F::Vdd, "battery-voltage".to_owned()));
        Self::Elsys(fields)
    }

    /// Port and payload.
    pub fn encode(&self, report: &Report) -> (u8, Vec<u8>) {
        match self {
            Self::Elsys(fields) => {
                let mut payload = Vec::new();
                for (field, word) in fields {
                    // An input with nothing the town knows on it is not connected.
                    if let Some(value) = report.value(word) {
                        payload.push(*field as u8);
                        field.write(value, report, &mut payload);
                    }
                }
                (ELSYS_PORT, payload)
            }
        }
    }
}

impl ElsysField {
    fn write(self, value: f64, report: &Report, to: &mut Vec<u8>) {
        match self {
            Self::Temperature | Self::ExternalTemperature => to.extend(tenths(value)),
            Self::InfraredTemperature => {
                to.extend(tenths(report.temperature));
                to.extend(tenths(value));
            }
            Self::Humidity | Self::Motion | Self::ExternalDigital => to.push(byte(value)),
            Self::Light | Self::Co2 | Self::Pulse1 | Self::Pulse2 | Self::ExternalDistance => to.extend(word(value)),
            Self::Vdd => to.extend(word(value * 1000.0)),
        }
    }
}

/// Rounded, and held at the ends of the range, as a device holds it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from float saturates")]
fn byte(value: f64) -> u8 {
    value.round() as u8
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from float saturates")]
fn word(value: f64) -> [u8; 2] {
    (value.round() as u16).to_be_bytes()
}

#[expect(clippy::cast_possible_truncation, reason = "a cast from float saturates")]
fn tenths(value: f64) -> [u8; 2] {
    ((value * 10.0).round() as i16).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elsys(settings: &str) -> Instrument {
        Instrument::elsys(&serde_json::from_str(settings).unwrap())
    }

    #[test]
    fn a_counter_at_a_door_tells_pulses_and_its_battery() {
        let report = Report {
            people_in: 3,
            people_out: 258,
            temperature: -1.25,
            relative_humidity: 41.4,
            battery_voltage: 3.6,
            ..Report::default()
        };
        let counter = elsys(r#"{"pulse1":"people-in","pulse2":"people-out"}"#);
        let expect = [0x01, 0xFF, 0xF3, 0x02, 41, 0x0A, 0, 3, 0x16, 1, 2, 0x07, 0x0E, 0x10];
        assert_eq!(counter.encode(&report), (5, expect.to_vec()));
    }

    #[test]
    fn without_inputs_it_looks_after_a_room() {
        let report = Report { co2: 640.0, motion: 7, light_intensity: 70_000.0, ..Report::default() };
        let (_, payload) = elsys("{}").encode(&report);
        assert_eq!(payload, [0x01, 0, 0, 0x02, 0, 0x04, 0xFF, 0xFF, 0x05, 7, 0x06, 2, 0x80, 0x07, 0, 0]);
    }
}
