//! What came of an activity: who took part, what was found, what people wrote in their own words. All of it has passed the gate.

use super::honest::{Honest, honest};
use super::moderation::{decisions, log_of, visibility};
use super::{ActivityError, Running, lock};
use crate::portal::App;
use engagement::{
    Missing, Participation, Personal, PublicFigure, PublicFinding, PublicParticipation, Signs, Visibility, Weighted,
    personal_data,
};
use model::Timestamp;
use model::activity::{
    ActivityId, Audience, Author, Content, Entry, EntryId, Field, FieldKind, Page, PagePath, Phase, PhotoId, Pseudonym,
    Role, Subject, Tag, Viewer,
};
use plugin_host::Warm;
use std::collections::{BTreeMap, BTreeSet};
use store::{Durability, Snapshot, StoreError};

/// Which answers a report counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counting {
    /// All that were given.
    #[default]
    All,
    /// For stewards: without those of whom something was odd.
    WithoutOdd,
}

/// A report on an activity. Answers were given by those who wanted to, so there is no margin of error in it: it would claim that the others
/// think alike. The words for that stand in `core/words` (`report-no-margin`).
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// When it was made.
    pub at: Timestamp,
    /// Where the activity stood.
    pub phase: Phase,
    /// Who took part.
    pub taking: PublicParticipation,
    /// How many were invited, and how many of them answered; none for what is open to everyone.
    pub invited: Option<(u32, engagement::PublicCount)>,
    /// Who is missing among those who answered; none where nothing is known of who lives here.
    pub missing: Option<Vec<Missing>>,
    /// Who answered against who lives here: a question, and a table.
    pub strata: Vec<(String, PublicFigure)>,
    /// The same by the door they came by: a question, and a table ([`engagement::OTHERS`] is what is not told one by one).
    pub by_door: Vec<(String, PublicFigure)>,
    /// Replies under posts about it, as far as they are shown, by channel: people who came to no form, and are no answers.
    pub replies: Option<PublicFigure>,
    /// Who came against who was asked, by what was declared of them.
    pub came: Vec<(String, PublicFigure)>,
    /// Shares when each answer counts for what it stands for, beside raw ones; none where nothing can be weighed.
    pub weighted: Option<Weighted>,
    /// What the method found, question by question.
    pub findings: Vec<PublicFinding>,
    /// What people wrote, as far as a steward has looked at it and lets it stand.
    pub texts: Vec<Question>,
}

/// A question that people answer in their own words, and what they wrote, in no order that tells who wrote what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its key.
    pub key: String,
    /// The question.
    pub label: String,
    /// What was written.
    pub texts: Vec<String>,
    /// Photos that were given: in which entry, and which of its photos ([`App::public_photo`]).
    pub photos: Vec<(EntryId, usize)>,
}

/// What somebody wrote, for the steward who decides whether it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnWords {
    /// In which entry.
    pub entry: EntryId,
    /// The key of the question.
    pub question: String,
    /// The question.
    pub label: String,
    /// What was written; empty where photos were asked for.
    pub text: String,
    /// Which photos of the entry belong to it ([`App::photo_of`]).
    pub photos: Vec<usize>,
    /// What in it may tell who somebody is.
    pub warnings: Vec<Personal>,
    /// Whether it is listed in the report.
    pub listing: Listing,
}

/// Whether a steward lets somebody's words be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Not looked at, or held back: nobody reads it but staff.
    Held,
    /// It is listed.
    Listed,
}

/// Of whom something was odd, for stewards. All of them are counted unless a steward looks at [`Counting::WithoutOdd`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OddAnswers {
    /// How many people.
    pub people: u32,
    /// How many by each sign, in the order of [`Signs::ALL`].
    pub by_sign: [u32; Signs::ALL.len()],
}

impl App {
    /// The report on an activity as it stands now.
    pub fn report(
        &self,
        id: &ActivityId,
        languages: &[Tag],
        now: Timestamp,
        counting: Counting,
    ) -> Result<Report, ActivityError> {
        let running = self.running(id)?;
        let mut warmth = lock(&running.warmth);
        let snapshot = self.store().read()?;
        let phase = running.activity.phase(now);
        let moment = self.municipality().calendar.moment(now);
        let audience = Audience { role: Role::Anyone, languages: languages.to_vec(), now: moment, phase };
        let odd = match counting {
            Counting::All => None,
            Counting::WithoutOdd => Some(odd_authors(&snapshot, id)?),
        };
        let counts = |entry: &Entry| odd.as_ref().is_none_or(|odd| !odd.is_odd(entry));
        let entries = log_of(&running, &snapshot)?;
        let counted: Vec<Entry> = entries.into_iter().filter(counts).collect();
        let mut taking = Participation::default();
        for entry in &counted {
            taking.put(entry);
        }
        let whole = |warm: &mut Warm| warm.view(&reader(languages, &audience), &PagePath::whole());
        let (found, page) = if odd.is_none() {
            // What was just opened need not be opened again.
            let log = counted.as_slice();
            let found = self.asked(id, &running, &mut warmth, log, now, |warm| warm.findings(&audience))?;
            (found, self.asked(id, &running, &mut warmth, log, now, whole)?)
        } else {
            self.guarded(id, now, || {
                let opened = running.method.open(&running.activity.setup())?;
                let mut apart = opened.map_err(|problems| ActivityError::Settings(id.clone(), problems))?;
                apart.apply(&counted)?;
                Ok((apart.findings(&audience)?, whole(&mut apart)?))
            })?
        };
        drop(warmth);
        let gate = self.gate();
        let approved = snapshot.approved(id)?;
        let decisions = decisions(&running, &snapshot)?;
        let public = |entry: &Entry| visibility(&decisions, &snapshot, id, entry) == Visibility::Public;
        let mut words = own_words(&counted, &page, &approved);
        words.extend(put_forward(&counted, public));
        let (made, used) = snapshot.invitation_count(id)?;
        let taking = taking.told(gate);
        let invited = snapshot.invited_strata(id)?;
        let Honest { missing, strata, by_door, came, weighted } =
            honest(gate, &running.activity, &counted, &page, (&invited, &taking.doors));
        Ok(Report {
            at: now,
            phase,
            taking,
            invited: (made > 0).then(|| (made, gate.count(f64::from(used)))),
            missing,
            strata,
            by_door,
            replies: self.replies_to(id)?,
            came,
            weighted,
            findings: found.into_iter().map(|finding| gate.finding(finding)).collect(),
            texts: listed(words),
        })
    }

    /// What people wrote in their own words and sent to the end, each with what a steward should look at before it is listed.
    pub fn own_words(
        &self,
        id: &ActivityId,
        languages: &[Tag],
        now: Timestamp,
    ) -> Result<Vec<OwnWords>, ActivityError> {
        let page = self.whole_page(id, languages, now)?;
        let snapshot = self.store().read()?;
        let running = self.running(id)?;
        let entries = log_of(&running, &snapshot)?;
        Ok(own_words(&entries, &page, &snapshot.approved(id)?))
    }

    /// The words that are listed: those of answers that a steward lets stand, and what was put forward and let through.
    pub(super) fn listed_words(
        &self,
        id: &ActivityId,
        languages: &[Tag],
        now: Timestamp,
    ) -> Result<Vec<Question>, ActivityError> {
        let running = self.running(id)?;
        let snapshot = self.store().read()?;
        let decisions = decisions(&running, &snapshot)?;
        let public = |entry: &Entry| visibility(&decisions, &snapshot, id, entry) == Visibility::Public;
        let mut words = self.own_words(id, languages, now)?;
        words.extend(put_forward(&log_of(&running, &snapshot)?, public));
        Ok(listed(words))
    }

    /// Lets somebody's words be listed, or holds them back.
    pub fn list_words(
        &self,
        id: &ActivityId,
        entry: EntryId,
        question: &str,
        listing: Listing,
    ) -> Result<(), ActivityError> {
        self.running(id)?;
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        match listing {
            Listing::Listed => transaction.approve(id, entry, question)?,
            Listing::Held => transaction.hold_back(id, entry, question)?,
        }
        transaction.commit(Durability::Now)?;
        Ok(())
    }

    /// Of whom something was odd.
    pub fn odd_answers(&self, id: &ActivityId) -> Result<OddAnswers, ActivityError> {
        self.running(id)?;
        Ok(odd_authors(&self.store().read()?, id)?.counted())
    }

    /// One page with every field that may ever be asked: for paper, columns and dictionaries.
    pub(super) fn whole_page(&self, id: &ActivityId, languages: &[Tag], now: Timestamp) -> Result<Page, ActivityError> {
        let running: std::sync::Arc<Running> = self.running(id)?;
        let moment = self.municipality().calendar.moment(now);
        let phase = running.activity.phase(now);
        let audience = Audience { role: Role::Anyone, languages: languages.to_vec(), now: moment, phase };
        self.with_warm(id, now, |warm| warm.view(&reader(languages, &audience), &PagePath::whole()))
    }
}

/// Somebody who reads and says nothing.
pub(super) fn reader(languages: &[Tag], audience: &Audience) -> Viewer {
    let who = Author { role: Role::Steward, ..Author::default() };
    Viewer { who, languages: languages.to_vec(), now: audience.now, phase: Phase::Preview, seed: 0 }
}

/// The fields of a page in reading order.
pub(super) fn fields(page: &Page) -> impl Iterator<Item = &Field> {
    page.blocks.iter().filter_map(|block| match &block.is {
        Content::Field(field) => Some(field),
        _ => None,
    })
}

/// Whether people answer it in their own words or photos.
fn takes_words(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Text(_) | FieldKind::LongText(_) | FieldKind::Other(_) | FieldKind::Photo(_))
}

/// What was put forward and everybody may see, in place of an answer: it names no question.
fn put_forward(entries: &[Entry], public: impl Fn(&Entry) -> bool) -> Vec<OwnWords> {
    let replaced: BTreeSet<EntryId> = entries
        .iter()
        .filter_map(|entry| if let Subject::InsteadOf(id) = entry.said.subject { Some(id) } else { None })
        .collect();
    let stands = entries.iter().filter(|entry| !replaced.contains(&entry.id) && public(entry));
    let own = |entry: &Entry| {
        let contribution = entry.said.contribution.as_ref()?;
        let photos = entry.said.photos().count();
        let files = contribution.files.iter().filter(|file| PhotoId::of_reference(file).is_some()).count();
        let (question, label, text) = (PUT_FORWARD.to_owned(), String::new(), contribution.text.clone());
        let (warnings, listing) = (Vec::new(), Listing::Listed);
        Some(OwnWords {
            entry: entry.id,
            question,
            label,
            text,
            photos: (photos - files..photos).collect(),
            warnings,
            listing,
        })
    };
    stands.filter_map(own).collect()
}

/// How what was put forward is named beside the keys of questions.
const PUT_FORWARD: &str = "contribution";

/// Where words stand: whose (of somebody unknown, which entry), about what, to which question.
type Place = (Option<Pseudonym>, EntryId, Subject, String);

/// The words that stand of those who came to the end.
fn own_words(entries: &[Entry], page: &Page, approved: &BTreeMap<EntryId, BTreeSet<String>>) -> Vec<OwnWords> {
    let finished: BTreeSet<Pseudonym> =
        entries.iter().filter(|entry| entry.said.finished).filter_map(|entry| entry.by.pseudonym).collect();
    let counts = |entry: &Entry| entry.by.pseudonym.map_or(entry.said.finished, |who| finished.contains(&who));
    let mut labels: BTreeMap<String, &str> = BTreeMap::new();
    for field in fields(page) {
        if takes_words(&field.kind) {
            labels.insert(field.key.clone(), &field.label);
        } else if matches!(&field.kind, FieldKind::Choice(choice) if choice.other.is_some()) {
            labels.insert(format!("{}{}", field.key, FieldKind::OTHER_SUFFIX), &field.label);
        }
    }
    // The latest of each author, subject and question stands.
    let mut standing: BTreeMap<Place, (EntryId, String, Vec<usize>)> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| counts(entry)) {
        let own = if entry.by.pseudonym.is_none() { entry.id } else { EntryId(0) };
        let mut put = |question: &str, text: &str, photos: std::ops::Range<usize>| {
            let key = (entry.by.pseudonym, own, entry.said.subject.clone(), question.to_owned());
            standing.insert(key, (entry.id, text.to_owned(), photos.collect()));
        };
        let mut seen = 0;
        for answer in &entry.said.answers {
            let photos = seen..seen + answer.value.photos().count();
            seen = photos.end;
            if labels.contains_key(&answer.question) {
                put(&answer.question, answer.value.words().unwrap_or_default(), photos);
            }
        }
    }
    let words = standing.into_iter().filter(|(_, (_, text, photos))| !text.trim().is_empty() || !photos.is_empty());
    let mut words: Vec<OwnWords> = words
        .map(|((_, _, _, question), (entry, text, photos))| {
            let is_listed = approved.get(&entry).is_some_and(|questions| questions.contains(&question));
            let label = labels.get(&question).map_or(String::new(), |label| (*label).to_owned());
            let warnings = personal_data(&text);
            let listing = if is_listed { Listing::Listed } else { Listing::Held };
            OwnWords { entry, question, label, text, photos, warnings, listing }
        })
        .collect();
    words.sort_by(|a, b| (&a.question, a.entry).cmp(&(&b.question, b.entry)));
    words
}

/// What is listed, by question. Sorted as text, so that the order tells nothing.
fn listed(words: Vec<OwnWords>) -> Vec<Question> {
    let mut questions: BTreeMap<String, Question> = BTreeMap::new();
    for word in words.into_iter().filter(|word| word.listing == Listing::Listed) {
        let new = || Question {
            key: word.question.clone(),
            label: word.label.clone(),
            texts: Vec::new(),
            photos: Vec::new(),
        };
        let question = questions.entry(word.question.clone()).or_insert_with(new);
        question.photos.extend(word.photos.iter().map(|at| (word.entry, *at)));
        question.texts.extend(Some(word.text).filter(|text| !text.trim().is_empty()));
    }
    let mut questions: Vec<Question> = questions.into_values().collect();
    for question in &mut questions {
        question.texts.sort_unstable();
    }
    questions
}

/// Of whom something was odd.
#[derive(Debug, Default)]
pub(super) struct Odd {
    authors: BTreeMap<Pseudonym, Signs>,
    entries: BTreeMap<EntryId, Signs>,
}

pub(super) fn odd_authors(snapshot: &Snapshot, id: &ActivityId) -> Result<Odd, StoreError> {
    let mut odd = Odd::default();
    for (entry, bits) in snapshot.signs(id)? {
        let signs = Signs::of_bits(bits);
        match snapshot.entry(id, entry)?.and_then(|entry| entry.by.pseudonym) {
            Some(author) => {
                let known = odd.authors.entry(author).or_default();
                *known = known.and(signs);
            }
            None => drop(odd.entries.insert(entry, signs)),
        }
    }
    Ok(odd)
}

impl Odd {
    fn is_odd(&self, entry: &Entry) -> bool {
        !self.signs_of(entry).is_empty()
    }

    pub(super) fn signs_of(&self, entry: &Entry) -> Signs {
        let of_author = entry.by.pseudonym.and_then(|who| self.authors.get(&who));
        of_author.or_else(|| self.entries.get(&entry.id)).copied().unwrap_or_default()
    }

    fn counted(&self) -> OddAnswers {
        let all: Vec<Signs> = self.authors.values().chain(self.entries.values()).copied().collect();
        let count = |sign: Signs| u32::try_from(all.iter().filter(|signs| signs.has(sign)).count()).unwrap_or(u32::MAX);
        OddAnswers { people: u32::try_from(all.len()).unwrap_or(u32::MAX), by_sign: Signs::ALL.map(count) }
    }
}
