//! The nouns of Allting and their rules.
//!
//! Hides nothing: no I/O, no clock, no dice. Everything else in the workspace talks in these types.
//! Start with [`Municipality`] (what is configured), [`Uplink`] (what a sensor said) and [`Observation`] (what it means).
//!
//! ```
//! use model::{Calendar, Timestamp};
//! let oslo = Calendar::named("Europe/Oslo").unwrap();
//! // 2026-03-29 01:00 UTC is 03:00 in Oslo: the hour from 02 to 03 does not exist that night.
//! let after_the_jump = Timestamp::from_ms(1_774_746_000_000);
//! assert_eq!(oslo.hour_of_week(after_the_jump).hour, 3);
//! ```
//!
//! It deliberately knows no bytes: stored values, wire formats and view models are converted at their own boundary.

pub mod activity;
mod almanac;
mod browser;
mod calendar;
pub mod channel;
mod clock;
mod colour;
mod door;
mod downlink;
mod fault;
mod hex;
mod keep;
mod look;
mod mail;
mod map;
mod municipality;
mod observation;
mod outbox;
mod panel;
mod publication;
mod radio;
mod remark;
mod rhythm;
mod rule;
mod secret;
mod slug;
mod staff;
mod subscriber;
mod text;
mod time;
mod total;
mod usage;
mod vocabulary;

pub use almanac::{Almanac, Country, DayKind, Holiday, SchoolBreak};
pub use browser::{Browser, NoBrowser};
pub use calendar::{Calendar, Day, Hour, HourOfWeek, ParseDayError, UnknownTimeZone, WallClock};
pub use clock::{BootId, ClockCorrection, ClockQuality, ClockSpan, CorrectionLeft};
pub use colour::{Colour, ParseColourError, TEXT_CONTRAST_MIN};
pub use door::{BackupPlan, CertificateSource, Door, Tls};
pub use downlink::{
    Battery, DeviceStatus, Downlink, DownlinkFailure, DownlinkId, DownlinkQueue, DownlinkRecord, DownlinkState,
    LinkSettings, QueuedDownlink, Rx2,
};
pub use fault::{Blame, PluginFault};
pub use hex::{Hex, unhex};
pub use keep::Keep;
pub use look::{Corners, Logo, LogoKind, Look, Spacing, Typeface};
pub use mail::{Dkim, Letter, MailAddress, MailPlan, MailSecurity, ParseMailAddressError};
pub use map::{BaseMap, Drawing, RasterService, Screen, Shape, ShapeKind};
pub use municipality::{
    AccessToken, Gateway, Measure, Municipality, Place, PlaceKind, Plugin, Position, RadioSettings, Scope, Sensor,
};
pub use observation::{
    Datastream, DatastreamId, Decoded, DecodedObservation, Observation, Rollup, StoredUplink, Value,
};
pub use outbox::{ChannelId, Delivery, DeliveryId, DeliveryKey, DeliveryState};
pub use panel::{Asked, Consent, Member, MemberId, Membership, PanelChoice, PanelPlan, PanelUse, ProfileItem, Segment};
pub use publication::{
    Author, Picture, Publication, PublicationId, PublicationRecord, PublicationState, PublicationText, Shows,
};
pub use radio::{
    Activation, AppKey, AppSKey, CounterRule, DataRate, DevAddr, DevEui, DevNonce, Device, DeviceState, GatewayEui,
    JoinEui, MacVersion, NwkSKey, ParseIdError, Reception, Session, Uplink,
};
pub use remark::{
    About, Bookmark, HeadReply, HeadSight, Heard, Participant, PostReach, Remark, RemarkAnswer, RemarkDoor, RemarkHead,
    RemarkId, RemarkReply, Sight, Source, TalkPlan, Watched,
};
pub use rhythm::Rhythm;
pub use rule::{
    Bound, Condition, Happening, News, Piece, Quantity, QuietHours, Reply, Rule, RuleId, RuleState, RuleText, Schedule,
    Slot, Template, TemplateFault, Test, Than, Trigger,
};
pub use secret::{Secret, Secrets};
pub use slug::{DecoderId, PlaceId, SensorId, Slug, SlugError};
pub use staff::{
    Account, AccountId, AuditEntry, ChangedFile, FolderChange, Role, SecondFactor, StaffSession, UnknownRole,
};
pub use subscriber::{Cadence, Destination, DigestItem, Interests, Subscriber, SubscriberId, Subscription};
pub use text::{Language, UnknownLanguage, Words};
pub use time::Timestamp;
pub use total::{Gain, Total};
pub use usage::{Busyness, HourUse, TypicalHour, TypicalWeek, WeekBuilder};
pub use vocabulary::{Kind, ObservedProperty, property, vocabulary};
