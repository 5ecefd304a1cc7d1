use app::{LiveUplink, OpenHour, PlaceCard, PlacePage};
use model::{Day, Municipality, PlaceId, Timestamp};
use std::error::Error;
use std::ops::Range;
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;

/// The box could not read what it knows. For the log; a person is told that something went wrong on our side.
pub type ReadError = Box<dyn Error + Send + Sync>;

/// What the portal asks of the box. Reads block for milliseconds; the portal calls them away from its event loop.
pub trait Source: Send + Sync + 'static {
    /// What is configured.
    fn municipality(&self) -> Arc<Municipality>;
    /// All places and how they are now, in the order of the file.
    fn home(&self, now: Timestamp) -> Result<Vec<PlaceCard>, ReadError>;
    /// One place; none when there is none of that name.
    fn place(&self, id: &PlaceId, now: Timestamp) -> Result<Option<PlacePage>, ReadError>;
    /// The hours of some days of a place, oldest first; none when there is none of that name.
    fn hours(&self, id: &PlaceId, days: Range<Day>) -> Result<Option<Vec<OpenHour>>, ReadError>;
    /// Tells which place has something new.
    fn follow_places(&self) -> Receiver<PlaceId>;
    /// Verified uplinks as they come; none when the token is not one that may read.
    fn follow_uplinks(&self, token: &str) -> Option<Receiver<Arc<LiveUplink>>>;
}
