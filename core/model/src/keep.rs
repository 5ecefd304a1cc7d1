use std::time::Duration;

/// How long each kind of row is kept. Days are kept for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Raw frames, from which history can be decoded again.
    pub uplinks: Duration,
    /// Single observations.
    pub observations: Duration,
    /// Hours.
    pub hours: Duration,
}

/// A year and a month of what was heard, ten years of hours.
impl Default for Keep {
    fn default() -> Self {
        let days = |days: u64| Duration::from_hours(24 * days);
        Self { uplinks: days(400), observations: days(400), hours: days(3660) }
    }
}
