//! The two commands that most devices know, in the same words for all of them.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Command, CommandExample, CommandKind, Downlink, Fault};

/// A command that most devices know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Report every so many minutes.
    ReportInterval {
        /// At least 1.
        minutes: u16,
    },
    /// Start anew.
    Reboot,
}

/// A day: whoever wants to hear less often should not be asked for an alarm when a sensor falls silent.
const MINUTES_MAX: u16 = 1440;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Interval {
    minutes: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl Order {
    /// For the description: `report-interval`, from 1 to 1440 minutes.
    pub fn report_interval_kind() -> CommandKind {
        let schema = r#"{"type":"object","additionalProperties":false,"required":["minutes"],"properties":{"minutes":{
            "type":"integer","minimum":1,"maximum":1440,"title":"Minutes",
            "x-title":{"nb":"Minutter","nn":"Minutt","sv":"Minuter","en":"Minutes"},
            "description":"Minutes between two reports","x-description":{
            "nb":"Minutter mellom to meldinger, 1 til 1440","nn":"Minutt mellom to meldingar, 1 til 1440",
            "sv":"Minuter mellan två meddelanden, 1 till 1440","en":"Minutes between two reports, 1 to 1440"}}}}"#;
        CommandKind::new("report-interval", schema)
            .title("en", "Set how often it reports")
            .title("nb", "Bestem hvor ofte den melder seg")
            .title("nn", "Bestem kor ofte han melder seg")
            .title("sv", "Bestäm hur ofta den rapporterar")
    }

    /// For the description: `reboot`.
    pub fn reboot_kind() -> CommandKind {
        CommandKind::new("reboot", r#"{"type":"object","additionalProperties":false}"#)
            .title("en", "Restart the sensor")
            .title("nb", "Start sensoren på nytt")
            .title("nn", "Start sensoren på nytt")
            .title("sv", "Starta om sensorn")
    }

    /// Reads a command.
    pub fn of(command: &Command) -> Result<Self, Fault> {
        match &*command.name {
            "report-interval" => match command.arguments()? {
                Interval { minutes: minutes @ 1..=MINUTES_MAX } => Ok(Self::ReportInterval { minutes }),
                Interval { .. } => Err(command.refused("minutes are from 1 to 1440")),
            },
            "reboot" => command.arguments::<Nothing>().map(|_| Self::Reboot),
            _ => Err(Fault::UnsupportedCommand(command.name.clone())),
        }
    }

    /// The order to report every so many seconds, for devices that count in them; the rest of a minute is cut off.
    pub fn report_every(seconds: u32) -> Self {
        Self::ReportInterval { minutes: u16::try_from(seconds / 60).unwrap_or(u16::MAX) }
    }

    /// What it says as JSON, for a steward to read.
    pub fn json(self) -> String {
        match self {
            Self::ReportInterval { minutes } => format!(r#"{{"command":"report-interval","minutes":{minutes}}}"#),
            Self::Reboot => r#"{"command":"reboot"}"#.to_owned(),
        }
    }
}

impl Command {
    /// Its arguments, read from their JSON.
    pub fn arguments<A: DeserializeOwned>(&self) -> Result<A, Fault> {
        serde_json::from_str(&self.arguments).map_err(|e| self.refused(&e.to_string()))
    }

    /// Why it cannot be done.
    pub fn refused(&self, why: &str) -> Fault {
        Fault::UnsupportedCommand(format!("{}: {why}", self.name))
    }
}

impl CommandKind {
    /// Its name in one language (BCP 47 tag).
    #[must_use]
    pub fn title(mut self, language: &str, words: &str) -> Self {
        self.title.push((language.to_owned(), words.to_owned()));
        self
    }

    /// One more example: with these arguments and settings it gives this downlink.
    #[must_use]
    pub fn gives(self, arguments: &str, settings: &str, downlink: Downlink) -> Self {
        self.example(arguments, settings, Ok(downlink))
    }

    /// One more example: with these arguments and settings it is refused.
    #[must_use]
    pub fn faults(self, arguments: &str, settings: &str, fault: Fault) -> Self {
        self.example(arguments, settings, Err(fault))
    }

    fn example(mut self, arguments: &str, settings: &str, gives: Result<Downlink, Fault>) -> Self {
        let title = format!("{} {arguments} {settings}", self.name);
        let (arguments, settings) = (arguments.to_owned(), settings.to_owned());
        self.examples.push(CommandExample { title, arguments, settings, gives });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_and_told() {
        let order = Order::of(&Command::new("report-interval", r#"{"minutes":20}"#)).unwrap();
        assert_eq!(order, Order::ReportInterval { minutes: 20 });
        assert_eq!(order.json(), r#"{"command":"report-interval","minutes":20}"#);
        assert_eq!(Order::of(&Command::new("reboot", "{}")), Ok(Order::Reboot));
    }

    #[test]
    fn what_no_device_should_do_is_refused_with_the_reason() {
        let refused =
            |name: &str, arguments: &str| format!("{:?}", Order::of(&Command::new(name, arguments)).unwrap_err());
        assert!(refused("report-interval", r#"{"minutes":0}"#).contains("from 1 to 1440"));
        assert!(refused("report-interval", r#"{"minutes":70000}"#).contains("70000"));
        assert!(refused("reboot", r#"{"now":true}"#).contains("now"));
        assert!(refused("open-the-door", "{}").contains("open-the-door"));
    }

    #[test]
    fn the_schemas_are_json() {
        for kind in [Order::report_interval_kind(), Order::reboot_kind()] {
            assert!(serde_json::from_str::<serde_json::Value>(&kind.schema).is_ok(), "{}", kind.name);
        }
    }
}
