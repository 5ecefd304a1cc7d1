//! What became of activities and of what people put forward, and until when those who took part have been told of it.

use crate::error::StoreError;
use crate::keys::{ActivityNumber, OutcomeKey};
use crate::record::{Reader, Stored, Writer};
use crate::snapshot::Snapshot;
use crate::tables::{DIGESTS, OUTCOMES};
use crate::transaction::Transaction;
use model::activity::{ActivityId, EntryId, Evidence, Outcome, OutcomeState};
use model::{Language, Timestamp, Words};
use std::ops::{Bound, RangeInclusive};

impl Snapshot {
    /// All that was told of an activity and of what was put forward in it, the oldest first within each.
    pub fn outcomes(&self, activity: &ActivityId) -> Result<Vec<Outcome>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(Vec::new()) };
        let keys = OutcomeKey::of_activity(number);
        let rows = OUTCOMES.rows(self.view().open(&OUTCOMES.raw)?.range(bounds(&keys))?);
        rows.map(|row| row.map(|(_, outcome)| outcome)).collect()
    }

    /// Until when those who took part in an activity have been told of what is new; none: they have not been told anything.
    pub fn told_until(&self, activity: &ActivityId) -> Result<Option<Timestamp>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(None) };
        Ok(DIGESTS.get(self.view(), &number)?.map(Timestamp::from_ms))
    }
}

impl Transaction<'_> {
    /// Adds what became of something to what was told before. Gives it as it is kept: of two that are told at the same moment the
    /// second is a millisecond later.
    pub fn put_outcome(&self, activity: &ActivityId, outcome: &Outcome) -> Result<Outcome, StoreError> {
        let (number, about) = (self.activity_number(activity)?, outcome.about.unwrap_or(EntryId(0)));
        let mut outcome = outcome.clone();
        loop {
            let key = OutcomeKey { activity: number, about, at: outcome.at };
            if OUTCOMES.put_new(self.write(), &key, &outcome)? {
                return Ok(outcome);
            }
            outcome.at = outcome.at.moved(1);
        }
    }

    /// Notes until when those who took part have been told of what is new.
    pub fn put_told_until(&self, activity: &ActivityId, until: Timestamp) -> Result<(), StoreError> {
        DIGESTS.put(self.write(), &self.activity_number(activity)?, &until.as_ms());
        Ok(())
    }

    /// With what was put forward goes what became of it: it may repeat the words.
    pub(crate) fn remove_outcomes_of(&self, activity: ActivityNumber, entry: EntryId) -> Result<usize, StoreError> {
        self.remove_outcomes_within(&OutcomeKey::of_entry(activity, entry))
    }

    /// The same of every entry; what became of the activity itself stays.
    pub(crate) fn remove_outcomes_of_entries(&self, activity: ActivityNumber) -> Result<usize, StoreError> {
        let (first, _) = OutcomeKey::of_entry(activity, EntryId(1)).into_inner();
        let (_, last) = OutcomeKey::of_activity(activity).into_inner();
        self.remove_outcomes_within(&(first..=last))
    }

    fn remove_outcomes_within(&self, keys: &RangeInclusive<[u8; 20]>) -> Result<usize, StoreError> {
        let rows = OUTCOMES.rows(self.write().open(&OUTCOMES.raw)?.range(bounds(keys))?);
        let gone: Vec<OutcomeKey> = rows.map(|row| row.map(|(key, _)| key)).collect::<Result<_, _>>()?;
        for key in &gone {
            OUTCOMES.remove(self.write(), key)?;
        }
        Ok(gone.len())
    }
}

fn bounds(keys: &RangeInclusive<[u8; 20]>) -> (Bound<&[u8]>, Bound<&[u8]>) {
    (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()))
}

/// Layout 1: entry or 0, state, texts by language, office, evidence, when.
impl Stored for Outcome {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u64(self.about.map_or(0, |entry| entry.0));
        out.u8(match self.state {
            OutcomeState::CarriedOut => 0,
            OutcomeState::WillBe => 1,
            OutcomeState::Partly => 2,
            OutcomeState::Not => 3,
            OutcomeState::BeingLookedAt => 4,
        });
        let texts: Vec<(&str, &str)> =
            Language::ALL.iter().filter_map(|language| Some((language.tag(), self.text.own(*language)?))).collect();
        out.list(texts.into_iter(), |out, (tag, text)| {
            out.text(tag);
            out.text(text);
        });
        out.text(&self.by);
        out.list(self.evidence.iter(), |out, evidence| match evidence {
            Evidence::Report => out.u8(0),
            Evidence::Place(id) => {
                out.u8(1);
                out.text(id.as_str());
            }
            Evidence::Document { label, href } => {
                out.u8(2);
                out.text(label);
                out.text(href);
            }
        });
        out.time(self.at);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let about = input.u64()?;
        Some(Self {
            about: (about > 0).then_some(EntryId(about)),
            state: match input.u8()? {
                0 => OutcomeState::CarriedOut,
                1 => OutcomeState::WillBe,
                2 => OutcomeState::Partly,
                3 => OutcomeState::Not,
                4 => OutcomeState::BeingLookedAt,
                _ => return None,
            },
            text: input
                .list::<_, Vec<(Language, String)>>(|input| Some((input.text()?.parse().ok()?, input.text()?)))?
                .into_iter()
                .collect::<Words>(),
            by: input.text()?,
            evidence: input.list(|input| {
                Some(match input.u8()? {
                    0 => Evidence::Report,
                    1 => Evidence::Place(input.slug()?),
                    2 => Evidence::Document { label: input.text()?, href: input.text()? },
                    _ => return None,
                })
            })?,
            at: input.time()?,
        })
    }
}
