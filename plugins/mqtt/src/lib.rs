//! Tells a broker what was published, and Home Assistant what there is to find.

use allting_plugin_sdk::channel::{
    Channel, Description, Job, Mqtt, MqttMessage, Picture, Post, Power, Publication, Receipt, Reply, Step, Text, Turn,
};
use allting_plugin_sdk::export_channel;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Characters that Home Assistant keeps of a state.
const STATE_CHARS: u32 = 255;

/// What the municipality sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    broker: String,
    user: Option<String>,
    password: Option<String>,
    #[serde(default = "topic")]
    topic: String,
    #[serde(default = "discovery")]
    discovery: String,
}

fn topic() -> String {
    "allting".to_owned()
}

fn discovery() -> String {
    "homeassistant".to_owned()
}

/// What a message says, but for when.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    id: String,
    expires_s: Option<u64>,
}

/// The channel.
#[derive(Debug)]
pub struct Broker;

impl Channel for Broker {
    type Settings = Settings;
    /// Of which topic the message is.
    type State = String;

    fn describe() -> Description {
        let settings = r#"{"broker":"mqtt://10.0.0.8","user":"allting","password":"broker"}"#;
        let door = "https://allting.norsjo.se/go/library";
        let calm = Text::new("sv", "Lugnt nu", "Det finns plats.");
        let picture = Picture::png("sv", "En kulle.");
        let publication = Publication::new("rule/library-calm/1", calm).door(door).picture(picture.clone());
        let mut post = Post::new("sv", "Det finns plats.").titled("Lugnt nu").linked(Some(door.to_owned()));
        post.picture = Some(picture);
        post.note = br#"{"id":"rule/library-calm/1","expires_s":null}"#.to_vec();
        Description::new("mqtt", env!("CARGO_PKG_VERSION"))
            .title("nb", "MQTT og Home Assistant")
            .title("nn", "MQTT og Home Assistant")
            .title("sv", "MQTT och Home Assistant")
            .title("en", "MQTT and Home Assistant")
            .help("nb", "Sier fra til en megler (broker). Home Assistant finner meldingene av seg selv.")
            .help("nn", "Seier frå til ein meklar (broker). Home Assistant finn meldingane av seg sjølv.")
            .help("sv", "Säger till en mäklare (broker). Home Assistant hittar meddelandena av sig självt.")
            .help("en", "Tells a broker. Home Assistant finds the messages by itself.")
            .schema(include_str!("settings.schema.json"))
            .power(Power::Mqtt)
            .power(Power::Correct)
            .power(Power::Withdraw)
            .example("a text with a picture", publication, settings, Ok(vec![post]))
    }

    fn compose(publication: &Publication, _: &Settings) -> Result<Vec<Post>, String> {
        let text = publication.first();
        let note = Note { id: publication.id.clone(), expires_s: publication.expires_at_ms.map(|ms| ms / 1000) };
        let mut post = Post::new(&text.language, text.body).titled(&text.title).linked(publication.door.clone());
        post.picture.clone_from(&publication.picture);
        post.note = serde_json::to_vec(&note).map_err(|error| format!("It cannot be written as JSON: {error}."))?;
        Ok(vec![post])
    }

    fn start(post: &Post, settings: &Settings, job: &Job) -> Turn {
        match serde_json::from_slice::<Note>(&post.note) {
            Ok(note) => tell(&object(&note.id), post, &note, settings, job),
            Err(_) => Turn::fail("What was to be told cannot be read."),
        }
    }

    fn resume(object: String, reply: &Reply, _: &Settings, _: &Job) -> Turn {
        match reply {
            Reply::Sent(_) => Turn::done(object),
            other => Turn::refused(other),
        }
    }

    fn correct(posted: &Receipt, post: &Post, settings: &Settings, job: &Job) -> Turn {
        match serde_json::from_slice::<Note>(&post.note) {
            Ok(note) => tell(&posted.handle, post, &note, settings, job),
            Err(_) => Turn::fail("What was to be told cannot be read."),
        }
    }

    fn withdraw(posted: &Receipt, settings: &Settings, _: &Job) -> Turn {
        // A broker forgets what it keeps when it is told nothing.
        let message = MqttMessage::kept(format!("{}/{}", settings.topic, posted.handle), Vec::new());
        say(&posted.handle, settings, vec![message])
    }
}

fn tell(object: &str, post: &Post, told: &Note, settings: &Settings, job: &Job) -> Turn {
    let state = format!("{}/{object}", settings.topic);
    let alternative = post.picture.as_ref().map(|picture| picture.alternative(&post.language));
    let said = json!({
        "id": told.id,
        "title": post.title,
        "body": post.body,
        "language": post.language,
        "link": post.link,
        "picture": alternative,
        "at": job.now_ms / 1000,
    });
    let mut messages = Vec::new();
    if !settings.discovery.is_empty() {
        let config = found(object, &state, told, settings, job);
        let root = plain(&settings.topic);
        let topic = format!("{}/sensor/{root}_{object}/config", settings.discovery);
        messages.push(MqttMessage::kept(topic, Value::Object(config).to_string()));
    }
    messages.push(MqttMessage::kept(state, said.to_string()));
    say(object, settings, messages)
}

/// What Home Assistant needs to know of a sensor (MQTT discovery, one sensor a topic: the form that all its releases read).
fn found(object: &str, state: &str, told: &Note, settings: &Settings, job: &Job) -> Map<String, Value> {
    let root = plain(&settings.topic);
    let config = json!({
        "name": object.replace('-', " "),
        "unique_id": format!("{root}_{object}"),
        "object_id": format!("{root}_{}", object.replace('-', "_")),
        "state_topic": state,
        "value_template": format!("{{{{ value_json.title[:{STATE_CHARS}] }}}}"),
        "json_attributes_topic": state,
        "icon": "mdi:bullhorn-outline",
        "device": { "identifiers": [root], "name": "Allting", "manufacturer": "Allting" },
    });
    let Value::Object(mut config) = config else { return Map::new() };
    if let Some(lasts) = told.expires_s.and_then(|at| at.checked_sub(job.now_ms / 1000)) {
        config.insert("expire_after".to_owned(), lasts.max(1).into());
    }
    config
}

fn say(object: &str, settings: &Settings, messages: Vec<MqttMessage>) -> Turn {
    let mut mqtt = Mqtt::new(&settings.broker, messages);
    mqtt.login = settings.user.clone().zip(settings.password.clone());
    Turn::next(&object, Step::Mqtt(mqtt))
}

/// What a cause is called in a topic: the first two steps of its name, without the time behind them.
fn object(id: &str) -> String {
    let steps: Vec<&str> = id.split('/').filter(|step| !step.is_empty()).take(2).collect();
    plain(&steps.join("-"))
}

/// Letters, digits and `-` alone: all else means something in a topic.
fn plain(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let plain: String = name.chars().map(letter).take(100).collect();
    if plain.is_empty() { "post".to_owned() } else { plain }
}

export_channel!(Broker);

#[cfg(test)]
mod tests;
