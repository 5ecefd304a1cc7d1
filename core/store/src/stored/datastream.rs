use crate::record::{Reader, Stored, Writer};
use model::Datastream;

/// Layout 1: place, sensor, property, part.
impl Stored for Datastream {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.text(self.place.as_str());
        out.text(self.sensor.as_str());
        out.text(&self.property);
        out.option(self.part.as_deref(), Writer::text);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self {
            place: input.slug()?,
            sensor: input.slug()?,
            property: input.text()?,
            part: input.option(Reader::text)?,
        })
    }
}

/// The bytes by which a datastream is found: its layout 1, which starts with the place. They never change, for they are keys.
pub(crate) fn index_key(datastream: &Datastream) -> Vec<u8> {
    Writer::bare(|out| datastream.write(out))
}

/// The datastream that is found by these bytes.
pub(crate) fn named(index_key: &[u8]) -> Option<Datastream> {
    Datastream::read(1, &mut Reader::over(index_key))
}
