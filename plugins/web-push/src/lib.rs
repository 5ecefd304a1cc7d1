//! Notices in the browsers of those who asked for them on the portal: one text in each language, and the box knows which browsers.

use allting_plugin_sdk::channel::{
    Channel, Description, Job, Post, Power, Publication, Push, Receipt, Reply, Step, Text, Turn,
};
use allting_plugin_sdk::export_channel;
use serde::Deserialize;

/// Everybody who wants to hear about this. Which browsers that is the box knows alone.
const AUDIENCE: &str = "subscribers";
/// The services that browsers get notices by: Chrome and all that is made of it, Firefox, Safari, Edge on Windows.
const SERVICES: [&str; 4] =
    ["fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com", "*.notify.windows.com"];
/// Phones show a line or two of a title, characters.
const TITLE_CHARS_MAX: usize = 80;
/// Of a text phones show some lines; the rest is a tap away.
const BODY_CHARS_MAX: u32 = 240;
const HOUR_S: u32 = 3600;

/// What the municipality sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    keep_hours: u32,
    /// Read by the box, which grants by it.
    services: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { keep_hours: 24, services: Vec::new() }
    }
}

/// The channel.
#[derive(Debug)]
pub struct WebPush;

impl Channel for WebPush {
    type Settings = Settings;
    /// What the notice is called.
    type State = String;

    fn describe() -> Description {
        let door = "https://allting.norsjo.se/go/library";
        let publication = Publication::new("rule/1", Text::new("sv", "Lugnt på biblioteket", "Det finns plats nu."))
            .text(Text::new("en", "Calm at the library", "There is room now."))
            .door(door);
        let notice = |language: &str, title: &str, body: &str| {
            let mut post = Post::new(language, body).titled(title).linked(Some(door.to_owned()));
            (post.length, post.limit) = (chars(body), BODY_CHARS_MAX);
            post
        };
        let posts = vec![
            notice("sv", "Lugnt på biblioteket", "Det finns plats nu."),
            notice("en", "Calm at the library", "There is room now."),
        ];
        let description = Description::new("web-push", env!("CARGO_PKG_VERSION"))
            .title("nb", "Varsler i nettleseren")
            .title("nn", "Varsel i nettlesaren")
            .title("sv", "Aviseringar i webbläsaren")
            .title("en", "Notices in the browser")
            .help("nb", "Varsler på telefonen eller datamaskinen til dem som har bedt om dem på portalen.")
            .help("nn", "Varsel på telefonen eller datamaskina til dei som har bede om dei på portalen.")
            .help("sv", "Aviseringar på telefonen eller datorn hos dem som har bett om dem på portalen.")
            .help("en", "Notices on the phone or computer of those who asked for them on the portal.")
            .schema(include_str!("settings.schema.json"))
            .power(Power::Push)
            .power(Power::Correct)
            .example("a notice in two languages", publication, "{}", Ok(posts));
        SERVICES.into_iter().fold(description, Description::host)
    }

    fn compose(publication: &Publication, _: &Settings) -> Result<Vec<Post>, String> {
        publication.texts.iter().map(|text| notice(text, publication.door.as_deref())).collect()
    }

    fn start(post: &Post, settings: &Settings, job: &Job) -> Turn {
        let push = Push {
            audience: AUDIENCE.to_owned(),
            language: post.language.clone(),
            title: post.title.clone(),
            body: post.body.clone(),
            link: post.link.clone().unwrap_or_default(),
            lifetime_s: settings.keep_hours.saturating_mul(HOUR_S),
        };
        Turn::next(&job.idempotency_key, Step::Push(push))
    }

    /// The box gives both the same topic, so the later one takes the place of the earlier one, on the screen too.
    fn correct(_: &Receipt, post: &Post, settings: &Settings, job: &Job) -> Turn {
        Self::start(post, settings, job)
    }

    fn resume(name: String, reply: &Reply, _: &Settings, _: &Job) -> Turn {
        match reply {
            Reply::Sent(people) => Turn::receipt(Receipt { handle: name, link: None, people: Some(*people) }),
            other => Turn::refused(other),
        }
    }
}

fn notice(text: &Text, door: Option<&str>) -> Result<Post, String> {
    let title = text.title.trim();
    if title.is_empty() || title.chars().count() > TITLE_CHARS_MAX {
        return Err(format!("A notice needs a title, of at most {TITLE_CHARS_MAX} characters."));
    }
    let body = shortened(&text.body.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut post = Post::new(&text.language, &body).titled(title).linked(door.map(str::to_owned));
    (post.length, post.limit) = (chars(&body), BODY_CHARS_MAX);
    Ok(post)
}

fn chars(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// As much of it as a phone shows, in whole words.
fn shortened(text: &str) -> String {
    if chars(text) <= BODY_CHARS_MAX {
        return text.to_owned();
    }
    let head: String = text.chars().take(BODY_CHARS_MAX as usize - 1).collect();
    let whole = head.rsplit_once(' ').map_or(head.as_str(), |(words, _)| words);
    format!("{}…", whole.trim_end_matches(|sign: char| sign.is_ascii_punctuation()))
}

export_channel!(WebPush);

#[cfg(test)]
mod tests;
