//! What is kept of people beside what they said: invitations and which of them were used, what is not sent yet, published reports, and what
//! was odd about how an entry came. None of these tables leads to an entry of somebody who was promised to be anonymous.

use crate::error::StoreError;
use crate::keyring::{Keyring, Slot};
use crate::keys::{ActivityNumber, Digest, DigestKey, EntryKey, Key};
use crate::snapshot::Snapshot;
use crate::stored::{Approved, Invited, Published, Sealed, Written, meant, plain};
use crate::tables::{
    APPROVED, CONTACTS, DRAFTS, ENTRIES, INVITATIONS, MODERATED, REPORTS, SIGNS, SUBMISSIONS, USED_INVITATIONS,
};
use crate::transaction::Transaction;
use model::Timestamp;
use model::activity::{ActivityId, Answer, Draft, EntryId, InvitationState};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// Invitations of one activity at most: a municipality with more people asks them openly.
pub const INVITATIONS_MAX: u32 = 50_000;

/// An invitation, as it was found by its link.
#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    /// Its number in the activity.
    pub number: u32,
    /// What was declared of whom it was made for.
    pub strata: Vec<Answer>,
    /// Whether it was used.
    pub state: InvitationState,
    slot: Slot,
}

impl Snapshot {
    /// The invitation of a link, by the keyed hash of its code; none when there is none.
    pub fn invitation(&self, activity: &ActivityId, digest: &Digest) -> Result<Option<Invitation>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(None) };
        let Some(found) = INVITATIONS.get(self.view(), &DigestKey { activity: number, digest: *digest })? else {
            return Ok(None);
        };
        let sealed = USED_INVITATIONS.get(self.view(), &number)?;
        let used = used_bits(self.keyring(), number, sealed.as_ref())?;
        Ok(Some(Invitation {
            number: found.number,
            strata: found.strata,
            state: used.state(found.number),
            slot: found.slot,
        }))
    }

    /// How many invitations there are, and how many of them were used. Which ones is nobody's business.
    pub fn invitation_count(&self, activity: &ActivityId) -> Result<(u32, u32), StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok((0, 0)) };
        let keys = DigestKey::of_activity(number);
        let range = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        // Several links may lead to one invitation.
        let mut made = Used::default();
        for row in INVITATIONS.rows(self.view().open(&INVITATIONS.raw)?.range(range)?) {
            made.mark(row?.1.number);
        }
        Ok((made.count(), self.used_invitations(number)?.count()))
    }

    pub(crate) fn used_invitations(&self, activity: ActivityNumber) -> Result<Used, StoreError> {
        let sealed = USED_INVITATIONS.get(self.view(), &activity)?;
        used_bits(self.keyring(), activity, sealed.as_ref())
    }

    /// What was declared of those who were invited, one after another. Which of them answered is nobody's business.
    pub fn invited_strata(&self, activity: &ActivityId) -> Result<Vec<Vec<Answer>>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(Vec::new()) };
        let keys = DigestKey::of_activity(number);
        let range = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        let rows = INVITATIONS.rows(self.view().open(&INVITATIONS.raw)?.range(range)?);
        // Several links may lead to one invitation.
        let each: BTreeMap<u32, Vec<Answer>> =
            rows.map(|row| row.map(|(_, invited)| (invited.number, invited.strata))).collect::<Result<_, _>>()?;
        Ok(each.into_values().collect())
    }

    /// What somebody with an invitation has written and not yet sent. `secret` is the code of the link.
    pub fn drafts(&self, activity: &ActivityId, digest: &Digest, secret: &[u8]) -> Result<Vec<Draft>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(Vec::new()) };
        let key = DigestKey { activity: number, digest: *digest };
        let Some(sealed) = DRAFTS.get(self.view(), &key)? else { return Ok(Vec::new()) };
        let to = bound_to(DRAFTS.raw.name, &key.to_bytes());
        let opened = self.keyring().open_sealed(sealed.slot, secret, &to, &sealed.bytes)?;
        Ok(opened.and_then(|bytes| meant::<Written>(&bytes)).unwrap_or_default().0)
    }

    /// The report as it was published, and when.
    pub fn report(&self, activity: &ActivityId) -> Result<Option<(Timestamp, String)>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(None) };
        Ok(REPORTS.get(self.view(), &number)?.map(|published| (published.at, published.text)))
    }

    /// Which words a steward lets be listed: questions by entry.
    pub fn approved(&self, activity: &ActivityId) -> Result<BTreeMap<EntryId, BTreeSet<String>>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(BTreeMap::new()) };
        let [from, to] = [0, u64::MAX].map(|id| EntryKey { activity: number, id: EntryId(id) }.to_bytes());
        let range = (Bound::Included(from.as_slice()), Bound::Included(to.as_slice()));
        let rows = APPROVED.rows(self.view().open(&APPROVED.raw)?.range(range)?);
        rows.map(|row| row.map(|(key, approved)| (key.id, approved.0))).collect()
    }

    /// What was odd about how entries came: a bit for each sign, which only the caller can read.
    pub fn signs(&self, activity: &ActivityId) -> Result<BTreeMap<EntryId, u32>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(BTreeMap::new()) };
        let [from, to] = [0, u64::MAX].map(|id| EntryKey { activity: number, id: EntryId(id) }.to_bytes());
        let range = (Bound::Included(from.as_slice()), Bound::Included(to.as_slice()));
        let rows = SIGNS.rows(self.view().open(&SIGNS.raw)?.range(range)?);
        rows.map(|row| row.map(|(key, signs)| (key.id, u32::try_from(signs).unwrap_or(0)))).collect()
    }
}

impl Transaction<'_> {
    pub(crate) fn used_invitations(&self, activity: ActivityNumber) -> Result<Used, StoreError> {
        let sealed = USED_INVITATIONS.get_written(self.write(), &activity)?;
        used_bits(self.keyring(), activity, sealed.as_ref())
    }

    /// Makes invitations: the keyed hash of each link's code, and what was declared of whom it is for. Says how many there are now;
    /// none when they would be too many, and nothing is made.
    pub fn put_invitations(
        &self,
        activity: &ActivityId,
        made: Vec<(Digest, Vec<Answer>)>,
    ) -> Result<Option<u32>, StoreError> {
        let activity = self.activity_number(activity)?;
        let keys = DigestKey::of_activity(activity);
        let range = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        let (mut known, mut next) = (Used::default(), 0_u32);
        for row in INVITATIONS.rows(self.write().open(&INVITATIONS.raw)?.range(range)?) {
            let (_, invited) = row?;
            // Some may have been withdrawn, so the number after the last is not how many there are.
            known.mark(invited.number);
            next = next.max(invited.number.saturating_add(1));
        }
        let before = known.count();
        let more = u32::try_from(made.len()).unwrap_or(u32::MAX);
        if before.saturating_add(more) > INVITATIONS_MAX {
            return Ok(None);
        }
        for (number, (digest, strata)) in (next..).zip(made) {
            let invited = Invited { number, slot: self.new_slot()?, strata };
            INVITATIONS.put(self.write(), &DigestKey { activity, digest }, &invited);
        }
        Ok(Some(before.saturating_add(more)))
    }

    /// Marks an invitation used, once. Says whether it did. Which one it was cannot be read from the file afterwards: all marks are sealed
    /// anew with a new key, and the one before is destroyed.
    pub fn use_invitation(&self, activity: &ActivityId, invitation: &Invitation) -> Result<bool, StoreError> {
        let activity = self.activity_number(activity)?;
        let sealed = USED_INVITATIONS.get_written(self.write(), &activity)?;
        let mut used = used_bits(self.keyring(), activity, sealed.as_ref())?;
        if used.state(invitation.number) == InvitationState::Used {
            return Ok(false);
        }
        used.mark(invitation.number);
        let slot = self.new_slot()?;
        let to = bound_to(USED_INVITATIONS.raw.name, &activity.to_bytes());
        let bytes = self.keyring().seal(slot, &[], &to, &used.0)?;
        USED_INVITATIONS.put(self.write(), &activity, &Sealed { slot, bytes });
        if let Some(before) = sealed {
            self.spend_slot(before.slot);
        }
        // What was written on the way cannot be read any more either. Its row goes at night, together with others.
        self.spend_slot(invitation.slot);
        self.veil();
        Ok(true)
    }

    /// Takes back the invitations that were not used, and what was written on the way with them; says how many.
    pub fn withdraw_invitations(&self, activity: &ActivityId) -> Result<u32, StoreError> {
        let number = self.activity_number(activity)?;
        let sealed = USED_INVITATIONS.get_written(self.write(), &number)?;
        let used = used_bits(self.keyring(), number, sealed.as_ref())?;
        let keys = DigestKey::of_activity(number);
        let range = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        let mut unused = Vec::new();
        for row in INVITATIONS.rows(self.write().open(&INVITATIONS.raw)?.range(range)?) {
            let (key, invited) = row?;
            if used.state(invited.number) == InvitationState::Unused {
                unused.push((key, invited.slot));
            }
        }
        let mut withdrawn = BTreeSet::new();
        for (key, slot) in &unused {
            INVITATIONS.remove(self.write(), key)?;
            DRAFTS.remove(self.write(), key)?;
            if withdrawn.insert(*slot) {
                self.spend_slot(*slot);
            }
        }
        Ok(u32::try_from(withdrawn.len()).unwrap_or(u32::MAX))
    }

    /// Keeps what somebody with an invitation has written so far.
    pub fn put_drafts(
        &self,
        activity: &ActivityId,
        digest: &Digest,
        invitation: &Invitation,
        secret: &[u8],
        drafts: Vec<Draft>,
    ) -> Result<(), StoreError> {
        let key = DigestKey { activity: self.activity_number(activity)?, digest: *digest };
        let to = bound_to(DRAFTS.raw.name, &key.to_bytes());
        let bytes = self.keyring().seal(invitation.slot, secret, &to, &plain(&Written(drafts)))?;
        DRAFTS.put(self.write(), &key, &Sealed { slot: invitation.slot, bytes });
        self.veil();
        Ok(())
    }

    /// Removes the drafts that nobody can read any more, of all activities; says how many.
    pub fn sweep_drafts(&self) -> Result<usize, StoreError> {
        let mut spent = Vec::new();
        for row in DRAFTS.rows(self.write().open(&DRAFTS.raw)?.range(crate::view::ALL_KEYS)?) {
            let (key, sealed) = row?;
            if !self.keyring().holds(sealed.slot)? {
                spent.push(key);
            }
        }
        for key in &spent {
            DRAFTS.remove(self.write(), key)?;
        }
        Ok(spent.len())
    }

    /// Destroys what invitations were needed for that were used, when a power cut came between.
    pub fn spend_used(&self, activity: &ActivityId) -> Result<(), StoreError> {
        let number = self.activity_number(activity)?;
        let sealed = USED_INVITATIONS.get_written(self.write(), &number)?;
        let used = used_bits(self.keyring(), number, sealed.as_ref())?;
        let keys = DigestKey::of_activity(number);
        let range = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        for row in INVITATIONS.rows(self.write().open(&INVITATIONS.raw)?.range(range)?) {
            let (_, invited) = row?;
            if used.state(invited.number) == InvitationState::Used && self.keyring().holds(invited.slot)? {
                self.spend_slot(invited.slot);
            }
        }
        Ok(())
    }

    /// Keeps a report as it is published; takes the place of an earlier one.
    pub fn put_report(&self, activity: &ActivityId, at: Timestamp, text: String) -> Result<(), StoreError> {
        let number = self.activity_number(activity)?;
        REPORTS.put(self.write(), &number, &Published { at, text });
        Ok(())
    }

    /// Takes a published report back; says whether there was one.
    pub fn remove_report(&self, activity: &ActivityId) -> Result<bool, StoreError> {
        REPORTS.remove(self.write(), &self.activity_number(activity)?)
    }

    /// Lets the words that an entry gave to a question be listed.
    pub fn approve(&self, activity: &ActivityId, entry: EntryId, question: &str) -> Result<(), StoreError> {
        let key = EntryKey { activity: self.activity_number(activity)?, id: entry };
        let mut approved = APPROVED.get_written(self.write(), &key)?.unwrap_or_default();
        approved.0.insert(question.to_owned());
        APPROVED.put(self.write(), &key, &approved);
        Ok(())
    }

    /// Holds them back.
    pub fn hold_back(&self, activity: &ActivityId, entry: EntryId, question: &str) -> Result<(), StoreError> {
        let key = EntryKey { activity: self.activity_number(activity)?, id: entry };
        let Some(mut approved) = APPROVED.get_written(self.write(), &key)? else { return Ok(()) };
        approved.0.remove(question);
        if approved == Approved::default() {
            APPROVED.remove(self.write(), &key)?;
        } else {
            APPROVED.put(self.write(), &key, &approved);
        }
        Ok(())
    }

    /// Notes what was odd about how an entry came.
    pub fn put_signs(&self, activity: &ActivityId, entry: EntryId, signs: u32) -> Result<(), StoreError> {
        let key = EntryKey { activity: self.activity_number(activity)?, id: entry };
        SIGNS.put(self.write(), &key, &i64::from(signs));
        Ok(())
    }

    /// Erases all that people gave in an activity: entries, drafts, addresses, invitations, who was willing to
    /// come, and what became of what they put forward. A published report and what became of the activity itself stay. Says how many rows there were.
    pub fn erase_activity(&self, activity: &ActivityId) -> Result<usize, StoreError> {
        let number = self.activity_number(activity)?;
        let mut gone = 0;
        let [from, to] = [number, ActivityNumber(number.0.saturating_add(1))].map(|number| number.to_bytes());
        for row in ENTRIES.rows(self.write().open(&ENTRIES.raw)?.range((Bound::Included(&from), Bound::Excluded(&to)))?)
        {
            self.erase_slot(row?.1.slot);
        }
        for table in [&DRAFTS, &CONTACTS] {
            for row in table.rows(self.write().open(&table.raw)?.range((Bound::Included(&from), Bound::Excluded(&to)))?)
            {
                self.erase_slot(row?.1.slot);
            }
        }
        self.erase_photos_of(number)?;
        let tables = [&ENTRIES.raw, &crate::tables::AUTHOR_ENTRIES.raw, &SIGNS.raw, &SUBMISSIONS.raw, &APPROVED.raw];
        let more = [&DRAFTS.raw, &CONTACTS.raw, &INVITATIONS.raw, &USED_INVITATIONS.raw, &MODERATED.raw];
        for table in tables.into_iter().chain(more) {
            gone += self.write().remove_range(table, from.as_slice()..to.as_slice())?;
        }
        gone += self.remove_outcomes_of_entries(number)?;
        gone += self.erase_recruits_of(number)?;
        Ok(gone)
    }
}

/// A bit for each invitation that was used.
#[derive(Default)]
pub(crate) struct Used(Vec<u8>);

impl Used {
    fn count(&self) -> u32 {
        self.0.iter().map(|byte| byte.count_ones()).sum()
    }

    pub(crate) fn state(&self, number: u32) -> InvitationState {
        let byte = self.0.get(number as usize / 8).copied().unwrap_or(0);
        if byte & (1 << (number % 8)) == 0 { InvitationState::Unused } else { InvitationState::Used }
    }

    fn mark(&mut self, number: u32) {
        let at = number as usize / 8;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        if let Some(byte) = self.0.get_mut(at) {
            *byte |= 1 << (number % 8);
        }
    }
}

/// When their key is gone (the nightly copy took the place of the file) nobody knows who answered; then an invitation holds once more.
fn used_bits(keyring: &Keyring, activity: ActivityNumber, sealed: Option<&Sealed>) -> Result<Used, StoreError> {
    let Some(sealed) = sealed else { return Ok(Used::default()) };
    let to = bound_to(USED_INVITATIONS.raw.name, &activity.to_bytes());
    Ok(keyring.open_sealed(sealed.slot, &[], &to, &sealed.bytes)?.map(Used).unwrap_or_default())
}

pub(crate) fn bound_to(table: &str, key: &[u8]) -> Vec<u8> {
    [table.as_bytes(), key].concat()
}
