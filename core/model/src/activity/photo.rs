use super::answer::Value;
use super::entry::Draft;
use crate::Day;
use std::fmt;

/// Names a photo: 128 random bits that only its photographer and the staff get to know. So whoever names one may use it in what they say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhotoId(pub [u8; 16]);

/// A photo as the box keeps it: pixels of its own making, upright, without a word of where or when.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// The local day on which it came.
    pub day: Day,
    /// Pixels from left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
    /// A JPEG file.
    pub jpeg: Vec<u8>,
    /// The same, small.
    pub thumbnail: Vec<u8>,
}

impl PhotoId {
    /// As answers and contributions name it: `file/0123...`.
    pub fn reference(&self) -> String {
        format!("file/{:032x}", u128::from_be_bytes(self.0))
    }

    /// The photo that a reference names; none for other things.
    pub fn of_reference(reference: &str) -> Option<Self> {
        let number = reference.strip_prefix("file/").filter(|number| number.len() == 32)?;
        let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if !number.bytes().all(lower) {
            return None;
        }
        u128::from_str_radix(number, 16).ok().map(|bits| Self(bits.to_be_bytes()))
    }
}

impl Draft {
    /// The photos it names, in answers and in what was put forward.
    pub fn photos(&self) -> impl Iterator<Item = PhotoId> {
        let put_forward = self.contribution.iter().flat_map(|contribution| &contribution.files);
        let put_forward = put_forward.filter_map(|reference| PhotoId::of_reference(reference));
        self.answers.iter().flat_map(|answer| answer.value.photos()).chain(put_forward)
    }
}

impl Value {
    /// The photos in it.
    pub fn photos(&self) -> impl Iterator<Item = PhotoId> {
        let references = match self {
            Self::References(references) => references.as_slice(),
            _ => &[],
        };
        references.iter().filter_map(|reference| PhotoId::of_reference(reference))
    }
}

/// Who has it has the photo: it must not slip into a log.
impl fmt::Debug for PhotoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhotoId(..)")
    }
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Photo").field("width", &self.width).field("height", &self.height).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Answer, Contribution};

    #[test]
    fn a_photo_is_named_by_its_reference_and_nothing_else_is_one() {
        let id = PhotoId([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255]);
        assert_eq!(PhotoId::of_reference(&id.reference()), Some(id));
        let upper = id.reference().to_uppercase();
        for other in ["", "file/", "file/1", "place/library", "file/+001020304050607080900a0b0c0d0e0f", &upper] {
            assert_eq!(PhotoId::of_reference(other), None, "{other}");
        }
    }

    #[test]
    fn photos_stand_in_answers_and_in_what_is_put_forward() {
        let (one, two) = (PhotoId([1; 16]), PhotoId([2; 16]));
        let value = Value::References(vec!["activity/park".to_owned(), one.reference()]);
        let draft = Draft {
            answers: vec![Answer { question: "photo".to_owned(), value }],
            contribution: Some(Contribution { files: vec![two.reference()], ..Contribution::default() }),
            ..Draft::default()
        };
        assert_eq!(draft.photos().collect::<Vec<_>>(), [one, two]);
    }
}
