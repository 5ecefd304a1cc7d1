//! Posts to a Facebook page: first the picture, then the post where nobody sees it, and only then it is published.
//!
//! The Graph API has no key by which it would know a second try. What nobody sees can be said twice, and to publish what is published
//! changes nothing: so a power cut at any step makes one post.

mod answers;
mod refusal;

use allting_plugin_sdk::channel::{
    Channel, Description, Job, Part, Picture, Post, Power, Publication, Receipt, Reply, Request, Response, Secretive,
    Step, Text, Turn, Verb,
};
use allting_plugin_sdk::export_channel;
use answers::Collecting;
use refusal::refused;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The longest text of a post (Facebook's own limit), characters.
const CHARACTERS: u32 = 63_206;
const SERVER: &str = "https://graph.facebook.com";

/// What the municipality sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    page: String,
    token: String,
    #[serde(default)]
    app_token: Option<String>,
    #[serde(default = "server")]
    server: String,
    #[serde(default = "version")]
    version: String,
}

fn server() -> String {
    SERVER.to_owned()
}

fn version() -> String {
    "v23.0".to_owned()
}

/// What is remembered between two steps.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The picture is on its way.
    Uploading(Draft),
    /// The post is on its way to where nobody sees it.
    Drafting,
    /// The post of that name is being published.
    Publishing(String),
    /// It was asked whether the post of that name is published.
    Looking(String),
    /// The post of that name is corrected.
    Correcting(String),
    /// The post of that name is taken back.
    Withdrawing(String),
    /// A comment is answered.
    Answering,
    /// It is asked how long the token is good, and what came back is fetched.
    Collecting(Collecting),
}

/// A post as Facebook gets it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Draft {
    text: String,
    link: Option<String>,
}

/// The channel.
#[derive(Debug)]
pub struct FacebookPage;

impl Channel for FacebookPage {
    type Settings = Settings;
    type State = State;

    fn describe() -> Description {
        let settings = r#"{"page":"546349135390552","token":"facebook"}"#;
        let calm = Text::new("nb", "Rolig på biblioteket", "Det er god plass nå.");
        let door = "https://allting.norsjo.se/go/library";
        let picture = Picture::png("nb", "En bakke og en sol.");
        let publication = Publication::new("rule/1", calm).door(door);
        let text = "Rolig på biblioteket\n\nDet er god plass nå.";
        let plain = Post::new("nb", text).linked(Some(door.to_owned())).counted(CHARACTERS);
        let shown = Post::new("nb", format!("{text}\n\n{door}")).linked(Some(door.to_owned())).counted(CHARACTERS);
        Description::new("facebook-page", env!("CARGO_PKG_VERSION"))
            .title("nb", "Facebook-side")
            .title("nn", "Facebook-side")
            .title("sv", "Facebook-sida")
            .title("en", "Facebook page")
            .help("nb", "Legger ut på en Facebook-side, med bilde og tekst som forklarer det, og henter svar.")
            .help("nn", "Legg ut på ei Facebook-side, med bilete og tekst som forklarer det, og hentar svar.")
            .help("sv", "Lägger ut på en Facebook-sida, med bild och text som förklarar den, och hämtar svar.")
            .help("en", "Posts to a Facebook page, with a picture and a text that explains it, and fetches replies.")
            .schema(include_str!("settings.schema.json"))
            .host("graph.facebook.com")
            .powers([Power::Collect, Power::Correct, Power::Withdraw, Power::Answer])
            .example("a text and a link", publication.clone(), settings, Ok(vec![plain]))
            .example(
                "a text with a picture",
                publication.picture(picture.clone()),
                settings,
                Ok(vec![shown.pictured(Some(picture))]),
            )
    }

    fn compose(publication: &Publication, _: &Settings) -> Result<Vec<Post>, String> {
        let text = publication.first();
        // Beside a picture Facebook shows no link of its own, so it stands in the text.
        let link = publication.door.as_deref().filter(|_| publication.picture.is_some());
        let parts = [text.title.as_str(), &text.body, link.unwrap_or_default()];
        publication.post(&parts, CHARACTERS).map(|post| vec![post])
    }

    fn start(post: &Post, settings: &Settings, _: &Job) -> Turn {
        let Some(picture) = &post.picture else {
            return draft(&Draft { text: post.body.clone(), link: post.link.clone() }, None, settings);
        };
        let parts = [
            Part::file("source", "picture.png", &picture.file),
            Part::text("published", "false"),
            Part::text("temporary", "true"),
            Part::text("alt_text_custom", picture.alternative(&post.language)),
        ];
        let request = asked(Request::post(&address(settings, &format!("{}/photos", settings.page))), settings);
        let draft = Draft { text: post.body.clone(), link: None };
        Turn::next(&State::Uploading(draft), Step::Http(request.parts(parts)))
    }

    fn resume(state: State, reply: &Reply, settings: &Settings, _: &Job) -> Turn {
        let Reply::Http(response) = reply else {
            return match (state, reply) {
                // It may have been published before the line ended.
                (State::Publishing(id), Reply::Broken(_)) => look(id, settings),
                _ => Turn::refused(reply),
            };
        };
        match state {
            State::Collecting(collecting) => collecting.go_on(response, settings),
            State::Uploading(post) => match named(response) {
                Some(photo) => draft(&post, Some(&photo), settings),
                None => unnamed(response),
            },
            State::Drafting => match named(response) {
                Some(id) => publish(id, settings),
                None => unnamed(response),
            },
            State::Publishing(id) if response.is_success() => out(id),
            State::Publishing(id) if response.status == 400 => look(id, settings),
            State::Looking(id) if response.is_success() => {
                let is_out = response.json().and_then(|said| said.get("is_published")?.as_bool());
                if is_out == Some(true) {
                    out(id)
                } else {
                    Turn::again("Facebook has the post, and does not publish it.", 60)
                }
            }
            State::Correcting(id) if response.is_success() => out(id),
            State::Withdrawing(id) if response.is_success() || response.status == 404 => Turn::done(id),
            State::Answering => match named(response) {
                Some(id) => out(id),
                None => unnamed(response),
            },
            _ => refused(response),
        }
    }

    fn collect(posted: &[Receipt], bookmark: &[u8], settings: &Settings, _: &Job) -> Turn {
        Collecting::new(posted, bookmark).begin(settings)
    }

    fn correct(posted: &Receipt, post: &Post, settings: &Settings, _: &Job) -> Turn {
        let Some(id) = name(&posted.handle) else { return unknown() };
        let request = asked(Request::post(&address(settings, id)), settings).form([("message", plain(&post.body))]);
        Turn::next(&State::Correcting(id.to_owned()), Step::Http(request))
    }

    fn withdraw(posted: &Receipt, settings: &Settings, _: &Job) -> Turn {
        let Some(id) = name(&posted.handle) else { return unknown() };
        let request = asked(Request::new(Verb::Delete, &address(settings, id)), settings);
        Turn::next(&State::Withdrawing(id.to_owned()), Step::Http(request))
    }

    fn answer(comment: &str, post: &Post, settings: &Settings, _: &Job) -> Turn {
        let Some(id) = name(comment) else { return unknown() };
        let request = asked(Request::post(&address(settings, &format!("{id}/comments"))), settings);
        Turn::next(&State::Answering, Step::Http(request.form([("message", plain(&post.body))])))
    }
}

/// Says the post where nobody sees it.
fn draft(post: &Draft, photo: Option<&str>, settings: &Settings) -> Turn {
    let attached = photo.map(|photo| json!({ "media_fbid": photo }).to_string());
    let mut fields = vec![("message", plain(&post.text)), ("published", plain("false"))];
    fields.extend(post.link.as_ref().map(|link| ("link", plain(link))));
    fields.extend(attached.as_ref().map(|attached| ("attached_media[0]", plain(attached))));
    let request = asked(Request::post(&address(settings, &format!("{}/feed", settings.page))), settings);
    Turn::next(&State::Drafting, Step::Http(request.form(fields)))
}

fn publish(id: String, settings: &Settings) -> Turn {
    let request = asked(Request::post(&address(settings, &id)), settings).form([("is_published", plain("true"))]);
    Turn::next(&State::Publishing(id), Step::Http(request))
}

fn look(id: String, settings: &Settings) -> Turn {
    let request = asked(Request::get(&address(settings, &format!("{id}?fields=is_published"))), settings);
    Turn::next(&State::Looking(id), Step::Http(request))
}

fn out(id: String) -> Turn {
    let link = Some(format!("https://www.facebook.com/{id}"));
    Turn::receipt(Receipt { handle: id, link, people: None })
}

fn unknown() -> Turn {
    Turn::fail("It is not known what it is called there.")
}

fn unnamed(response: &Response) -> Turn {
    if response.is_success() {
        Turn::again("Facebook took it, and did not say what it calls it.", 60)
    } else {
        refused(response)
    }
}

/// What Facebook calls what it was just given.
fn named(response: &Response) -> Option<String> {
    response.text("/id").filter(|id| response.is_success() && name(id).is_some())
}

/// A name of Facebook's, digits with `_` between them; nothing else may stand in an address.
fn name(handle: &str) -> Option<&str> {
    let fits = (1..=80).contains(&handle.len()) && handle.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    fits.then_some(handle)
}

fn address(settings: &Settings, path: &str) -> String {
    format!("{}/{}/{path}", settings.server.trim_end_matches('/'), settings.version)
}

fn asked(request: Request, settings: &Settings) -> Request {
    request.header("authorization", Secretive::Bearer(settings.token.clone()))
}

fn plain(text: &str) -> Secretive {
    Secretive::Plain(text.to_owned())
}

export_channel!(FacebookPage);

#[cfg(test)]
mod tests;
