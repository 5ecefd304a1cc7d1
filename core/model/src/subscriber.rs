use crate::{Browser, Language, MailAddress, Place, PlaceId, Timestamp};
use std::collections::BTreeSet;

/// Which subscriber: drawn by chance, so that it tells nothing, and shown to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriberId(pub u64);

/// What somebody wants to hear about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interests {
    /// All that is said, also what is about no place.
    pub everything: bool,
    /// These places.
    pub places: BTreeSet<PlaceId>,
    /// What lies in these parts of the municipality: their names, in any of its languages.
    pub areas: BTreeSet<String>,
    /// Places of these sorts, by [`PlaceKind::word`](crate::PlaceKind::word).
    pub kinds: BTreeSet<String>,
}

impl Interests {
    /// Whether it is about nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether what is about this place belongs to it; what is about none is for those who want everything.
    pub fn hold(&self, place: Option<&Place>) -> bool {
        let Some(place) = place else { return self.everything };
        let area = place.area.as_ref();
        self.everything
            || self.places.contains(&place.id)
            || self.kinds.contains(place.kind.word())
            || self.areas.iter().any(|name| area.is_some_and(|area| area.has(name)))
    }
}

/// How often letters come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cadence {
    /// One for each thing, as it is said.
    AtOnce,
    /// One each morning with what was said since, if anything was.
    Daily,
    /// One each Monday morning.
    Weekly,
}

impl Cadence {
    /// All of them, the liveliest first.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Daily, Self::Weekly];

    /// Its name in forms and texts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }

    /// The cadence of a name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cadence| cadence.word() == word)
    }
}

/// What somebody asked for on the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// About what.
    pub interests: Interests,
    /// How often.
    pub cadence: Cadence,
    /// In which language.
    pub language: Language,
}

/// Something that is kept for the next digest: as a letter of its own would have said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestItem {
    /// One line.
    pub subject: String,
    /// `CommonMark`.
    pub page: String,
}

/// Where news goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Destination {
    /// As letters, to a mailbox.
    Mailbox(MailAddress),
    /// Pushed to a browser, a piece at a time.
    Browser(Browser),
}

/// Whom it names must not slip into a log.
impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Mailbox(_) => "Mailbox(..)",
            Self::Browser(_) => "Browser(..)",
        })
    }
}

/// Somebody who gets news, by mail or in a browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Which.
    pub id: SubscriberId,
    /// Where it goes.
    pub to: Destination,
    /// What they get; none: they have confirmed nothing yet.
    pub subscription: Option<Subscription>,
    /// When they confirmed it.
    pub confirmed_at: Option<Timestamp>,
    /// What they, or somebody who wrote their address, asked for and did not confirm yet.
    pub proposed: Option<Subscription>,
    /// When that was asked for.
    pub proposed_at: Timestamp,
    /// Keyed hash of the newest link that confirms.
    pub link: [u8; 16],
    /// How many letters were ever written, or messages pushed, to them: each has a number of its own.
    pub letters_written: u32,
    /// What is kept for the next digest, oldest first.
    pub pending: Vec<DigestItem>,
    /// When the last digest was due.
    pub digest_at: Timestamp,
}

impl Subscriber {
    /// Somebody who has asked for nothing yet.
    pub fn new(id: SubscriberId, to: Destination, now: Timestamp) -> Self {
        Self {
            id,
            to,
            subscription: None,
            confirmed_at: None,
            proposed: None,
            proposed_at: now,
            link: [0; 16],
            letters_written: 0,
            pending: Vec::new(),
            digest_at: now,
        }
    }

    /// Things that are kept for one digest: more nobody reads, so the oldest go.
    pub const PENDING_MAX: usize = 40;

    /// Keeps something for the next digest.
    pub fn keep(&mut self, item: DigestItem) {
        self.pending.push(item);
        let over = self.pending.len().saturating_sub(Self::PENDING_MAX);
        self.pending.drain(..over);
    }
}

/// Whom it names must not slip into a log.
impl std::fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscriber").field("confirmed_at", &self.confirmed_at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PlaceKind, Slug, Words};

    #[test]
    fn interests_hold_what_is_about_their_places_areas_and_sorts() {
        let words: Words =
            [(Language::Nb, "Nordre".to_owned()), (Language::En, "North".to_owned())].into_iter().collect();
        let place = Place {
            id: Slug::new("library").unwrap(),
            name: Words::default(),
            kind: PlaceKind::Library,
            area: Some(words),
            capacity: None,
            position: None,
            measure: None,
            talk: false,
        };
        let set = |word: &str| BTreeSet::from([word.to_owned()]);
        let all = Interests { everything: true, ..Interests::default() };
        assert!(all.hold(Some(&place)) && all.hold(None));
        for some in [
            Interests { places: BTreeSet::from([place.id.clone()]), ..Interests::default() },
            Interests { areas: set("Nordre"), ..Interests::default() },
            Interests { areas: set("North"), ..Interests::default() },
            Interests { kinds: set("library"), ..Interests::default() },
        ] {
            assert!(some.hold(Some(&place)) && !some.hold(None), "{some:?}");
        }
        for other in
            [Interests::default(), Interests { areas: set("South"), kinds: set("pool"), ..Interests::default() }]
        {
            assert!(!other.hold(Some(&place)), "{other:?}");
        }
    }
}
