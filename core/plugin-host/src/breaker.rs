use std::collections::BTreeMap;
use std::time::Duration;

use model::{Blame, PluginFault, Timestamp};

/// Stops calling a plugin that keeps breaking on one device, and tries again later: a hostile or unlucky frame costs its
/// budget a few times, not for ever. One key per plugin and device (or form).
///
/// Only faults blamed on the plugin count. What is not called now is kept raw and can be decoded again.
///
/// ```
/// use model::{Blame, PluginFault, Timestamp};
/// let mut breaker = plugin_host::Breaker::default();
/// let fault = PluginFault { plugin: "p".into(), version: "1".into(), blame: Blame::Plugin, what: "panicked".into() };
/// let now = Timestamp::from_seconds(0);
/// for _ in 0..3 {
///     breaker.note(now, &"device", Some(&fault));
/// }
/// assert!(!breaker.lets_through(now, &"device"));
/// assert!(breaker.lets_through(Timestamp::from_seconds(60), &"device"));
/// ```
#[derive(Clone, Debug)]
pub struct Breaker<K> {
    lines: BTreeMap<K, Line>,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    /// Faults in a row.
    faults: u32,
    closed_until: Timestamp,
}

/// One fault may be chance, three in a row are not.
const FAULTS_MAX: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_mins(1);
/// The pause doubles up to this: a corrected plugin is noticed within the hour.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);
/// Twice the devices of the largest box. When there are more, the one that may be called soonest is forgotten.
const LINES_MAX: usize = 4096;

impl<K> Default for Breaker<K> {
    fn default() -> Self {
        Self { lines: BTreeMap::new() }
    }
}

impl<K: Ord + Clone> Breaker<K> {
    /// Whether to call the plugin now.
    pub fn lets_through(&self, now: Timestamp, key: &K) -> bool {
        self.lines.get(key).is_none_or(|line| now >= line.closed_until)
    }

    /// Remembers how a call ended: none is success.
    pub fn note(&mut self, now: Timestamp, key: &K, fault: Option<&PluginFault>) {
        match fault.map(|f| f.blame) {
            None | Some(Blame::Device) => {
                self.lines.remove(key);
            }
            Some(Blame::Box) => {}
            Some(Blame::Plugin) => self.note_fault(now, key),
        }
    }

    fn note_fault(&mut self, now: Timestamp, key: &K) {
        let faults = self.lines.get(key).map_or(0, |line| line.faults).saturating_add(1);
        let doublings = faults.checked_sub(FAULTS_MAX);
        let pause = doublings.map(|n| FIRST_PAUSE.saturating_mul(1 << n.min(6)).min(LONGEST_PAUSE));
        let closed_until = now + pause.unwrap_or(Duration::ZERO);
        self.lines.insert(key.clone(), Line { faults, closed_until });
        if self.lines.len() > LINES_MAX {
            let soonest = self.lines.iter().min_by_key(|(_, line)| line.closed_until).map(|(key, _)| key.clone());
            soonest.and_then(|key| self.lines.remove(&key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(blame: Blame) -> PluginFault {
        PluginFault { plugin: "p".into(), version: "1".into(), blame, what: "panicked".into() }
    }

    fn minute(n: i64) -> Timestamp {
        Timestamp::from_seconds(n * 60)
    }

    #[test]
    fn the_pause_doubles_up_to_an_hour_and_ends_with_success() {
        let mut breaker = Breaker::default();
        let mut now = minute(0);
        for pause in [0, 0, 1, 2, 4, 8, 16, 32, 60, 60] {
            assert!(breaker.lets_through(now, &1));
            breaker.note(now, &1, Some(&fault(Blame::Plugin)));
            let open = now + Duration::from_secs(pause * 60);
            assert!(pause == 0 || !breaker.lets_through(open - Duration::from_millis(1), &1));
            now = open;
        }
        breaker.note(now, &1, None);
        breaker.note(now, &1, Some(&fault(Blame::Plugin)));
        assert!(breaker.lets_through(now, &1));
    }

    #[test]
    fn neither_a_babbling_device_nor_a_busy_box_closes_a_plugin() {
        let mut breaker = Breaker::default();
        for blame in [Blame::Device, Blame::Box].repeat(10) {
            breaker.note(minute(0), &1, Some(&fault(blame)));
        }
        assert!(breaker.lets_through(minute(0), &1));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let mut breaker = Breaker::default();
        for key in 0..10_000 {
            breaker.note(minute(0), &key, Some(&fault(Blame::Plugin)));
        }
        assert_eq!(breaker.lines.len(), LINES_MAX);
    }
}
