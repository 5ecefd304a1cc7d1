//! Asking the panel, or a part of it: who is asked, the letters, the reminders, and taking it back.

use super::letters::{Desk, Say, name_of};
use super::{PanelError, whole};
use crate::portal::App;
use model::activity::{Activity, ActivityId, Answer, Code, InvitationState, Phase, Value};
use model::{Asked, Member, Membership, PanelPlan, PanelUse, Segment, Timestamp};
use store::{Durability, StoreError, Transaction};

/// Who would be asked. For staff: it has not passed the gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// Active members in that part of the panel.
    pub members: usize,
    /// Those of them who were asked about this before.
    pub asked_before: usize,
    /// Those who had enough letters of late.
    pub without_letters: usize,
    /// Those who are left, and would get a letter.
    pub to_ask: usize,
}

/// How a send-out stands. For staff: it has not passed the gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PanelSending {
    /// Members who were asked, and are still members.
    pub asked: usize,
    /// Those of them who answered. Which of them did so is told to nobody.
    pub answered: usize,
    /// Those who can be reminded now.
    pub to_remind: usize,
}

impl App {
    /// Who would be asked about an activity. A part of the panel that is too small is not counted.
    pub fn panel_audience(&self, id: &ActivityId, segment: &Segment, now: Timestamp) -> Result<Audience, PanelError> {
        let plan = self.panel_plan().ok_or(PanelError::NoPanel)?;
        let members = whole(&self.store().read()?)?;
        Ok(chosen(&plan, &members, id, segment, now)?.0)
    }

    /// Asks a part of the panel: an invitation and a letter for each, in one transaction with what `also` writes, such as the line of the
    /// log. Done again, nobody gets a second letter. Gives how many were asked.
    pub fn ask_panel(
        &self,
        id: &ActivityId,
        segment: &Segment,
        now: Timestamp,
        also: impl FnOnce(&Transaction<'_>, usize) -> Result<(), StoreError>,
    ) -> Result<usize, PanelError> {
        let activity = self.open_activity(id, now)?;
        let asked = self.with_register(|_, plan| {
            let desk = Desk::new(self, plan, now)?;
            let members = whole(&self.store().read()?)?;
            let (_, members) = chosen(plan, &members, id, segment, now)?;
            if members.is_empty() {
                return Err(PanelError::Nobody);
            }
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            let people = members.iter().map(|member| declared(plan, member)).collect();
            let made = self.invite_within(&transaction, id, people)?;
            let asked = members.len();
            let mut after = Vec::with_capacity(asked);
            for (member, (code, digest)) in members.into_iter().zip(made) {
                let mut member = member.clone();
                note_asked(plan, &mut member, id, digest, now);
                desk.write(&transaction, &mut member, &Say::Ask(&activity, code))?;
                after.push(member);
            }
            transaction.put_listed_members(&after)?;
            note_use(&transaction, &activity, asked, now)?;
            also(&transaction, asked)?;
            transaction.commit(Durability::Now)?;
            Ok(asked)
        })?;
        self.outbox_changed();
        Ok(asked)
    }

    /// How the asking about an activity stands.
    pub fn panel_sending(&self, id: &ActivityId, now: Timestamp) -> Result<PanelSending, PanelError> {
        let plan = self.panel_plan().ok_or(PanelError::NoPanel)?;
        let (members, used) = self.asked_about(id)?;
        let to_remind = members.iter().zip(&used).filter(|(m, used)| !**used && may_remind(&plan, m, id, now));
        let to_remind = to_remind.count();
        Ok(PanelSending { asked: members.len(), answered: used.iter().filter(|used| **used).count(), to_remind })
    }

    /// Reminds those who were asked some time ago, have not answered, and may still get a letter. Each is reminded once. Gives how many.
    pub fn remind_panel(
        &self,
        id: &ActivityId,
        now: Timestamp,
        also: impl FnOnce(&Transaction<'_>, usize) -> Result<(), StoreError>,
    ) -> Result<usize, PanelError> {
        let activity = self.open_activity(id, now)?;
        let reminded = self.with_register(|_, plan| {
            let desk = Desk::new(self, plan, now)?;
            let (members, used) = self.asked_about(id)?;
            let unused = members.into_iter().zip(used).filter(|(_, used)| !used).map(|(member, _)| member);
            let mut after = Vec::new();
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            for mut member in unused.filter(|member| may_remind(plan, member, id, now)) {
                let Some(asked) = member.asked.get_mut(id) else { continue };
                // The first link is not known any more, so they get another to the same invitation. Who answered just now is left alone.
                let again = self.link_again_within(&transaction, id, &asked.invitation)?;
                let Some((code, digest)) = again else { continue };
                (asked.invitation, asked.reminded) = (digest, Some(now));
                note_letter(plan, &mut member, now);
                desk.write(&transaction, &mut member, &Say::Remind(&activity, code))?;
                after.push(member);
            }
            if after.is_empty() {
                return Err(PanelError::Nobody);
            }
            transaction.put_listed_members(&after)?;
            also(&transaction, after.len())?;
            transaction.commit(Durability::Now)?;
            Ok(after.len())
        })?;
        self.outbox_changed();
        Ok(reminded)
    }

    /// Takes back the letters about an activity that have not left yet, and has those members count as not asked. Gives how many. Links
    /// that are out stay good until their invitations are withdrawn.
    pub fn withdraw_panel_letters(
        &self,
        id: &ActivityId,
        now: Timestamp,
        also: impl FnOnce(&Transaction<'_>, usize) -> Result<(), StoreError>,
    ) -> Result<usize, PanelError> {
        self.with_register(|_, _| {
            let municipality = self.municipality();
            let (members, used) = self.asked_about(id)?;
            let transaction = self.store().begin(&municipality.calendar)?;
            let mut after = Vec::new();
            for (mut member, _) in members.into_iter().zip(used).filter(|(_, used)| !used) {
                let Some(asked) = member.asked.get(id) else { continue };
                let newest = asked.reminded.unwrap_or(asked.at);
                let mut taken_back = false;
                for number in 0..member.letters_written {
                    let name = name_of(&member, number);
                    let own = transaction.delivery_named(&name)?.is_some_and(|d| d.queued_at == newest);
                    taken_back |= own && self.withdraw_delivery(&transaction, &name, now)?;
                }
                if taken_back {
                    member.letters.retain(|at| *at != newest);
                    match member.asked.get_mut(id) {
                        Some(asked) if asked.reminded.is_some() => asked.reminded = None,
                        _ => drop(member.asked.remove(id)),
                    }
                    after.push(member);
                }
            }
            transaction.put_listed_members(&after)?;
            also(&transaction, after.len())?;
            transaction.commit(Durability::Now)?;
            Ok(after.len())
        })
    }

    /// An invitation to an activity for one member, within the transaction that makes them one.
    pub(super) fn invited(
        &self,
        transaction: &Transaction<'_>,
        member: &mut Member,
        activity: &Activity,
        now: Timestamp,
    ) -> Result<Option<Code>, PanelError> {
        let made = self.invite_within(transaction, &activity.id, vec![Vec::new()])?;
        let Some((code, digest)) = made.into_iter().next() else { return Ok(None) };
        // A welcome is no letter that counts.
        member.asked.insert(activity.id.clone(), Asked { invitation: digest, at: now, reminded: None });
        note_use(transaction, activity, 1, now)?;
        Ok(Some(code))
    }

    fn open_activity(&self, id: &ActivityId, now: Timestamp) -> Result<Activity, PanelError> {
        let found = self.activity_list().into_iter().find(|activity| activity.id == *id);
        let activity = found.ok_or_else(|| crate::ActivityError::Unknown(id.clone()))?;
        if activity.phase(now) == Phase::Open { Ok(activity) } else { Err(PanelError::NotOpen) }
    }

    /// Members who were asked about an activity, and whether each has answered.
    pub(super) fn asked_about(&self, id: &ActivityId) -> Result<(Vec<Member>, Vec<bool>), StoreError> {
        let snapshot = self.store().read()?;
        let mut members = whole(&snapshot)?;
        members.retain(|member| member.asked.contains_key(id));
        let digests: Vec<_> =
            members.iter().filter_map(|member| member.asked.get(id)).map(|asked| asked.invitation).collect();
        let states = snapshot.invitation_states(id, &digests)?;
        // An invitation that was withdrawn is not answered, and no letter can lead to it.
        Ok((members, states.into_iter().map(|state| state == Some(InvitationState::Used)).collect()))
    }
}

fn chosen<'m>(
    plan: &PanelPlan,
    members: &'m [Member],
    id: &ActivityId,
    segment: &Segment,
    now: Timestamp,
) -> Result<(Audience, Vec<&'m Member>), PanelError> {
    let active = members.iter().filter(|member| member.membership == Membership::Active);
    let within: Vec<&Member> = active.filter(|member| segment.holds(member)).collect();
    let least = usize::try_from(plan.smallest_segment).unwrap_or(usize::MAX);
    if !segment.is_everybody() && within.len() < least {
        return Err(PanelError::SmallSegment(plan.smallest_segment));
    }
    let mut audience = Audience { members: within.len(), ..Audience::default() };
    let mut to_ask = Vec::new();
    for member in within {
        if member.asked.contains_key(id) {
            audience.asked_before += 1;
        } else if plan.letters_left(member, now) == 0 {
            audience.without_letters += 1;
        } else {
            to_ask.push(member);
        }
    }
    audience.to_ask = to_ask.len();
    Ok((audience, to_ask))
}

/// What goes with an invitation of what a member told, in the order of the plan: what is told first is kept longest.
fn declared(plan: &PanelPlan, member: &Member) -> Vec<Answer> {
    let told = |item: &model::ProfileItem| {
        let options = member.profile.get(item.id.as_str())?.iter().cloned().collect();
        Some(Answer { question: item.id.to_string(), value: Value::Choices(options) })
    };
    plan.profile.iter().filter_map(told).collect()
}

fn note_asked(plan: &PanelPlan, member: &mut Member, id: &ActivityId, invitation: [u8; 16], now: Timestamp) {
    member.asked.insert(id.clone(), Asked { invitation, at: now, reminded: None });
    note_letter(plan, member, now);
}

fn note_letter(plan: &PanelPlan, member: &mut Member, now: Timestamp) {
    member.letters.retain(|at| now.since(*at) < plan.letters_within);
    member.letters.push(now);
}

fn may_remind(plan: &PanelPlan, member: &Member, id: &ActivityId, now: Timestamp) -> bool {
    let is_due = |asked: &Asked| asked.reminded.is_none() && now.since(asked.at) >= plan.reminder_after;
    member.membership == Membership::Active
        && member.asked.get(id).is_some_and(is_due)
        && plan.letters_left(member, now) > 0
}

fn note_use(
    transaction: &Transaction<'_>,
    activity: &Activity,
    asked: usize,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = transaction.panel_use(&activity.id)?;
    let more = u32::try_from(asked).unwrap_or(u32::MAX);
    let used = match before {
        Some(before) => PanelUse { title: activity.title.clone(), asked: before.asked.saturating_add(more), ..before },
        None => PanelUse {
            activity: activity.id.clone(),
            title: activity.title.clone(),
            first_asked_at: now,
            asked: more,
            answered: 0,
        },
    };
    transaction.put_panel_use(&used)
}
