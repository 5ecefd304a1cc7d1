use super::moderation::Moderation;
use super::path::Tag;
use super::view::{Phase, Setup};
use crate::{PlaceId, ProfileItem, Slug, Timestamp, Words};
use std::collections::BTreeMap;
use std::time::Duration;

/// Name of an activity in addresses: `park-2026`.
pub type ActivityId = Slug;

/// One run of a method, as the municipality set it up.
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    /// Its name in addresses.
    pub id: ActivityId,
    /// The plugin that leads it.
    pub method: Slug,
    /// What it is called.
    pub title: Words,
    /// Languages it is held in, the first is the default. Never empty.
    pub languages: Vec<Tag>,
    /// The public places it is about, with their names.
    pub places: Vec<(PlaceId, Words)>,
    /// Settings of the method, JSON.
    pub settings: String,
    /// Answers are taken from then on; none: at once.
    pub opens: Option<Timestamp>,
    /// And until then; none: for good.
    pub closes: Option<Timestamp>,
    /// Staff work on it: nobody else sees it, and nothing is counted.
    pub draft: bool,
    /// Who may take part.
    pub open_to: OpenTo,
    /// When what people put forward is shown to others.
    pub moderation: Moderation,
    /// What the answers are used for.
    pub purpose: Words,
    /// What the law says about that.
    pub legal_basis: Words,
    /// Who decides what, and when.
    pub decides: Words,
    /// Answers are kept so long after it closes.
    pub retention_days: u32,
    /// What happened is told so long after it closes, at the latest; where it does not close, after something was put forward.
    pub answer_days: u32,
    /// Who lives here, by questions: a report says who is missing among those who answered.
    pub population: Vec<Population>,
    /// How people put themselves on the list of those who are willing to be drawn; none: staff put them there.
    pub recruiting: Option<RecruitingPlan>,
}

/// The form by which people put themselves on the list of those who are willing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecruitingPlan {
    /// It is there from then on; none: at once.
    pub opens: Option<Timestamp>,
    /// And until then; none: until the draw is announced.
    pub closes: Option<Timestamp>,
    /// Whether it asks where people live, so that at most one of a household is drawn.
    pub household: bool,
    /// What people may tell of themselves: the strata of the draw.
    pub profile: Vec<ProfileItem>,
}

impl RecruitingPlan {
    /// Whether the form is there.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.opens.is_none_or(|opens| opens <= now) && self.closes.is_none_or(|closes| now < closes)
    }

    /// What is asked by that name.
    pub fn item(&self, id: &str) -> Option<&ProfileItem> {
        self.profile.iter().find(|item| item.id.as_str() == id)
    }
}

/// How many people live here by their answer to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// The key of the question.
    pub question: String,
    /// How many people there are, by the keys of its options.
    pub people: BTreeMap<String, u32>,
}

/// Who may take part in an activity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OpenTo {
    /// Whoever comes by.
    #[default]
    Everyone,
    /// Who has an invitation.
    Invited,
}

/// Whether an invitation was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InvitationState {
    /// It holds.
    Unused,
    /// An answer was given with it.
    Used,
}

impl Activity {
    /// Where it stands.
    pub fn phase(&self, now: Timestamp) -> Phase {
        if self.draft {
            Phase::Preview
        } else if self.opens.is_some_and(|opens| now < opens) {
            Phase::Announced
        } else if self.closes.is_some_and(|closes| now >= closes) {
            Phase::Closed
        } else {
            Phase::Open
        }
    }

    /// When it is to be told what happened, at the latest, to something that was put forward then; none: to the activity itself, which has
    /// no such day while it does not close.
    pub fn answer_due(&self, put_forward: Option<Timestamp>) -> Option<Timestamp> {
        let days = Duration::from_hours(24 * u64::from(self.answer_days));
        self.closes.or(put_forward).map(|from| from.max(put_forward.unwrap_or(from)) + days)
    }

    /// What its method is opened with.
    pub fn setup(&self) -> Setup {
        Setup {
            settings: self.settings.clone(),
            title: self.title.clone(),
            languages: self.languages.clone(),
            places: self.places.clone(),
        }
    }
}
