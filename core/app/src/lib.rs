//! The use cases of the box: an uplink is taken in, a place is shown, a program follows along.
//!
//! Hides how radio, plugins and store work together. [`App`] is what pages read from, [`Ingest`] takes in what the network server
//! hears (one use case = one write transaction), [`run_radio`] is the loop around the socket.
//!
//! ```no_run
//! # fn example(app: &app::App, now: model::Timestamp) -> Result<(), app::ReadError> {
//! for card in app.home(now)? {
//!     println!("{}: {:?}", card.place.id, card.now);
//! }
//! # Ok(()) }
//! ```
//!
//! It deliberately reads no clock and no file: `now` is an argument, and the binary opens the store and loads the plugins.

mod activities;
mod box_time;
mod channels;
mod decode;
mod doors;
mod downlinks;
mod filing;
mod frames;
mod gossip;
mod health;
mod ingest;
mod meaning;
mod metrics;
mod orders;
mod outbox;
mod panel;
mod past;
mod portal;
mod publications;
mod radio;
mod recruiting;
mod replay;
mod rules;
pub mod staff;
mod streams;
mod subscriptions;
mod talk;
mod told;
mod totals;
mod upkeep;
mod views;
mod years;

pub use activities::{
    ActivityError, Client, Counting, DigestError, DigestState, Diversity, Erased, GRACE, Held, Invitations,
    InviteError, Listing, NewOutcome, News, OddAnswers, Outcomes, OwnWords, Pass, PhotoTaken, Proposal,
    PublishedReport, PutForward, Question, Refusal, Report, Seen, SeenEntries, SentForm, Shown, Table, Taken, Thanks,
    Trap, Visitor, run_digests,
};
pub use box_time::{BoxTime, ClockHealth, Machine, Reading};
pub use channels::{ChannelAbility, ChannelView, PreviewError, ReadyChannel};
pub use config::{
    ActivationEntry, ActivityEntry, Change, Choices, Diagnostic, Edit, EditError, Enrolled, Enrolment, Field, Item,
    Known, List, Maker, NewPlaces, Qr, QrError, Revision, RuleEntry, SensorEntry, Severity, Sheet, SheetFault,
    SheetRow, Stage,
};
pub use decode::DecoderSet;
pub use downlinks::{Command, DeviceDownlinks, Message, NewDownlink, SendRefused};
pub use engagement::draw::{
    Change as QuotaChange, Households, Impossible, Pool, PoolFault, Proof, SeedFault, Side, Stratum,
};
pub use filing::{BackupLack, Filing, FilingError, Refused, Standing};
pub use frames::{FrameLog, FrameOutcome, HeardFrame};
pub use health::{BatteryHealth, LinkHealth, SensorHealth, Trouble, run_watch};
pub use ingest::{Departure, Ingest, UPLINKS_PER_COMMIT_MAX};
pub use metrics::ProcessFigures;
pub use netserver::BandUse;
pub use orders::{Desk, Radio, RadioReport, radio};
pub use outbox::{
    Cause, ChannelCost, DeliveryError, Errand, NewLetter, NewPublication, OutboxLine, OutboxReport, QueueError,
    run_outbox,
};
pub use panel::{
    Audience, ImportFault, ImportLetters, ImportPlan, Imported, MEMBERS_MAX, OwnPage, OwnQuestion, PANEL_ROWS_MAX,
    PanelActivity, PanelChanges, PanelCount, PanelError, PanelSending,
};
pub use photo::{BYTES_MAX as PHOTO_BYTES_MAX, Refusal as PhotoRefusal};
pub use portal::{App, ReadError};
pub use publications::{
    ALTERNATIVE_CHARS_MAX, BODY_CHARS_MAX, Draft, DraftError, LookError, PostLine, Previewed, TITLE_CHARS_MAX, Waiting,
    Waits,
};
pub use radio::{Clock, run_radio};
pub use recruiting::{
    DrawError, Recruit, Recruiting, Seat, Spread, TableFault, Terms, WILLING_MAX, Willing, candidates_of, strata_of,
};
pub use replay::{Difference, Example, Faults, Replay, ReplayError, ReplayReport};
pub use rules::{Drawing, Painter, RuleReport, WouldPost, run_rules};
pub use subscriptions::{CONFIRM_WITHIN, SUBSCRIBERS_MAX, SubscriptionError};
pub use talk::{
    AnswerError, NewRemark, REMARKS_SHOWN, RemarkError, RemarkRoom, Sort, TakenRemark, TalkDoor, TalkPage, Voice,
};
pub use told::{Told, drawn_in, mistake_in};
pub use upkeep::{Night, Upkeep, UpkeepReport, run_upkeep};
pub use views::{
    DayMean, DayUse, Freshness, LiveUplink, NowUse, OpenHour, OtherValue, PlaceCard, PlacePage, WeekCell, YearOnYear,
    said,
};
