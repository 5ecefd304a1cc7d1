use crate::record::{Reader, Stored, Writer};
use model::{BootId, ClockCorrection, ClockQuality, ClockSpan, CorrectionLeft};

/// Layout 1: from, until, start of the machine and the time then, quality, correction.
impl Stored for ClockSpan {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.time(self.from);
        out.option(self.until, Writer::time);
        out.array(self.boot.0);
        out.time(self.boot_at);
        out.u8(match self.quality {
            ClockQuality::Unknown => 0,
            ClockQuality::Kept => 1,
            ClockQuality::Synchronized => 2,
        });
        out.option(self.correction, |out, correction| {
            out.i64(correction.by_ms);
            out.option(correction.left, |out, left| {
                let (phase, at) = match left {
                    CorrectionLeft::Uplinks(at) => (0, at),
                    CorrectionLeft::Observations(at) => (1, at),
                };
                out.u8(phase);
                out.time(at);
            });
        });
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self {
            from: input.time()?,
            until: input.option(Reader::time)?,
            boot: BootId(input.array()?),
            boot_at: input.time()?,
            quality: match input.u8()? {
                0 => ClockQuality::Unknown,
                1 => ClockQuality::Kept,
                2 => ClockQuality::Synchronized,
                _ => return None,
            },
            correction: input.option(|input| {
                let by_ms = input.i64()?;
                let left = input.option(|input| match (input.u8()?, input.time()?) {
                    (0, at) => Some(CorrectionLeft::Uplinks(at)),
                    (1, at) => Some(CorrectionLeft::Observations(at)),
                    _ => None,
                })?;
                Some(ClockCorrection { by_ms, left })
            })?,
        })
    }
}
