use super::{Failure, say};
use crate::control::{STATUS, ask};
use std::path::Path;

/// `allting status`: what the running box says of its gateways, its sensors and what it dropped, as JSON.
pub(crate) fn run(data: &Path) -> Result<(), Failure> {
    say(&serde_json::to_string_pretty(&ask(data, STATUS)?)?);
    Ok(())
}
