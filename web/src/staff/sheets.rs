//! Why a file is no table, in the reader's language.

use app::SheetFault;
use words::Speaker;

/// Where, what, and what to do.
pub(crate) fn sheet_fault(fault: &SheetFault, speaker: &Speaker) -> String {
    let count = |many: &usize| u32::try_from(*many).unwrap_or(u32::MAX);
    let say = |key: &str, gaps: &[(&str, words::Arg<'_>)]| speaker.text(&format!("sheet-{key}"), gaps);
    match fault {
        SheetFault::Bytes(_) => say("bytes", &[]),
        SheetFault::Rows { has, max } => say("rows", &[("has", count(has).into()), ("most", count(max).into())]),
        SheetFault::Unclosed(line) => say("unclosed", &[("line", (&line.to_string()).into())]),
        SheetFault::Empty => say("empty", &[]),
        SheetFault::Ragged { line, has, wants } => {
            let line = line.to_string();
            say("ragged", &[("line", (&line).into()), ("has", count(has).into()), ("wants", count(wants).into())])
        }
    }
}
