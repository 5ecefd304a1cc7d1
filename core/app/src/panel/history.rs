//! What the panel was used for, for everybody.

use super::{PanelError, whole};
use crate::portal::App;
use engagement::PublicCount;
use model::activity::{Activity, ActivityId};
use model::{Membership, PanelUse, Timestamp, Words};
use store::{StoreError, Transaction};

/// One activity that the panel was asked about. Its counts have passed the gate.
#[derive(Clone, Debug)]
pub struct PanelActivity {
    /// Its name in addresses.
    pub id: ActivityId,
    /// What it is called, or was.
    pub title: Words,
    /// When members were first asked.
    pub asked_at: Timestamp,
    /// How many were asked.
    pub asked: PublicCount,
    /// How many of them answered.
    pub answered: PublicCount,
    /// How many in a hundred of them, where both may be told.
    pub per_cent: Option<u32>,
    /// As it is configured now; none when it was taken away.
    pub activity: Option<Activity>,
    /// There is a published report.
    pub reported: bool,
    /// It was told what came of it.
    pub told: bool,
}

impl App {
    /// How many members stand so with the panel. For everybody.
    pub fn panel_size(&self, membership: Membership) -> Result<PublicCount, PanelError> {
        let members = whole(&self.store().read()?)?;
        let many = members.iter().filter(|member| member.membership == membership).count();
        Ok(self.gate().count(f64::from(u32::try_from(many).unwrap_or(u32::MAX))))
    }

    /// What the panel was used for, the newest first. For everybody.
    pub fn panel_history(&self) -> Result<Vec<PanelActivity>, PanelError> {
        let snapshot = self.store().read()?;
        let all = self.activity_list();
        let gate = self.gate();
        let mut uses = snapshot.panel_uses()?;
        uses.sort_by_key(|used| std::cmp::Reverse(used.first_asked_at));
        let mut history = Vec::with_capacity(uses.len());
        for used in uses {
            let activity = all.iter().find(|activity| activity.id == used.activity).cloned();
            let answered = used.answered.max(snapshot.invitation_count(&used.activity)?.1).min(used.asked);
            // Who did not answer is few where nearly all did, and has nothing to hide: not to answer is no answer.
            let (asked, public) = (gate.count(f64::from(used.asked)), gate.count(f64::from(answered)));
            let both = asked.known().zip(public.known());
            let per_cent = both.and_then(|(asked, answered)| (answered * 100 + asked / 2).checked_div(asked));
            history.push(PanelActivity {
                told: !snapshot.outcomes(&used.activity)?.is_empty() && activity.is_some(),
                reported: snapshot.report(&used.activity)?.is_some() && activity.is_some(),
                title: activity.as_ref().map_or(used.title, |activity| activity.title.clone()),
                id: used.activity,
                asked_at: used.first_asked_at,
                asked,
                answered: public,
                per_cent,
                activity,
            });
        }
        Ok(history)
    }

    /// Notes how many have answered, for invitations go when an activity is past keeping, and the history stays.
    pub(super) fn note_uses(&self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        let snapshot = self.store().read()?;
        for used in snapshot.panel_uses()? {
            let (_, answered) = snapshot.invitation_count(&used.activity)?;
            if answered > used.answered {
                transaction.put_panel_use(&PanelUse { answered: answered.min(used.asked), ..used })?;
            }
        }
        Ok(())
    }
}
