//! What each model sends: tables, and nothing else.
//!
//! A channel and a type mean different things in different models (0x05 0x00 is a leak, a movement or a tilt), so the settings
//! name the model. All numbers are little endian.

/// A model, and all fields it sends.
#[derive(Debug)]
pub(crate) struct Model {
    /// As in the settings.
    pub(crate) name: &'static str,
    pub(crate) rows: &'static [&'static [Row]],
    pub(crate) interval: Interval,
}

/// Channel, type, and what is in the field.
#[derive(Debug)]
pub(crate) struct Row(pub(crate) u8, pub(crate) u8, pub(crate) &'static [Reading]);

/// How a model is told its report interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interval {
    /// Seconds in two bytes.
    Seconds,
    /// Seconds in four bytes.
    LongSeconds,
    /// Minutes in two bytes.
    Minutes,
}

/// How a number lies in the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    U8,
    U16,
    I16,
    U32,
}

/// One thing within a field. A field is read from left to right.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reading {
    /// A measured number: property, unit, and how many steps make one unit.
    Number(&'static str, &'static str, Raw, f64),
    /// A counted number: property, and the part it belongs to or "".
    Count(&'static str, Raw, &'static str),
    /// Yes when not 0.
    Flag(&'static str),
    /// Unix seconds: what follows in this field was so at that time.
    Time,
    /// When this byte is 0, only so many readings follow.
    Short(usize),
    /// Bytes that say nothing to us.
    Skip(usize),
    /// How many regions there are, and which of them are taken: bits, the high byte first.
    TakenRegions,
    /// People in eight regions, the first of them with this number.
    Regions(u8),
    /// How long people stay in one region, on average and at most.
    Dwell,
    /// Sound level now, mean and peak, after a byte that tells the weighting.
    Sound,
}

use Interval::{LongSeconds, Minutes, Seconds};
use Raw::{I16, U8, U16, U32};
use Reading::{Count, Dwell, Flag, Number, Regions, Short, Skip, Sound, TakenRegions, Time};

const BATTERY: Row = Row(0x01, 0x75, &[Number("battery-level", "%", U8, 1.0)]);

const CELSIUS: Reading = Number("temperature", "Cel", I16, 10.0);
const HUMIDITY: Reading = Number("relative-humidity", "%", U8, 2.0);
const LONG_HUMIDITY: Reading = Number("relative-humidity", "%", U16, 2.0);
const CO2: Reading = Number("co2", "[ppm]", U16, 1.0);
const PRESSURE: Reading = Number("pressure", "hPa", U16, 10.0);
const LIGHT_GRADE: Reading = Number("light-grade", "1", U8, 1.0);
const AIR_QUALITY: Reading = Number("air-quality-index", "1", U16, 100.0);
const TVOC_MASS: Reading = Number("tvoc-mass", "ug/m3", U16, 1.0);
const PM2_5: Reading = Number("pm2-5", "ug/m3", U16, 1.0);
const PM10: Reading = Number("pm10", "ug/m3", U16, 1.0);
const FORMALDEHYDE: Reading = Number("formaldehyde", "mg/m3", U16, 100.0);
const OZONE: Reading = Number("ozone", "[ppm]", U16, 100.0);
const DISTANCE: Reading = Number("distance", "mm", U16, 1.0);
const DEPTH: Reading = Number("water-level", "cm", U16, 1.0);
const LUX: Reading = Number("light-intensity", "lx", U32, 1.0);
const SOMEBODY: Reading = Flag("occupied");
const LEAK: Reading = Flag("water-leak");
const OPEN: Reading = Flag("contact-open");
const TILTED: Reading = Flag("tilted");
/// Whether a threshold was crossed: the rules of the box know better.
const ALARM: Reading = Skip(1);
/// How much it changed since the last value, which we have.
const CHANGE: Reading = Skip(2);

const TEMPERATURE: Row = Row(0x03, 0x67, &[CELSIUS]);
const TEMPERATURE_ALARM: Row = Row(0x83, 0x67, &[CELSIUS, ALARM]);
const TEMPERATURE_JUMP: Row = Row(0x83, 0xD7, &[CELSIUS, CHANGE, ALARM]);
const AIR_HUMIDITY: Row = Row(0x04, 0x68, &[HUMIDITY]);

const IN: Reading = Count("people-in", U16, "");
const OUT: Reading = Count("people-out", U16, "");
const TOTAL_IN: Reading = Count("people-in-total", U16, "");
const TOTAL_OUT: Reading = Count("people-out-total", U16, "");

const THERMOPILE_COUNTER: &[Row] = &[
    BATTERY,
    TEMPERATURE,
    TEMPERATURE_ALARM,
    Row(0x04, 0xCC, &[TOTAL_IN, TOTAL_OUT]),
    Row(0x84, 0xCC, &[TOTAL_IN, TOTAL_OUT, ALARM]),
    Row(0x05, 0xCC, &[IN, OUT]),
    Row(0x85, 0xCC, &[IN, OUT, ALARM]),
    Row(0x0A, 0xEF, &[Skip(4)]),
    Row(0x20, 0xCE, &[Time, Short(2), IN, OUT, TOTAL_IN, TOTAL_OUT]),
];

const LINES: &[Row] = &[
    Row(0x03, 0xD2, &[Count("people-in-total", U32, "line-1")]),
    Row(0x04, 0xD2, &[Count("people-out-total", U32, "line-1")]),
    Row(0x05, 0xCC, &[Count("people-in", U16, "line-1"), Count("people-out", U16, "line-1")]),
    Row(0x06, 0xD2, &[Count("people-in-total", U32, "line-2")]),
    Row(0x07, 0xD2, &[Count("people-out-total", U32, "line-2")]),
    Row(0x08, 0xCC, &[Count("people-in", U16, "line-2"), Count("people-out", U16, "line-2")]),
    Row(0x09, 0xD2, &[Count("people-in-total", U32, "line-3")]),
    Row(0x0A, 0xD2, &[Count("people-out-total", U32, "line-3")]),
    Row(0x0B, 0xCC, &[Count("people-in", U16, "line-3"), Count("people-out", U16, "line-3")]),
    Row(0x0C, 0xD2, &[Count("people-in-total", U32, "line-4")]),
    Row(0x0D, 0xD2, &[Count("people-out-total", U32, "line-4")]),
    Row(0x0E, 0xCC, &[Count("people-in", U16, "line-4"), Count("people-out", U16, "line-4")]),
    Row(
        0x0F,
        0xE3,
        &[
            Count("people-in-region", U8, "region-1"),
            Count("people-in-region", U8, "region-2"),
            Count("people-in-region", U8, "region-3"),
            Count("people-in-region", U8, "region-4"),
        ],
    ),
    Row(0x10, 0xE4, &[Dwell]),
    // Children of these, when the sensor tells them apart by their height (firmware 1.0.9 and later).
    Row(0x11, 0xD2, &[Count("children-in-total", U32, "line-1")]),
    Row(0x12, 0xD2, &[Count("children-out-total", U32, "line-1")]),
    Row(0x13, 0xCC, &[Count("children-in", U16, "line-1"), Count("children-out", U16, "line-1")]),
    Row(0x14, 0xD2, &[Count("children-in-total", U32, "line-2")]),
    Row(0x15, 0xD2, &[Count("children-out-total", U32, "line-2")]),
    Row(0x16, 0xCC, &[Count("children-in", U16, "line-2"), Count("children-out", U16, "line-2")]),
    Row(0x17, 0xD2, &[Count("children-in-total", U32, "line-3")]),
    Row(0x18, 0xD2, &[Count("children-out-total", U32, "line-3")]),
    Row(0x19, 0xCC, &[Count("children-in", U16, "line-3"), Count("children-out", U16, "line-3")]),
    Row(0x1A, 0xD2, &[Count("children-in-total", U32, "line-4")]),
    Row(0x1B, 0xD2, &[Count("children-out-total", U32, "line-4")]),
    Row(0x1C, 0xCC, &[Count("children-in", U16, "line-4"), Count("children-out", U16, "line-4")]),
    Row(
        0x1D,
        0xE3,
        &[
            Count("children-in-region", U8, "region-1"),
            Count("children-in-region", U8, "region-2"),
            Count("children-in-region", U8, "region-3"),
            Count("children-in-region", U8, "region-4"),
        ],
    ),
    // How long children stay; and which of several sensors has something in front of its eye.
    Row(0x1E, 0xE4, &[Skip(5)]),
    Row(0x50, 0xFC, &[Skip(3)]),
];

const CEILING_CAMERA: &[Row] = &[
    Row(0x04, 0xC9, &[Count("people-count", U8, ""), TakenRegions]),
    Row(0x05, 0xCC, &[IN, OUT]),
    Row(0x06, 0xCD, &[Count("people-count-max", U8, "")]),
    Row(0x07, 0xD5, &[Regions(1)]),
    Row(0x08, 0xD5, &[Regions(9)]),
    // Who went from A, B, C and D to A, B, C and D.
    Row(0x09, 0xDA, &[Skip(8)]),
    Row(0x0A, 0xDA, &[Skip(8)]),
    Row(0x0B, 0xDA, &[Skip(8)]),
    Row(0x0C, 0xDA, &[Skip(8)]),
    Row(0x0D, 0xCC, &[TOTAL_IN, TOTAL_OUT]),
    Row(0x0E, 0xE4, &[Dwell]),
    Row(0x0F, 0x85, &[Skip(4)]),
];

const SOIL_CELSIUS: Reading = Number("soil-temperature", "Cel", I16, 10.0);
const SOIL_MOISTURE: Reading = Number("soil-moisture", "%", U16, 100.0);
/// It says uS/cm, of which a thousand are one dS/m.
const SOIL_CONDUCTIVITY: Reading = Number("soil-conductivity", "dS/m", U16, 1000.0);

const SOIL: &[Row] = &[
    Row(0x03, 0x67, &[SOIL_CELSIUS]),
    Row(0x83, 0xD7, &[SOIL_CELSIUS, CHANGE, ALARM]),
    // Older ones say it in steps of a half.
    Row(0x04, 0x68, &[Number("soil-moisture", "%", U8, 2.0)]),
    Row(0x04, 0xCA, &[SOIL_MOISTURE]),
    Row(0x05, 0x7F, &[SOIL_CONDUCTIVITY]),
    Row(0x20, 0xCE, &[Time, SOIL_CONDUCTIVITY, SOIL_CELSIUS, SOIL_MOISTURE]),
];

const LEAKS: &[Row] = &[Row(0x05, 0x00, &[LEAK]), Row(0x20, 0xCE, &[Time, CELSIUS, HUMIDITY, LEAK])];

const AIR: &[Row] = &[BATTERY, TEMPERATURE, TEMPERATURE_ALARM, AIR_HUMIDITY];

const ACTIVITY: &[Row] = &[
    Row(0x05, 0x6A, &[Count("motion", U16, "")]),
    // Visible light, then visible with infrared, and infrared alone, in steps of the chip.
    Row(0x06, 0x65, &[Number("light-intensity", "lx", U16, 1.0), Skip(4)]),
];

const GASES: &[Row] =
    &[Row(0x07, 0x7D, &[CO2]), Row(0x08, 0x7D, &[Number("tvoc", "[ppb]", U16, 1.0)]), Row(0x09, 0x73, &[PRESSURE])];

const ROOM: &[Row] = &[
    Row(0x05, 0x00, &[SOMEBODY]),
    Row(0x06, 0xCB, &[LIGHT_GRADE]),
    Row(0x07, 0x7D, &[CO2]),
    Row(0x08, 0x7D, &[AIR_QUALITY]),
    Row(0x08, 0xE6, &[TVOC_MASS]),
    Row(0x09, 0x73, &[PRESSURE]),
    Row(0x0A, 0x7D, &[FORMALDEHYDE]),
    Row(0x0B, 0x7D, &[PM2_5]),
    Row(0x0C, 0x7D, &[PM10]),
    Row(0x0D, 0x7D, &[OZONE]),
    Row(0x0E, 0x01, &[Skip(1)]),
];

/// The history of the AM300 series: with the air quality as an index, and as micrograms.
macro_rules! room_history {
    ($channel:literal, $air:ident, $($more:expr),*) => {
        Row(
            $channel,
            0xCE,
            &[Time, CELSIUS, LONG_HUMIDITY, SOMEBODY, LIGHT_GRADE, CO2, $air, PRESSURE, $($more),*],
        )
    };
    ($($more:expr),*) => {
        &[room_history!(0x20, AIR_QUALITY, $($more),*), room_history!(0x21, TVOC_MASS, $($more),*)]
    };
}

const fn model(name: &'static str, interval: Interval, rows: &'static [&'static [Row]]) -> Model {
    Model { name, rows, interval }
}

/// Every model we know, by its name in the settings.
pub(crate) const MODELS: &[Model] = &[
    model("vs121", Seconds, &[CEILING_CAMERA]),
    model("vs133", Seconds, &[LINES]),
    model(
        "vs330",
        Seconds,
        &[&[BATTERY, Row(0x02, 0x82, &[DISTANCE]), Row(0x03, 0x8E, &[SOMEBODY]), Row(0x04, 0x8E, &[Skip(1)])]],
    ),
    model("vs350", Minutes, &[THERMOPILE_COUNTER]),
    model("vs351", Minutes, &[THERMOPILE_COUNTER]),
    model("am102", Seconds, &[AIR, &[Row(0x20, 0xCE, &[Time, CELSIUS, HUMIDITY])]]),
    model("am103", Seconds, &[AIR, GASES, &[Row(0x20, 0xCE, &[Time, CELSIUS, HUMIDITY, CO2])]]),
    model("am104", Seconds, &[AIR, ACTIVITY]),
    model("am107", Seconds, &[AIR, ACTIVITY, GASES]),
    model("am307", Seconds, &[AIR, ROOM, room_history!()]),
    model("am308", Seconds, &[AIR, ROOM, room_history!(PM2_5, PM10)]),
    model("am319-hcho", Seconds, &[AIR, ROOM, room_history!(PM2_5, PM10, FORMALDEHYDE)]),
    model("am319-o3", Seconds, &[AIR, ROOM, room_history!(PM2_5, PM10, OZONE)]),
    model("em300-th", Seconds, &[AIR, &[Row(0x20, 0xCE, &[Time, CELSIUS, HUMIDITY, Skip(1)])]]),
    model("em300-mcs", Seconds, &[AIR, &[Row(0x06, 0x00, &[OPEN]), Row(0x20, 0xCE, &[Time, CELSIUS, HUMIDITY, OPEN])]]),
    model("em300-sld", Seconds, &[AIR, LEAKS]),
    model("em300-zld", Seconds, &[AIR, LEAKS]),
    model("em310-udl", Seconds, &[&[BATTERY, Row(0x03, 0x82, &[DISTANCE]), Row(0x04, 0x00, &[TILTED])]]),
    model(
        "em400-mud",
        LongSeconds,
        &[&[
            BATTERY,
            TEMPERATURE,
            TEMPERATURE_ALARM,
            Row(0x04, 0x82, &[DISTANCE]),
            Row(0x84, 0x82, &[DISTANCE, ALARM]),
            Row(0x05, 0x00, &[TILTED]),
        ]],
    ),
    model(
        "em500-co2",
        Seconds,
        &[
            AIR,
            &[
                TEMPERATURE_JUMP,
                Row(0x05, 0x7D, &[CO2]),
                Row(0x06, 0x73, &[PRESSURE]),
                Row(0x20, 0xCE, &[Time, CO2, PRESSURE, CELSIUS, HUMIDITY]),
            ],
        ],
    ),
    model("em500-lgt", Seconds, &[&[BATTERY, Row(0x03, 0x94, &[LUX]), Row(0x20, 0xCE, &[Time, LUX])]]),
    model("em500-pt100", Seconds, &[&[BATTERY, TEMPERATURE, TEMPERATURE_JUMP, Row(0x20, 0xCE, &[Time, CELSIUS])]]),
    model("em500-smtc", Seconds, &[&[BATTERY], SOIL]),
    model("em500-swl", Seconds, &[&[BATTERY, Row(0x03, 0x77, &[DEPTH]), Row(0x20, 0xCE, &[Time, DEPTH])]]),
    model(
        "em500-udl",
        Seconds,
        &[&[
            BATTERY,
            Row(0x03, 0x82, &[DISTANCE]),
            Row(0x83, 0xE9, &[DISTANCE, CHANGE, ALARM]),
            Row(0x20, 0xCE, &[Time, DISTANCE]),
        ]],
    ),
    model("ws301", Seconds, &[&[BATTERY, Row(0x03, 0x00, &[OPEN]), Row(0x04, 0x00, &[Flag("taken-down")])]]),
    model("ws302", Seconds, &[&[BATTERY, Row(0x05, 0x5B, &[Sound])]]),
];

/// What every model may say of itself under channel 0xFF: type and length.
pub(crate) const ABOUT: &[(u8, usize)] =
    &[(0x01, 1), (0x08, 6), (0x09, 2), (0x0A, 2), (0x0B, 1), (0x0F, 1), (0x16, 8), (0x1F, 4), (0xFE, 1), (0xFF, 2)];
