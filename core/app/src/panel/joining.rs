//! Joining: whoever writes an address gets the same answer, and only who reads its mailbox learns more.

use super::letters::{Desk, Say, name_of};
use super::{Index, MEMBERS_MAX, PanelError};
use crate::activities::{Client, LetterToll};
use crate::portal::App;
use model::activity::{Activity, Code, Phase};
use model::{Language, MailAddress, Member, MemberId, Membership, PanelPlan, Timestamp};
use store::{Durability, StoreError, Transaction};

impl App {
    /// Takes in that somebody wants to join with an address, and writes a letter there that fits: to confirm, or that they are a member
    /// already. What is done and told is the same for every address. Where `address` means the mailbox of a member in other letters
    /// (`kari+panel@`), the letter goes to the address that the member gave.
    pub fn join_panel(
        &self,
        address: &MailAddress,
        language: Language,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<(), PanelError> {
        if !self.may_write_to(address, from, now)? {
            return Ok(());
        }
        self.with_register(|index, plan| {
            let desk = Desk::new(self, plan, now)?;
            if index.mailboxes.len() >= MEMBERS_MAX {
                return Err(PanelError::Full);
            }
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            let known = self.member_at(index, &transaction, address)?;
            let before = known.clone();
            let id = MemberId(u64::from_le_bytes(self.store().drawn()));
            let mut member = known.unwrap_or_else(|| Member::new(id, address.clone(), language, now));
            let code = self.new_link(&mut member);
            let say = match member.membership {
                Membership::Waiting => {
                    // The days to confirm begin anew.
                    (member.since, member.language) = (now, language);
                    Say::Confirm(code)
                }
                Membership::Active | Membership::Resting => Say::Already(code),
            };
            transaction.put_member(&member)?;
            desk.write(&transaction, &mut member, &say)?;
            transaction.put_member(&member)?;
            transaction.commit(Durability::Now)?;
            index.put(self, before.as_ref(), &member);
            Ok(())
        })?;
        self.outbox_changed();
        Ok(())
    }

    /// Sends the link to their own page to a member, and to anybody else that they are none. What is told is the same for every address.
    pub fn send_panel_link(
        &self,
        address: &MailAddress,
        language: Language,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<(), PanelError> {
        if !self.may_write_to(address, from, now)? {
            return Ok(());
        }
        self.with_register(|index, plan| {
            let desk = Desk::new(self, plan, now)?;
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            let before = self.member_at(index, &transaction, address)?;
            let mut after = before.clone();
            match &mut after {
                Some(member) => {
                    let code = self.new_link(member);
                    let is_waiting = member.membership == Membership::Waiting;
                    let say = if is_waiting { Say::Confirm(code) } else { Say::Link(code) };
                    desk.write(&transaction, member, &say)?;
                    transaction.put_member(member)?;
                }
                None => desk.write_to_stranger(&transaction, address, language)?,
            }
            transaction.commit(Durability::Now)?;
            if let Some(member) = &after {
                index.put(self, before.as_ref(), member);
            }
            Ok(())
        })?;
        self.outbox_changed();
        Ok(())
    }

    /// Makes whoever holds the link of the letter a member, once, and welcomes them. Gives a link to their own page; none for a link that
    /// is none, or is too old. Who is a member already gets to their page.
    pub fn confirm_panel(&self, code: &Code, from: Option<Client>, now: Timestamp) -> Result<Option<Code>, PanelError> {
        let own = self.with_register(|index, plan| {
            let Some(mut member) = self.holder(index, plan, code, from, now)? else { return Ok(None) };
            if member.membership != Membership::Waiting {
                return Ok(Some(*code));
            }
            let desk = Desk::new(self, plan, now)?;
            let before = member.clone();
            (member.membership, member.since, member.consented_at) = (Membership::Active, now, now);
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            let welcome = plan.welcome.as_ref().and_then(|id| self.activity_list().into_iter().find(|a| a.id == *id));
            let survey = match welcome.filter(|activity| activity.phase(now) == Phase::Open) {
                Some(activity) => self.invited(&transaction, &mut member, &activity, now)?.map(|code| (activity, code)),
                None => None,
            };
            let link = self.new_link(&mut member);
            let survey: Option<(&Activity, Code)> = survey.as_ref().map(|(activity, code)| (activity, *code));
            desk.write(&transaction, &mut member, &Say::Welcome(link, survey))?;
            transaction.put_member(&member)?;
            transaction.commit(Durability::Now)?;
            index.put(self, Some(&before), &member);
            // The link of the letter goes on to lead to their page: who presses twice is not turned away.
            Ok(Some(*code))
        })?;
        self.outbox_changed();
        Ok(own)
    }

    /// Stops letters to a member by the link that stands in each of them; says whether there is such a member. Nothing else can be done
    /// with that link.
    pub fn stop_panel_letters(&self, code: &Code, from: Option<Client>, now: Timestamp) -> Result<bool, PanelError> {
        if let Some(wait) = self.links_toll(from, now) {
            return Err(PanelError::Wait(wait));
        }
        self.with_register(|_, _| {
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            let found = match self.stopped_by(code) {
                Some(id) => transaction.member(id)?,
                None => None,
            };
            let Some(mut member) = found else {
                self.note_wrong_link(from, now);
                return Ok(false);
            };
            if member.membership == Membership::Active {
                (member.membership, member.since) = (Membership::Resting, now);
                self.withdraw_letters(&transaction, &member, now)?;
                transaction.put_member(&member)?;
                transaction.commit(Durability::Now)?;
            }
            Ok(true)
        })
    }

    /// Erases whoever is a member by an address, with what `also` writes. Nobody learns whether there was one.
    pub fn remove_panel_member(
        &self,
        address: &MailAddress,
        now: Timestamp,
        also: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError>,
    ) -> Result<(), PanelError> {
        self.with_register(|index, _| {
            let municipality = self.municipality();
            let transaction = self.store().begin(&municipality.calendar)?;
            let found = self.member_at(index, &transaction, address)?;
            if let Some(member) = &found {
                self.erase_within(&transaction, member, now)?;
            }
            also(&transaction)?;
            transaction.commit(Durability::Now)?;
            if let Some(member) = &found {
                index.remove(self, member);
            }
            Ok(())
        })
    }

    /// Whether a letter is written at all. A mailbox that had enough gets none, and who asked is told what everybody is told.
    fn may_write_to(&self, address: &MailAddress, from: Option<Client>, now: Timestamp) -> Result<bool, PanelError> {
        match self.letter_toll(from, &address.mailbox(), now) {
            LetterToll::Write => Ok(true),
            LetterToll::Enough => Ok(false),
            LetterToll::Wait(wait) => Err(PanelError::Wait(wait)),
        }
    }

    pub(super) fn member_at(
        &self,
        index: &Index,
        transaction: &Transaction<'_>,
        address: &MailAddress,
    ) -> Result<Option<Member>, PanelError> {
        let id = index.mailboxes.get(&self.mailbox_digest(address));
        Ok(id.map(|id| transaction.member(*id)).transpose()?.flatten())
    }

    /// Who holds a link; none for one that leads nowhere, or is to be confirmed and too old.
    pub(super) fn holder(
        &self,
        index: &Index,
        plan: &PanelPlan,
        code: &Code,
        from: Option<Client>,
        now: Timestamp,
    ) -> Result<Option<Member>, PanelError> {
        if let Some(wait) = self.links_toll(from, now) {
            return Err(PanelError::Wait(wait));
        }
        let id = index.links.get(&self.link_digest(code));
        let found = id.map(|id| self.store().read()?.member(*id)).transpose()?.flatten();
        let holds =
            |member: &Member| member.membership != Membership::Waiting || now.since(member.since) < plan.confirm_within;
        let found = found.filter(holds);
        if found.is_none() {
            self.note_wrong_link(from, now);
        }
        Ok(found)
    }

    /// Takes back the letters to a member that have not left yet.
    pub(super) fn withdraw_letters(
        &self,
        transaction: &Transaction<'_>,
        member: &Member,
        now: Timestamp,
    ) -> Result<(), PanelError> {
        for number in 0..member.letters_written {
            self.withdraw_delivery(transaction, &name_of(member, number), now)?;
        }
        Ok(())
    }

    /// Erases a member, and what is on its way to them.
    pub(super) fn erase_within(
        &self,
        transaction: &Transaction<'_>,
        member: &Member,
        now: Timestamp,
    ) -> Result<(), PanelError> {
        self.withdraw_letters(transaction, member, now)?;
        transaction.erase_member(member.id)?;
        Ok(())
    }
}
