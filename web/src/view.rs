//! The parts that pages are made of: structs that list all a template may show, and how they come from what the box knows.

mod days;
mod fragment;
mod horizon;
mod map;
mod now;
mod voices;
mod week;
mod years;

pub(crate) use days::Days;
pub(crate) use fragment::Fragment;
pub(crate) use horizon::{Horizon, Sun, Tick, hour_ticks, widened};
pub(crate) use map::{Map, Mark, bounds_of};
pub(crate) use now::{Now, value_sentence};
pub(crate) use voices::Voices;
pub(crate) use week::Week;
pub(crate) use years::Years;

/// A public count, in the words' own type.
pub(crate) use app::said as amount;
