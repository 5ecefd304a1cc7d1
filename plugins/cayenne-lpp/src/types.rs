//! The types of data, and how each lies in the frame: tables, and nothing else.
//!
//! A type is the number of an IPSO smart object less 3200. All numbers are big endian.

/// A type, and the values in it.
#[derive(Debug)]
pub(crate) struct Type(pub(crate) u8, pub(crate) &'static [Part]);

/// One value of a type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// A measured number: property, unit, and how many steps make one unit. Unit "" when only the owner knows what it is.
    Number(&'static str, &'static str, Raw, f64),
    /// A counted number.
    Count(&'static str, Raw),
    /// Yes when not 0.
    Flag(&'static str),
    /// The time of the device, which the box knows better.
    Clock,
}

/// How a number lies in the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    U8,
    U16,
    I16,
    I24,
    U32,
}

use Part::{Clock, Count, Flag, Number};
use Raw::{I16, I24, U8, U16, U32};

/// Acceleration comes in thousandths of g, which is 9.80665 m/s2.
const STEPS_PER_M_S2: f64 = 1000.0 / 9.806_65;

/// Every type we know: those of Cayenne itself, and the extensions that its libraries share.
pub(crate) const TYPES: &[Type] = &[
    Type(0, &[Flag("digital")]),
    Type(1, &[Flag("digital-output")]),
    Type(2, &[Number("analog", "", I16, 100.0)]),
    Type(3, &[Number("analog-output", "", I16, 100.0)]),
    Type(100, &[Count("generic", U32)]),
    Type(101, &[Number("light-intensity", "lx", U16, 1.0)]),
    Type(102, &[Flag("occupied")]),
    Type(103, &[Number("temperature", "Cel", I16, 10.0)]),
    Type(104, &[Number("relative-humidity", "%", U8, 2.0)]),
    Type(
        113,
        &[
            Number("acceleration-x", "m/s2", I16, STEPS_PER_M_S2),
            Number("acceleration-y", "m/s2", I16, STEPS_PER_M_S2),
            Number("acceleration-z", "m/s2", I16, STEPS_PER_M_S2),
        ],
    ),
    Type(115, &[Number("pressure", "hPa", U16, 10.0)]),
    Type(116, &[Number("voltage", "V", U16, 100.0)]),
    Type(117, &[Number("current", "A", U16, 1000.0)]),
    Type(118, &[Number("frequency", "Hz", U32, 1.0)]),
    Type(120, &[Number("percentage", "%", U8, 1.0)]),
    Type(121, &[Number("altitude", "m", I16, 1.0)]),
    Type(122, &[Number("load", "kg", I24, 1000.0)]),
    Type(125, &[Number("concentration", "[ppm]", U16, 1.0)]),
    Type(128, &[Number("power", "W", U16, 1.0)]),
    Type(130, &[Number("distance", "mm", U32, 1.0)]),
    Type(131, &[Number("energy", "kW.h", U32, 1000.0)]),
    Type(132, &[Number("direction", "deg", U16, 1.0)]),
    Type(133, &[Clock]),
    Type(
        134,
        &[
            Number("rotation-x", "deg/s", I16, 100.0),
            Number("rotation-y", "deg/s", I16, 100.0),
            Number("rotation-z", "deg/s", I16, 100.0),
        ],
    ),
    Type(135, &[Count("red", U8), Count("green", U8), Count("blue", U8)]),
    Type(
        136,
        &[
            Number("latitude", "deg", I24, 10_000.0),
            Number("longitude", "deg", I24, 10_000.0),
            Number("altitude", "m", I24, 100.0),
        ],
    ),
    Type(142, &[Flag("switch")]),
];
