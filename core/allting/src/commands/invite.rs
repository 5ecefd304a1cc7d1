use super::{Failure, say};
use crate::control::{INVITE, ask};
use clap::Args;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Invite {
    /// The activity, as its file is called: `park-2026`
    activity: String,
    /// How many invitations of whom nothing is declared
    #[arg(long, conflicts_with = "people", required_unless_present = "people")]
    count: Option<usize>,
    /// A CSV with a line for each person: what is declared of them (`age-band,area`), with a line of heads above. No names, no addresses
    #[arg(long)]
    people: Option<PathBuf>,
    /// Where the data of the running box lies
    #[arg(long, default_value = super::DATA)]
    data: PathBuf,
}

/// `allting invite`: makes links and prints them as CSV, this once. The box keeps only what follows from them.
pub(crate) fn run(invite: &Invite) -> Result<(), Failure> {
    let (heads, people) = match &invite.people {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                Failure::Wrong(format!("{} cannot be read: {error}; give a CSV with a line of heads", path.display()))
            })?;
            declared(&text).map_err(Failure::Wrong)?
        }
        None => (Vec::new(), vec![Vec::new(); invite.count.unwrap_or(0)]),
    };
    // Pairs, for their order says what is kept longest when it must be made coarser.
    let named = |person: &Vec<String>| -> Vec<Value> {
        let told = heads.iter().zip(person).filter(|(_, value)| !value.is_empty());
        told.map(|(head, value)| json!([head, value])).collect()
    };
    let asked = json!({ "activity": invite.activity, "people": people.iter().map(named).collect::<Vec<_>>() });
    let answer = ask(&invite.data, &format!("{INVITE} {asked}"))?;
    let links = answer.get("links").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut csv = format!("link{}", heads.iter().fold(String::new(), |line, head| line + "," + head));
    for (link, person) in links.iter().zip(&people) {
        let cells = person.iter().fold(String::new(), |line, cell| line + "," + cell);
        let _ = write!(csv, "\n{}{cells}", link.as_str().unwrap_or_default());
    }
    say(&csv);
    Ok(())
}

/// Heads and lines of a simple CSV. What is declared is a short word each; more has no place beside an answer that is to be anonymous.
fn declared(text: &str) -> Result<(Vec<String>, Vec<Vec<String>>), String> {
    let text = text.trim_start_matches('\u{feff}');
    let separator = if text.lines().next().is_some_and(|heads| heads.contains(';')) { ';' } else { ',' };
    let cells = |line: &str| -> Vec<String> {
        line.split(separator).map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
    };
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let heads = lines.next().map(|(_, line)| cells(line)).ok_or("the file is empty; expected a line of heads")?;
    let mut people = Vec::new();
    for (number, line) in lines {
        let person = cells(line);
        if person.len() != heads.len() {
            let (has, wants) = (person.len(), heads.len());
            return Err(format!("line {}: {has} cells where the heads are {wants}; add or remove a comma", number + 1));
        }
        if let Some(cell) = person.iter().chain(&heads).find(|cell| !is_short_word(cell)) {
            return Err(format!(
                "line {}: `{cell}` is no short word; expected at most 32 letters, digits, `-`, `+` and `_`, such as \
                 `30-39`: names and addresses must not stand here",
                number + 1
            ));
        }
        people.push(person);
    }
    Ok((heads, people))
}

fn is_short_word(cell: &str) -> bool {
    cell.chars().count() <= 32 && cell.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '+' | '_'))
}

#[cfg(test)]
mod tests {
    use super::declared;

    #[test]
    fn what_is_declared_of_people_is_read_with_comma_or_semicolon() {
        for text in ["age-band,area\n30-39,north\n,south\n", "\u{feff}age-band;area\r\n30-39;north\r\n;south"] {
            let (heads, people) = declared(text).unwrap();
            assert_eq!(heads, ["age-band", "area"]);
            assert_eq!(people, [["30-39", "north"], ["", "south"]]);
        }
    }

    #[test]
    fn names_and_addresses_are_refused_with_the_line_they_stand_in() {
        let refused = declared("name\nKari Nordmann\n").unwrap_err();
        assert!(refused.starts_with("line 2: `Kari Nordmann`"), "{refused}");
        assert!(declared("a,b\nx\n").unwrap_err().starts_with("line 2: 1 cells"));
        assert!(declared("mail\nkari@example.no").is_err());
        assert!(declared("").is_err());
    }
}
