//! A page is shown, a form is taken.

use super::photos::keep_to_own;
use super::recalled::{entries_of_drafts, put_in, said_before};
use super::visitor::{Kept, Pass, Refusal, Seat, Visitor, half};
use super::{ActivityError, Running, SentForm, Warmth, lock, take_in};
use crate::portal::App;
use engagement::{Fitting, Misfit, PublicPage, Sent, Signs, Standing, fit, photos_let_go};
use model::Language;
use model::activity::{
    Action, Activity, ActivityId, Author, Code, Decision, Draft, Entry, FormToken, Moment, OpenTo, Page, PagePath,
    Phase, PhotoId, Problem, Role, Subject, Submission, Tag, Viewer,
};
use plugin_host::Warm;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use store::{Durability, Snapshot, StoreError, Transaction};

/// A page as somebody sees it, ready to be rendered.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Counts of people have passed the gate; answers that stand are in the fields.
    pub page: PublicPage,
    /// Words that were given for "other", by the key of the field.
    pub others: BTreeMap<String, String>,
    /// What goes along with each form of the page.
    pub pass: Pass,
    /// The token of the forms on this page.
    pub token: FormToken,
    /// Where the activity stands for this person.
    pub phase: Phase,
}

/// What came of a form that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thanks {
    /// The page to go to.
    pub next: PagePath,
    /// What goes along there.
    pub pass: Pass,
    /// What lets the person see, change and erase what they said; show it when the form was their last. None for staff, in a preview, and
    /// while an invitation is not finished.
    pub receipt: Option<Code>,
    /// Whether they came to the end: no more pages follow.
    pub finished: bool,
}

/// What came of a form.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// It is on disk.
    Kept(Thanks),
    /// This very form was taken before; nothing was added. Say thanks again.
    Before(Thanks),
    /// Something in it must be mended first; nothing is kept.
    Misfits(Vec<Misfit>),
    /// The method found something to mend; nothing is kept.
    Problems(Vec<Problem>),
    /// It does not take answers now. What was sent on earlier pages is kept, and counts as begun; who began in time has an hour more.
    NotOpen(Phase),
    /// They may not change what another wrote.
    NotTheirs,
    /// They may not take part like this.
    Refused(Refusal),
}

impl App {
    /// A page of an activity as somebody sees it, with what they said before in its fields.
    pub fn page_of(&self, id: &ActivityId, visitor: &Visitor, path: &PagePath) -> Result<Shown, ActivityError> {
        let running = self.running(id)?;
        let snapshot = self.store().read()?;
        if let Some(wait) = self.activities().limits.asks(visitor) {
            return Err(ActivityError::Refused(wait));
        }
        let seat = match self.seat(&running, &snapshot, visitor, None)? {
            Ok(seat) => seat,
            Err(refusal) => {
                self.activities().limits.note_refusal(visitor, refusal);
                return Err(ActivityError::Refused(refusal));
            }
        };
        let mut warmth = lock(&running.warmth);
        let mut page = self.ask_seat(&running, &mut warmth, &snapshot, &seat, |warm| warm.view(&seat.viewer, path))?;
        let standing: Standing = said_before(&snapshot, id, &seat)?.into_iter().collect();
        let contact = self.contact_of(&running, &snapshot, &seat)?;
        let others = put_in(&mut page, &standing, &warmth.shared, &seat.viewer, contact.as_deref());
        drop(warmth);
        let page = self.gate().page(page);
        Ok(Shown { page, others, pass: seat.pass, token: self.form_token(visitor.now), phase: seat.viewer.phase })
    }

    /// Takes a form in: on disk before it says so, all of it or nothing, once however often it is sent.
    pub fn take_answer(&self, id: &ActivityId, visitor: &Visitor, form: &SentForm<'_>) -> Result<Taken, ActivityError> {
        let running = self.running(id)?;
        if let Some(wait) = self.activities().limits.asks(visitor) {
            return Ok(Taken::Refused(wait));
        }
        // One at a time in an activity: what was checked is what is stored.
        let mut warmth = lock(&running.warmth);
        let snapshot = self.store().read()?;
        let known = self.submission_key(&running, visitor.pass, form);
        if let Some(before) = snapshot.submission(id, known)? {
            let said: Result<Vec<Option<Entry>>, _> = before.entries.iter().map(|at| snapshot.entry(id, *at)).collect();
            let finished = said?.iter().flatten().any(|entry| entry.said.finished);
            return Ok(Taken::Before(self.thanks(&running, visitor.pass, form, before, finished)));
        }
        let seat = match self.seat(&running, &snapshot, visitor, Some(form.token))? {
            Ok(seat) => seat,
            Err(refusal) => {
                self.activities().limits.note_refusal(visitor, refusal);
                return Ok(Taken::Refused(refusal));
            }
        };
        if !matches!(seat.viewer.phase, Phase::Open | Phase::Preview) {
            return Ok(Taken::NotOpen(seat.viewer.phase));
        }
        let decided = self.decide(&running, &mut warmth, &snapshot, &seat, form)?;
        let (page, fitting, Decision { drafts, next }) = match decided {
            Ok(decided) => decided,
            Err(refused) => return Ok(refused),
        };
        for draft in &drafts {
            if !may_replace(&snapshot, id, &seat.viewer, &draft.subject)? {
                return Ok(Taken::NotTheirs);
            }
        }
        let signs = self.signs_of(visitor, &page, form, &fitting);
        let finished = drafts.iter().any(|draft| draft.finished);
        let language = visitor.languages.first().or(running.activity.languages.first()).cloned();
        let language = language.unwrap_or_else(|| Language::En.into());
        let telling = Telling { form, known, next, signs, finished, contact: fitting.contact, language };
        self.keep(&running, &mut warmth, &snapshot, seat, drafts, &telling)
    }

    /// Checks what was sent and lets the method decide.
    fn decide(
        &self,
        running: &Arc<Running>,
        warmth: &mut Warmth,
        snapshot: &Snapshot,
        seat: &Seat,
        form: &SentForm<'_>,
    ) -> Result<Result<(Page, Fitting, Decision), Taken>, ActivityError> {
        let page = self.ask_seat(running, warmth, snapshot, seat, |warm| warm.view(&seat.viewer, &form.path))?;
        let Sent { form: key, press, about, .. } = form.sent;
        let fitting = match fit(&page, form.sent.clone()) {
            Ok(fitting) => fitting,
            Err(misfits) => return Ok(Err(Taken::Misfits(misfits))),
        };
        let missing = self.missing_photos(snapshot, &running.activity.id, &fitting.values)?;
        if !missing.is_empty() {
            return Ok(Err(Taken::Misfits(missing)));
        }
        let values = fitting.values.clone();
        let action = Action { path: form.path.clone(), form: key.to_owned(), press, about, values };
        let decided = self.ask_seat(running, warmth, snapshot, seat, |warm| warm.decide(&seat.viewer, &action))?;
        let mut own: BTreeSet<PhotoId> = fitting.values.iter().flat_map(|answer| answer.value.photos()).collect();
        own.extend(said_before(snapshot, &running.activity.id, seat)?.iter().flat_map(|entry| entry.said.photos()));
        let decided = decided.map(|mut decision| {
            keep_to_own(&mut decision.drafts, &own);
            (page, fitting, decision)
        });
        Ok(decided.map_err(Taken::Problems))
    }

    fn keep(
        &self,
        running: &Running,
        warmth: &mut Warmth,
        snapshot: &Snapshot,
        seat: Seat,
        drafts: Vec<Draft>,
        telling: &Telling<'_>,
    ) -> Result<Taken, ActivityError> {
        let id = &running.activity.id;
        let Telling { form, known, next, .. } = telling;
        let submission = Submission { entries: Vec::new(), next: next.clone() };
        let municipality = self.municipality();
        // Who came with nothing has a code by now.
        let pass = seat.pass;
        let thanks = self.thanks(running, pass, form, submission.clone(), telling.finished);
        match seat.kept {
            Kept::Preview(before) => {
                let Pass::Preview(code) = pass else { return Ok(Taken::Kept(thanks)) };
                self.activities().keep_preview(id, code, [before, drafts].concat());
            }
            Kept::Log => {
                let transaction = self.store().begin(&municipality.calendar)?;
                let at = self.as_exact_as_may_be(&transaction, running, seat.viewer.now)?;
                let entries = transaction.append(id, at, &seat.viewer.who, drafts)?;
                let before = seat.viewer.who.pseudonym.map(|who| snapshot.entries_of(id, who)).transpose()?;
                let all = [before.unwrap_or_default(), entries.clone()].concat();
                let_go(&transaction, id, &all)?;
                let submission = Submission { entries: entries.iter().map(|entry| entry.id).collect(), ..submission };
                transaction.put_submission(id, *known, &submission)?;
                note_signs(&transaction, id, &entries, telling.signs)?;
                transaction.commit(Durability::Now)?;
                // It is kept. If the plugin breaks on it now, the next look builds it again, and says so.
                take_in(warmth, &entries);
                self.tell_activity(id);
            }
            Kept::Drafts(invitation, before) => {
                let Pass::Invited(code) = pass else { return Ok(Taken::Kept(thanks)) };
                let all = [before, drafts].concat();
                let transaction = self.store().begin(&municipality.calendar)?;
                let_go(&transaction, id, &entries_of_drafts(&all, &seat.viewer))?;
                if telling.finished {
                    if !transaction.use_invitation(id, &invitation)? {
                        return Ok(Taken::Refused(Refusal::InvitationUsed));
                    }
                    let receipt = self.receipt_of(running, &code, form.token);
                    let pseudonym = Some(self.pseudonym(running, "author", receipt.bytes()));
                    let by = Author { pseudonym, ..seat.viewer.who };
                    let at = self.as_exact_as_may_be(&transaction, running, seat.viewer.now)?;
                    let entries = transaction.append(id, at, &by, all)?;
                    let ids = entries.iter().map(|entry| entry.id).collect();
                    transaction.put_submission(id, *known, &Submission { entries: ids, ..submission })?;
                    note_signs(&transaction, id, &entries, telling.signs)?;
                    transaction.commit(Durability::Now)?;
                    self.activities().linked.fetch_add(1, Ordering::Relaxed);
                    take_in(warmth, &entries);
                    self.tell_activity(id);
                } else {
                    let digest = self.digest(running, "invitation", &code);
                    transaction.put_drafts(id, &digest, &invitation, code.bytes(), all)?;
                    transaction.commit(Durability::Now)?;
                }
            }
        }
        if let (Some(address), Some(code)) = (&telling.contact, thanks.receipt.or(code_of(pass))) {
            // On its own, so that nothing says whose answer it came with.
            let transaction = self.store().begin(&municipality.calendar)?;
            transaction.put_contact(id, &self.digest(running, "contact", &code), address, &telling.language)?;
            transaction.commit(Durability::Now)?;
            self.activities().linked.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Taken::Kept(thanks))
    }

    /// To the day, where people were promised to be anonymous: for whoever answers there, for an exact time before and after would tell it.
    fn as_exact_as_may_be(
        &self,
        transaction: &Transaction<'_>,
        running: &Running,
        now: Moment,
    ) -> Result<Moment, StoreError> {
        let Activity { id, open_to, .. } = &running.activity;
        if *open_to == OpenTo::Everyone && !transaction.has_invitations(id)? {
            return Ok(now);
        }
        let calendar = &self.municipality().calendar;
        Ok(calendar.moment(calendar.day_start(calendar.day(now.at))))
    }

    fn thanks(
        &self,
        running: &Running,
        pass: Pass,
        form: &SentForm<'_>,
        Submission { next, .. }: Submission,
        finished: bool,
    ) -> Thanks {
        match pass {
            Pass::Holder(code) => Thanks { next, pass, receipt: Some(code), finished },
            Pass::Invited(code) if finished => {
                let receipt = self.receipt_of(running, &code, form.token);
                Thanks { next, pass: Pass::Holder(receipt), receipt: Some(receipt), finished }
            }
            _ => Thanks { next, pass, receipt: None, finished },
        }
    }

    /// The receipt of an answer by invitation. It follows from the token of the last form, which is stored nowhere: so the same form sent
    /// again shows the same receipt, and no list of links leads to it.
    fn receipt_of(&self, running: &Running, code: &Code, FormToken(token): FormToken) -> Code {
        let id = running.activity.id.as_str().as_bytes();
        let hash = self.store().derived("receipt", &[id, code.bytes(), &token]);
        Code::new(hash.first_chunk().copied().unwrap_or_default())
    }

    /// By what a form is known when it comes again: its token and what is in it. Somebody who goes back and answers otherwise sends
    /// another form.
    fn submission_key(&self, running: &Running, pass: Pass, form: &SentForm<'_>) -> FormToken {
        let id = running.activity.id.as_str().as_bytes();
        let holder = code_of(pass).map(|code| *code.bytes()).unwrap_or_default();
        let said = format!("{:?}", (&form.path, &form.sent));
        FormToken(half(&self.store().derived("submission", &[id, &holder, &form.token.0, said.as_bytes()])))
    }

    /// Asks the instance that knows what this person said: the warm one, or one of their own.
    fn ask_seat<T>(
        &self,
        running: &Arc<Running>,
        warmth: &mut Warmth,
        snapshot: &Snapshot,
        seat: &Seat,
        ask: impl FnOnce(&mut Warm) -> Result<T, model::PluginFault>,
    ) -> Result<T, ActivityError> {
        let id = &running.activity.id;
        match &seat.kept {
            Kept::Drafts(_, drafts) | Kept::Preview(drafts) if !drafts.is_empty() => {
                let own = entries_of_drafts(drafts, &seat.viewer);
                self.guarded(id, seat.viewer.now.at, || {
                    let opened = running.method.open(&running.activity.setup())?;
                    let mut warm = opened.map_err(|problems| ActivityError::Settings(id.clone(), problems))?;
                    warm.apply(&own)?;
                    Ok(ask(&mut warm)?)
                })
            }
            _ => self.asked(id, running, warmth, snapshot, seat.viewer.now.at, ask),
        }
    }

    fn contact_of(&self, running: &Running, snapshot: &Snapshot, seat: &Seat) -> Result<Option<String>, StoreError> {
        let Some(code) = code_of(seat.pass) else { return Ok(None) };
        snapshot.contact(&running.activity.id, &self.digest(running, "contact", &code))
    }
}

/// What a form is kept with.
struct Telling<'a> {
    form: &'a SentForm<'a>,
    known: FormToken,
    next: PagePath,
    signs: Signs,
    finished: bool,
    contact: Option<String>,
    /// In which they read.
    language: Tag,
}

/// Erases the photos that nothing they say holds any more.
fn let_go(transaction: &Transaction<'_>, id: &ActivityId, said: &[Entry]) -> Result<(), StoreError> {
    photos_let_go(said).into_iter().try_for_each(|photo| transaction.erase_photo(id, photo).map(drop))
}

fn note_signs(
    transaction: &Transaction<'_>,
    id: &ActivityId,
    entries: &[Entry],
    signs: Signs,
) -> Result<(), StoreError> {
    match entries.last() {
        Some(last) if !signs.is_empty() => transaction.put_signs(id, last.id, signs.bits()),
        _ => Ok(()),
    }
}

pub(super) fn code_of(pass: Pass) -> Option<Code> {
    match pass {
        Pass::Holder(code) | Pass::Invited(code) => Some(code),
        Pass::Newcomer | Pass::Preview(_) | Pass::Staff(_) => None,
    }
}

/// Another's words are changed by who leads or answers for the activity only.
fn may_replace(snapshot: &Snapshot, id: &ActivityId, viewer: &Viewer, subject: &Subject) -> Result<bool, StoreError> {
    let Subject::InsteadOf(replaced) = subject else { return Ok(true) };
    if viewer.who.role >= Role::Facilitator {
        return Ok(true);
    }
    let author = snapshot.entry(id, *replaced)?.and_then(|entry| entry.by.pseudonym);
    Ok(author.is_some() && author == viewer.who.pseudonym)
}
