//! What the author of a remark may do with their receipt.

use crate::activities::Client;
use crate::portal::App;
use model::activity::{Code, FormToken};
use model::{Remark, Timestamp};
use store::StoreError;

use super::taking::RemarkError;

/// The receipt follows from the form, so that a form that is sent twice has one.
pub(super) fn code_of(app: &App, FormToken(token): FormToken) -> Code {
    let derived = app.store().derived("remark receipt", &[&token]);
    let mut code = [0; Code::BYTES];
    code.iter_mut().zip(derived).for_each(|(to, from)| *to = from);
    Code::new(code)
}

pub(super) fn receipt_name(code: &Code) -> String {
    format!("receipt {code}")
}

impl App {
    /// The remark of a receipt; none when there is none of that code, or it was erased. Wrong codes from one place are counted, and too
    /// many are refused.
    pub fn remark_by_receipt(&self, code: &Code, from: Client, now: Timestamp) -> Result<Option<Remark>, RemarkError> {
        if let Some(wait) = self.links_toll(Some(from), now) {
            return Err(RemarkError::Wait(wait));
        }
        let found = self.named_by(code)?;
        if found.is_none() {
            self.note_wrong_link(Some(from), now);
        }
        Ok(found)
    }

    /// Erases a remark, and what was answered to it, in every copy of the file; says whether it was there.
    pub fn erase_remark_by_receipt(&self, code: &Code) -> Result<bool, StoreError> {
        let Some(remark) = self.named_by(code)? else { return Ok(false) };
        self.change_remarks(|tx| tx.erase_remark(remark.id))
    }

    fn named_by(&self, code: &Code) -> Result<Option<Remark>, StoreError> {
        let snapshot = self.store().read()?;
        let Some(id) = snapshot.remark_named(&receipt_name(code))? else { return Ok(None) };
        snapshot.remark(id)
    }
}
