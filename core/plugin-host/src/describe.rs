use model::{Language, Timestamp, Words};

use crate::bindings::exports::allting::decoder::decoding as wit;
use crate::boundary::{one_line, timestamp};

/// What a plugin says of itself.
#[derive(Clone, Debug)]
pub struct Description {
    /// The name its author gave it.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name for people.
    pub title: Words,
    /// What it is for.
    pub help: Words,
    /// JSON Schema 2020-12 of its settings.
    pub schema: serde_json::Value,
    /// What the device can be told to do.
    pub commands: Vec<CommandKind>,
    /// Frames whose meaning the author knows; [`crate::Decoder::run_examples`] tries them.
    pub examples: Vec<Example>,
}

/// Something the device can be told to do.
#[derive(Clone, Debug)]
pub struct CommandKind {
    /// Its name for [`crate::Decoder::encode`].
    pub name: String,
    /// Its name for people.
    pub title: Words,
    /// JSON Schema 2020-12 of its arguments.
    pub schema: serde_json::Value,
}

/// A frame whose meaning the author knows.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// Port.
    pub f_port: u8,
    /// Decrypted bytes.
    pub payload: Vec<u8>,
    /// When it came.
    pub received_at: Timestamp,
    /// JSON.
    pub settings: String,
}

/// Longer versions are no versions.
const VERSION_CHARS_MAX: usize = 32;

/// Checks what cannot be used otherwise. The texts are bounded by what a call may copy out.
pub(crate) fn describe(said: &wit::Description) -> Result<Description, String> {
    model::Slug::new(&said.id).map_err(|e| format!("its id `{}`: {e}", one_line(&said.id)))?;
    version(&said.version)?;
    if said.title.is_empty() {
        return Err("it has no title in any language".to_owned());
    }
    Ok(Description {
        id: said.id.clone(),
        version: said.version.clone(),
        title: words(&said.title),
        help: words(&said.help),
        schema: schema(&said.schema, "its settings")?,
        commands: said.commands.iter().map(command).collect::<Result<_, _>>()?,
        examples: said.examples.iter().map(example).collect(),
    })
}

pub(crate) fn version(said: &str) -> Result<(), String> {
    if said.is_empty() || said.len() > VERSION_CHARS_MAX || said.contains(char::is_control) {
        return Err(format!("its version `{}` is empty or longer than {VERSION_CHARS_MAX}", one_line(said)));
    }
    Ok(())
}

/// Texts in languages that the box does not speak are left out.
pub(crate) fn words(texts: &[(String, String)]) -> Words {
    texts.iter().filter_map(|(tag, text)| Some((tag.parse::<Language>().ok()?, one_line(text)))).collect()
}

pub(crate) fn schema(json: &str, of: &str) -> Result<serde_json::Value, String> {
    match serde_json::from_str(json) {
        Ok(schema @ serde_json::Value::Object(_)) => Ok(schema),
        Ok(_) => Err(format!("the schema of {of} is no JSON object")),
        Err(e) => Err(format!("the schema of {of} is no JSON: {e}")),
    }
}

fn command(kind: &wit::CommandKind) -> Result<CommandKind, String> {
    let schema = schema(&kind.schema, &format!("its command `{}`", one_line(&kind.name)))?;
    Ok(CommandKind { name: kind.name.clone(), title: words(&kind.title), schema })
}

fn example(example: &wit::Example) -> Example {
    let uplink = &example.uplink;
    Example {
        title: one_line(&example.title),
        f_port: uplink.f_port,
        payload: uplink.payload.clone(),
        received_at: timestamp(uplink.received_at_ms),
        settings: uplink.settings.clone(),
    }
}
