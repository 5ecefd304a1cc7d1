//! Letters with a seat and the polite no, and the link by which somebody says whether they come.

use super::drawing::DrawError;
use super::people::{Recruit, Seat};
use crate::NewLetter;
use crate::activities::{ActivityError, as_words};
use crate::portal::App;
use model::activity::{Activity, ActivityId, Code};
use model::{Letter, Timestamp};
use store::Transaction;
use words::{Arg, Speaker};

impl App {
    /// What stands in the link of somebody who was asked. It follows from their public code and the keys of this box, and is kept nowhere.
    fn seat_link(&self, id: &ActivityId, code: &str) -> Code {
        let hash = self.store().derived("seat", &[id.as_str().as_bytes(), code.as_bytes()]);
        Code::new(hash.first_chunk().copied().unwrap_or_default())
    }

    /// Who was asked by a link, and how they stand; none when it is no such link.
    pub fn asked_by_link(&self, id: &ActivityId, link: &Code) -> Result<Option<Recruit>, ActivityError> {
        let people = self.recruiting(id)?.people;
        Ok(people.into_iter().find(|own| own.drawn_from && self.seat_link(id, &own.code) == *link))
    }

    /// Takes the answer of somebody who was asked. Who said no and changes their mind is told that the seat went to another.
    pub fn answer_seat(
        &self,
        activity: &Activity,
        link: &Code,
        seat: Seat,
        now: Timestamp,
    ) -> Result<Option<Recruit>, DrawError> {
        let Some(person) = self.asked_by_link(&activity.id, link)? else { return Ok(None) };
        match self.seat_recruit(activity, &person.code, seat, (None, now)) {
            // Pressed twice, or too late: the page shows how it stands.
            Ok(()) | Err(DrawError::Step) => Ok(self.asked_by_link(&activity.id, link)?),
            Err(error) => Err(error),
        }
    }

    /// A letter with a seat. Nobody gets one without an address, and none leaves without one that leads here: staff tell them.
    pub(super) fn put_invitation(
        &self,
        activity: &Activity,
        person: &Recruit,
        transaction: &Transaction<'_>,
        now: Timestamp,
    ) -> Result<(), DrawError> {
        self.put(activity, person, "seat", transaction, now)
    }

    /// The polite no.
    pub(super) fn put_thanks(
        &self,
        activity: &Activity,
        person: &Recruit,
        transaction: &Transaction<'_>,
        now: Timestamp,
    ) -> Result<(), DrawError> {
        self.put(activity, person, "thanks", transaction, now)
    }

    fn put(
        &self,
        activity: &Activity,
        person: &Recruit,
        what: &str,
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
        let say = |key: &str, values: &[(&str, Arg<'_>)]| speaker.text(&format!("draw-{what}-{key}"), values);
        let mut parts = vec![say("letter", &[("title", (&title).into()), ("code", (&person.code).into())])];
        if what == "seat" {
            parts.push(format!("[{}]({link})", say("answer", &[])));
        }
        parts.push(format!("[{}]({page}/draw)", speaker.text("draw-check", &[])));
        parts.push(speaker.text("digest-greeting", &[("name", (&name).into())]));
        let subject = say("subject", &[("title", activity.title.best(person.language).0.into())]);
        let letter = Letter { to, language: person.language, subject, page: parts.join("\n\n"), unsubscribe: None };
        // The same person is asked once and thanked once, whatever happens in between.
        let name = format!("draw/{}/{what}/{}", activity.id, person.code);
        let cause = format!("the draw of {}", activity.id);
        self.queue_letter(transaction, &NewLetter::new(&name, &cause, &letter, now))?;
        Ok(())
    }
}
