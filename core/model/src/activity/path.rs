use std::fmt;

/// Where in an activity: a page of a survey, a table of a workshop, a step of a guide. `""` is the front.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PagePath(String);

/// Why it cannot be a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a path is at most 80 characters of a-z, 0-9, - and /")]
pub struct PagePathError;

/// A language by its BCP 47 tag: a method may speak more of them than the box does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

/// Why it is no tag of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a language is 2 to 35 letters, digits and -")]
pub struct TagError;

impl PagePath {
    /// Checks characters and length.
    pub fn new(path: &str) -> Result<Self, PagePathError> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'/';
        if path.len() <= 80 && path.bytes().all(fits) { Ok(Self(path.to_owned())) } else { Err(PagePathError) }
    }

    /// The first page.
    pub fn front() -> Self {
        Self::default()
    }

    /// One page with every field that may ever be asked.
    pub fn whole() -> Self {
        Self("whole".to_owned())
    }

    /// What stands on the page of a public place; none when the names do not fit together.
    pub fn at_place(place: &crate::PlaceId) -> Option<Self> {
        Self::new(&format!("at/{place}")).ok()
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Tag {
    /// Checks characters and length.
    pub fn new(tag: &str) -> Result<Self, TagError> {
        let fits = tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fits && (2..=35).contains(&tag.len()) { Ok(Self(tag.to_owned())) } else { Err(TagError) }
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<crate::Language> for Tag {
    fn from(language: crate::Language) -> Self {
        Self(language.tag().to_owned())
    }
}

impl fmt::Display for PagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_can_stand_in_an_address_and_nothing_else_is_one() {
        for bad in ["Page", "a b", "../x?", "norsj\u{f6}", &"a".repeat(81)] {
            assert_eq!(PagePath::new(bad), Err(PagePathError), "{bad}");
        }
        assert_eq!(PagePath::new("step-2/table-1").unwrap().as_str(), "step-2/table-1");
        assert_eq!(PagePath::new("").unwrap(), PagePath::front());
        let library = crate::Slug::new("library").unwrap();
        assert_eq!(PagePath::at_place(&library).unwrap().as_str(), "at/library");
    }

    #[test]
    fn a_language_the_box_does_not_speak_has_a_tag_too() {
        assert_eq!(Tag::new("se").unwrap().as_str(), "se");
        assert_eq!(Tag::new("\" onload="), Err(TagError));
    }
}
