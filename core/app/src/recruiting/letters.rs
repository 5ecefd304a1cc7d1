//! Letters to those who are willing: to confirm, with a seat, or the polite no; and the link by which somebody sees how they stand.

use super::drawing::DrawError;
use super::people::{Recruit, Seat};
use super::willing::CONFIRM_WITHIN;
use crate::activities::{ActivityError, as_words, letter_name};
use crate::portal::App;
use crate::{Cause, NewLetter};
use model::activity::{Activity, ActivityId, Code};
use model::{Letter, Timestamp};
use store::{StoreError, Transaction};
use words::{Arg, Speaker};

/// What a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// Is it you who wants to be drawn?
    Join,
    /// You are on the list already.
    Known,
    /// You were drawn.
    Seat,
    /// You were not.
    Thanks,
}

impl About {
    const fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Known => "known",
            Self::Seat => "seat",
            Self::Thanks => "thanks",
        }
    }
}

impl App {
    /// What stands in somebody's link. It follows from their public code and the keys of this box, and is kept nowhere.
    pub(super) fn seat_link(&self, id: &ActivityId, code: &str) -> Code {
        let hash = self.store().derived("seat", &[id.as_str().as_bytes(), code.as_bytes()]);
        Code::new(hash.first_chunk().copied().unwrap_or_default())
    }

    /// Who a link belongs to, and how they stand; none when it leads nowhere, or was not confirmed in time.
    pub fn person_by_link(
        &self,
        id: &ActivityId,
        link: &Code,
        now: Timestamp,
    ) -> Result<Option<Recruit>, ActivityError> {
        let people = self.recruiting(id)?.people;
        let found = people.into_iter().find(|own| self.seat_link(id, &own.code) == *link);
        Ok(found.filter(|own| own.seat != Seat::Unconfirmed || now.since(own.since) < CONFIRM_WITHIN))
    }

    /// Takes the answer of somebody who was asked. Who said no and changes their mind is told that the seat went to another.
    pub fn answer_seat(
        &self,
        activity: &Activity,
        link: &Code,
        seat: Seat,
        now: Timestamp,
    ) -> Result<Option<Recruit>, DrawError> {
        let Some(person) = self.person_by_link(&activity.id, link, now)? else { return Ok(None) };
        match self.seat_recruit(activity, &person.code, seat, (None, now)) {
            // Pressed twice, or too late: the page shows how it stands.
            Ok(()) | Err(DrawError::Step) => Ok(self.person_by_link(&activity.id, link, now)?),
            Err(error) => Err(error),
        }
    }

    /// Puts a letter into the outbox. Nobody gets one without an address, and none leaves without one that leads here: staff tell them.
    pub(super) fn put_to(
        &self,
        activity: &Activity,
        person: &Recruit,
        about: About,
        transaction: &Transaction<'_>,
        now: Timestamp,
    ) -> Result<(), DrawError> {
        let municipality = self.municipality();
        let (Some(to), Some(origin)) = (person.address.clone(), municipality.public_url.as_deref()) else {
            return Ok(());
        };
        let speaker = Speaker::of(person.language);
        let page = format!("{origin}/{}/take-part/{}", person.language, activity.id);
        let link = format!("{page}/seat/{}", self.seat_link(&activity.id, &person.code));
        let title = as_words(activity.title.best(person.language).0);
        let name = as_words(municipality.name.best(person.language).0);
        let say = |key: &str, values: &[(&str, Arg<'_>)]| speaker.text(&format!("draw-{}-{key}", about.name()), values);
        let mut parts = vec![say("letter", &[("title", (&title).into()), ("code", (&person.code).into())])];
        if about != About::Thanks {
            parts.push(format!("[{}]({link})", say("answer", &[])));
        }
        parts.push(match about {
            About::Join | About::Known => speaker.text("draw-join-not-you", &[]),
            About::Seat | About::Thanks => format!("[{}]({page}/draw)", speaker.text("draw-check", &[])),
        });
        parts.push(speaker.text("digest-greeting", &[("name", (&name).into())]));
        let subject = say("subject", &[("title", activity.title.best(person.language).0.into())]);
        let letter = Letter { to, language: person.language, subject, page: parts.join("\n\n"), unsubscribe: None };
        let name = name_of(&activity.id, person, about, person.letters);
        let cause = Cause::Draw.about(&activity.id);
        let expires_at = (about == About::Join).then_some(now + CONFIRM_WITHIN);
        let new = NewLetter { expires_at, ..NewLetter::new(&name, &cause, &letter, now) };
        self.queue_letter(transaction, &new)?;
        Ok(())
    }

    /// Takes back what has not left yet to somebody who leaves: their address stands in it.
    pub(super) fn withdraw_letters_to(
        &self,
        id: &ActivityId,
        person: &Recruit,
        transaction: &Transaction<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut names: Vec<String> = [About::Seat, About::Thanks].map(|about| name_of(id, person, about, 0)).into();
        names.extend((0..person.letters).map(|number| name_of(id, person, About::Join, number)));
        let told = self.store().read()?.told_until(id)?;
        names.extend(told.map(|told| letter_name(id, told, &self.recruit_digest(id, &person.code))));
        names.iter().try_for_each(|name| self.withdraw_delivery(transaction, name, now).map(drop))
    }
}

/// The same person is asked once and thanked once, whatever happens in between; what the form writes is numbered.
fn name_of(id: &ActivityId, person: &Recruit, about: About, number: u32) -> String {
    match about {
        About::Join | About::Known => format!("draw/{id}/form/{}/{number}", person.code),
        About::Seat | About::Thanks => format!("draw/{id}/{}/{}", about.name(), person.code),
    }
}
