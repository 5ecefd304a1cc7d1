use model::TalkPlan;
use model::activity::Moderation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How people talk under places, and how replies to posts are shown. A place with `talk = true` has room for it.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TalkTable {
    /// When what people write is shown to others.
    moderation: Look,
    /// What people wrote, and replies to posts, are kept for so many days.
    #[schemars(range(min = 30, max = 3660))]
    keep_days: u32,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Look {
    /// After staff have looked at it.
    #[default]
    Before,
    /// At once, unless there may be a telephone number, an address or an identity number in it; staff may hide it.
    After,
}

impl Default for TalkTable {
    fn default() -> Self {
        Self { moderation: Look::Before, keep_days: 365 }
    }
}

impl TalkTable {
    pub(crate) fn plan(&self) -> TalkPlan {
        TalkPlan {
            moderation: match self.moderation {
                Look::Before => Moderation::Before,
                Look::After => Moderation::After,
            },
            keep: Duration::from_hours(24 * u64::from(self.keep_days)),
        }
    }
}
