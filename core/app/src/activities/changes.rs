//! Who wants to know when an activity changes: boards, timers, and pages that renew themselves.

use model::activity::ActivityId;
use tokio::sync::broadcast;

/// How many changes a slow follower may lag behind before it loses the oldest.
const CHANGES_BACKLOG: usize = 256;

/// Tells them.
#[derive(Debug)]
pub(super) struct Changes(pub(super) broadcast::Sender<ActivityId>);

impl Default for Changes {
    fn default() -> Self {
        Self(broadcast::channel(CHANGES_BACKLOG).0)
    }
}
