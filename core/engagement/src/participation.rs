//! How many took part, by which door and on which days: told of every activity, whatever its method finds.

use crate::figures::PublicFigure;
use crate::gate::{Gate, PublicCount};
use model::Day;
use model::activity::{Adds, Cell, Entry, Figure, FindingRow, Look, Moment, Pseudonym};
use std::collections::BTreeMap;

/// Who took part. Staff who lead are not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Participation {
    people: BTreeMap<Pseudonym, Person>,
    /// Of those whom nobody knows, each entry is one of its own.
    unlinked: Vec<Person>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Person {
    door: Option<String>,
    /// The local day on which they came to the end.
    finished: Option<Day>,
}

/// The same, as the public may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicParticipation {
    /// Came to the end.
    pub finished: PublicCount,
    /// Began and did not come to the end; none when that would tell too much.
    pub unfinished: Option<PublicCount>,
    /// Those who came to the end, by door. The label is the door's name; empty where none was named.
    pub doors: PublicFigure,
    /// The same by day: the label is the date after ISO 8601.
    pub days: PublicFigure,
}

impl Participation {
    /// Takes one more entry of the log in.
    pub fn put(&mut self, entry: &Entry) {
        if entry.by.role >= model::activity::Role::Facilitator {
            return;
        }
        let finished = entry.said.finished.then(|| local_day(entry.at));
        let new = Person { door: entry.by.door.clone(), finished };
        if let Some(who) = entry.by.pseudonym {
            let person = self.people.entry(who).or_insert(new);
            person.finished = person.finished.or(finished);
        } else {
            self.unlinked.push(new);
        }
    }

    /// How many came to the end.
    pub fn finished(&self) -> u32 {
        count(self.all().filter(|person| person.finished.is_some()))
    }

    /// As the public may see it.
    pub fn told(&self, gate: Gate) -> PublicParticipation {
        let (mut doors, mut days) = (BTreeMap::new(), BTreeMap::new());
        for person in self.all() {
            if let Some(day) = person.finished {
                *doors.entry(person.door.clone().unwrap_or_default()).or_default() += 1;
                *days.entry(day.to_string()).or_default() += 1;
            }
        }
        let finished = self.finished();
        let unfinished = count(self.all()) - finished;
        // Nobody began and stopped: that tells of nobody.
        let unfinished = (unfinished > 0).then(|| gate.count(f64::from(unfinished)));
        PublicParticipation {
            finished: gate.count(f64::from(finished)),
            unfinished,
            doors: gate.figure(figure(doors, Look::Bars)),
            days: gate.figure(figure(days, Look::Line)),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Person> {
        self.people.values().chain(&self.unlinked)
    }
}

/// Counts that add up to all who came to the end: a cell that could be had by subtraction is withheld with the small ones.
fn figure(counts: BTreeMap<String, u32>, look: Look) -> Figure {
    let row = |(label, people)| FindingRow { label, cells: vec![Cell::Count(people)] };
    let rows = counts.into_iter().map(row).collect();
    Figure { caption: String::new(), look, adds: Adds::Down, columns: vec![String::new()], rows }
}

fn count(people: impl Iterator<Item = impl Sized>) -> u32 {
    u32::try_from(people.count()).unwrap_or(u32::MAX)
}

fn local_day(Moment { at, offset_minutes }: Moment) -> Day {
    let local = at.as_ms().saturating_add(i64::from(offset_minutes) * 60_000);
    Day(i32::try_from(local.div_euclid(24 * 3_600_000)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::PublicCell;
    use model::Timestamp;
    use model::activity::{Author, Draft, EntryId, Role};

    fn said(who: u64, door: &str, day: i64, finished: bool) -> Entry {
        let at = Moment { at: Timestamp::from_seconds(day * 86_400 + 82_800), offset_minutes: 120 };
        let by = Author { pseudonym: Some(Pseudonym(who)), door: Some(door.to_owned()), ..Author::default() };
        Entry { id: EntryId(who), at, by, said: Draft { finished, ..Draft::default() } }
    }

    #[test]
    fn a_small_door_is_hidden_and_another_with_it_and_the_day_is_the_local_one() {
        let mut taking = Participation::default();
        (0..9).for_each(|who| taking.put(&said(who, "poster", 0, true)));
        (9..15).for_each(|who| taking.put(&said(who, "mail", 0, true)));
        (15..18).for_each(|who| taking.put(&said(who, "screen", 0, true)));
        // Whoever comes twice is one; who leads is none.
        taking.put(&said(3, "screen", 4, true));
        let mut lead = said(99, "mail", 0, true);
        lead.by.role = Role::Steward;
        taking.put(&lead);
        let told = taking.told(Gate::new(5));
        assert_eq!(told.finished, PublicCount::Exactly(18));
        let cells: Vec<_> = told.doors.rows.iter().map(|row| (row.label.as_str(), row.cells[0].clone())).collect();
        let few = PublicCell::Count(PublicCount::FewerThan(5));
        let nine = PublicCell::Count(PublicCount::Exactly(9));
        assert_eq!(cells, [("mail", PublicCell::Withheld), ("poster", nine), ("screen", few)]);
        assert_eq!(told.days.rows[0].label, "1970-01-02", "23 o'clock UTC is the next day");
        assert_eq!(told.unfinished, None);
    }

    #[test]
    fn who_began_and_stopped_has_not_taken_part() {
        let mut taking = Participation::default();
        (0..7).for_each(|who| taking.put(&said(who, "mail", 0, who < 5)));
        let told = taking.told(Gate::new(5));
        assert_eq!((told.finished, told.unfinished), (PublicCount::Exactly(5), Some(PublicCount::FewerThan(5))));
    }
}
