//! What must be mended in a form, in words.

use crate::reader::Reader;
use app::{PHOTO_BYTES_MAX, PhotoRefusal};
use engagement::{Misfit, Why};
use model::activity::Problem;

/// Something to mend: the key of the field, empty for the form, and why.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    pub(crate) at: String,
    pub(crate) why: WrongWhy,
}

/// Why something must be mended.
#[derive(Clone, Debug)]
pub(crate) enum WrongWhy {
    /// It does not fit the field.
    Misfit(Why),
    /// The text `wrong-{key}`.
    Text(&'static str),
    /// It is no photo that can be taken.
    Photo(PhotoRefusal),
    /// In the method's own words.
    Said(String),
}

impl From<Misfit> for Wrong {
    fn from(misfit: Misfit) -> Self {
        Self { at: misfit.at, why: WrongWhy::Misfit(misfit.why) }
    }
}

impl From<Problem> for Wrong {
    fn from(problem: Problem) -> Self {
        Self { at: problem.at, why: WrongWhy::Said(problem.text) }
    }
}

/// What is wrong, and what to do.
pub(crate) fn told_why(reader: &Reader, wrong: &Wrong) -> String {
    let counted = |key: &str, count: u32| reader.speaker.text(key, &[("count", count.into())]);
    let why = match &wrong.why {
        WrongWhy::Said(text) => return text.clone(),
        WrongWhy::Photo(refusal) => return told_photo(reader, *refusal),
        WrongWhy::Text(key) => return reader.text(&format!("wrong-{key}")),
        WrongWhy::Misfit(why) => why,
    };
    match why {
        Why::TooLong(most) => counted("wrong-too-long", *most),
        Why::TooFew(least) => counted("wrong-too-few", *least),
        Why::TooMany(most) => counted("wrong-too-many", *most),
        other => reader.text(match other {
            Why::Missing => "wrong-missing",
            Why::WrongKind => "wrong-kind",
            Why::Alone => "wrong-alone",
            Why::OutOfBounds => "wrong-bounds",
            Why::NotWhole => "wrong-whole",
            Why::NoAddress => "wrong-address",
            Why::NoSuchPhoto => "wrong-photo-gone",
            // The page changed since it was shown: what was written is still there.
            _ => "wrong-changed",
        }),
    }
}

fn told_photo(reader: &Reader, refusal: PhotoRefusal) -> String {
    match refusal {
        PhotoRefusal::TooLarge { megapixels, most } => {
            let numbers = [("count", megapixels.into()), ("most", most.into())];
            reader.speaker.text("wrong-photo-too-large", &numbers)
        }
        PhotoRefusal::TooLong => reader.speaker.text("wrong-photo-too-long", &[("most", megabytes().into())]),
        PhotoRefusal::Unknown => reader.text("wrong-photo-unknown"),
        PhotoRefusal::Heic => reader.text("wrong-photo-heic"),
        PhotoRefusal::Damaged => reader.text("wrong-photo-damaged"),
    }
}

/// The longest photo, in megabytes.
pub(crate) fn megabytes() -> u32 {
    u32::try_from(PHOTO_BYTES_MAX >> 20).unwrap_or(u32::MAX)
}
