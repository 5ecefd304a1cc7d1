//! The bytes in which each kind of device tells its report.

use crate::report::Report;
use model::Sensor;
use serde_json::Value;

/// A make of device: which organs it has and how it writes what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instrument {
    /// ELSYS: a row of fields, each a type byte and a value. The words say what hangs on the inputs.
    Elsys(Vec<(ElsysField, String)>),
    /// The counter above a door that `people-counter.js` reads.
    Counter,
    /// The receiver of a car park that `parking-bays.js` reads.
    BayReceiver,
    /// The buoy that `bathing-buoy.js` reads.
    Buoy,
}

/// The invented devices of the examples, each by the line with which its codec begins.
const BY_CODEC: [(&str, Instrument); 3] = [
    ("// Counter of people above a door.", Instrument::Counter),
    ("// Car park with one receiver for all bays.", Instrument::BayReceiver),
    ("// Buoy with a thermometer below and one above the water.", Instrument::Buoy),
];

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
    Sound = 0x15,
    Pulse2 = 0x16,
}

impl Instrument {
    /// The device that such a sensor of the configuration must be; none when the town has none that its decoder would understand.
    pub fn of(sensor: &Sensor) -> Option<Self> {
        let settings: Value = serde_json::from_str(&sensor.settings).unwrap_or(Value::Null);
        match sensor.decoder.as_str() {
            "elsys" => Some(Self::elsys(&settings, sensor.id.as_str().contains("sound"))),
            "js-codec" => {
                let codec = settings.get("codec")?.as_str()?;
                BY_CODEC.into_iter().find(|(line, _)| codec.starts_with(line)).map(|(_, instrument)| instrument)
            }
            _ => None,
        }
    }

    /// True for what stands at a door.
    pub fn counts_people(&self) -> bool {
        match self {
            Self::Elsys(fields) => fields.iter().any(|(_, word)| word.starts_with("people-")),
            Self::Counter => true,
            Self::BayReceiver | Self::Buoy => false,
        }
    }

    /// A box with inputs when the settings say what hangs on them, else one that looks after a room, or listens to it.
    fn elsys(settings: &Value, listens: bool) -> Self {
        use ElsysField as F;
        const CLIMATE: [(F, &str); 2] = [(F::Temperature, "temperature"), (F::Humidity, "relative-humidity")];
        const ROOM: [(F, &str); 3] = [(F::Light, "light-intensity"), (F::Motion, "motion"), (F::Co2, "co2")];
        const SOUND: [(F, &str); 3] = [(F::Light, "light-intensity"), (F::Motion, "motion"), (F::Sound, "sound-level")];
        const INPUTS: [(&str, F); 6] = [
            ("pulse1", F::Pulse1),
            ("pulse2", F::Pulse2),
            ("external-temperature", F::ExternalTemperature),
            ("external-digital", F::ExternalDigital),
            ("external-distance", F::ExternalDistance),
            ("infrared-temperature", F::InfraredTemperature),
        ];
        let wired = INPUTS.iter().filter_map(|(key, field)| Some((*field, settings.get(key)?.as_str()?)));
        let mut fields: Vec<_> = CLIMATE.into_iter().chain(wired).collect();
        if fields.len() == CLIMATE.len() {
            fields.extend(if listens { SOUND } else { ROOM });
        }
        fields.push((F::Vdd, "battery-voltage"));
        Self::Elsys(fields.into_iter().map(|(field, word)| (field, word.to_owned())).collect())
    }

    /// Port and payload.
    pub fn encode(&self, report: &Report) -> (u8, Vec<u8>) {
        let battery = byte(report.battery_voltage * 10.0);
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
                (5, payload)
            }
            Self::Counter => {
                let [now, came, went] =
                    [report.people_count, report.people_in, report.people_out].map(|n| word(n.into()));
                (2, vec![1, now[0], now[1], came[0], came[1], went[0], went[1], battery])
            }
            Self::BayReceiver => {
                let bays = report.bays.iter().zip(0..16);
                let taken =
                    bays.clone().fold(0_u16, |bits, (taken, bay)| bits | u16::from(*taken) << bay).to_be_bytes();
                (10, vec![u8::try_from(bays.len()).unwrap_or(u8::MAX), taken[0], taken[1], battery])
            }
            Self::Buoy => {
                let [water, air] = [report.water_temperature, report.temperature].map(hundredths);
                (1, vec![water[0], water[1], air[0], air[1], battery])
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
            Self::Sound => to.extend([byte(report.sound_level.1), byte(value)]),
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

#[expect(clippy::cast_possible_truncation, reason = "a cast from float saturates")]
fn hundredths(value: f64) -> [u8; 2] {
    ((value * 100.0).round() as i16).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elsys(settings: &str) -> Instrument {
        Instrument::elsys(&serde_json::from_str(settings).unwrap(), false)
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

    #[test]
    fn the_devices_of_the_examples_speak_as_their_codecs_read() {
        let report = Report {
            people_count: 258,
            people_in: 3,
            people_out: 1,
            bays: [true, false].repeat(6),
            water_temperature: 17.25,
            temperature: -0.5,
            battery_voltage: 3.56,
            ..Report::default()
        };
        assert_eq!(Instrument::Counter.encode(&report), (2, vec![1, 1, 2, 0, 3, 0, 1, 36]));
        assert_eq!(Instrument::BayReceiver.encode(&report), (10, vec![12, 0b0101, 0b0101_0101, 36]));
        assert_eq!(Instrument::Buoy.encode(&report), (1, vec![0x06, 0xBD, 0xFF, 0xCE, 36]));
    }
}
