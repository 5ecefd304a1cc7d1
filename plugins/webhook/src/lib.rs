//! Tells a program what was published: one POST, signed as Standard Webhooks has it.

use allting_plugin_sdk::channel::{
    Channel, Description, Encoding, Hmac, Job, Picture, Post, Power, Publication, Receipt, Reply, Request, Secretive,
    Step, Text, Turn,
};
use allting_plugin_sdk::export_channel;
use allting_plugin_sdk::method::date_of_day;
use serde::{Deserialize, Serialize};

/// Receivers take at least this (Standard Webhooks, "Payload size"), bytes.
const PAYLOAD_MAX: usize = 20_000;
/// What stands around the data of a payload is far less, bytes.
const ENVELOPE: usize = 200;

/// What is told in the example.
const EXAMPLE: &str = concat!(
    r#"{"id":"rule/library-calm/1","#,
    r#""texts":[{"language":"en","title":"Calm now","body":"It is calm at the library."}],"#,
    r#""link":"https://allting.norsjo.se/go/library","picture":"A hill."}"#
);

/// What the municipality sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    address: String,
    secret: String,
}

/// What was published, as a program reads it.
#[derive(Debug, Serialize, Deserialize)]
struct Data {
    id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    texts: Vec<Said>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
}

/// A text in one language.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    language: String,
    title: String,
    body: String,
}

#[derive(Debug, Serialize)]
struct Payload<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: String,
    data: &'a Data,
}

/// The channel.
#[derive(Debug)]
pub struct Webhook;

impl Channel for Webhook {
    type Settings = Settings;
    /// What the publication is called.
    type State = String;

    fn describe() -> Description {
        let settings = r#"{"address":"https://hooks.norsjo.se/allting","secret":"intranet"}"#;
        let calm = Text::new("en", "Calm now", "It is calm at the library.");
        let door = "https://allting.norsjo.se/go/library";
        let publication = Publication::new("rule/library-calm/1", calm).door(door);
        let mut post = Post::new("en", "It is calm at the library.").titled("Calm now").linked(Some(door.to_owned()));
        post.note = EXAMPLE.as_bytes().to_vec();
        Description::new("webhook", env!("CARGO_PKG_VERSION"))
            .title("nb", "Webhook")
            .title("nn", "Webhook")
            .title("sv", "Webhook")
            .title("en", "Webhook")
            .help("nb", "Sier fra til et annet program, signert slik Standard Webhooks beskriver.")
            .help("nn", "Seier frå til eit anna program, signert slik Standard Webhooks skildrar.")
            .help("sv", "Säger till ett annat program, signerat så som Standard Webhooks beskriver.")
            .help("en", "Tells another program, signed as Standard Webhooks has it.")
            .schema(include_str!("settings.schema.json"))
            .power(Power::Correct)
            .power(Power::Withdraw)
            .example(
                "a text and a picture",
                publication.picture(Picture::png("en", "A hill.")),
                settings,
                Ok(vec![post]),
            )
    }

    fn compose(publication: &Publication, _: &Settings) -> Result<Vec<Post>, String> {
        posts(publication)
    }

    fn start(post: &Post, settings: &Settings, job: &Job) -> Turn {
        match serde_json::from_slice(&post.note) {
            Ok(data) => tell("publication.posted", &data, settings, job),
            Err(_) => Turn::fail("What was to be told cannot be read."),
        }
    }

    fn resume(id: String, reply: &Reply, _: &Settings, _: &Job) -> Turn {
        match reply {
            Reply::Http(response) if response.is_success() => Turn::done(id),
            // Standard Webhooks: it asks not to be told any more.
            Reply::Http(response) if response.status == 410 => {
                Turn::stuck("The receiver is gone for good (410). Ask who runs it, or remove the channel.")
            }
            other => Turn::refused(other),
        }
    }

    fn correct(posted: &Receipt, post: &Post, settings: &Settings, job: &Job) -> Turn {
        match serde_json::from_slice::<Data>(&post.note) {
            Ok(data) => tell("publication.corrected", &Data { id: posted.handle.clone(), ..data }, settings, job),
            Err(_) => Turn::fail("What was to be told cannot be read."),
        }
    }

    fn withdraw(posted: &Receipt, settings: &Settings, job: &Job) -> Turn {
        let data = Data { id: posted.handle.clone(), texts: Vec::new(), link: None, picture: None };
        tell("publication.withdrawn", &data, settings, job)
    }
}

fn posts(publication: &Publication) -> Result<Vec<Post>, String> {
    let text = publication.first();
    let said =
        |text: &Text| Said { language: text.language.clone(), title: text.title.clone(), body: text.body.clone() };
    let data = Data {
        id: publication.id.clone(),
        texts: publication.texts.iter().map(said).collect(),
        link: publication.door.clone(),
        picture: publication.picture.as_ref().map(|picture| picture.alternative(&text.language).to_owned()),
    };
    let note = serde_json::to_vec(&data).map_err(|error| format!("It cannot be written as JSON: {error}."))?;
    if note.len() + ENVELOPE > PAYLOAD_MAX {
        return Err(format!("With {} bytes it is longer than a webhook may be; make the texts shorter.", note.len()));
    }
    let mut post = Post::new(&text.language, text.body).titled(&text.title).linked(publication.door.clone());
    post.note = note;
    Ok(vec![post])
}

fn tell(kind: &str, data: &Data, settings: &Settings, job: &Job) -> Turn {
    let payload = Payload { kind, timestamp: utc(job.now_ms), data };
    let Ok(body) = serde_json::to_vec(&payload) else { return Turn::fail("It cannot be written as JSON.") };
    let seconds = (job.now_ms / 1000).to_string();
    let over = [job.idempotency_key.as_bytes(), b".", seconds.as_bytes(), b".", &body].concat();
    let (secret, before) = (settings.secret.clone(), "v1,".to_owned());
    let signature = Secretive::Hmac(Hmac { secret, over, before, encoding: Encoding::Base64 });
    let request = Request::post(&settings.address)
        .header("webhook-id", Secretive::Plain(job.idempotency_key.clone()))
        .header("webhook-timestamp", Secretive::Plain(seconds))
        .header("webhook-signature", signature)
        .bytes("application/json", body);
    Turn::next(&data.id, Step::Http(request))
}

/// RFC 3339, to the second.
fn utc(ms: u64) -> String {
    let seconds = ms / 1000;
    let (year, month, day) = date_of_day(i32::try_from(seconds / 86_400).unwrap_or(0));
    let of_day = seconds % 86_400;
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

export_channel!(Webhook);

#[cfg(test)]
mod tests;
