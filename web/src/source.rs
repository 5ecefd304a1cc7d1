use app::{DeviceDownlinks, HeardFrame, LiveUplink, NewDownlink, OpenHour, PlaceCard, PlacePage, SendRefused, Trouble};
use model::{AccessToken, Day, DevEui, DownlinkId, DownlinkRecord, Municipality, PlaceId, Timestamp};
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
    /// The program that holds a token; none when it was never given out, or taken back.
    fn program(&self, token: &str) -> Option<AccessToken>;
    /// What is wrong with the box as a whole.
    fn troubles(&self) -> Vec<Trouble>;
    /// Figures of the box as `OpenMetrics` text. Not for the public.
    fn metrics(&self, now: Timestamp) -> Result<String, ReadError>;
    /// Verified uplinks as they come. Not for the public.
    fn follow_uplinks(&self) -> Receiver<Arc<LiveUplink>>;
    /// The newest frames that gateways brought, taken or not, and those that come. Not for the public.
    fn follow_frames(&self) -> (Vec<Arc<HeardFrame>>, Receiver<Arc<HeardFrame>>);
    /// What is and was said to a device; none when no sensor has it.
    fn downlinks(&self, dev_eui: DevEui) -> Result<Option<DeviceDownlinks>, ReadError>;
    /// Queues something to say to a device; it is on disk when this returns.
    fn send_downlink(&self, now: Timestamp, new: NewDownlink) -> Result<DownlinkRecord, SendRefused>;
    /// Takes back one downlink of a device, or all; gives those that were not done.
    fn withdraw_downlinks(&self, dev_eui: DevEui, id: Option<DownlinkId>) -> Result<Vec<DownlinkId>, SendRefused>;
}
