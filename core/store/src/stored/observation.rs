use crate::record::{Reader, Stored, Writer};
use model::{Observation, Rollup, Timestamp, Value};

/// Layout 1: a kind byte, then the value.
fn write_value(out: &mut Writer, value: &Value) {
    match value {
        Value::Number(n) => {
            out.u8(0);
            out.f64(*n);
        }
        Value::Integer(n) => {
            out.u8(1);
            out.i64(*n);
        }
        Value::Text(text) => {
            out.u8(2);
            out.text(text);
        }
        Value::Flag(flag) => {
            out.u8(3);
            out.flag(*flag);
        }
    }
}

fn read_value(input: &mut Reader<'_>) -> Option<Value> {
    Some(match input.u8()? {
        0 => Value::Number(input.f64()?),
        1 => Value::Integer(input.i64()?),
        2 => Value::Text(input.text()?),
        3 => Value::Flag(input.flag()?),
        _ => return None,
    })
}

/// An observation without what its key says: which datastream, and when it was so.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) result_time: Timestamp,
    pub(crate) result: Value,
}

/// Layout 1: result time, value.
impl Stored for Seen {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.time(self.result_time);
        write_value(out, &self.result);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self { result_time: input.time()?, result: read_value(input)? })
    }
}

/// Layout 1, for the newest of each datastream: datastream id, phenomenon time, result time, value.
impl Stored for Observation {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        self.datastream.write(out);
        out.time(self.phenomenon_time);
        out.time(self.result_time);
        write_value(out, &self.result);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self {
            datastream: Stored::read(1, input)?,
            phenomenon_time: input.time()?,
            result_time: input.time()?,
            result: read_value(input)?,
        })
    }
}

/// Layout 1: count, sum, least, greatest, time and value of the newest.
impl Stored for Rollup {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u32(self.count);
        out.f64(self.sum);
        out.f64(self.min);
        out.f64(self.max);
        out.time(self.last.0);
        out.f64(self.last.1);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self {
            count: input.u32()?,
            sum: input.f64()?,
            min: input.f64()?,
            max: input.f64()?,
            last: (input.time()?, input.f64()?),
        })
    }
}
