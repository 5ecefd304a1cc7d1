//! What is kept of people beside their entries.

use crate::keyring::Slot;
use crate::record::{Reader, Stored, Writer};
use model::Timestamp;
use model::activity::{Answer, Draft};
use std::collections::BTreeSet;

/// Something that is sealed with the key of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) slot: Slot,
    pub(crate) bytes: Vec<u8>,
}

/// Layout 1: slot, sealed bytes.
impl Stored for Sealed {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u32(self.slot.0);
        out.bytes(&self.bytes);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self { slot: Slot(input.u32()?), bytes: input.bytes()?.to_vec() })
    }
}

/// An invitation. Its slot holds half of the key of its drafts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Invited {
    pub(crate) number: u32,
    pub(crate) slot: Slot,
    pub(crate) strata: Vec<Answer>,
}

/// Layout 1: number, slot, strata.
impl Stored for Invited {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u32(self.number);
        out.u32(self.slot.0);
        super::entry::answers(out, &self.strata);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self { number: input.u32()?, slot: Slot(input.u32()?), strata: input.list(super::entry::read_answer)? })
    }
}

/// Questions of an entry whose words may be listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Approved(pub(crate) BTreeSet<String>);

/// Layout 1: keys of the questions.
impl Stored for Approved {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.list(self.0.iter(), |out, question| out.text(question));
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        input.list(Reader::text).map(Self)
    }
}

/// A report as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) at: Timestamp,
    pub(crate) text: String,
}

/// Layout 1: when, text.
impl Stored for Published {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.time(self.at);
        out.text(&self.text);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self { at: input.time()?, text: input.text()? })
    }
}

/// What somebody has written and not yet sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Written(pub(crate) Vec<Draft>);

/// Layout 1: the drafts.
impl Stored for Written {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.list(self.0.iter(), super::entry::draft);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        input.list(super::entry::read_draft).map(Self)
    }
}

/// The bytes that are sealed: version and body.
pub(crate) fn plain<V: Stored>(value: &V) -> Vec<u8> {
    Writer::bare(|out| {
        out.u8(V::VERSION);
        value.write(out);
    })
}

/// The value of bytes that were sealed.
pub(crate) fn meant<V: Stored>(plain: &[u8]) -> Option<V> {
    let (version, body) = plain.split_first()?;
    V::read(*version, &mut Reader::over(body))
}
