use std::fmt;

/// A short name that may stand in an address: `a-z`, `0-9` and `-`, 1 to 64 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// Why a name cannot stand in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name is 1 to 64 characters of a-z, 0-9 and -")]
pub struct SlugError;

/// Name of a place: `library`.
pub type PlaceId = Slug;
/// Name of a sensor: `library-door`.
pub type SensorId = Slug;
/// Name of a decoder: `elsys`.
pub type DecoderId = Slug;

impl Slug {
    /// Checks the characters and the length.
    pub fn new(name: &str) -> Result<Self, SlugError> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=64).contains(&name.len()) && name.bytes().all(fits) {
            Ok(Self(name.to_owned()))
        } else {
            Err(SlugError)
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_does_not_fit_in_an_address() {
        for bad in ["", "Bibliotek", "norsjö", "a b", "../etc", &"a".repeat(65)] {
            assert_eq!(Slug::new(bad), Err(SlugError), "{bad}");
        }
        assert_eq!(Slug::new("library-2").unwrap().as_str(), "library-2");
    }
}
