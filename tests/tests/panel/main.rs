//! The citizen panel in a whole box: people join by the letters of a mailbox, are asked, answer, and leave without a trace.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test says when it cannot run, measures patience, and compares times"
)]

mod asking;
mod audiences;
mod browser;
mod joining;
#[path = "../staff/mod.rs"]
mod staff;
mod stage;
mod telling;
