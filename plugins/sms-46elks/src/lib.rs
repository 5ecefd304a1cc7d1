//! Text messages by 46elks, one after the other to those who must know; what is half way goes on and does not begin anew.

mod parts;

use allting_plugin_sdk::channel::{
    Breakage, Channel, Description, Job, Post, Publication, Receipt, Reply, Request, Response, Secretive, Step, Text,
    Turn, utc_ms,
};
use allting_plugin_sdk::export_channel;
use parts::Measure;
use serde::{Deserialize, Serialize};
use serde_json::Value;

const SERVER: &str = "https://api.46elks.com";
/// Before a message that was not taken is tried again, seconds.
const LATER_S: u32 = 60;
/// How often one message is tried: half an hour, and then staff hear of it.
const TRIES_MAX: u32 = 30;
/// So far may the clocks of the box and of 46elks be apart, milliseconds.
const CLOCKS_MS: u64 = 120_000;

/// What the municipality sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    user: String,
    password: String,
    from: String,
    to: Vec<String>,
    #[serde(default = "two")]
    parts: u32,
    #[serde(default = "server")]
    server: String,
}

const fn two() -> u32 {
    2
}

fn server() -> String {
    SERVER.to_owned()
}

/// How far the messages have come.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sending {
    text: String,
    /// Who is still to get it, the next one last.
    left: Vec<String>,
    /// What those are called that were taken.
    taken: Vec<String>,
    /// What was said of those that were not.
    refused: Option<String>,
    /// When this began, Unix time in milliseconds: what is older is another message.
    since_ms: u64,
    tries: u32,
    doing: Doing,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Doing {
    Sending,
    /// The answer was lost: it is looked whether the message was taken.
    Looking,
    /// It is sent again after a while.
    Waiting,
    /// It is looked again after a while.
    WaitingToLook,
}

/// The channel.
#[derive(Debug)]
pub struct Sms;

impl Channel for Sms {
    type Settings = Settings;
    type State = Sending;

    fn describe() -> Description {
        let settings = r#"{"user":"u1234","password":"elks","from":"Norsjo","to":["+46701234567","+46707654321"]}"#;
        let ice = Text::new("sv", "Isen bär inte", "Temperaturen har stigit. Stäng banan.");
        let door = "https://allting.norsjo.se/go/rink";
        let text = "Isen bär inte: Temperaturen har stigit. Stäng banan. https://allting.norsjo.se/go/rink";
        let mut post = Post::new("sv", text).linked(Some(door.to_owned()));
        (post.length, post.limit, post.cost) = (86, 306, 2);
        Description::new("sms-46elks", env!("CARGO_PKG_VERSION"))
            .title("nb", "SMS (46elks)")
            .title("nn", "SMS (46elks)")
            .title("sv", "SMS (46elks)")
            .title("en", "Text messages (46elks)")
            .help("nb", "SMS til dem som må vite det, som vakten. Hver del koster penger: sett cost_per_month.")
            .help("nn", "SMS til dei som må vite det, som vakta. Kvar del kostar pengar: set cost_per_month.")
            .help("sv", "SMS till dem som måste veta, som jouren. Varje del kostar pengar: sätt cost_per_month.")
            .help("en", "Text messages to those who must know. Each part costs money: set cost_per_month.")
            .schema(include_str!("settings.schema.json"))
            .host("api.46elks.com")
            .example("a message to two", Publication::new("rule/1", ice).door(door), settings, Ok(vec![post]))
    }

    fn compose(publication: &Publication, settings: &Settings) -> Result<Vec<Post>, String> {
        let text = publication.first();
        let door = publication.door.clone();
        let with = |body: &str| {
            let said = [text.title.trim(), body].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
            let said = said.join(": ");
            [said.as_str(), door.as_deref().unwrap_or_default()].join(" ").trim().to_owned()
        };
        let body = text.body.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = |message: &String| Measure::of(message).parts <= settings.parts;
        // What is too long loses its body: who must know opens the link.
        let Some(message) = [with(&body), with("")].into_iter().find(fits) else {
            let parts = Measure::of(&with("")).parts;
            return Err(format!(
                "Even without its text it is {parts} parts, and {} are allowed; make the title shorter.",
                settings.parts
            ));
        };
        let measure = Measure::of(&message);
        let people = u32::try_from(settings.to.len()).unwrap_or(u32::MAX);
        let mut post = Post::new(&text.language, message).linked(door);
        (post.length, post.limit) = (measure.units, measure.room(settings.parts));
        post.cost = measure.parts.saturating_mul(people);
        Ok(vec![post])
    }

    fn start(post: &Post, settings: &Settings, job: &Job) -> Turn {
        let sending = Sending {
            text: post.body.clone(),
            left: settings.to.iter().rev().cloned().collect(),
            taken: Vec::new(),
            refused: None,
            since_ms: job.now_ms,
            tries: 0,
            doing: Doing::Sending,
        };
        sending.next(settings)
    }

    fn resume(state: Sending, reply: &Reply, settings: &Settings, _: &Job) -> Turn {
        match (state.doing, reply) {
            (Doing::Sending, Reply::Http(response)) => state.answered(response, settings),
            // It may have been taken before the line ended.
            (Doing::Sending, Reply::Broken(broken)) => match broken {
                Breakage::NotGranted(_) => Turn::refused(reply),
                _ => state.look(settings),
            },
            (Doing::Looking, Reply::Http(response)) if response.is_success() => match state.found(response) {
                Some(id) => state.take(id, settings),
                None => state.wait(Doing::Waiting, "its answer was lost, and it is not among what was sent"),
            },
            (Doing::Looking, _) => state.wait(Doing::WaitingToLook, "it is not known whether a message was taken"),
            (Doing::Waiting, Reply::Waited) => state.next(settings),
            (Doing::WaitingToLook, Reply::Waited) => state.look(settings),
            (_, other) => Turn::refused(other),
        }
    }
}

impl Sending {
    /// The next message, or the end.
    fn next(mut self, settings: &Settings) -> Turn {
        let Some(to) = self.left.last() else { return self.end() };
        let fields = [("from", plain(&settings.from)), ("to", plain(to)), ("message", plain(&self.text))];
        let request = asked(Request::post(&address(settings, "")), settings).form(fields);
        self.doing = Doing::Sending;
        Turn::next(&self, Step::Http(request))
    }

    fn look(mut self, settings: &Settings) -> Turn {
        let request = asked(Request::get(&address(settings, "?limit=100")), settings);
        self.doing = Doing::Looking;
        Turn::next(&self, Step::Http(request))
    }

    fn answered(mut self, response: &Response, settings: &Settings) -> Turn {
        match (response.status, response.text("/id").filter(|id| id.len() <= 64)) {
            (200..=299, Some(id)) => self.take(id, settings),
            (429, _) => self.wait(Doing::Waiting, "it is sent too much at once"),
            (200..=299, None) | (500..=599, _) => self.look(settings),
            // The account: nothing else goes out either. Who got it already must not get it anew.
            (401..=403, _) if self.taken.is_empty() => Turn::refused(&Reply::Http(response.clone())),
            (401..=403, _) => self.wait(Doing::Waiting, "the account is not served any more"),
            (status, _) => {
                // This number; the others shall know all the same.
                self.refused = Some(format!("It answered {status}: {}", response.quoted()));
                self.left.pop();
                self.next(settings)
            }
        }
    }

    fn take(mut self, id: String, settings: &Settings) -> Turn {
        self.taken.push(id);
        self.left.pop();
        self.next(settings)
    }

    /// Goes on after a while and does not begin anew, for some have their message.
    fn wait(mut self, then: Doing, why: &str) -> Turn {
        self.tries += 1;
        if self.tries > TRIES_MAX {
            let taken = self.taken.len();
            return Turn::fail(format!(
                "{taken} got it, {} did not: {why}. Who sends it again writes to all.",
                self.left.len()
            ));
        }
        self.doing = then;
        Turn::next(&self, Step::Wait(LATER_S))
    }

    /// What the message is called, if it is among what was sent since this began.
    fn found(&self, response: &Response) -> Option<String> {
        let said = response.json()?;
        let to = self.left.last()?;
        let text = |sent: &Value, name: &str| sent.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut all = said.get("data")?.as_array()?.iter();
        let ours = all.find(|sent| {
            let is_new =
                text(sent, "created").and_then(|at| utc_ms(&at)).is_some_and(|at| at + CLOCKS_MS >= self.since_ms);
            is_new && text(sent, "to").as_ref() == Some(to) && text(sent, "message").as_ref() == Some(&self.text)
        });
        ours.and_then(|sent| text(sent, "id")).filter(|id| id.len() <= 64)
    }

    fn end(self) -> Turn {
        if self.taken.is_empty() {
            return Turn::fail(self.refused.unwrap_or_else(|| "There was nobody to send it to.".to_owned()));
        }
        let people = u32::try_from(self.taken.len()).ok();
        // As many names as a handle holds.
        let handle = self.taken.iter().take(7).map(String::as_str).collect::<Vec<_>>().join(" ");
        Turn::receipt(Receipt { handle, link: None, people })
    }
}

fn address(settings: &Settings, query: &str) -> String {
    format!("{}/a1/sms{query}", settings.server.trim_end_matches('/'))
}

fn asked(request: Request, settings: &Settings) -> Request {
    request.header("authorization", Secretive::Basic((settings.user.clone(), settings.password.clone())))
}

fn plain(text: &str) -> Secretive {
    Secretive::Plain(text.to_owned())
}

export_channel!(Sms);

#[cfg(test)]
mod tests;
