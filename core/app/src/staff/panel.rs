//! What staff do with the panel. Each is a line of the log, in the transaction of what is done. Whom it is about stands nowhere.

use super::sessions::Colleague;
use super::{Staff, line};
use crate::panel::{ImportPlan, Imported, PanelError};
use config::Sheet;
use model::activity::ActivityId;
use model::{MailAddress, Segment, Timestamp};

impl Staff {
    /// Asks a part of the panel about an activity. Gives how many.
    pub fn ask_panel(
        &self,
        by: &Colleague,
        id: &ActivityId,
        segment: &Segment,
        now: Timestamp,
    ) -> Result<usize, PanelError> {
        self.app.ask_panel(id, segment, now, |tx, many| {
            tx.audit(&line(now, Some(&by.login), "panel-asked", &format!("{id}, {many}")))
        })
    }

    /// Reminds those who have not answered. Gives how many.
    pub fn remind_panel(&self, by: &Colleague, id: &ActivityId, now: Timestamp) -> Result<usize, PanelError> {
        self.app.remind_panel(id, now, |tx, many| {
            tx.audit(&line(now, Some(&by.login), "panel-reminded", &format!("{id}, {many}")))
        })
    }

    /// Takes back the letters that have not left. Gives how many.
    pub fn withdraw_panel_letters(&self, by: &Colleague, id: &ActivityId, now: Timestamp) -> Result<usize, PanelError> {
        self.app.withdraw_panel_letters(id, now, |tx, many| {
            tx.audit(&line(now, Some(&by.login), "panel-withdrawn", &format!("{id}, {many}")))
        })
    }

    /// Takes in members from a list.
    pub fn take_panel_list(
        &self,
        by: &Colleague,
        sheet: &Sheet,
        plan: &ImportPlan,
        now: Timestamp,
    ) -> Result<Imported, PanelError> {
        self.app.take_panel_list(sheet, plan, now, |tx, many| {
            tx.audit(&line(now, Some(&by.login), "panel-imported", &many.to_string()))
        })
    }

    /// Erases whoever is a member by an address, as they asked. Nobody learns whether there was one.
    pub fn remove_panel_member(&self, by: &Colleague, address: &MailAddress, now: Timestamp) -> Result<(), PanelError> {
        self.app.remove_panel_member(address, now, |tx| tx.audit(&line(now, Some(&by.login), "panel-removed", "")))
    }
}
