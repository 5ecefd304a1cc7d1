use super::letters::About;
use super::people::{Recruit, Seat, put_groups, put_sheet};
use super::sheets::{Spread, TableFault, strata_of};
use super::{Recruiting, WILLING_MAX};
use crate::activities::ActivityError;
use crate::outbox::QueueError;
use crate::portal::App;
use config::{Sheet, SheetFault};
use engagement::draw::{
    Announced, Held, Households, Impossible, Pool, PoolFault, Proof, Rules, SeedFault, Stratum, stand_in,
};
use model::activity::{Activity, ActivityId, Code};
use model::{AuditEntry, Language, Timestamp};
use std::time::Duration;
use store::StoreError;

/// Lines of a table of quotas at most.
const QUOTAS_MAX: usize = 1_000;

/// What is announced before the seed can be known.
#[derive(Clone, Debug)]
pub struct Terms {
    /// How many are drawn.
    pub seats: u32,
    /// Seats that a quota made of the population may be off.
    pub slack: u32,
    /// Whether a household may have more than one seat.
    pub households: Households,
    /// Where the seed will come from, and when.
    pub source: String,
    /// Quotas, a table; none: by what the activity says of the population.
    pub quotas: Option<Vec<u8>>,
}

/// Why a step of a draw was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The activity.
    #[error(transparent)]
    Activity(#[from] ActivityError),
    /// What is wrong with a table.
    #[error(transparent)]
    Sheet(#[from] TableFault),
    /// The pool or the rules.
    #[error(transparent)]
    Pool(#[from] PoolFault),
    /// No panel keeps the quotas.
    #[error(transparent)]
    Impossible(#[from] Impossible),
    /// The seed.
    #[error(transparent)]
    Seed(#[from] SeedFault),
    /// The draw is announced: the list stays as it is. Or it is not, or nobody of that code is on the list.
    #[error("the draw is not at this step; look at the page again")]
    Step,
    /// Nobody can put themselves on the list now.
    #[error("the list takes nobody now")]
    Closed,
    /// Too much from one place, or at once; so long to wait.
    #[error("too much at once; wait {} s", .0.as_secs())]
    Wait(Duration),
    /// The outbox.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl From<SheetFault> for DrawError {
    fn from(fault: SheetFault) -> Self {
        Self::Sheet(fault.into())
    }
}

impl From<StoreError> for DrawError {
    fn from(error: StoreError) -> Self {
        Self::Activity(error.into())
    }
}

impl App {
    /// Puts the people of a table on the list; says how many. Once the draw is announced only their intake, group and role change.
    /// Whoever was willing before, in whichever activity, and was thanked instead of drawn has one chance more for each time.
    pub fn put_recruits(
        &self,
        id: &ActivityId,
        table: &[u8],
        language: Language,
        (log, now): (&AuditEntry, Timestamp),
    ) -> Result<usize, DrawError> {
        let sheet = Sheet::read(table, WILLING_MAX)?;
        let code = || Code::new(self.store().drawn()).to_string();
        let thanked = self.thanked_before(id)?;
        self.change_list(id, Some(log), now, |list, _| {
            if !list.is_open() {
                return Ok(put_groups(list, &sheet)?);
            }
            let put = put_sheet(list, &sheet, language, now, code)?;
            list.people.iter_mut().for_each(|person| give_earned(person, &thanked));
            Ok(put)
        })
    }

    /// The mailboxes of those who were thanked in other activities, once for each time.
    pub(super) fn thanked_before(&self, id: &ActivityId) -> Result<Vec<String>, ActivityError> {
        let mut thanked = Vec::new();
        for activity in self.activity_list().iter().filter(|activity| activity.id != *id) {
            let people = self.recruiting(&activity.id)?.people.into_iter().filter(|own| own.seat == Seat::Thanked);
            thanked.extend(people.filter_map(|own| own.mailbox()));
        }
        Ok(thanked)
    }

    /// Works out the fairest lottery and keeps what is to be published before the seed can be known.
    pub fn announce_draw(
        &self,
        activity: &Activity,
        terms: &Terms,
        title: &str,
        (log, now): (&AuditEntry, Timestamp),
    ) -> Result<(), DrawError> {
        let list = self.recruiting(&activity.id)?;
        let strata = strata(activity, terms)?;
        let candidates = list.confirmed().map(|person| person.candidate(&strata)).collect();
        let rules = Rules { seats: terms.seats, strata, households: terms.households };
        // Seconds, so it is worked out before the data file is asked for its turn.
        let pool = Pool::new(candidates, rules)?;
        let lottery = pool.lottery()?;
        let salt = Code::new(self.store().drawn()).to_string();
        let announced = Announced::new(title, &terms.source, now, (&pool, &salt), &lottery);
        self.change_list(&activity.id, Some(log), now, |current, _| {
            if *current != list || !current.is_open() {
                return Err(DrawError::Step);
            }
            for person in current.people.iter_mut().filter(|person| person.seat != Seat::Unconfirmed) {
                person.drawn_from = true;
            }
            current.salt = salt;
            current.proof = Some(Proof { announced, held: None });
            Ok(())
        })
    }

    /// Takes an announcement back as long as nothing was drawn: the list is open again.
    pub fn withdraw_draw(&self, id: &ActivityId, log: &AuditEntry, now: Timestamp) -> Result<(), DrawError> {
        self.change_list(id, Some(log), now, |list, _| {
            if list.proof.take().is_none_or(|proof| proof.held.is_some()) {
                return Err(DrawError::Step);
            }
            list.salt.clear();
            list.people.iter_mut().for_each(|person| person.drawn_from = false);
            Ok(())
        })
    }

    /// Draws with the seed and asks those who were drawn. The same seed a second time draws the same and asks nobody again; another one is
    /// refused.
    pub fn hold_draw(
        &self,
        activity: &Activity,
        seed: &str,
        (log, now): (&AuditEntry, Timestamp),
    ) -> Result<Held, DrawError> {
        self.change_list(&activity.id, Some(log), now, |list, transaction| {
            let proof = list.proof.as_mut().ok_or(DrawError::Step)?;
            let is_first = proof.held.is_none();
            let held = proof.hold(seed)?.clone();
            if is_first {
                for person in list.people.iter_mut().filter(|own| own.drawn_from) {
                    let drawn = held.panel.contains(&person.code);
                    person.stands(if drawn { Seat::Asked } else { Seat::Reserve }, now);
                }
                // Of somebody who left since the announcement the seat is free: the first who fits moves up.
                fill_seats(list, now);
                self.ask_all(activity, list, transaction, now)?;
            }
            Ok(held)
        })
    }

    /// Notes how somebody stands, by staff who heard it from them; whoever moves up for them is asked.
    pub fn seat_recruit(
        &self,
        activity: &Activity,
        code: &str,
        seat: Seat,
        (log, now): (Option<&AuditEntry>, Timestamp),
    ) -> Result<(), DrawError> {
        self.change_list(&activity.id, log, now, |list, transaction| {
            let person = list.people.iter_mut().find(|own| own.code == code).ok_or(DrawError::Step)?;
            if !matches!(person.seat, Seat::Asked | Seat::Coming) || !matches!(seat, Seat::Coming | Seat::NotComing) {
                return Err(DrawError::Step);
            }
            person.stands(seat, now);
            fill_seats(list, now);
            self.ask_all(activity, list, transaction, now)
        })
    }

    /// Takes somebody off the list, and what is known of them out of the file; whoever moves up for them is asked.
    pub fn remove_recruit(
        &self,
        activity: &Activity,
        code: &str,
        (log, now): (Option<&AuditEntry>, Timestamp),
    ) -> Result<(), DrawError> {
        self.change_list(&activity.id, log, now, |list, transaction| {
            let before = list.people.len();
            list.people.retain(|own| own.code != code);
            if list.people.len() == before {
                return Err(DrawError::Step);
            }
            fill_seats(list, now);
            self.ask_all(activity, list, transaction, now)
        })
    }

    /// Thanks those who are still reserves and tells them that they were not drawn: next time they have one chance more.
    pub fn thank_reserves(
        &self,
        activity: &Activity,
        (log, now): (&AuditEntry, Timestamp),
    ) -> Result<usize, DrawError> {
        self.change_list(&activity.id, Some(log), now, |list, transaction| {
            let mut thanked = 0;
            for person in list.people.iter_mut().filter(|own| own.seat == Seat::Reserve) {
                person.stands(Seat::Thanked, now);
                self.put_to(activity, person, About::Thanks, transaction, now)?;
                thanked += 1;
            }
            Ok(thanked)
        })
    }

    /// Puts a letter for everybody who was asked just now; one who has a letter gets no second.
    fn ask_all(
        &self,
        activity: &Activity,
        list: &Recruiting,
        transaction: &store::Transaction<'_>,
        now: Timestamp,
    ) -> Result<(), DrawError> {
        let asked = |own: &&Recruit| own.seat == Seat::Asked && own.since == now;
        list.people.iter().filter(asked).try_for_each(|own| self.put_to(activity, own, About::Seat, transaction, now))
    }
}

/// One chance more for each time that somebody was willing before and not drawn.
pub(super) fn give_earned(person: &mut Recruit, thanked: &[String]) {
    let times = person.mailbox().map_or(0, |own| thanked.iter().filter(|mailbox| **mailbox == own).count());
    let earned = u32::try_from(times + 1).unwrap_or(1).min(Pool::CHANCES_MAX);
    person.chances = person.chances.max(earned);
}

/// As long as a seat is free, the first of the reserves with whom the quotas hold, or are missed by least, moves up.
fn fill_seats(list: &mut Recruiting, now: Timestamp) {
    let Some(held) = list.proof.as_ref().and_then(|proof| proof.held.clone()) else { return };
    let Some(pool) = list.pool() else { return };
    let seats = usize::try_from(pool.rules().seats).unwrap_or(usize::MAX);
    loop {
        let has = |seats: &[Seat]| -> Vec<String> {
            let own = list.people.iter().filter(|own| seats.contains(&own.seat));
            own.map(|own| own.code.clone()).collect()
        };
        let (panel, reserves) = (has(&[Seat::Asked, Seat::Coming]), has(&[Seat::Reserve]));
        if panel.len() >= seats {
            return;
        }
        // In the order in which the draw put them.
        let order: Vec<String> = held.reserves.iter().filter(|code| reserves.contains(code)).cloned().collect();
        let Some(next) = stand_in(&pool, &panel, &order, &[]).map(str::to_owned) else { return };
        for person in list.people.iter_mut().filter(|own| own.code == next) {
            person.stands(Seat::Asked, now);
        }
    }
}

/// The strata of a table, or of what the activity says of the population.
fn strata(activity: &Activity, terms: &Terms) -> Result<Vec<Stratum>, TableFault> {
    let spread = Spread { seats: terms.seats, slack: terms.slack };
    if let Some(table) = &terms.quotas {
        return strata_of(&Sheet::read(table, QUOTAS_MAX)?, spread);
    }
    let of = |table: &model::activity::Population| {
        let people: Vec<(String, u64)> =
            table.people.iter().map(|(key, people)| (key.clone(), u64::from(*people))).collect();
        Stratum::of_population(table.question.clone(), &people, terms.seats, terms.slack)
    };
    Ok(activity.population.iter().map(of).collect())
}
