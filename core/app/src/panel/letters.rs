//! The letters of the panel.

use super::PanelError;
use crate::News;
use crate::activities::{as_words, news_in_words};
use crate::outbox::{Cause, NewLetter};
use crate::portal::App;
use model::activity::{Activity, Code};
use model::{Letter, MailAddress, Member, PanelPlan, Timestamp};
use std::time::Duration;
use store::Transaction;
use words::{Arg, Speaker};

/// A letter about what happened that could not be sent for so long tells nothing new any more.
const TOLD_WITHIN: Duration = Duration::from_hours(14 * 24);

/// What a letter to somebody of the panel says.
pub(super) enum Say<'a> {
    /// Somebody wants to join with this address: is it you?
    Confirm(Code),
    /// Somebody wanted to join with this address: you are a member already.
    Already(Code),
    /// You asked for the link to your page.
    Link(Code),
    /// You are a member now; there may be a first survey.
    Welcome(Code, Option<(&'a Activity, Code)>),
    /// Will you take part?
    Ask(&'a Activity, Code),
    /// You have not answered yet.
    Remind(&'a Activity, Code),
    /// You took part; this is what came of it.
    Told(&'a Activity, &'a News),
}

/// What all letters of one use case have in common.
pub(super) struct Desk<'a> {
    app: &'a App,
    plan: &'a PanelPlan,
    /// The address of the portal.
    origin: String,
    now: Timestamp,
}

impl<'a> Desk<'a> {
    pub(super) fn new(app: &'a App, plan: &'a PanelPlan, now: Timestamp) -> Result<Self, PanelError> {
        let municipality = app.municipality();
        let origin = municipality.public_url.clone().filter(|_| municipality.mail.is_some());
        Ok(Self { app, plan, origin: origin.ok_or(PanelError::NoMail)?, now })
    }

    /// Puts a letter to a member into the outbox. The member must be kept by this transaction: what the letter says is sealed with their key.
    pub(super) fn write(
        &self,
        transaction: &Transaction<'_>,
        member: &mut Member,
        say: &Say<'_>,
    ) -> Result<(), PanelError> {
        let letter = self.letter(member, say);
        let name = name_of(member, member.letters_written);
        member.letters_written = member.letters_written.saturating_add(1);
        let expires_at = match say {
            Say::Confirm(_) => Some(self.now + self.plan.confirm_within),
            Say::Ask(activity, _) | Say::Remind(activity, _) => activity.closes,
            Say::Told(..) => Some(self.now + TOLD_WITHIN),
            _ => None,
        };
        let cause = cause(say);
        let new = NewLetter { expires_at, ..NewLetter::new(&name, &cause, &letter, self.now) };
        App::queue_letter_to(transaction, member.id, &new)?;
        Ok(())
    }

    /// Puts a letter to somebody into the outbox who asked for a link and is no member.
    pub(super) fn write_to_stranger(
        &self,
        transaction: &Transaction<'_>,
        to: &MailAddress,
        language: model::Language,
    ) -> Result<(), PanelError> {
        let name = format!("panel/none/{:016x}", u64::from_le_bytes(self.app.store().drawn()));
        let join = format!("{}/{language}/panel/join", self.origin);
        let speaker = Speaker::of(language);
        let title = self.plan.title.best(language).0;
        let subject = speaker.text("letter-none-subject", &[("panel", title.into())]);
        let page = [
            self.hello(speaker, "letter-none"),
            link(speaker, "letter-none-link", &join),
            speaker.text("letter-not-you", &[]),
        ];
        let letter = Letter { to: to.clone(), language, subject, page: self.signed(speaker, &page), unsubscribe: None };
        self.app.queue_letter(transaction, &NewLetter::new(&name, Cause::PanelLink.word(), &letter, self.now))?;
        Ok(())
    }

    fn letter(&self, member: &Member, say: &Say<'_>) -> Letter {
        let language = member.language;
        let speaker = Speaker::of(language);
        let title = self.plan.title.best(language).0;
        let at = |path: String| format!("{}/{language}/panel/{path}", self.origin);
        let stop = format!("{}/panel/stop/{}", self.origin, self.app.stop_code(member.id));
        let subject = |key: &str| speaker.text(key, &[("panel", title.into())]);
        let own = |code: &Code| link(speaker, "letter-own-link", &at(format!("me/{code}")));
        let mut unsubscribe = None;
        let (subject, page) = match say {
            Say::Confirm(code) => {
                let days = u32::try_from(self.plan.confirm_within.as_secs() / 86_400).unwrap_or(u32::MAX);
                let page = vec![
                    self.hello(speaker, "letter-confirm"),
                    link(speaker, "letter-confirm-link", &at(format!("confirm/{code}"))),
                    speaker.text("letter-confirm-days", &[("days", days.into())]),
                    speaker.text("letter-confirm-not-you", &[]),
                ];
                (subject("letter-confirm-subject"), page)
            }
            Say::Already(code) => {
                let page = vec![self.hello(speaker, "letter-already"), own(code), speaker.text("letter-not-you", &[])];
                (subject("letter-already-subject"), page)
            }
            Say::Link(code) => {
                let page = vec![self.hello(speaker, "letter-link"), own(code), speaker.text("letter-not-you", &[])];
                (subject("letter-link-subject"), page)
            }
            Say::Welcome(code, survey) => {
                let mut page = vec![self.hello(speaker, "letter-welcome")];
                if let Some((activity, code)) = survey {
                    page.push(speaker.text("letter-welcome-survey", &[("title", title_of(activity, speaker).into())]));
                    page.push(self.invitation(activity, code, speaker));
                }
                page.extend([speaker.text("letter-welcome-own", &[]), own(code), link(speaker, "letter-stop", &stop)]);
                unsubscribe = Some(stop);
                (subject("letter-welcome-subject"), page)
            }
            Say::Ask(activity, code) | Say::Remind(activity, code) => {
                let key = if matches!(say, Say::Ask(..)) { "letter-ask" } else { "letter-remind" };
                let named = title_of(activity, speaker);
                let purpose = activity.purpose.best(language).0;
                let mut page = vec![speaker.text(key, &[("panel", title.into()), ("title", named.into())])];
                page.extend((!purpose.is_empty()).then(|| purpose.to_owned()));
                page.extend(self.until(activity, speaker));
                page.push(self.invitation(activity, code, speaker));
                page.push(speaker.text("letter-ask-anonymous", &[]));
                page.push(link(speaker, "letter-ask-own", &at("me".to_owned())));
                page.push(link(speaker, "letter-stop", &stop));
                unsubscribe = Some(stop);
                (speaker.text(&format!("{key}-subject"), &[("title", named.into())]), page)
            }
            Say::Told(activity, news) => {
                let named = title_of(activity, speaker);
                let about = format!("{}/{language}/take-part/{}", self.origin, activity.id);
                let words = as_words(named);
                let mut page =
                    vec![speaker.text("letter-told", &[("panel", title.into()), ("title", (&words).into())])];
                page.extend(news_in_words(news, language, &about));
                page.push(link(speaker, "letter-ask-own", &at("me".to_owned())));
                page.push(link(speaker, "letter-stop", &stop));
                unsubscribe = Some(stop);
                (speaker.text("digest-subject", &[("title", named.into())]), page)
            }
        };
        Letter { to: member.address.clone(), language, subject, page: self.signed(speaker, &page), unsubscribe }
    }

    fn hello(&self, speaker: &Speaker, key: &str) -> String {
        let name = self.app.municipality().name.best(speaker.language()).0.to_owned();
        let title = self.plan.title.best(speaker.language()).0;
        speaker.text(key, &[("panel", title.into()), ("municipality", (&name).into())])
    }

    fn invitation(&self, activity: &Activity, code: &Code, speaker: &Speaker) -> String {
        let address = format!("{}/{}/invited/{}/{code}", self.origin, speaker.language(), activity.id);
        link(speaker, "letter-answer", &address)
    }

    fn until(&self, activity: &Activity, speaker: &Speaker) -> Option<String> {
        let closes = Timestamp::from_ms(activity.closes?.as_ms() - 1);
        let date = speaker.date(self.app.municipality().calendar.day(closes));
        Some(speaker.text("letter-until", &[("date", Arg::Text(&date))]))
    }

    fn signed(&self, speaker: &Speaker, page: &[String]) -> String {
        let name = self.app.municipality().name.best(speaker.language()).0.to_owned();
        let greeting = speaker.text("letter-greeting", &[("municipality", (&name).into())]);
        page.iter().map(String::as_str).chain([greeting.as_str()]).collect::<Vec<_>>().join("\n\n")
    }
}

/// The name of a letter to a member: the same one is never put twice.
pub(super) fn name_of(member: &Member, number: u32) -> String {
    format!("panel/{:016x}/{number}", member.id.0)
}

fn cause(say: &Say<'_>) -> String {
    match say {
        Say::Confirm(_) | Say::Already(_) => Cause::PanelJoin.word().to_owned(),
        Say::Link(_) => Cause::PanelLink.word().to_owned(),
        Say::Welcome(..) => Cause::PanelWelcome.word().to_owned(),
        Say::Ask(activity, _) => Cause::PanelAsk.about(&activity.id),
        Say::Remind(activity, _) => Cause::PanelRemind.about(&activity.id),
        Say::Told(activity, _) => Cause::PanelTold.about(&activity.id),
    }
}

fn title_of<'a>(activity: &'a Activity, speaker: &Speaker) -> &'a str {
    activity.title.best(speaker.language()).0
}

fn link(speaker: &Speaker, key: &str, address: &str) -> String {
    format!("[{}]({address})", speaker.text(key, &[]))
}
