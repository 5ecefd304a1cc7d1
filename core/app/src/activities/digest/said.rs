//! What letters about what happened say, and what ends them.

use crate::Recruit;
use crate::activities::News;
use model::activity::{Activity, ActivityId};
use model::{Language, Letter, MailAddress, Municipality, Timestamp};
use store::Contact;
use words::Speaker;

/// Things told of the activity itself that stand in one letter; the page has the others.
const TOLD_MAX: usize = 10;

/// What stands in the address that ends the letters. It follows from a keyed hash of the person's code, and leads back to nothing they said.
pub(super) fn mark_of(digest: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*digest))
}

/// By which the outbox knows the letter that was made then.
pub(crate) fn letter_name(id: &ActivityId, made_at: Timestamp, digest: &[u8; 16]) -> String {
    format!("digest/{id}/{}/{}", made_at.as_ms(), mark_of(digest))
}

/// None for an address that no letter can be sent to.
pub(super) fn letter_to_contact(
    activity: &Activity,
    municipality: &Municipality,
    (origin, contact): (&str, &Contact),
    news: &News,
) -> Option<Letter> {
    let own = contact.language.as_ref().and_then(|tag| tag.as_str().parse().ok());
    let held = activity.languages.iter().filter_map(|tag| tag.as_str().parse::<Language>().ok());
    let own = own.filter(|language| municipality.languages.contains(language));
    let language = own.or_else(|| held.chain(municipality.languages.iter().copied()).next())?;
    let to = (contact.address.parse().ok()?, language);
    Some(letter(activity, municipality, ("digest-why", origin, &contact.digest), to, news))
}

/// None for who gave no address.
pub(super) fn letter_to_recruit(
    activity: &Activity,
    municipality: &Municipality,
    (origin, person, digest): (&str, &Recruit, &[u8; 16]),
    news: &News,
) -> Option<Letter> {
    let to = (person.address.clone()?, person.language);
    Some(letter(activity, municipality, ("digest-why-drawn", origin, digest), to, news))
}

fn letter(
    activity: &Activity,
    municipality: &Municipality,
    (why, origin, digest): (&str, &str, &[u8; 16]),
    (to, language): (MailAddress, Language),
    news: &News,
) -> Letter {
    let speaker = Speaker::of(language);
    let page = format!("{origin}/{language}/take-part/{}", activity.id);
    let stop = format!("{page}/stop/{}", mark_of(digest));
    let title = as_words(activity.title.best(language).0);
    let mut parts = vec![speaker.text(why, &[("title", (&title).into())])];
    parts.extend(news_in_words(news, language, &page));
    let name = as_words(municipality.name.best(language).0);
    parts.push(speaker.text("digest-greeting", &[("name", (&name).into())]));
    parts.push(format!("{} [{}]({stop})", speaker.text("digest-stop", &[]), speaker.text("digest-stop-do", &[])));
    let subject = speaker.text("digest-subject", &[("title", activity.title.best(language).0.into())]);
    Letter { to, language, subject, page: parts.join("\n\n"), unsubscribe: Some(stop) }
}

/// What is new, as `CommonMark`, and where it stands: `page` is the whole address of the activity.
pub(crate) fn news_in_words(news: &News, language: Language, page: &str) -> Vec<String> {
    let speaker = Speaker::of(language);
    let mut parts = Vec::new();
    for outcome in news.whole.iter().rev().take(TOLD_MAX).rev() {
        let state = speaker.text(&format!("outcome-{}", outcome.state), &[]);
        let text = outcome.text.best(language).0;
        parts.push(format!("**{state}** ({})\n\n{text}", as_words(&outcome.by)));
    }
    if news.proposals > 0 {
        parts.push(speaker.text("digest-proposals", &[("count", news.proposals.into())]));
    }
    parts.push(format!("[{}]({page}/what-happened)", speaker.text("digest-read", &[])));
    if news.report.is_some() {
        parts.push(format!("[{}]({page}/report)", speaker.text("digest-report", &[])));
    }
    parts
}

/// Words that are no markup, whatever signs are in them (`CommonMark` 0.31, section 2.4).
pub(crate) fn as_words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\n' | '\r' => words.push(' '),
            sign if sign.is_ascii_punctuation() => words.extend(['\\', sign]),
            sign => words.push(sign),
        }
    }
    words
}
