//! The stored twin of each noun: how its bytes lie in a row. A released layout is never changed; a new one gets the next
//! version number, and `read` goes on knowing the old.

mod clock;
mod datastream;
mod device;
mod downlink;
mod entry;
mod observation;
mod outbox;
mod panel;
mod people;
mod publication;
mod remark;
mod rule;
mod staff;
mod uplink;

pub(crate) use datastream::{index_key, named};
pub(crate) use device::Joins;
pub(crate) use entry::Said;
pub(crate) use observation::Seen;
pub(crate) use people::{Approved, Invited, Published, Sealed, Written, meant, plain};
pub(crate) use publication::Drawn;
pub(crate) use remark::KeptRemark;

use crate::record::{Reader, Stored, Writer};
use model::{DatastreamId, Slug, Timestamp};

impl Writer {
    pub(crate) fn time(&mut self, at: Timestamp) {
        self.i64(at.as_ms());
    }
}

impl Reader<'_> {
    pub(crate) fn time(&mut self) -> Option<Timestamp> {
        self.i64().map(Timestamp::from_ms)
    }

    pub(crate) fn slug(&mut self) -> Option<Slug> {
        Slug::new(&self.text()?).ok()
    }
}

impl Stored for i64 {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.i64(*self);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        (version == 1).then(|| input.i64())?
    }
}

impl Stored for DatastreamId {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u32(self.0);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        (version == 1).then(|| input.u32().map(Self))?
    }
}

#[cfg(test)]
mod tests;
