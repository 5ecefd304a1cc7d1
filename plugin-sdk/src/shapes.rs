//! Short ways to say what a decoder has to say.

use crate::{Command, CommandKind, Decoded, Description, Downlink, Example, Fault, Observation, Uplink, Value};

impl Observation {
    /// Anything observed, with its unit in UCUM.
    pub fn new(property: impl Into<String>, value: Value, unit: Option<&str>) -> Self {
        let unit = unit.map(str::to_owned);
        Self { property: property.into(), value, unit, age_s: 0, part: None, extra: Vec::new() }
    }

    /// A measured number: `Observation::number("temperature", 21.5, "Cel")`.
    pub fn number(property: impl Into<String>, number: f64, unit: &str) -> Self {
        Self::new(property, Value::Number(number), Some(unit))
    }

    /// A counted number: `Observation::count("people-in", 3)`.
    pub fn count(property: impl Into<String>, count: impl Into<i64>) -> Self {
        Self::new(property, Value::Integer(count.into()), Some("1"))
    }

    /// Yes or no: `Observation::flag("parking-occupied", true)`.
    pub fn flag(property: impl Into<String>, flag: bool) -> Self {
        Self::new(property, Value::Flag(flag), Some("1"))
    }

    /// Words of the device, for staff.
    pub fn text(property: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(property, Value::Text(text.into()), None)
    }

    /// The same, measured `age_s` seconds before the uplink was received.
    #[must_use]
    pub fn aged(mut self, age_s: u32) -> Self {
        self.age_s = age_s;
        self
    }

    /// The same, of one of several parts alike: `probe-2`.
    #[must_use]
    pub fn part(mut self, part: impl Into<String>) -> Self {
        self.part = Some(part.into());
        self
    }
}

impl Decoded {
    /// What was observed, without warnings.
    pub fn of(observations: impl IntoIterator<Item = Observation>) -> Self {
        let observations = observations.into_iter().collect();
        Self { observations, warnings: Vec::new(), raw: None, extra: Vec::new() }
    }

    /// The same, and something a person should know.
    #[must_use]
    pub fn warn(mut self, warning: impl Into<String>) -> Self {
        self.warnings.push(warning.into());
        self
    }
}

impl Uplink {
    /// A frame received at midnight, 2026-01-01 UTC.
    pub fn new(f_port: u8, payload: &[u8], settings: &str) -> Self {
        let received_at_ms = 1_767_225_600_000;
        Self { f_port, payload: payload.to_vec(), received_at_ms, settings: settings.to_owned(), extra: Vec::new() }
    }
}

impl Downlink {
    /// Bytes for the device on a port.
    pub fn new(f_port: u8, payload: impl Into<Vec<u8>>) -> Self {
        Self { f_port, payload: payload.into(), extra: Vec::new() }
    }
}

impl Command {
    /// A command with its arguments as a JSON object.
    pub fn new(name: &str, arguments: &str) -> Self {
        Self { name: name.to_owned(), arguments: arguments.to_owned(), extra: Vec::new() }
    }
}

impl CommandKind {
    /// A command and the JSON Schema of its arguments.
    pub fn new(name: &str, schema: &str) -> Self {
        let (name, schema) = (name.to_owned(), schema.to_owned());
        Self { name, title: Vec::new(), schema, examples: Vec::new(), extra: Vec::new() }
    }
}

impl Example {
    /// A frame whose meaning is known. Ends in [`Example::gives`], [`Example::decodes`] or [`Example::faults`].
    pub fn new(title: &str, f_port: u8, payload: &[u8], settings: &str) -> Self {
        let uplink = Uplink::new(f_port, payload, settings);
        Self { title: title.to_owned(), uplink, gives: Ok(Decoded::of([])) }
    }

    /// It gives exactly these observations, without warnings.
    #[must_use]
    pub fn gives(self, observations: impl IntoIterator<Item = Observation>) -> Self {
        self.decodes(Decoded::of(observations))
    }

    /// It gives exactly this.
    #[must_use]
    pub fn decodes(mut self, decoded: Decoded) -> Self {
        self.gives = Ok(decoded);
        self
    }

    /// It is refused with this fault.
    #[must_use]
    pub fn faults(mut self, fault: Fault) -> Self {
        self.gives = Err(fault);
        self
    }
}

impl Description {
    /// A decoder without settings or commands; the methods below add to it.
    pub fn new(id: &str, version: &str) -> Self {
        Self {
            id: id.to_owned(),
            version: version.to_owned(),
            title: Vec::new(),
            help: Vec::new(),
            schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
            commands: Vec::new(),
            examples: Vec::new(),
            extra: Vec::new(),
        }
    }

    /// Its name in one language (BCP 47 tag).
    #[must_use]
    pub fn title(mut self, language: &str, words: &str) -> Self {
        self.title.push((language.to_owned(), words.to_owned()));
        self
    }

    /// What it is for, in one language.
    #[must_use]
    pub fn help(mut self, language: &str, words: &str) -> Self {
        self.help.push((language.to_owned(), words.to_owned()));
        self
    }

    /// JSON Schema 2020-12 of its settings.
    #[must_use]
    pub fn schema(mut self, schema: &str) -> Self {
        schema.clone_into(&mut self.schema);
        self
    }

    /// One more command that `encode` knows.
    #[must_use]
    pub fn command(mut self, command: CommandKind) -> Self {
        self.commands.push(command);
        self
    }

    /// One more example.
    #[must_use]
    pub fn example(mut self, example: Example) -> Self {
        self.examples.push(example);
        self
    }
}
