//! Posts to an account on a Mastodon server: first the picture, then the post.

mod answers;
mod text;

use allting_plugin_sdk::channel::{
    Channel, Description, Job, Part, Picture, Post, Power, Publication, Receipt, Reply, Request, Response, Secretive,
    Step, Text, Turn, Verb, utc_ms,
};
use allting_plugin_sdk::export_channel;
use answers::Collecting;
use serde::{Deserialize, Serialize};

/// What servers allow unless they are set otherwise.
const CHARACTERS: u32 = 500;
/// How often is asked whether a picture is ready, and how many seconds lie between: a minute in all.
const ASKED_MAX: u32 = 20;
const ASKED_EVERY_S: u32 = 3;

/// What the municipality sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    server: String,
    token: String,
    #[serde(default)]
    visibility: Visibility,
    #[serde(default)]
    hashtags: Vec<String>,
    #[serde(default = "characters")]
    characters: u32,
}

const fn characters() -> u32 {
    CHARACTERS
}

/// Who sees posts.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Visibility {
    #[default]
    Public,
    Unlisted,
    Private,
}

impl Visibility {
    const fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Private => "private",
        }
    }
}

/// What is remembered between two steps.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The picture is on its way.
    Uploading(Status),
    /// The server works on the picture of that number; asked so often.
    Waiting(Status, String, u32),
    /// It was asked whether the picture is ready.
    Asking(Status, String, u32),
    /// The post is on its way, or the correction of one.
    Posting,
    /// A post is taken back.
    Withdrawing(String),
    /// Whom a comment is from, so that they are spoken to and hear of it; then the answer is on its way.
    Answering(Status),
    /// Answers are fetched.
    Collecting(Collecting),
}

/// A post as the server gets it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Status {
    text: String,
    language: String,
    answers: Option<String>,
}

/// The channel.
#[derive(Debug)]
pub struct Mastodon;

impl Channel for Mastodon {
    type Settings = Settings;
    type State = State;

    fn describe() -> Description {
        let settings = r#"{"server":"https://social.norsjo.se","token":"mastodon","hashtags":["Norsjö"]}"#;
        let calm = Text::new("sv", "Lugnt på biblioteket", "Det finns plats nu.");
        let door = "https://allting.norsjo.se/go/library";
        let picture = Picture::png("sv", "En kulle och en sol.");
        let publication = Publication::new("rule/1", calm).door(door).picture(picture.clone());
        let status = format!("Lugnt på biblioteket\n\nDet finns plats nu.\n\n{door}\n\n#Norsjö");
        let mut post = Post::new("sv", status).linked(Some(door.to_owned())).pictured(Some(picture));
        (post.length, post.limit) = (75, CHARACTERS);
        Description::new("mastodon", env!("CARGO_PKG_VERSION"))
            .title("nb", "Mastodon")
            .title("nn", "Mastodon")
            .title("sv", "Mastodon")
            .title("en", "Mastodon")
            .help("nb", "Legger ut på en konto på en Mastodon-server, med bilde og tekst som forklarer det.")
            .help("nn", "Legg ut på ein konto på ein Mastodon-server, med bilete og tekst som forklarer det.")
            .help("sv", "Lägger ut på ett konto på en Mastodon-server, med bild och text som förklarar den.")
            .help("en", "Posts to an account on a Mastodon server, with a picture and a text that explains it.")
            .schema(include_str!("settings.schema.json"))
            .powers([Power::Collect, Power::Correct, Power::Withdraw, Power::Answer])
            .example("a text with a picture", publication, settings, Ok(vec![post]))
    }

    fn compose(publication: &Publication, settings: &Settings) -> Result<Vec<Post>, String> {
        text::compose(publication, settings).map(|post| vec![post])
    }

    fn start(post: &Post, settings: &Settings, job: &Job) -> Turn {
        let status = Status { text: post.body.clone(), language: post.language.clone(), answers: None };
        let Some(picture) = &post.picture else { return publish(&status, None, settings, job) };
        let parts = [
            Part::file("file", "picture.png", &picture.file),
            Part::text("description", picture.alternative(&post.language)),
        ];
        let request = asked(Request::post(&address(settings, "/api/v2/media")), settings).parts(parts);
        Turn::next(&State::Uploading(status), Step::Http(request))
    }

    fn resume(state: State, reply: &Reply, settings: &Settings, job: &Job) -> Turn {
        match (state, reply) {
            (State::Uploading(status), Reply::Http(response)) => uploaded(status, response, settings, job),
            (State::Waiting(status, media, times), Reply::Waited) => {
                let request = asked(Request::get(&address(settings, &format!("/api/v1/media/{media}"))), settings);
                Turn::next(&State::Asking(status, media, times + 1), Step::Http(request))
            }
            (State::Asking(status, media, times), Reply::Http(response)) => match response.status {
                206 if times >= ASKED_MAX => Turn::again("The server was not done with the picture in a minute.", 60),
                206 => Turn::next(&State::Waiting(status, media, times), Step::Wait(ASKED_EVERY_S)),
                _ if response.is_success() => publish(&status, Some(&media), settings, job),
                _ => refused(response, job),
            },
            (State::Posting, Reply::Http(response)) => posted(response, job),
            (State::Withdrawing(id), Reply::Http(response)) if response.is_success() || response.status == 404 => {
                Turn::done(id)
            }
            (State::Answering(_), Reply::Http(response)) if matches!(response.status, 404 | 410) => {
                Turn::fail("The comment is not there any more: its author took it back.")
            }
            (State::Answering(status), Reply::Http(response)) if response.is_success() => {
                let to = answers::spoken_to(response);
                let text = to.map_or_else(|| status.text.clone(), |to| format!("{to} {}", status.text));
                publish(&Status { text, ..status }, None, settings, job)
            }
            (State::Collecting(collecting), reply) => collecting.go_on(reply, settings, job),
            (_, Reply::Http(response)) => refused(response, job),
            (_, other) => Turn::refused(other),
        }
    }

    fn collect(posted: &[Receipt], bookmark: &[u8], settings: &Settings, _: &Job) -> Turn {
        Collecting::new(posted, bookmark).begin(settings)
    }

    fn correct(posted: &Receipt, post: &Post, settings: &Settings, _: &Job) -> Turn {
        let Some(id) = number(&posted.handle) else { return Turn::fail("It is not known what it is called there.") };
        let mut request =
            asked(Request::new(Verb::Put, &address(settings, &format!("/api/v1/statuses/{id}"))), settings);
        request = request.form([("status", plain(&post.body)), ("language", plain(&post.language))]);
        Turn::next(&State::Posting, Step::Http(request))
    }

    fn withdraw(posted: &Receipt, settings: &Settings, _: &Job) -> Turn {
        let Some(id) = number(&posted.handle) else { return Turn::fail("It is not known what it is called there.") };
        let request = Request::new(Verb::Delete, &address(settings, &format!("/api/v1/statuses/{id}")));
        Turn::next(&State::Withdrawing(id.to_owned()), Step::Http(asked(request, settings)))
    }

    fn answer(comment: &str, post: &Post, settings: &Settings, _: &Job) -> Turn {
        let Some(id) = number(comment) else { return Turn::fail("It is not known which comment is answered.") };
        let answers = Some(id.to_owned());
        let status = Status { text: post.body.clone(), language: post.language.clone(), answers };
        let request = Request::get(&address(settings, &format!("/api/v1/statuses/{id}")));
        Turn::next(&State::Answering(status), Step::Http(asked(request, settings)))
    }
}

fn uploaded(status: Status, response: &Response, settings: &Settings, job: &Job) -> Turn {
    let media = response.text("/id").filter(|id| number(id).is_some());
    match (response.status, media) {
        (202, Some(media)) => Turn::next(&State::Waiting(status, media, 0), Step::Wait(ASKED_EVERY_S)),
        (200..=299, Some(media)) => publish(&status, Some(&media), settings, job),
        (200..=299, None) => Turn::again("The server took the picture, and did not say what it calls it.", 60),
        _ => refused(response, job),
    }
}

fn publish(status: &Status, media: Option<&str>, settings: &Settings, job: &Job) -> Turn {
    let mut fields = vec![
        ("status", plain(&status.text)),
        ("language", plain(&status.language)),
        ("visibility", plain(settings.visibility.word())),
    ];
    fields.extend(media.map(|media| ("media_ids[]", plain(media))));
    fields.extend(status.answers.as_ref().map(|id| ("in_reply_to_id", plain(id))));
    let request = asked(Request::post(&address(settings, "/api/v1/statuses")), settings);
    let request = request.header("idempotency-key", plain(&job.idempotency_key)).form(fields);
    Turn::next(&State::Posting, Step::Http(request))
}

fn posted(response: &Response, job: &Job) -> Turn {
    match response.text("/id").filter(|id| number(id).is_some()) {
        Some(handle) if response.is_success() => {
            let link = response.text("/url").filter(|url| url.starts_with("https://"));
            Turn::receipt(Receipt { handle, link, people: None })
        }
        None if response.is_success() => Turn::again("The server took it, and did not say what it calls it.", 60),
        _ => refused(response, job),
    }
}

/// As always, but for the time at which a server lets us go on: Mastodon has a header of its own for it.
fn refused(response: &Response, job: &Job) -> Turn {
    let reset = response.header("x-ratelimit-reset").and_then(utc_ms);
    match reset.filter(|_| response.status == 429) {
        Some(at) => {
            let seconds = u32::try_from(at.saturating_sub(job.now_ms).div_ceil(1000)).unwrap_or(u32::MAX);
            Turn::again(
                "The server says that this account has posted too much for a while (429).",
                seconds.clamp(1, 3600),
            )
        }
        None => Turn::refused(&Reply::Http(response.clone())),
    }
}

/// A number of the server's; nothing else may stand in an address.
fn number(handle: &str) -> Option<&str> {
    let fits = (1..=64).contains(&handle.len()) && handle.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then_some(handle)
}

fn address(settings: &Settings, path: &str) -> String {
    format!("{}{path}", settings.server.trim_end_matches('/'))
}

fn asked(request: Request, settings: &Settings) -> Request {
    request.header("authorization", Secretive::Bearer(settings.token.clone()))
}

fn plain(text: &str) -> Secretive {
    Secretive::Plain(text.to_owned())
}

export_channel!(Mastodon);

#[cfg(test)]
mod tests;
