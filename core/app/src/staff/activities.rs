//! Activities as staff see them: what can lead one, whether one would open, how many take part.

use super::{ChangeError, Colleague, Staff, line};
use config::{Diagnostic, Edit, Severity};
use engagement::{Standing, Taking};
use model::Timestamp;
use model::activity::{Activity, ActivityId, Problem, Tag};
use std::collections::BTreeMap;

/// What a change would make of an activity.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// What is wrong with its file.
    pub faults: Vec<Diagnostic>,
    /// What its method says of the settings; some stop it.
    pub problems: Vec<Problem>,
    /// As it would be; none when the file is wrong.
    pub activity: Option<Activity>,
}

/// How many take part in an activity, and by which door they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Participation {
    /// All of them.
    pub all: Taking,
    /// By door; none is the address itself.
    pub doors: BTreeMap<Option<String>, Taking>,
}

impl Tried {
    /// Whether it would open.
    pub fn opens(&self) -> bool {
        self.faults.is_empty() && !self.problems.iter().any(|problem| problem.stops)
    }
}

impl Staff {
    /// Makes these edits on paper, and asks the method of the activity what it says of them to somebody who reads that language.
    pub fn try_activity(&self, id: &ActivityId, edits: &[Edit], reader: &Tag) -> Result<Tried, ChangeError> {
        let folder = self.filing.read()?;
        let after = folder.with(&config::edit(&folder, edits)?);
        let (activities, faults) = config::activities(&after, &self.app.municipality());
        let activity = activities.into_iter().find(|activity| activity.id == *id);
        let file = format!("activities/{id}.toml");
        let own = faults.into_iter().filter(|fault| fault.severity == Severity::Error && fault.file == file);
        let faults: Vec<Diagnostic> = own.collect();
        let problems = match &activity {
            Some(activity) => self.app.check_activity(activity, reader).unwrap_or_default(),
            None => Vec::new(),
        };
        Ok(Tried { faults, problems, activity })
    }

    /// Notes in the log what somebody did with an activity.
    pub fn note(&self, by: &Colleague, what: &str, id: &str, now: Timestamp) -> Result<(), store::StoreError> {
        self.write(|tx| tx.audit(&line(now, Some(&by.login), what, id)))
    }

    /// How many take part. For staff: it has not passed the gate.
    pub fn participation(&self, id: &ActivityId) -> Result<Participation, store::StoreError> {
        let snapshot = self.app.store().read()?;
        let (mut all, mut doors) = (Standing::default(), BTreeMap::<Option<String>, Standing>::new());
        for entry in snapshot.entries(id, model::activity::EntryId(0))? {
            let entry = entry?;
            all.put(&entry);
            doors.entry(entry.by.door.clone()).or_default().put(&entry);
        }
        let doors = doors.into_iter().map(|(door, standing)| (door, standing.taking())).collect();
        Ok(Participation { all: all.taking(), doors })
    }
}
