use crate::portal::App;
use model::{ChannelId, Day, Delivery, DeliveryState, Timestamp, Words};
use std::collections::BTreeMap;
use store::StoreError;

/// What a channel has cost this calendar month, for staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelCost {
    /// Which one.
    pub channel: ChannelId,
    /// Its name for people.
    pub title: Words,
    /// Billable units that were spent.
    pub spent: u64,
    /// The most that may be spent; none: no limit.
    pub max: Option<u32>,
}

/// What a channel has cost this calendar month.
#[derive(Debug, Default)]
pub(super) struct Spending {
    known: Option<(Day, u64)>,
}

impl Spending {
    /// Billable units. Rows are read once a month and start; then it is counted along.
    pub(super) fn this_month(&mut self, app: &App, channel: &ChannelId, now: Timestamp) -> Result<u64, StoreError> {
        let calendar = &app.municipality().calendar;
        let first = month_of(calendar.day(now));
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

/// The first day of the month of a day.
fn month_of(today: Day) -> Day {
    Day(today.0 - i32::from(today.civil().day()) + 1)
}

impl App {
    /// What each channel of the folder has cost this month. Reads every row of the outbox.
    pub fn channel_costs(&self, now: Timestamp) -> Result<Vec<ChannelCost>, StoreError> {
        let municipality = self.municipality();
        let since = municipality.calendar.day_start(month_of(municipality.calendar.day(now)));
        let mut spent: BTreeMap<ChannelId, u64> = BTreeMap::new();
        for (_, delivery) in self.store().read()?.deliveries()?.filter_map(Result::ok) {
            if delivery.state == DeliveryState::Sent && delivery.changed_at >= since {
                *spent.entry(delivery.channel).or_default() += u64::from(delivery.cost);
            }
        }
        let cost = |plan: &model::channel::ChannelPlan| ChannelCost {
            channel: plan.id.clone(),
            title: plan.title.clone(),
            spent: spent.get(&plan.id).copied().unwrap_or_default(),
            max: plan.cost_per_month,
        };
        Ok(municipality.channels.iter().map(cost).collect())
    }
}
