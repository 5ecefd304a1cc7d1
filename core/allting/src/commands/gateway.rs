use super::{Failure, say};
use crate::control::{STATUS, ask};
use clap::Subcommand;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Shows the gateways that a running box hears: those that were adopted, and those that might be
    List {
        /// Where the data of the running box lies
        #[arg(long, default_value = super::DATA)]
        data: PathBuf,
        /// For programs: one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// `allting gateway`.
pub(crate) fn run(what: &What) -> Result<(), Failure> {
    let What::List { data, json } = what;
    let status = ask(data, STATUS)?;
    if *json {
        let part = |name: &str| status.get(name).cloned().unwrap_or_default();
        say(&serde_json::json!({ "gateways": part("gateways"), "strangers": part("strangers") }).to_string());
        return Ok(());
    }
    say(listed(&status).trim_end());
    Ok(())
}

fn listed(status: &Value) -> String {
    let all = |name: &str| status.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (gateways, strangers) = (all("gateways"), all("strangers"));
    let mut text = String::new();
    if gateways.is_empty() {
        text.push_str("No gateway is adopted yet.\n");
    }
    for gateway in &gateways {
        let (eui, name) = (word(gateway, "eui"), word(gateway, "name"));
        let heard = match gateway.get("lastHeard").and_then(Value::as_str) {
            Some(at) => format!("last heard {at}"),
            None => "not heard since the box started".to_owned(),
        };
        let (received, sent) = (word(gateway, "received"), word(gateway, "sent"));
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{eui}  {name}: {heard}; {received} frames, {sent} answers");
    }
    for stranger in &strangers {
        let (eui, address, at) = (word(stranger, "eui"), word(stranger, "address"), word(stranger, "lastSeen"));
        let count = word(stranger, "datagrams");
        let _ = write!(
            text,
            "\n{eui}  not adopted: seen at {address}, {count} times, last {at}\n\
             If it is yours, add to gateways.toml:\n\n{}",
            word(stranger, "toml")
        );
    }
    text
}

fn word(of: &Value, name: &str) -> String {
    match of.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => "-".to_owned(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;
    use serde_json::json;

    #[test]
    fn a_stranger_comes_with_the_lines_that_adopt_it() {
        let status = json!({
            "gateways": [
                { "eui": "00005eef100000f1", "name": "Roof", "lastHeard": "2026-11-22T10:00:00Z",
                  "received": 7, "sent": 1 },
                { "eui": "00005eef100000f2", "name": "Mast", "lastHeard": null, "received": 0, "sent": 0 },
            ],
            "strangers": [{
                "eui": "aa555a0000000001", "address": "10.0.0.9:40000", "datagrams": 12,
                "lastSeen": "2026-11-22T10:00:03Z", "toml": "[[gateway]]\neui = \"aa555a0000000001\"\n",
            }],
        });
        let expected = "00005eef100000f1  Roof: last heard 2026-11-22T10:00:00Z; 7 frames, 1 answers\n\
            00005eef100000f2  Mast: not heard since the box started; 0 frames, 0 answers\n\
            \naa555a0000000001  not adopted: seen at 10.0.0.9:40000, 12 times, last 2026-11-22T10:00:03Z\n\
            If it is yours, add to gateways.toml:\n\n[[gateway]]\neui = \"aa555a0000000001\"\n";
        assert_eq!(listed(&status), expected);
        assert_eq!(listed(&json!({})), "No gateway is adopted yet.\n");
    }
}
