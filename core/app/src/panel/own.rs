//! A member's own page: what is known of them, to be changed, taken along or erased.

use super::PanelError;
use crate::activities::Client;
use crate::portal::App;
use model::activity::{ActivityId, Code, InvitationState, Phase};
use model::{Consent, Language, Member, Membership, PanelPlan, Timestamp};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::Durability;

/// What a member sees of themselves.
#[derive(Clone, Debug)]
pub struct OwnPage {
    /// All that is known of them.
    pub member: Member,
    /// What they were asked, the newest first.
    pub questions: Vec<OwnQuestion>,
}

/// Something that a member was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnQuestion {
    /// About which activity.
    pub activity: ActivityId,
    /// When.
    pub at: Timestamp,
    /// They can answer now.
    pub is_open: bool,
    /// An answer was given by their link. Which one, nobody knows.
    pub answered: bool,
}

/// What a member changes.
#[derive(Clone, Debug)]
pub struct PanelChanges {
    /// What they tell of themselves, by item. What is not there, or is no option, is told no more.
    pub profile: BTreeMap<String, Vec<String>>,
    /// What they want to be asked about.
    pub interests: BTreeSet<String>,
    /// Activities that they say they took part in.
    pub took_part: BTreeSet<ActivityId>,
    /// The language of letters.
    pub language: Language,
    /// Whether they want letters.
    pub membership: Membership,
}

impl App {
    /// The page of whoever holds a link; none for one that leads nowhere.
    pub fn panel_page(&self, code: &Code, from: Option<Client>, now: Timestamp) -> Result<Option<OwnPage>, PanelError> {
        let found = self.with_register(|index, plan| self.holder(index, plan, code, from, now))?;
        let Some(member) = found.filter(|member| member.membership != Membership::Waiting) else { return Ok(None) };
        let snapshot = self.store().read()?;
        let all = self.activity_list();
        let mut questions = Vec::new();
        for (id, asked) in &member.asked {
            let state = snapshot.invitation_states(id, &[asked.invitation])?.into_iter().next().flatten();
            let is_open = all.iter().any(|activity| activity.id == *id && activity.phase(now) == Phase::Open);
            let answered = state == Some(InvitationState::Used);
            let is_open = is_open && state == Some(InvitationState::Unused);
            questions.push(OwnQuestion { activity: id.clone(), at: asked.at, is_open, answered });
        }
        questions.sort_by_key(|question| std::cmp::Reverse(question.at));
        Ok(Some(OwnPage { member, questions }))
    }

    /// Whether a link is to be confirmed: it is that of the letter to somebody who wants to join.
    pub fn is_panel_invitation(&self, code: &Code, from: Option<Client>, now: Timestamp) -> Result<bool, PanelError> {
        let found = self.with_register(|index, plan| self.holder(index, plan, code, from, now))?;
        Ok(found.is_some_and(|member| member.membership == Membership::Waiting))
    }

    /// Changes what a member tells; says whether the link led to one.
    pub fn change_panel_page(
        &self,
        code: &Code,
        changes: PanelChanges,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<bool, PanelError> {
        self.change_own(code, from, now, |plan, member| {
            let PanelChanges { profile, interests, took_part, language, membership } = changes;
            let told = |(item, options): (String, Vec<String>)| {
                let told = plan.item(&item)?.told(options.iter().map(String::as_str));
                (!told.is_empty()).then_some((item, told))
            };
            member.profile = profile.into_iter().filter_map(told).collect();
            let known = |id: &String| plan.interests.iter().any(|interest| interest.id.as_str() == id);
            member.interests = interests.into_iter().filter(known).collect();
            let all: BTreeSet<ActivityId> = self.activity_list().into_iter().map(|activity| activity.id).collect();
            member.took_part = took_part.into_iter().filter(|id| all.contains(id)).collect();
            member.language = language;
            if membership != Membership::Waiting && membership != member.membership {
                (member.membership, member.since) = (membership, now);
            }
        })
    }

    /// Another link to what a member was asked and has not answered, for the box does not know the one of the letter; none when there is
    /// none.
    pub fn answer_from_panel_page(
        &self,
        code: &Code,
        activity: &ActivityId,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<Option<Code>, PanelError> {
        self.with_register(|index, plan| {
            let Some(mut member) = self.holder(index, plan, code, from, now)? else { return Ok(None) };
            let Some(asked) = member.asked.get_mut(activity) else { return Ok(None) };
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            let Some((link, digest)) = self.link_again_within(&transaction, activity, &asked.invitation)? else {
                return Ok(None);
            };
            asked.invitation = digest;
            transaction.put_member(&member)?;
            transaction.commit(Durability::Now)?;
            Ok(Some(link))
        })
    }

    /// All that is known of whoever holds a link, as JSON; none for one that leads nowhere.
    pub fn export_panel_page(
        &self,
        code: &Code,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<Option<String>, PanelError> {
        Ok(self.panel_page(code, from, now)?.map(|page| exported(&page)))
    }

    /// Erases a member at once: all that is known of them, and the key that could read it in any copy of the file. Says whether the link
    /// led to one. What they answered is not theirs to be found any more, and stays.
    pub fn leave_panel(&self, code: &Code, from: Option<Client>, now: Timestamp) -> Result<bool, PanelError> {
        self.with_register(|index, plan| {
            let Some(member) = self.holder(index, plan, code, from, now)? else { return Ok(false) };
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            self.erase_within(&transaction, &member, now)?;
            transaction.commit(Durability::Now)?;
            index.remove(self, &member);
            Ok(true)
        })
    }

    fn change_own(
        &self,
        code: &Code,
        from: Option<Client>,
        now: Timestamp,
        change: impl FnOnce(&PanelPlan, &mut Member),
    ) -> Result<bool, PanelError> {
        self.with_register(|index, plan| {
            let Some(mut member) = self.holder(index, plan, code, from, now)? else { return Ok(false) };
            if member.membership == Membership::Waiting {
                return Ok(false);
            }
            change(plan, &mut member);
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            transaction.put_member(&member)?;
            transaction.commit(Durability::Now)?;
            Ok(true)
        })
    }
}

fn exported(page: &OwnPage) -> String {
    let at = |at: Timestamp| at.to_string();
    let Member { address, language, membership, since, consent, consented_at, .. } = &page.member;
    let questions = page.questions.iter().map(|question| {
        json!({
            "activity": question.activity.as_str(),
            "asked_at": at(question.at),
            "answered": question.answered,
        })
    });
    let value = json!({
        "address": address.as_str(),
        "language": language.tag(),
        "membership": match membership {
            Membership::Waiting => "waiting",
            Membership::Active => "active",
            Membership::Resting => "resting",
        },
        "since": at(*since),
        "consent": match consent {
            Consent::Confirmed => "confirmed by the link of a letter",
            Consent::Listed(words) => words,
        },
        "consented_at": at(*consented_at),
        "profile": page.member.profile,
        "interests": page.member.interests,
        "took_part": page.member.took_part.iter().map(model::Slug::as_str).collect::<Vec<_>>(),
        "asked": questions.collect::<Vec<_>>(),
        "letters_that_ask": page.member.letters.iter().map(|letter| at(*letter)).collect::<Vec<_>>(),
        "letters_written": page.member.letters_written,
    });
    format!("{value:#}\n")
}
