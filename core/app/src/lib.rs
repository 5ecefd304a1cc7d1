//! The use cases of the box.

mod views;

pub use views::{DayUse, Freshness, LiveUplink, NowUse, OpenHour, OtherValue, PlaceCard, PlacePage, WeekCell};
