//! What each model sends: tables, and nothing else.
//!
//! A frame has a number of flags; each flag that is set stands for a group of words, in this order.

/// A model, and its groups of words.
#[derive(Debug)]
pub(crate) struct Model {
    /// As in the settings.
    pub(crate) name: &'static str,
    pub(crate) groups: &'static [&'static [Word]],
}

/// One word of 16 bits, or several.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    /// Property, unit, the word that means 0, and how many steps make one unit.
    Steps(&'static str, &'static str, f64, f64),
    /// The same of one of several depths.
    At(&'static str, &'static str, &'static str, f64, f64),
    /// Property, unit, what the whole range is, how many steps it has, and where it begins: from the sensor chip's data sheet.
    Range(&'static str, &'static str, f64, f64, f64),
    /// A count above the word that means 0.
    Count(&'static str, u16),
    /// Yes when not 0.
    Flag(&'static str),
    /// How many samples were good. None: the group says nothing.
    Samples,
    /// Rain since the last report, in tips of the bucket.
    Tips,
    /// Rain in all, in tips, low word first.
    TipsTotal,
    /// Words that say nothing to us.
    Skip(usize),
}

use Word::{At, Count, Flag, Range, Samples, Skip, Steps, Tips, TipsTotal};

/// The word that means 0 for numbers that may be negative.
const ZERO: f64 = 32_768.0;

const BATTERY: &[Word] = &[Steps("battery-voltage", "V", 0.0, 1000.0)];

/// The infrared eye: what it looks at, and itself.
const INFRARED: &[Word] =
    &[Steps("surface-temperature", "Cel", 1000.0, 10.0), Steps("device-temperature", "Cel", 1000.0, 10.0)];

/// Every model we know, by its name in the settings.
pub(crate) const MODELS: &[Model] = &[
    Model {
        name: "dl-atm41",
        groups: &[
            &[
                Steps("solar-radiation", "W/m2", ZERO, 1.0),
                Steps("rain", "mm", ZERO, 1000.0),
                Count("lightning", 32_768),
                Steps("lightning-distance", "km", ZERO, 1.0),
                Steps("wind-speed", "m/s", ZERO, 100.0),
                Steps("wind-direction", "deg", ZERO, 10.0),
                Steps("wind-gust", "m/s", ZERO, 100.0),
                Steps("temperature", "Cel", ZERO, 10.0),
                Steps("vapour-pressure", "kPa", ZERO, 100.0),
                // In hundredths of a kilopascal, which are tenths of a hectopascal.
                Steps("pressure", "hPa", ZERO, 10.0),
                Steps("relative-humidity", "%", ZERO, 10.0),
                Steps("device-temperature", "Cel", ZERO, 10.0),
                Steps("tilt-x", "deg", ZERO, 10.0),
                Steps("tilt-y", "deg", ZERO, 10.0),
                // The compass, and the wind again by its northern and eastern share.
                Skip(3),
            ],
            BATTERY,
        ],
    },
    Model {
        name: "dl-ctd10",
        groups: &[
            &[
                // In millimetres.
                Steps("water-level", "cm", ZERO, 10.0),
                Steps("water-temperature", "Cel", ZERO, 10.0),
                Steps("water-conductivity", "uS/cm", 0.0, 1.0),
                Flag("frozen"),
            ],
            BATTERY,
        ],
    },
    Model {
        name: "dl-cws",
        groups: &[
            &[
                Steps("surface-temperature", "Cel", ZERO, 100.0),
                Steps("temperature", "Cel", ZERO, 100.0),
                Steps("relative-humidity", "%", ZERO, 100.0),
                Steps("dew-point", "Cel", ZERO, 100.0),
                Steps("tilt", "deg", ZERO, 1.0),
                Steps("device-temperature", "Cel", ZERO, 100.0),
            ],
            BATTERY,
        ],
    },
    Model { name: "dl-itst", groups: &[INFRARED, BATTERY] },
    Model {
        name: "dl-lid",
        groups: &[
            &[
                Steps("distance", "mm", 0.0, 1.0),
                Steps("distance-min", "mm", 0.0, 1.0),
                Steps("distance-max", "mm", 0.0, 1.0),
                Steps("distance-median", "mm", 0.0, 1.0),
                // Percentiles 10, 25, 75 and 90, and the most frequent.
                Skip(5),
                Samples,
                Skip(1),
            ],
            BATTERY,
        ],
    },
    Model { name: "dl-mbx", groups: &[&[Steps("distance", "mm", 0.0, 1.0), Samples], BATTERY] },
    Model {
        name: "dl-pm",
        groups: &[
            BATTERY,
            &[
                Steps("pm1", "ug/m3", 0.0, 10.0),
                Steps("pm2-5", "ug/m3", 0.0, 10.0),
                Steps("pm4", "ug/m3", 0.0, 10.0),
                Steps("pm10", "ug/m3", 0.0, 10.0),
                // Their typical size, and how many of each.
                Skip(6),
            ],
            &[
                Range("temperature", "Cel", 175.72, 65_536.0, -46.85),
                Range("relative-humidity", "%", 125.0, 65_536.0, -6.0),
            ],
            // In steps of two pascals.
            &[Steps("pressure", "hPa", 0.0, 50.0)],
        ],
    },
    Model {
        name: "dl-smtp",
        groups: &[
            &[
                // Moisture is a share of the volume, 0.2 % a step.
                At("soil-moisture", "%", "depth-1", 2500.0, 5.0),
                At("soil-temperature", "Cel", "depth-1", ZERO, 100.0),
                At("soil-moisture", "%", "depth-2", 2500.0, 5.0),
                At("soil-temperature", "Cel", "depth-2", ZERO, 100.0),
                At("soil-moisture", "%", "depth-3", 2500.0, 5.0),
                At("soil-temperature", "Cel", "depth-3", ZERO, 100.0),
                At("soil-moisture", "%", "depth-4", 2500.0, 5.0),
                At("soil-temperature", "Cel", "depth-4", ZERO, 100.0),
                At("soil-moisture", "%", "depth-5", 2500.0, 5.0),
                At("soil-temperature", "Cel", "depth-5", ZERO, 100.0),
                At("soil-moisture", "%", "depth-6", 2500.0, 5.0),
                At("soil-temperature", "Cel", "depth-6", ZERO, 100.0),
                At("soil-moisture", "%", "depth-7", 2500.0, 5.0),
                At("soil-temperature", "Cel", "depth-7", ZERO, 100.0),
                At("soil-moisture", "%", "depth-8", 2500.0, 5.0),
                At("soil-temperature", "Cel", "depth-8", ZERO, 100.0),
            ],
            BATTERY,
        ],
    },
    Model { name: "dl-tbrg", groups: &[&[Tips, Skip(1), TipsTotal], BATTERY] },
    Model {
        name: "dl-wrm",
        groups: &[
            &[
                Range("temperature", "Cel", 175.0, 65_535.0, -45.0),
                Range("relative-humidity", "%", 100.0, 65_535.0, 0.0),
            ],
            INFRARED,
            BATTERY,
        ],
    },
];
