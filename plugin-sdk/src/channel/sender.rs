use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::bindings::exports::allting::channel::sending::Guest;
use super::{Description, Job, Post, Publication, Receipt, Reply, Turn};

/// A way out of the box.
///
/// Every call stands alone: the box makes a fresh instance for each, and what must be remembered from one to the next is the state.
pub trait Channel {
    /// What the municipality sets, read from JSON. Give it `#[serde(deny_unknown_fields)]` and a schema in the description.
    type Settings: DeserializeOwned;

    /// What is remembered between two steps of one post. Kept as JSON, at most 64 KiB.
    type State: Serialize + DeserializeOwned;

    /// Says who the channel is and what it may do, and gives examples that prove it.
    fn describe() -> Description;

    /// Makes posts of a publication: this is the preview. Fails in plain words when it does not fit.
    fn compose(publication: &Publication, settings: &Self::Settings) -> Result<Vec<Post>, String>;

    /// Begins to send a post. It may be called again for the same post, with the same idempotency key.
    fn start(post: &Post, settings: &Self::Settings, job: &Job) -> Turn;

    /// Goes on after a step.
    fn resume(state: Self::State, reply: &Reply, settings: &Self::Settings, job: &Job) -> Turn;

    /// Fetches comments and reach since the bookmark; only where [`Power::Collect`](super::Power::Collect) is described.
    fn collect(_posted: &[Receipt], _bookmark: &[u8], _settings: &Self::Settings, _job: &Job) -> Turn {
        Turn::fail("This channel brings nothing back.")
    }

    /// Puts another text in the place of a post; only where [`Power::Correct`](super::Power::Correct) is described.
    fn correct(_posted: &Receipt, _post: &Post, _settings: &Self::Settings, _job: &Job) -> Turn {
        Turn::fail("What went out by this channel cannot be changed.")
    }

    /// Takes a post back; only where [`Power::Withdraw`](super::Power::Withdraw) is described.
    fn withdraw(_posted: &Receipt, _settings: &Self::Settings, _job: &Job) -> Turn {
        Turn::fail("What went out by this channel cannot be taken back.")
    }

    /// Answers a comment; only where [`Power::Answer`](super::Power::Answer) is described.
    fn answer(_comment: &str, _post: &Post, _settings: &Self::Settings, _job: &Job) -> Turn {
        Turn::fail("Comments cannot be answered by this channel.")
    }
}

/// Joins a [`Channel`] to the generated bindings: reads settings and state, and hands the rest on.
#[derive(Debug)]
pub struct Glue<C>(PhantomData<C>);

fn settings<C: Channel>(json: &str) -> Result<C::Settings, String> {
    serde_json::from_str(json).map_err(|e| format!("The settings do not fit: {e}."))
}

fn with<C: Channel>(job: &Job, turn: impl FnOnce(&C::Settings) -> Turn) -> Turn {
    settings::<C>(&job.settings).map_or_else(Turn::stuck, |settings| turn(&settings))
}

impl<C: Channel + 'static> Guest for Glue<C> {
    fn describe() -> Description {
        C::describe()
    }

    fn compose(publication: Publication, json: String) -> Result<Vec<Post>, String> {
        C::compose(&publication, &settings::<C>(&json)?)
    }

    fn start(post: Post, job: Job) -> Turn {
        with::<C>(&job, |settings| C::start(&post, settings, &job))
    }

    fn collect(posted: Vec<Receipt>, bookmark: Vec<u8>, job: Job) -> Turn {
        with::<C>(&job, |settings| C::collect(&posted, &bookmark, settings, &job))
    }

    fn correct(posted: Receipt, post: Post, job: Job) -> Turn {
        with::<C>(&job, |settings| C::correct(&posted, &post, settings, &job))
    }

    fn withdraw(posted: Receipt, job: Job) -> Turn {
        with::<C>(&job, |settings| C::withdraw(&posted, settings, &job))
    }

    fn answer(comment: String, post: Post, job: Job) -> Turn {
        with::<C>(&job, |settings| C::answer(&comment, &post, settings, &job))
    }

    fn resume(state: Vec<u8>, reply: Reply, job: Job) -> Turn {
        match serde_json::from_slice(&state) {
            Ok(state) => with::<C>(&job, |settings| C::resume(state, &reply, settings, &job)),
            // The plugin was updated in the middle of a post: begin anew, the key keeps the peer from doubling it.
            Err(_) => Turn::again("The channel was updated while a post was under way.", 0),
        }
    }
}

/// Makes a type that implements [`Channel`](crate::channel::Channel) the channel of this plugin. Once per crate; does nothing when built
/// natively.
#[macro_export]
macro_rules! export_channel {
    ($channel:ident) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, reason = "the exported functions of the canonical ABI")]
        mod exported_channel {
            type Exported = $crate::channel::Glue<super::$channel>;
            $crate::channel::bindings::export_sending!(Exported with_types_in $crate::channel::bindings);
        }
    };
}
