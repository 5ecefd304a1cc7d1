//! Posts to a Matrix room: first the picture, with what it shows, and then the text. Each event has a transaction name, so that a try
//! that is made twice is one event.

mod answers;

use allting_plugin_sdk::channel::{
    Body, Breakage, Channel, Description, Job, Picture, Post, Power, Publication, Receipt, Reply, Request, Response,
    Secretive, Step, Text, Turn, Verb,
};
use allting_plugin_sdk::export_channel;
use answers::Collecting;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An event has at most 64 KiB, with all that stands around the text (Matrix, "Size limits").
const CHARACTERS: u32 = 10_000;

/// Corrections of one post that are taken back with it.
const CORRECTIONS_MAX: usize = 50;

/// What the municipality sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    server: String,
    room: String,
    token: String,
    #[serde(default = "yes")]
    notice: bool,
}

const fn yes() -> bool {
    true
}

/// What is remembered between two steps.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The file is on its way.
    Uploading(Words),
    /// The event that shows it is on its way.
    Showing(Words),
    /// The text is on its way; what shows the picture is out.
    Saying(Option<String>),
    /// The text of that name is corrected.
    Correcting(String),
    /// It is asked how often the text of that name was corrected: each time is an event of its own.
    Finding(String),
    /// These are taken back, the next one last; and what all was called.
    Withdrawing(Vec<String>, String),
    /// Answers are fetched.
    Collecting(Collecting),
}

/// A post as the room gets it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Words {
    text: String,
    shows: String,
    bytes: u64,
    width: u32,
    height: u32,
}

/// The channel.
#[derive(Debug)]
pub struct Matrix;

impl Channel for Matrix {
    type Settings = Settings;
    type State = State;

    fn describe() -> Description {
        let settings = r#"{"server":"https://matrix.norsjo.se","room":"!town:norsjo.se","token":"matrix"}"#;
        let calm = Text::new("sv", "Lugnt på biblioteket", "Det finns plats nu.");
        let door = "https://allting.norsjo.se/go/library";
        let picture = Picture::png("sv", "En kulle och en sol.");
        let publication = Publication::new("rule/1", calm).door(door).picture(picture.clone());
        let post = Post::new("sv", format!("Lugnt på biblioteket\n\nDet finns plats nu.\n\n{door}"))
            .linked(Some(door.to_owned()))
            .pictured(Some(picture))
            .counted(CHARACTERS);
        Description::new("matrix", env!("CARGO_PKG_VERSION"))
            .title("nb", "Matrix-rom")
            .title("nn", "Matrix-rom")
            .title("sv", "Matrix-rum")
            .title("en", "Matrix room")
            .help("nb", "Legger ut i et rom på Matrix, med bilde og tekst som forklarer det, og henter svar.")
            .help("nn", "Legg ut i eit rom på Matrix, med bilete og tekst som forklarer det, og hentar svar.")
            .help("sv", "Lägger ut i ett rum på Matrix, med bild och text som förklarar den, och hämtar svar.")
            .help("en", "Posts to a room on Matrix, with a picture and a text that explains it, and fetches replies.")
            .schema(include_str!("settings.schema.json"))
            .powers([Power::Collect, Power::Correct, Power::Withdraw, Power::Answer])
            .example("a text with a picture", publication, settings, Ok(vec![post]))
    }

    fn compose(publication: &Publication, _: &Settings) -> Result<Vec<Post>, String> {
        let text = publication.first();
        let parts = [text.title.as_str(), &text.body, publication.door.as_deref().unwrap_or_default()];
        publication.post(&parts, CHARACTERS).map(|post| vec![post])
    }

    fn start(post: &Post, settings: &Settings, job: &Job) -> Turn {
        let Some(picture) = &post.picture else { return say(&post.body, None, None, settings, job) };
        let words = Words {
            text: post.body.clone(),
            shows: picture.alternative(&post.language).to_owned(),
            bytes: picture.bytes,
            width: picture.width,
            height: picture.height,
        };
        let mut request = Request::post(&format!("{}/_matrix/media/v3/upload?filename=picture.png", base(settings)));
        request.body = Body::File(picture.file.clone());
        let request = asked(request, settings).header("content-type", plain("image/png"));
        Turn::next(&State::Uploading(words), Step::Http(request))
    }

    fn resume(state: State, reply: &Reply, settings: &Settings, job: &Job) -> Turn {
        let response = match reply {
            Reply::Http(response) => response,
            // The names of events make it harmless to say them once more.
            Reply::Broken(Breakage::TimedOut | Breakage::Garbled(_)) => {
                return Turn::again(
                    "It is not known whether the server took it; it is said again by the same name.",
                    5,
                );
            }
            other => return Turn::refused(other),
        };
        match state {
            State::Uploading(words) => match response.text("/content_uri").filter(|uri| uri.starts_with("mxc://")) {
                Some(uri) if response.is_success() => show(words, &uri, settings, job),
                _ => unnamed(response),
            },
            State::Showing(words) => match named(response) {
                Some(event) => say(&words.text, Some(event), None, settings, job),
                None => unnamed(response),
            },
            State::Saying(picture) => match named(response) {
                Some(event) => out(&[Some(event), picture], settings),
                None => unnamed(response),
            },
            State::Correcting(handle) => match named(response) {
                Some(_) => out(&[Some(handle)], settings),
                None => unnamed(response),
            },
            State::Finding(handle) if response.is_success() || response.status == 404 => {
                let left = events(&handle).map(str::to_owned).chain(corrections(response)).collect();
                withdraw(left, handle, settings, job)
            }
            State::Withdrawing(mut left, handle) if is_gone(response, left.len() > events(&handle).count()) => {
                left.pop();
                withdraw(left, handle, settings, job)
            }
            State::Collecting(collecting) if response.is_success() => collecting.end(response),
            State::Finding(_) | State::Withdrawing(..) | State::Collecting(_) => Turn::refused(reply),
        }
    }

    fn collect(posted: &[Receipt], bookmark: &[u8], settings: &Settings, _: &Job) -> Turn {
        Collecting::new(posted, bookmark).begin(settings)
    }

    fn correct(posted: &Receipt, post: &Post, settings: &Settings, job: &Job) -> Turn {
        let Some(event) = events(&posted.handle).next() else { return unknown() };
        let new = message(&post.body, settings);
        let mut content = message(&format!("* {}", post.body), settings);
        insert(&mut content, "m.new_content", new);
        insert(&mut content, "m.relates_to", json!({ "rel_type": "m.replace", "event_id": event }));
        let request = send(&content, &job.idempotency_key, settings);
        Turn::next(&State::Correcting(posted.handle.clone()), Step::Http(request))
    }

    fn withdraw(posted: &Receipt, settings: &Settings, _: &Job) -> Turn {
        let Some(event) = events(&posted.handle).next() else { return unknown() };
        let path = format!("relations/{}/m.replace/m.room.message?limit={CORRECTIONS_MAX}", escaped(event));
        let request = asked(Request::get(&in_rooms(settings, "v1", &path)), settings);
        Turn::next(&State::Finding(posted.handle.clone()), Step::Http(request))
    }

    fn answer(comment: &str, post: &Post, settings: &Settings, job: &Job) -> Turn {
        match events(comment).next() {
            Some(event) => say(&post.body, None, Some(event), settings, job),
            None => unknown(),
        }
    }
}

fn show(words: Words, uri: &str, settings: &Settings, job: &Job) -> Turn {
    let info = json!({ "mimetype": "image/png", "size": words.bytes, "w": words.width, "h": words.height });
    let content = json!({ "msgtype": "m.image", "body": words.shows, "url": uri, "info": info });
    let request = send(&content, &format!("{}-picture", job.idempotency_key), settings);
    Turn::next(&State::Showing(words), Step::Http(request))
}

fn say(text: &str, picture: Option<String>, to: Option<&str>, settings: &Settings, job: &Job) -> Turn {
    let mut content = message(text, settings);
    if let Some(event) = to {
        insert(&mut content, "m.relates_to", json!({ "m.in_reply_to": { "event_id": event } }));
    }
    Turn::next(&State::Saying(picture), Step::Http(send(&content, &job.idempotency_key, settings)))
}

fn withdraw(left: Vec<String>, handle: String, settings: &Settings, job: &Job) -> Turn {
    let Some(event) = left.last() else { return Turn::done(handle) };
    let path = format!("redact/{}/{}-{}", escaped(event), job.idempotency_key, left.len());
    let request = asked(Request::new(Verb::Put, &room(settings, &path)), settings);
    let request = request.bytes("application/json", "{}");
    Turn::next(&State::Withdrawing(left, handle), Step::Http(request))
}

/// The events that correct a text (Matrix, "Relationships API").
fn corrections(response: &Response) -> Vec<String> {
    let said = response.json().unwrap_or_default();
    let chunk = said.get("chunk").and_then(Value::as_array).into_iter().flatten();
    let ids = chunk.filter_map(|event| event.get("event_id").and_then(Value::as_str).filter(|id| is_event(id)));
    ids.take(CORRECTIONS_MAX).map(str::to_owned).collect()
}

/// A correction that somebody else wrote is none, and only a moderator could take it back.
fn is_gone(response: &Response, is_correction: bool) -> bool {
    response.is_success() || response.status == 404 || (is_correction && response.status == 403)
}

fn message(text: &str, settings: &Settings) -> Value {
    json!({ "msgtype": if settings.notice { "m.notice" } else { "m.text" }, "body": text })
}

fn insert(content: &mut Value, name: &str, value: Value) {
    if let Some(content) = content.as_object_mut() {
        content.insert(name.to_owned(), value);
    }
}

/// Puts an event into the room; `name` makes a second try the same event.
fn send(content: &Value, name: &str, settings: &Settings) -> Request {
    let request = Request::new(Verb::Put, &room(settings, &format!("send/m.room.message/{name}")));
    asked(request, settings).bytes("application/json", content.to_string())
}

/// The text first, then what shows the picture: one line.
fn out(events: &[Option<String>], settings: &Settings) -> Turn {
    let all: Vec<&str> = events.iter().flatten().map(String::as_str).collect();
    let handle = all.join(" ");
    let link = handle.split(' ').next().map(|event| {
        let path = format!("{}/{}", escaped(&settings.room), escaped(event));
        format!("https://matrix.to/#/{path}")
    });
    Turn::receipt(Receipt { handle, link, people: None })
}

fn unknown() -> Turn {
    Turn::fail("It is not known what it is called there.")
}

fn unnamed(response: &Response) -> Turn {
    if response.is_success() {
        Turn::again("The server took it, and did not say what it calls it.", 60)
    } else {
        refused(response)
    }
}

/// As always, but for the time after which a server lets us go on: it may stand in the body alone.
fn refused(response: &Response) -> Turn {
    let ms = response.text("/retry_after_ms").and_then(|ms| ms.parse::<u32>().ok());
    match ms.filter(|_| response.status == 429) {
        Some(ms) => Turn::again(
            "The server says that this account says too much at once (429).",
            ms.div_ceil(1000).clamp(1, 3600),
        ),
        None => Turn::refused(&Reply::Http(response.clone())),
    }
}

/// What the room calls what it was just given.
fn named(response: &Response) -> Option<String> {
    response.text("/event_id").filter(|event| response.is_success() && is_event(event))
}

/// The events of a handle.
fn events(handle: &str) -> impl Iterator<Item = &str> {
    handle.split(' ').filter(|event| is_event(event))
}

fn is_event(name: &str) -> bool {
    name.starts_with('$') && (2..=255).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic())
}

fn base(settings: &Settings) -> &str {
    settings.server.trim_end_matches('/')
}

fn room(settings: &Settings, path: &str) -> String {
    in_rooms(settings, "v3", path)
}

fn in_rooms(settings: &Settings, version: &str, path: &str) -> String {
    format!("{}/_matrix/client/{version}/rooms/{}/{path}", base(settings), escaped(&settings.room))
}

/// As a part of an address: all that is not unreserved by its number (RFC 3986, section 2.3).
fn escaped(text: &str) -> String {
    let byte = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn asked(request: Request, settings: &Settings) -> Request {
    request.header("authorization", Secretive::Bearer(settings.token.clone()))
}

fn plain(text: &str) -> Secretive {
    Secretive::Plain(text.to_owned())
}

export_channel!(Matrix);

#[cfg(test)]
mod tests;
