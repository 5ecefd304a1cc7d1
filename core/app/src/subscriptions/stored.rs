//! How a subscriber lies in a row: JSON, by hand, so that a row of today is read by a later release.

use crate::outbox::{browser_row, read_browser};
use model::{Cadence, Destination, DigestItem, Interests, Subscriber, SubscriberId, Subscription, Timestamp};
use serde_json::{Value, json};

pub(super) fn bytes(of: &Subscriber) -> Vec<u8> {
    let item = |item: &DigestItem| json!([item.subject, item.page]);
    let (mailbox, browser) = match &of.to {
        Destination::Mailbox(address) => (Some(address.as_str()), None),
        Destination::Browser(browser) => (None, Some(browser_row(browser))),
    };
    let value = json!({
        "address": mailbox,
        "browser": browser,
        "gets": of.subscription.as_ref().map(subscription),
        "confirmed": of.confirmed_at.map(Timestamp::as_ms),
        "proposed": of.proposed.as_ref().map(subscription),
        "proposed_at": of.proposed_at.as_ms(),
        "link": of.link,
        "letters": of.letters_written,
        "pending": of.pending.iter().map(item).collect::<Vec<_>>(),
        "digest": of.digest_at.as_ms(),
    });
    value.to_string().into_bytes()
}

/// None when this is nothing that [`bytes`] wrote.
pub(super) fn read(id: SubscriberId, bytes: &[u8]) -> Option<Subscriber> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let time = |name: &str| value.get(name)?.as_i64().map(Timestamp::from_ms);
    let optional = |name: &str| match value.get(name)? {
        Value::Null => Some(None),
        of => Some(Some(read_subscription(of)?)),
    };
    let link = value.get("link")?.as_array()?.iter().map(|byte| u8::try_from(byte.as_u64()?).ok());
    let item = |pair: &Value| {
        let part = |at: usize| Some(pair.get(at)?.as_str()?.to_owned());
        Some(DigestItem { subject: part(0)?, page: part(1)? })
    };
    Some(Subscriber {
        id,
        to: match value.get("browser").and_then(read_browser) {
            Some(browser) => Destination::Browser(browser),
            None => Destination::Mailbox(value.get("address")?.as_str()?.parse().ok()?),
        },
        subscription: optional("gets")?,
        confirmed_at: time("confirmed"),
        proposed: optional("proposed")?,
        proposed_at: time("proposed_at")?,
        link: link.collect::<Option<Vec<u8>>>()?.try_into().ok()?,
        letters_written: u32::try_from(value.get("letters")?.as_u64()?).ok()?,
        pending: value.get("pending")?.as_array()?.iter().map(item).collect::<Option<_>>()?,
        digest_at: time("digest")?,
    })
}

fn subscription(of: &Subscription) -> Value {
    let Interests { everything, places, areas, kinds } = &of.interests;
    let places: Vec<&str> = places.iter().map(model::Slug::as_str).collect();
    json!({
        "everything": everything,
        "places": places,
        "areas": areas,
        "kinds": kinds,
        "cadence": of.cadence.word(),
        "language": of.language.tag(),
    })
}

fn read_subscription(value: &Value) -> Option<Subscription> {
    let texts = |name: &str| -> Option<Vec<String>> {
        value.get(name)?.as_array()?.iter().map(|text| Some(text.as_str()?.to_owned())).collect()
    };
    let places = texts("places")?.into_iter().filter_map(|place| model::Slug::new(&place).ok());
    Some(Subscription {
        interests: Interests {
            everything: value.get("everything")?.as_bool()?,
            places: places.collect(),
            areas: texts("areas")?.into_iter().collect(),
            kinds: texts("kinds")?.into_iter().collect(),
        },
        cadence: Cadence::named(value.get("cadence")?.as_str()?)?,
        language: value.get("language")?.as_str()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Browser, Language, Slug};

    #[test]
    fn a_subscriber_comes_back_from_their_row_and_nonsense_does_not() {
        let interests = Interests {
            everything: false,
            places: [Slug::new("library").unwrap()].into_iter().collect(),
            areas: ["N\u{f8}rdre".to_owned()].into_iter().collect(),
            kinds: ["pool".to_owned()].into_iter().collect(),
        };
        let wish = Subscription { interests, cadence: Cadence::Weekly, language: Language::Nn };
        let kari = Destination::Mailbox("kari@example.org".parse().unwrap());
        let mut subscriber = Subscriber::new(SubscriberId(7), kari, Timestamp::from_seconds(9));
        assert_eq!(read(subscriber.id, &bytes(&subscriber)), Some(subscriber.clone()));
        subscriber.proposed = Some(wish.clone());
        subscriber.subscription = Some(Subscription { cadence: Cadence::AtOnce, ..wish });
        (subscriber.confirmed_at, subscriber.link) = (Some(Timestamp::from_seconds(8)), [255; 16]);
        subscriber.keep(DigestItem { subject: "\"a\"\n".to_owned(), page: "b \u{1f525}".to_owned() });
        assert_eq!(read(subscriber.id, &bytes(&subscriber)), Some(subscriber));
        let browser = Browser::new("https://push.example/a?b=\u{22}", &[4; 65], &[200; 16]);
        assert!(browser.is_ok(), "{browser:?}");
        let in_browser =
            Subscriber::new(SubscriberId(8), Destination::Browser(browser.unwrap()), Timestamp::from_seconds(9));
        assert_eq!(read(in_browser.id, &bytes(&in_browser)), Some(in_browser));
        for nonsense in [&b""[..], b"{}", b"\xff", b"{\"address\":\"x\"}"] {
            assert_eq!(read(SubscriberId(7), nonsense), None);
        }
    }
}
