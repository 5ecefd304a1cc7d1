//! Members of the panel. All that is known of one is sealed with a key of their own, so that who leaves is gone from every copy of the file.
//! No row leads from here to what somebody said: an invitation tells whether it was used, and no more.

use crate::error::StoreError;
use crate::keyring::{Keyring, Slot};
use crate::keys::{Digest, DigestKey, Key};
use crate::people::bound_to;
use crate::snapshot::{Rows, Snapshot, all};
use crate::stored::{Sealed, meant, plain};
use crate::tables::{CONTACTS, INVITATIONS, MEMBERS, PANEL_USES};
use crate::transaction::Transaction;
use crate::view::ALL_KEYS;
use model::activity::{ActivityId, InvitationState};
use model::{Member, MemberId, PanelUse};
use std::collections::BTreeSet;
use std::ops::Bound;

/// The number of a member.
impl Key<8> for MemberId {
    fn to_bytes(&self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }
}

impl Snapshot {
    /// Every member, in an order that tells nothing. Who was erased is not among them.
    pub fn members(&self) -> Result<Rows<'_, Member>, StoreError> {
        let rows = all(&MEMBERS, self.view())?;
        Ok(Rows::new(rows.filter_map(|row| match row {
            Ok((id, sealed)) => opened(self.keyring(), id, &sealed).transpose(),
            Err(error) => Some(Err(error)),
        })))
    }

    /// A member.
    pub fn member(&self, id: MemberId) -> Result<Option<Member>, StoreError> {
        let Some(sealed) = MEMBERS.get(self.view(), &id)? else { return Ok(None) };
        opened(self.keyring(), id, &sealed)
    }

    /// What the panel was used for.
    pub fn panel_uses(&self) -> Result<Vec<PanelUse>, StoreError> {
        let rows = all(&PANEL_USES, self.view())?;
        rows.filter(|row| !matches!(row, Err(StoreError::Corrupt(_)))).map(|row| row.map(|(_, used)| used)).collect()
    }

    /// Whether these invitations of an activity were used; none of one that is not there.
    pub fn invitation_states(
        &self,
        activity: &ActivityId,
        digests: &[Digest],
    ) -> Result<Vec<Option<InvitationState>>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(vec![None; digests.len()]) };
        let used = self.used_invitations(number)?;
        let state = |digest: &Digest| {
            let found = INVITATIONS.get(self.view(), &DigestKey { activity: number, digest: *digest })?;
            Ok(found.map(|invited| used.state(invited.number)))
        };
        digests.iter().map(state).collect()
    }
}

impl Transaction<'_> {
    /// A member, as this transaction sees it.
    pub fn member(&self, id: MemberId) -> Result<Option<Member>, StoreError> {
        let Some(sealed) = MEMBERS.get_written(self.write(), &id)? else { return Ok(None) };
        opened(self.keyring(), id, &sealed)
    }

    /// Keeps a member. A new one gets a key whose place does not tell when they came, for their first answer may follow at once.
    pub fn put_member(&self, member: &Member) -> Result<(), StoreError> {
        let slot = match self.slot_of_member(member.id)? {
            Some(slot) => slot,
            None => self.new_slot_apart(&self.slots_apart()?)?,
        };
        self.veil();
        self.seal_member(slot, member)
    }

    /// Keeps many members who come from a list, all at once.
    pub fn put_listed_members(&self, members: &[Member]) -> Result<(), StoreError> {
        for member in members {
            let slot = match self.slot_of_member(member.id)? {
                Some(slot) => slot,
                None => self.new_slot()?,
            };
            self.seal_member(slot, member)?;
        }
        Ok(())
    }

    /// Erases a member: the row goes, and with the commit the key. Says whether there was one.
    pub fn erase_member(&self, id: MemberId) -> Result<bool, StoreError> {
        let Some(sealed) = MEMBERS.get_written(self.write(), &id)? else { return Ok(false) };
        self.erase_slot(sealed.slot);
        self.veil();
        MEMBERS.remove(self.write(), &id)
    }

    /// Keeps what the panel was used for, in the place of what was known of that activity.
    pub fn put_panel_use(&self, used: &PanelUse) -> Result<(), StoreError> {
        let number = self.activity_number(&used.activity)?;
        PANEL_USES.put(self.write(), &number, used);
        Ok(())
    }

    /// What the panel was used for in an activity.
    pub fn panel_use(&self, activity: &ActivityId) -> Result<Option<PanelUse>, StoreError> {
        let number = self.activity_number(activity)?;
        PANEL_USES.get_written(self.write(), &number)
    }

    /// Gives an invitation that was not used another link: both lead to it, and it is good for one answer all the same. Says whether it
    /// did.
    pub fn link_invitation_again(
        &self,
        activity: &ActivityId,
        known: &Digest,
        new: &Digest,
    ) -> Result<bool, StoreError> {
        let number = self.activity_number(activity)?;
        let found = INVITATIONS.get_written(self.write(), &DigestKey { activity: number, digest: *known })?;
        let Some(invited) = found else { return Ok(false) };
        if self.used_invitations(number)?.state(invited.number) == InvitationState::Used {
            return Ok(false);
        }
        INVITATIONS.put(self.write(), &DigestKey { activity: number, digest: *new }, &invited);
        Ok(true)
    }

    /// Whether somebody was invited to an activity.
    pub fn has_invitations(&self, activity: &ActivityId) -> Result<bool, StoreError> {
        let keys = DigestKey::of_activity(self.activity_number(activity)?);
        let range = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        Ok(self.write().open(&INVITATIONS.raw)?.range(range)?.next().transpose()?.is_some())
    }

    /// The slot of a member's key, if it holds one.
    pub(crate) fn slot_of_member(&self, id: MemberId) -> Result<Option<Slot>, StoreError> {
        let slot = MEMBERS.get_written(self.write(), &id)?.map(|sealed| sealed.slot);
        Ok(match slot {
            Some(slot) if self.keyring().holds(slot)? => Some(slot),
            _ => None,
        })
    }

    /// The slots apart that are in use.
    pub(crate) fn slots_apart(&self) -> Result<BTreeSet<Slot>, StoreError> {
        let mut taken = BTreeSet::new();
        for row in CONTACTS.rows(self.write().open(&CONTACTS.raw)?.range(ALL_KEYS)?) {
            taken.insert(row?.1.slot);
        }
        for row in MEMBERS.rows(self.write().open(&MEMBERS.raw)?.range(ALL_KEYS)?) {
            taken.insert(row?.1.slot);
        }
        Ok(taken)
    }

    fn seal_member(&self, slot: Slot, member: &Member) -> Result<(), StoreError> {
        let to = bound_to(MEMBERS.raw.name, &member.id.to_bytes());
        let bytes = self.keyring().seal(slot, &[], &to, &plain(member))?;
        MEMBERS.put(self.write(), &member.id, &Sealed { slot, bytes });
        Ok(())
    }
}

/// None when the key was erased.
fn opened(keyring: &Keyring, id: MemberId, sealed: &Sealed) -> Result<Option<Member>, StoreError> {
    let to = bound_to(MEMBERS.raw.name, &id.to_bytes());
    let Some(bytes) = keyring.open_sealed(sealed.slot, &[], &to, &sealed.bytes)? else { return Ok(None) };
    match meant(&bytes) {
        Some(member) => Ok(Some(member)),
        None => Err(MEMBERS.raw.corrupt(&id.to_bytes()).into()),
    }
}
