//! What was odd about how a form came: kept for stewards, and nothing is dropped for it.

use super::visitor::{Pass, Visitor};
use super::{SentForm, Trap};
use crate::portal::App;
use engagement::{Fitting, Signs, is_patterned, reading_time};
use model::activity::{Page, Press, Role};

impl App {
    pub(super) fn signs_of(&self, visitor: &Visitor, page: &Page, form: &SentForm<'_>, fitting: &Fitting) -> Signs {
        if visitor.role >= Role::Facilitator || matches!(visitor.pass, Pass::Preview(_) | Pass::Staff(_)) {
            return Signs::default();
        }
        let shown_at = self.shown_at(form.token);
        let at = page.form(form.sent.form).map(|(at, _)| at);
        // Who presses back or pauses has not read to the end.
        let read = at.filter(|_| form.sent.press == Press::Send).map(|at| reading_time(page, at)).unwrap_or_default();
        let sent = form.sent.press == Press::Send;
        let found = [
            (shown_at.is_none(), Signs::FORGED),
            // A token knows seconds.
            (shown_at.is_some_and(|shown| visitor.now.since(shown).as_secs() < read.as_secs()), Signs::FAST),
            (form.trap == Trap::Touched, Signs::TRAP),
            (is_patterned(page, &fitting.values), Signs::PATTERN),
            (sent && self.activities().limits.is_burst(visitor), Signs::BURST),
        ];
        found.into_iter().filter(|(holds, _)| *holds).fold(Signs::default(), |signs, (_, sign)| signs.and(sign))
    }
}
