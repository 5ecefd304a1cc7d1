//! Members who took part are told what came of it.

use super::PanelError;
use super::letters::{Desk, Say};
use crate::News;
use crate::portal::App;
use model::activity::{Activity, ActivityId};
use model::{Member, Membership, PanelPlan, Timestamp};
use store::{StoreError, Transaction};

impl App {
    /// Members who answered what they were asked in an activity, and want letters. What they answered nobody knows.
    pub(crate) fn members_who_answered(&self, id: &ActivityId) -> Result<Vec<Member>, StoreError> {
        let (members, used) = self.asked_about(id)?;
        let answered = members.into_iter().zip(used).filter(|(_, used)| *used).map(|(member, _)| member);
        Ok(answered.filter(|member| member.membership == Membership::Active).collect())
    }

    /// Puts a letter for each into the outbox, in the transaction that notes until when was told. It asks nothing, so it does not count
    /// among those that do. Says how many.
    pub(crate) fn tell_members(
        &self,
        transaction: &Transaction<'_>,
        plan: &PanelPlan,
        (activity, news): (&Activity, &News),
        mut members: Vec<Member>,
        now: Timestamp,
    ) -> Result<usize, PanelError> {
        let desk = Desk::new(self, plan, now)?;
        for member in &mut members {
            desk.write(transaction, member, &Say::Told(activity, news))?;
        }
        transaction.put_listed_members(&members)?;
        Ok(members.len())
    }
}
