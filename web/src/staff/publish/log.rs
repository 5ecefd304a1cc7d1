//! How a post gets on by each channel, in plain words.

use crate::problem::Problem;
use crate::staff::insider::Insider;
use crate::staff::room::{Cell, Table};
use crate::view::Fragment;
use app::{Errand, PostLine, Waits};
use model::channel::Power;
use model::{DeliveryState, PublicationRecord, PublicationState};

impl Insider {
    /// A row for each channel and for what was done there.
    pub(super) fn post_log(&self, record: &PublicationRecord) -> Result<Table, Problem> {
        let lines = self.staff.publication_log(record, self.reader.now).map_err(Problem::internal)?;
        let rows = lines.iter().map(|line| self.log_row(record, line, &lines)).collect();
        Ok(Table {
            title: Some(self.text("staff-post-log")),
            head: self.head(&["outbox-channel", "what", "outbox-state", "post-there"]),
            rows,
            empty: self.text("staff-post-log-none"),
        })
    }

    fn log_row(&self, record: &PublicationRecord, line: &PostLine, all: &[PostLine]) -> Vec<Cell> {
        let what = match line.errand {
            Errand::Send => "send",
            Errand::Correct(_) => "correct",
            Errand::Withdraw => "withdraw",
        };
        let delivery = &line.delivery;
        let there = match (&delivery.link, delivery.state) {
            (_, DeliveryState::Dead) => {
                Cell::link(self.text("staff-outbox-resend"), self.to(&format!("outbox/{}", delivery.id)))
            }
            (Some(address), _) if is_web(address) => Cell::link(self.text("staff-post-see"), address.clone()),
            _ => Cell::default(),
        };
        vec![
            Cell::fragment(self.words(&line.title)),
            Cell::text(self.text(&format!("staff-post-errand-{what}"))),
            self.log_state(line).noted(self.log_note(record, line, all)),
            there,
        ]
    }

    fn log_state(&self, line: &PostLine) -> Cell {
        let delivery = &line.delivery;
        let moment = |at| self.moment(at);
        let (key, value, colour) = match (delivery.state, &line.waits) {
            (DeliveryState::Sent, _) => ("sent", moment(delivery.changed_at), "calm"),
            (DeliveryState::Dead, _) => ("dead", moment(delivery.changed_at), "busy"),
            (DeliveryState::Withdrawn, _) => ("withdrawn", moment(delivery.changed_at), "silent"),
            (DeliveryState::Expired, _) => ("expired", moment(delivery.changed_at), "silent"),
            (DeliveryState::Waiting, Some(Waits::Time(at))) => ("time", moment(*at), "usual"),
            (DeliveryState::Waiting, Some(Waits::Again(at))) => ("again", moment(*at), "busy"),
            (DeliveryState::Waiting, Some(Waits::Quiet(at))) => ("quiet", moment(*at), "usual"),
            (DeliveryState::Waiting, Some(Waits::Still(_, at))) => ("still", moment(*at), "busy"),
            (DeliveryState::Waiting, Some(Waits::NoPlugin)) => ("no-plugin", String::new(), "busy"),
            (DeliveryState::Waiting, _) => ("next", String::new(), "usual"),
        };
        let values = [("moment", (&value).into())];
        let values = if value.is_empty() { &[][..] } else { &values[..] };
        Cell::state(self.reader.speaker.text(&format!("staff-post-log-{key}"), values), colour)
    }

    /// What the other side said; or what staff can do where the box cannot.
    fn log_note(&self, record: &PublicationRecord, line: &PostLine, all: &[PostLine]) -> Option<Fragment> {
        if let Some(Waits::Still(why, _)) = &line.waits {
            return Some(self.english(why.clone()));
        }
        let unsent = matches!(line.delivery.state, DeliveryState::Dead | DeliveryState::Waiting);
        if unsent && !line.delivery.said.is_empty() {
            return Some(self.english(line.delivery.said.clone()));
        }
        let done = |errand: Errand| all.iter().any(|other| other.channel == line.channel && other.errand == errand);
        if line.errand != Errand::Send || !line.is_out() {
            return None;
        }
        if record.state == PublicationState::Withdrawn && !done(Errand::Withdraw) {
            return Some(Fragment::plain(self.text("staff-post-cannot-withdraw")));
        }
        let behind = record.corrected_at.is_some_and(|at| at > line.delivery.changed_at);
        if behind && !done(Errand::Correct(record.revision)) {
            return Some(Fragment::plain(self.text("staff-post-cannot-correct")));
        }
        None
    }

    /// What a channel by which it went out cannot do, told before somebody presses the button.
    pub(super) fn cannot(&self, record: &PublicationRecord, power: Power) -> Result<Vec<String>, Problem> {
        let lines = self.staff.publication_log(record, self.reader.now).map_err(Problem::internal)?;
        let out = lines.into_iter().filter(|line| line.errand == Errand::Send && line.is_out() && !line.can(power));
        Ok(out.map(|line| self.words(&line.title).text).collect())
    }
}

/// A peer may say anything of where a post stands; only the web is linked to.
fn is_web(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}
