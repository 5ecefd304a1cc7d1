//! People put themselves on the list, see how they stand and leave it. Whoever writes an address gets the same answer, and only who reads
//! its mailbox learns more; whoever gives none gets their link at once, and nobody can tell who they are.

use super::drawing::{DrawError, give_earned};
use super::letters::About;
use super::people::{Recruit, Seat};
use super::{Recruiting, WILLING_MAX};
use crate::activities::{ActivityError, Client, LetterToll};
use crate::portal::App;
use model::activity::{Activity, ActivityId, Code, RecruitingPlan};
use model::{Hex, Language, MailAddress, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;
use store::StoreError;

/// Whoever does not confirm in so long is forgotten.
pub(super) const CONFIRM_WITHIN: Duration = Duration::from_hours(7 * 24);
/// Letters of a name that are kept.
const NAME_CHARS_MAX: usize = 100;

/// What somebody tells who wants to be drawn.
#[derive(Clone, Debug)]
pub struct Willing {
    /// What staff may call them.
    pub name: String,
    /// Where letters reach them.
    pub address: Option<MailAddress>,
    /// In which language.
    pub language: Language,
    /// What they tell of themselves, by item. What is no item or no option is passed over.
    pub profile: BTreeMap<String, String>,
    /// Street and number. They are not kept: a keyed hash of them is.
    pub home: String,
}

impl App {
    /// Whether people can put themselves on the list of an activity.
    pub fn takes_willing(&self, activity: &Activity, now: Timestamp) -> Result<bool, ActivityError> {
        let Some(plan) = &activity.recruiting else { return Ok(false) };
        Ok(plan.is_open(now) && self.published_draw(&activity.id)?.is_none())
    }

    /// Puts somebody on the list. With an address a letter is written there, to confirm, or that they are on it already, and nothing is told
    /// here; without one gives the code of their link.
    pub fn join_list(
        &self,
        activity: &Activity,
        willing: &Willing,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<Option<Code>, DrawError> {
        let plan = activity.recruiting.as_ref().filter(|plan| plan.is_open(now)).ok_or(DrawError::Closed)?;
        let person = self.recruit(activity, plan, willing, now);
        let wait = match &person.address {
            Some(address) => match self.letter_toll(from, &address.mailbox(), now) {
                LetterToll::Write => None,
                // That mailbox had enough for today: what is told is the same.
                LetterToll::Enough => return Ok(None),
                LetterToll::Wait(wait) => Some(wait),
            },
            None => self.form_toll(from, now),
        };
        if let Some(wait) = wait {
            return Err(DrawError::Wait(wait));
        }
        self.change_list(&activity.id, None, now, |list, transaction| {
            if !list.is_open() {
                return Err(DrawError::Closed);
            }
            let link = person.address.is_none().then(|| self.seat_link(&activity.id, &person.code));
            let (place, about) = put(list, person)?;
            if let (Some(own), Some(about)) = (list.people.get_mut(place), about) {
                self.put_to(activity, own, about, transaction, now)?;
                own.letters = own.letters.saturating_add(1);
            }
            Ok(link)
        })
    }

    /// Takes in that somebody confirmed by the link of their letter; gives how they stand, none when the link leads nowhere.
    pub fn confirm_willing(
        &self,
        activity: &Activity,
        link: &Code,
        now: Timestamp,
    ) -> Result<Option<Recruit>, DrawError> {
        let Some(person) = self.person_by_link(&activity.id, link, now)? else { return Ok(None) };
        let thanked = self.thanked_before(&activity.id)?;
        let confirmed = self.change_list(&activity.id, None, now, |list, _| {
            if !list.is_open() {
                return Err(DrawError::Closed);
            }
            let waits = |own: &&mut Recruit| own.code == person.code && own.seat == Seat::Unconfirmed;
            for own in list.people.iter_mut().filter(waits) {
                own.stands(Seat::Willing, now);
                give_earned(own, &thanked);
            }
            Ok(())
        });
        match confirmed {
            // Too late: the page shows that they did not confirm, and that the list is closed.
            Ok(()) | Err(DrawError::Closed) => Ok(self.person_by_link(&activity.id, link, now)?),
            Err(error) => Err(error),
        }
    }

    /// Takes somebody off the list by their link, and all that is known of them out of the file. Says whether it led to somebody.
    pub fn leave_list(&self, activity: &Activity, link: &Code, now: Timestamp) -> Result<bool, DrawError> {
        let Some(person) = self.person_by_link(&activity.id, link, now)? else { return Ok(false) };
        match self.remove_recruit(activity, &person.code, (None, now)) {
            Ok(()) => Ok(true),
            // Pressed twice.
            Err(DrawError::Step) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Forgets at night who filled in a form and did not confirm in time. Says how many.
    pub(crate) fn look_after_lists(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut gone = 0;
        for activity in self.activity_list() {
            let past = |own: &Recruit| own.seat == Seat::Unconfirmed && now.since(own.since) >= CONFIRM_WITHIN;
            let list = match self.recruiting(&activity.id) {
                Ok(list) => list,
                Err(ActivityError::Store(error)) => return Err(error),
                Err(_) => continue,
            };
            let many = list.people.iter().filter(|own| past(own)).count();
            if many > 0 {
                let removed = self.change_list(&activity.id, None, now, |list, _| {
                    list.people.retain(|own| !past(own));
                    Ok(())
                });
                match removed {
                    Err(DrawError::Activity(ActivityError::Store(error))) => return Err(error),
                    _ => gone += many,
                }
            }
        }
        Ok(gone)
    }

    fn recruit(&self, activity: &Activity, plan: &RecruitingPlan, willing: &Willing, now: Timestamp) -> Recruit {
        let told = |item: &model::ProfileItem| {
            let told = item.told(willing.profile.get(item.id.as_str()).map(String::as_str));
            Some((item.id.to_string(), told.into_iter().next()?))
        };
        let address = willing.address.clone().filter(|_| self.panel_can_write());
        let household = if plan.household { self.household(&activity.id, &willing.home) } else { String::new() };
        Recruit {
            code: Code::new(self.store().drawn()).to_string(),
            name: willing.name.trim().chars().filter(|sign| !sign.is_control()).take(NAME_CHARS_MAX).collect(),
            seat: if address.is_some() { Seat::Unconfirmed } else { Seat::Willing },
            address,
            language: willing.language,
            profile: plan.profile.iter().filter_map(told).collect(),
            household,
            chances: 1,
            drawn_from: false,
            since: now,
            cohort: String::new(),
            group: String::new(),
            role: String::new(),
            letters: 0,
            is_quiet: false,
        }
    }

    /// The same word for all who live at an address, however they write it; empty where none is told.
    fn household(&self, id: &ActivityId, home: &str) -> String {
        let plain: String = home.to_lowercase().chars().filter(|sign| sign.is_alphanumeric()).collect();
        if plain.is_empty() {
            return plain;
        }
        let hash = self.store().derived("household", &[id.as_str().as_bytes(), plain.as_bytes()]);
        Hex(&hash[..8]).to_string()
    }
}

/// Puts somebody on a list; says where they stand on it, and which letter they get. Who has not confirmed may fill in the form again, and the
/// latest counts. Of who is on the list nothing is changed: it may be somebody else who wrote their address.
fn put(list: &mut Recruiting, person: Recruit) -> Result<(usize, Option<About>), DrawError> {
    let mailbox = person.mailbox();
    let known = list.people.iter().position(|own| mailbox.is_some() && own.mailbox() == mailbox);
    let Some(place) = known else {
        if list.people.len() >= WILLING_MAX {
            return Err(DrawError::Closed);
        }
        list.people.push(person);
        return Ok((list.people.len() - 1, mailbox.map(|_| About::Join)));
    };
    match list.people.get_mut(place).filter(|own| own.seat == Seat::Unconfirmed) {
        Some(own) => {
            *own = Recruit { code: own.code.clone(), letters: own.letters, ..person };
            Ok((place, Some(About::Join)))
        }
        None => Ok((place, Some(About::Known))),
    }
}
