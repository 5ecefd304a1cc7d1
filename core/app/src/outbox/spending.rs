use crate::portal::App;
use model::{ChannelId, Day, Delivery, DeliveryState, Timestamp};
use store::StoreError;

/// What a channel has cost this calendar month.
#[derive(Debug, Default)]
pub(super) struct Spending {
    known: Option<(Day, u64)>,
}

impl Spending {
    /// Billable units. Rows are read once a month and start; then it is counted along.
    pub(super) fn this_month(&mut self, app: &App, channel: &ChannelId, now: Timestamp) -> Result<u64, StoreError> {
        let calendar = &app.municipality().calendar;
        let today = calendar.day(now);
        let first = Day(today.0 - i32::from(today.civil().day()) + 1);
        if let Some((_, spent)) = self.known.filter(|(month, _)| *month == first) {
            return Ok(spent);
        }
        let since = calendar.day_start(first);
        let ours = |delivery: &Delivery| {
            delivery.channel == *channel && delivery.state == DeliveryState::Sent && delivery.changed_at >= since
        };
        let snapshot = app.store().read()?;
        let rows = snapshot.deliveries()?.filter_map(Result::ok).map(|(_, delivery)| delivery);
        let spent = rows.filter(ours).map(|delivery| u64::from(delivery.cost)).sum();
        self.known = Some((first, spent));
        Ok(spent)
    }

    pub(super) fn add(&mut self, cost: u64) {
        if let Some((_, spent)) = &mut self.known {
            *spent = spent.saturating_add(cost);
        }
    }
}
