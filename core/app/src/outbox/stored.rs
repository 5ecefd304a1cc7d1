//! How posts, steps and what a channel remembers lie in the data file: JSON, by hand, so that a row of today is read by a later release.

use model::channel::{
    Encoding, Failure, Message, Messages, Part, PartContent, Post, Receipt, Request, RequestBody, Slot, Step,
    ToAudience, ToBrowsers, Turn, Verb,
};
use model::{Language, Slug, Words};
use serde_json::{Map, Value, json};
use std::time::Duration;

pub(super) fn words(words: &Words) -> Value {
    let own = |language: Language| Some((language.tag().to_owned(), words.own(language)?.into()));
    Value::Object(Language::ALL.into_iter().filter_map(own).collect())
}

pub(super) fn read_words(value: &Value) -> Words {
    let texts = value.as_object().into_iter().flatten();
    texts.filter_map(|(tag, text)| Some((tag.parse().ok()?, text.as_str()?.to_owned()))).collect()
}

pub(super) fn post(post: &Post) -> Value {
    json!({
        "language": post.language.tag(),
        "title": post.title,
        "body": post.body,
        "link": post.link,
        "picture": post.picture.as_ref().map(words),
        "length": post.length,
        "limit": post.limit,
        "cost": post.cost,
        "note": bytes(&post.note),
    })
}

pub(super) fn read_post(value: &Value) -> Option<Post> {
    Some(Post {
        language: text(value, "language")?.parse().ok()?,
        title: text(value, "title")?,
        body: text(value, "body")?,
        link: text(value, "link"),
        picture: value.get("picture").filter(|picture| picture.is_object()).map(read_words),
        length: number(value, "length")?,
        limit: number(value, "limit")?,
        cost: number(value, "cost")?,
        note: read_bytes(value.get("note")?)?,
    })
}

pub(super) fn receipt(receipt: &Receipt) -> Value {
    json!({ "handle": receipt.handle, "link": receipt.link, "people": receipt.people })
}

pub(super) fn read_receipt(value: &Value) -> Option<Receipt> {
    Some(Receipt { handle: text(value, "handle")?, link: text(value, "link"), people: number(value, "people") })
}

pub(super) fn turn(turn: &Turn) -> Value {
    json!({ "state": bytes(&turn.state), "step": step(&turn.step) })
}

pub(super) fn read_turn(value: &Value) -> Option<Turn> {
    Some(Turn { state: read_bytes(value.get("state")?)?, step: read_step(value.get("step")?)? })
}

/// Bytes that are text, as most are, stay readable.
fn bytes(bytes: &[u8]) -> Value {
    std::str::from_utf8(bytes).map_or_else(|_| Value::from(bytes), Value::from)
}

fn read_bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => Some(text.clone().into_bytes()),
        Value::Array(bytes) => bytes.iter().map(|byte| u8::try_from(byte.as_u64()?).ok()).collect(),
        _ => None,
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    Some(value.get(name)?.as_str()?.to_owned())
}

fn number(value: &Value, name: &str) -> Option<u32> {
    u32::try_from(value.get(name)?.as_u64()?).ok()
}

fn seconds(value: &Value) -> Option<Duration> {
    value.as_u64().map(Duration::from_secs)
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn step(step: &Step) -> Value {
    match step {
        Step::Http(asked) => json!({ "http": request(asked) }),
        Step::Mail(mail) => json!({ "mail": to_audience(mail) }),
        Step::Push(push) => json!({ "push": to_browsers(push) }),
        Step::Mqtt(said) => json!({ "mqtt": messages(said) }),
        Step::Wait(time) => json!({ "wait": time.as_secs() }),
        Step::Done(done) => json!({ "done": receipt(done) }),
        // What was gathered is taken in at once; a collection is begun again from its bookmark.
        Step::Gathered(_) => json!({ "gathered": {} }),
        Step::Fail(failure) => json!({ "fail": {
            "text": failure.text,
            "again": failure.again_after.map(|time| time.as_secs()),
            "steward": failure.needs_steward,
        }}),
    }
}

fn read_step(value: &Value) -> Option<Step> {
    let (kind, of) = value.as_object()?.iter().next()?;
    Some(match kind.as_str() {
        "http" => Step::Http(read_request(of)?),
        "mail" => Step::Mail(read_to_audience(of)?),
        "push" => Step::Push(read_to_browsers(of)?),
        "mqtt" => Step::Mqtt(read_messages(of)?),
        "wait" => Step::Wait(seconds(of)?),
        "done" => Step::Done(read_receipt(of)?),
        "gathered" => Step::Gathered(model::channel::Harvest::default()),
        "fail" => Step::Fail(Failure {
            text: text(of, "text")?,
            again_after: of.get("again").and_then(seconds),
            needs_steward: flag(of, "steward"),
        }),
        _ => return None,
    })
}

fn request(request: &Request) -> Value {
    let keep: Vec<Value> = request.keep.iter().map(|(pointer, name)| json!([pointer, name.as_str()])).collect();
    json!({
        "verb": match request.verb {
            Verb::Get => "get",
            Verb::Post => "post",
            Verb::Put => "put",
            Verb::Patch => "patch",
            Verb::Delete => "delete",
        },
        "url": slot(&request.url),
        "headers": slots(&request.headers),
        "body": match &request.body {
            RequestBody::Empty => json!({}),
            RequestBody::Bytes(sent) => json!({ "bytes": bytes(sent) }),
            RequestBody::File(file) => json!({ "file": file }),
            RequestBody::Json(fields) => json!({ "json": slots(fields) }),
            RequestBody::Form(fields) => json!({ "form": slots(fields) }),
            RequestBody::Multipart(parts) => json!({ "parts": parts.iter().map(part).collect::<Vec<_>>() }),
        },
        "keep": keep,
    })
}

fn read_request(value: &Value) -> Option<Request> {
    let body = value.get("body")?.as_object()?.iter().next();
    let keep = |pair: &Value| Some((pair.get(0)?.as_str()?.to_owned(), name(pair.get(1)?)?));
    Some(Request {
        verb: match value.get("verb")?.as_str()? {
            "get" => Verb::Get,
            "post" => Verb::Post,
            "put" => Verb::Put,
            "patch" => Verb::Patch,
            "delete" => Verb::Delete,
            _ => return None,
        },
        url: read_slot(value.get("url")?)?,
        headers: read_slots(value.get("headers")?)?,
        body: match body.map(|(kind, of)| (kind.as_str(), of)) {
            None => RequestBody::Empty,
            Some(("bytes", of)) => RequestBody::Bytes(read_bytes(of)?),
            Some(("file", of)) => RequestBody::File(of.as_str()?.to_owned()),
            Some(("json", of)) => RequestBody::Json(read_slots(of)?),
            Some(("form", of)) => RequestBody::Form(read_slots(of)?),
            Some(("parts", of)) => RequestBody::Multipart(of.as_array()?.iter().map(read_part).collect::<Option<_>>()?),
            Some(_) => return None,
        },
        keep: value.get("keep")?.as_array()?.iter().map(keep).collect::<Option<_>>()?,
    })
}

fn part(part: &Part) -> Value {
    let (kind, content) = match &part.content {
        PartContent::Text(text) => ("text", text),
        PartContent::File(file) => ("file", file),
    };
    json!({ "name": part.name, "filename": part.filename, kind: content })
}

fn read_part(value: &Value) -> Option<Part> {
    let content = text(value, "text").map(PartContent::Text);
    Some(Part {
        name: text(value, "name")?,
        filename: text(value, "filename"),
        content: content.or_else(|| text(value, "file").map(PartContent::File))?,
    })
}

fn slots(fields: &[(String, Slot)]) -> Value {
    fields.iter().map(|(name, value)| json!([name, slot(value)])).collect()
}

fn read_slots(value: &Value) -> Option<Vec<(String, Slot)>> {
    let pair = |pair: &Value| Some((pair.get(0)?.as_str()?.to_owned(), read_slot(pair.get(1)?)?));
    value.as_array()?.iter().map(pair).collect()
}

fn slot(slot: &Slot) -> Value {
    match slot {
        Slot::Plain(text) => Value::from(text.as_str()),
        Slot::Secret(name) => json!({ "secret": name.as_str() }),
        Slot::Bearer(name) => json!({ "bearer": name.as_str() }),
        Slot::Basic(user, name) => json!({ "basic": name.as_str(), "user": user }),
        Slot::Hmac { secret, over, before, encoding } => json!({
            "hmac": secret.as_str(),
            "over": bytes(over),
            "before": before,
            "hex": *encoding == Encoding::Hex,
        }),
    }
}

fn read_slot(value: &Value) -> Option<Slot> {
    if let Some(text) = value.as_str() {
        return Some(Slot::Plain(text.to_owned()));
    }
    let named = |kind: &str| value.get(kind).and_then(name);
    if let Some(secret) = named("hmac") {
        let encoding = if flag(value, "hex") { Encoding::Hex } else { Encoding::Base64 };
        let over = read_bytes(value.get("over")?)?;
        return Some(Slot::Hmac { secret, over, before: text(value, "before")?, encoding });
    }
    let basic = || Some(Slot::Basic(text(value, "user")?, named("basic")?));
    named("secret").map(Slot::Secret).or_else(|| named("bearer").map(Slot::Bearer)).or_else(basic)
}

fn name(value: &Value) -> Option<Slug> {
    Slug::new(value.as_str()?).ok()
}

fn to_audience(said: &ToAudience) -> Value {
    json!({ "audience": said.audience, "language": said.language.tag(), "subject": said.subject, "page": said.page })
}

fn read_to_audience(value: &Value) -> Option<ToAudience> {
    Some(ToAudience {
        audience: text(value, "audience")?,
        language: text(value, "language")?.parse().ok()?,
        subject: text(value, "subject")?,
        page: text(value, "page")?,
    })
}

fn to_browsers(said: &ToBrowsers) -> Value {
    json!({
        "audience": said.audience,
        "language": said.language.tag(),
        "title": said.title,
        "body": said.body,
        "link": said.link,
        "lifetime": said.lifetime.as_secs(),
    })
}

fn read_to_browsers(value: &Value) -> Option<ToBrowsers> {
    Some(ToBrowsers {
        audience: text(value, "audience")?,
        language: text(value, "language")?.parse().ok()?,
        title: text(value, "title")?,
        body: text(value, "body")?,
        link: text(value, "link"),
        lifetime: seconds(value.get("lifetime")?)?,
    })
}

fn messages(said: &Messages) -> Value {
    let message = |message: &Message| {
        json!({
            "topic": message.topic,
            "payload": bytes(&message.payload),
            "retain": message.retain,
            "sure": message.at_least_once,
        })
    };
    let mut value = Map::new();
    value.insert("address".to_owned(), said.address.as_str().into());
    if let Some((user, secret)) = &said.login {
        value.insert("login".to_owned(), json!([user, secret.as_str()]));
    }
    value.insert("messages".to_owned(), said.messages.iter().map(message).collect());
    Value::Object(value)
}

fn read_messages(value: &Value) -> Option<Messages> {
    let message = |value: &Value| {
        Some(Message {
            topic: text(value, "topic")?,
            payload: read_bytes(value.get("payload")?)?,
            retain: flag(value, "retain"),
            at_least_once: flag(value, "sure"),
        })
    };
    let login = match value.get("login") {
        Some(pair) => Some((pair.get(0)?.as_str()?.to_owned(), name(pair.get(1)?)?)),
        None => None,
    };
    let messages = value.get("messages")?.as_array()?.iter().map(message).collect::<Option<_>>()?;
    Some(Messages { address: text(value, "address")?, login, messages })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(name: &str) -> Slug {
        Slug::new(name).unwrap()
    }

    #[test]
    fn every_step_comes_back_from_its_row() {
        let hmac = |encoding| Slot::Hmac { secret: slug("s"), over: vec![0, 255], before: "v1,".to_owned(), encoding };
        let slots = vec![
            ("a".to_owned(), Slot::Plain("\"x\"".to_owned())),
            ("b".to_owned(), Slot::Secret(slug("s"))),
            ("c".to_owned(), Slot::Bearer(slug("s"))),
            ("d".to_owned(), Slot::Basic("user".to_owned(), slug("s"))),
            ("e".to_owned(), hmac(Encoding::Base64)),
            ("f".to_owned(), hmac(Encoding::Hex)),
        ];
        let part = |filename: Option<&str>, content| Part {
            name: "file".to_owned(),
            filename: filename.map(str::to_owned),
            content,
        };
        let parts = vec![
            part(Some("p.png"), PartContent::File("picture".to_owned())),
            part(None, PartContent::Text("alt".to_owned())),
        ];
        let verbs = [Verb::Get, Verb::Post, Verb::Put, Verb::Patch, Verb::Delete, Verb::Post];
        let bodies = [
            RequestBody::Empty,
            RequestBody::Bytes(vec![200, 0]),
            RequestBody::File("picture".to_owned()),
            RequestBody::Json(slots.clone()),
            RequestBody::Form(slots.clone()),
            RequestBody::Multipart(parts),
        ];
        let request = |(verb, body)| {
            let url = Slot::Secret(slug("address"));
            Step::Http(Request { verb, url, headers: slots.clone(), body, keep: vec![("/t".to_owned(), slug("k"))] })
        };
        let audience = ToAudience {
            audience: "all".to_owned(),
            language: Language::Sv,
            subject: "a".to_owned(),
            page: "b".to_owned(),
        };
        let pushed = |link| ToBrowsers {
            audience: "all".to_owned(),
            language: Language::Sv,
            title: "a".to_owned(),
            body: "b".to_owned(),
            link,
            lifetime: Duration::from_secs(9),
        };
        let message = Message { topic: "a/b".to_owned(), payload: b"{}".to_vec(), retain: true, at_least_once: false };
        let messages = |login| Messages { address: "mqtt://b".to_owned(), login, messages: vec![message.clone()] };
        let failure = |again_after| Failure { text: "no".to_owned(), again_after, needs_steward: true };
        let mut steps: Vec<Step> = verbs.into_iter().zip(bodies).map(request).collect();
        steps.extend([
            Step::Mail(audience),
            Step::Push(pushed(None)),
            Step::Push(pushed(Some("https://a.example/b".to_owned()))),
            Step::Mqtt(messages(Some(("box".to_owned(), slug("s"))))),
            Step::Mqtt(messages(None)),
            Step::Wait(Duration::from_secs(7)),
            Step::Done(Receipt { handle: "1".to_owned(), link: Some("https://a".to_owned()), people: Some(3) }),
            Step::Done(Receipt::default()),
            Step::Fail(failure(None)),
            Step::Fail(failure(Some(Duration::ZERO))),
        ]);
        for step in steps {
            let before = Turn { state: vec![1, 255], step };
            let row = turn(&before).to_string();
            assert_eq!(read_turn(&serde_json::from_str(&row).unwrap()), Some(before), "{row}");
        }
    }
}
