//! The whole file on one page. No other module knows a table's name.
//!
//! Values are sealed (`record`); keys are fixed width and sort as what they mean (`keys`). A change of a key's shape makes a
//! new table with the next generation in its name; a change of a value's shape makes a new version of its layout (`stored`).

use crate::keys::{
    ActivityNumber, AuthorKey, DigestKey, DownlinkKey, EntryKey, FormKey, Note, OutcomeKey, SeriesKey, UplinkKey,
};
use crate::photos::{PhotoKey, PhotoPartKey};
use crate::stored::{Approved, Drawn, Invited, Joins, KeptRemark, Published, Sealed, Seen};
use crate::table::Worth::{Plain, Precious};
use crate::table::{NameTable, Raw, Table};
use model::activity::{Looked, Outcome, Submission};
use model::{
    Account, AccountId, AuditEntry, Bookmark, ClockSpan, Datastream, DatastreamId, Day, Delivery, DeliveryId, DevEui,
    DownlinkRecord, FolderChange, Hour, MemberId, Observation, PanelUse, PostReach, PublicationId, PublicationRecord,
    RemarkId, Rollup, RuleState, Session, StaffSession, StoredUplink, SubscriberId, Timestamp,
};

/// What the box notes about this file.  Key: which note (1).  Value: the number that the note says it is.
pub(crate) static NOTES: Table<1, Note, i64> = Table::new(0, "notes-1", Precious);

/// Raw uplinks, newest last: ground truth while kept.  Key: received at, ms (8), `DevEui` (8), `FCntUp` (4).  Value: the uplink.
pub(crate) static UPLINKS: Table<20, UplinkKey, StoredUplink> = Table::new(1, "uplinks-1", Plain);

/// The session in use: ground truth, rewritten when a counter moves.  Key: `DevEui` (8).  Value: keys and counters.
pub(crate) static SESSIONS: Table<8, DevEui, Session> = Table::new(2, "sessions-1", Precious);

/// What joins leave behind: ground truth, rewritten by joins only.  Key: `DevEui` (8).  Value: pending session and nonces.
pub(crate) static JOINS: Table<8, DevEui, Joins> = Table::new(3, "joins-1", Precious);

/// Datastreams by number; rows are never removed, so the next number is the last plus one.  Key: id (4).  Value: the datastream.
pub(crate) static DATASTREAMS: Table<4, DatastreamId, Datastream> = Table::new(4, "datastreams-1", Precious);

/// Numbers of datastreams.  Key: place, sensor, property and part, each with its length (variable).  Value: the id.
pub(crate) static DATASTREAM_IDS: NameTable<DatastreamId> = NameTable::new(5, "datastream-ids-1", Precious);

/// Observations.  Key: hour as bucket (4), datastream id (4), phenomenon time, ms (8).  Value: result time and result.
pub(crate) static OBSERVATIONS: Table<16, SeriesKey<Timestamp>, Seen> = Table::new(6, "observations-1", Plain);

/// The newest observation of each datastream.  Key: datastream id (4).  Value: the observation.
pub(crate) static LATEST: Table<4, DatastreamId, Observation> = Table::new(7, "latest-1", Plain);

/// Hours, of numbers only.  Key: UTC day as bucket (4), datastream id (4), hour since 1970 UTC (8).  Value: the rollup.
pub(crate) static HOURS: Table<16, SeriesKey<Hour>, Rollup> = Table::new(8, "hours-1", Plain);

/// Local days, of numbers only.  Key: eight days as bucket (4), datastream id (4), day since 1970-01-01 (8).  Value: the rollup.
pub(crate) static DAYS: Table<16, SeriesKey<Day>, Rollup> = Table::new(9, "days-1", Plain);

/// Accounts of the staff: ground truth.  Key: account number (4).  Value: the account.
pub(crate) static ACCOUNTS: Table<4, AccountId, Account> = Table::new(10, "accounts-1", Precious);

/// Browsers the staff came in with.  Key: SHA-256 of the cookie (32).  Value: whose, and since when.
pub(crate) static STAFF_SESSIONS: Table<32, [u8; 32], StaffSession> = Table::new(11, "staff-sessions-1", Plain);

/// What staff did, newest last: ground truth.  Key: rising number (8).  Value: when, who, what, to what.
pub(crate) static AUDIT: Table<8, u64, AuditEntry> = Table::new(12, "audit-1", Precious);

/// What forms changed in the folder, newest last.  Key: rising number (8).  Value: who, what, files before and after.
pub(crate) static FOLDER_CHANGES: Table<8, u64, FolderChange> = Table::new(13, "folder-changes-1", Precious);

/// Downlinks and what became of them, the newest of each device.  Key: `DevEui` (8), number (4).  Value: the downlink and its state.
pub(crate) static DOWNLINKS: Table<12, DownlinkKey, DownlinkRecord> = Table::new(14, "downlinks-1", Precious);

/// Numbers of activities.  Key: the activity's name (variable).  Value: its number.
pub(crate) static ACTIVITIES: NameTable<ActivityNumber> = NameTable::new(15, "activities-1", Precious);

/// The last number given to an entry, so that none is given twice.  Key: activity number (4).  Value: the entry's number.
pub(crate) static LAST_ENTRIES: Table<4, ActivityNumber, i64> = Table::new(16, "last-entries-1", Precious);

/// What people said: ground truth, never changed, erased whole.  Key: activity number (4), entry number (8).  Value: the entry, sealed
/// with the key of its author.
pub(crate) static ENTRIES: Table<12, EntryKey, Sealed> = Table::new(17, "entries-1", Precious);

/// Forms that were sent, so that sending one twice says it once.  Key: activity number (4), form token (16).  Value: what came of it.
pub(crate) static SUBMISSIONS: Table<20, FormKey, Submission> = Table::new(18, "submissions-1", Precious);

/// Whose entries are whose.  Key: activity number (4), pseudonym (8), entry number (8).  Value: the slot of the author's key.
pub(crate) static AUTHOR_ENTRIES: Table<20, AuthorKey, i64> = Table::new(19, "author-entries-1", Precious);

/// Invitations: ground truth.  Key: activity number (4), keyed hash of the link's code (16).  Value: number, slot, declared strata.
pub(crate) static INVITATIONS: Table<20, DigestKey, Invited> = Table::new(20, "invitations-1", Precious);

/// Which invitations were used: ground truth, sealed with a key that is destroyed at each change, so that no two states can be compared.
/// Key: activity number (4).  Value: a bit for each number.
pub(crate) static USED_INVITATIONS: Table<4, ActivityNumber, Sealed> = Table::new(21, "used-invitations-1", Precious);

/// What invited people have written and not yet sent.  Key: activity number (4), keyed hash of the link's code (16).  Value: the drafts,
/// sealed with a key that only the link holds.
pub(crate) static DRAFTS: Table<20, DigestKey, Sealed> = Table::new(22, "drafts-1", Precious);

/// Addresses of those who want to be told what happened. Nothing leads from here to an entry but the person's code.
/// Key: activity number (4), keyed hash of the code (16).  Value: the address, sealed with a key of its own.
pub(crate) static CONTACTS: Table<20, DigestKey, Sealed> = Table::new(23, "contacts-1", Precious);

/// Reports as they were published: ground truth.  Key: activity number (4).  Value: when, and the report.
pub(crate) static REPORTS: Table<4, ActivityNumber, Published> = Table::new(24, "reports-1", Precious);

/// What was odd about how an entry came.  Key: activity number (4), entry number (8).  Value: a bit for each sign.
pub(crate) static SIGNS: Table<12, EntryKey, i64> = Table::new(25, "signs-1", Precious);

/// Which words of an entry a steward lets be listed.  Key: activity number (4), entry number (8).  Value: keys of the questions.
pub(crate) static APPROVED: Table<12, EntryKey, Approved> = Table::new(26, "approved-1", Precious);

/// Spans in which the time was not certain.  Key: when it began, ms (8).  Value: how good it was, until when, and its correction.
pub(crate) static CLOCK_SPANS: Table<8, Timestamp, ClockSpan> = Table::new(27, "clock-spans-1", Plain);

/// Photos that people gave.  Key: activity number (4), photo number (16).  Value: slot, and sealed with a key of its own the day, width,
/// height and how many parts it has.
pub(crate) static PHOTOS: Table<20, PhotoKey, Sealed> = Table::new(28, "photos-1", Plain);

/// What they show, in parts of 64 KiB, each sealed with the key of its photo.  Key: activity number (4), photo number (16), part (2).
/// Value: part 0 the thumbnail, from 1 on the picture.
pub(crate) static PHOTO_PARTS: Table<22, PhotoPartKey, Sealed> = Table::new(29, "photo-parts-1", Plain);

/// What is to leave the box, and what became of it: ground truth.  Key: rising number (8).  Value: the delivery, without what it says.
pub(crate) static OUTBOX: Table<8, DeliveryId, Delivery> = Table::new(30, "outbox-1", Precious);

/// What a delivery says, until it is out.  Key: number of the delivery (8).  Value: the content, sealed
/// with a key of the day or of whom it is for.
pub(crate) static OUTBOX_CONTENTS: Table<8, DeliveryId, Sealed> = Table::new(31, "outbox-contents-1", Precious);

/// Which causes have a delivery, so that the same one makes no second.  Key: keyed hash of the cause's name (32).  Value: the number.
pub(crate) static OUTBOX_KEYS: Table<32, [u8; 32], i64> = Table::new(32, "outbox-keys-1", Precious);

/// Keys of the days on which something was put into the outbox.  Key: when the day began, ms (8).  Value: the slot.
pub(crate) static OUTBOX_SLOTS: Table<8, Timestamp, i64> = Table::new(33, "outbox-slots-1", Precious);

/// What staff decided about what was put forward: ground truth.  Key: activity number (4), entry number (8).  Value: when, and why it is
/// hidden.
pub(crate) static MODERATED: Table<12, EntryKey, Looked> = Table::new(34, "moderated-1", Precious);

/// What became of an activity and of what was put forward in it: ground truth, never changed.  Key: activity number (4), entry number or 0
/// for the activity (8), when it was told, ms (8).  Value: the outcome.
pub(crate) static OUTCOMES: Table<20, OutcomeKey, Outcome> = Table::new(35, "outcomes-1", Precious);

/// Until when those who took part have been told of what is new.  Key: activity number (4).  Value: that moment, ms.
pub(crate) static DIGESTS: Table<4, ActivityNumber, i64> = Table::new(36, "digests-1", Precious);

/// Those who are willing to take part in a small group: ground truth.  Key: activity number (4), keyed hash of their code (16).  Value: the
/// person, sealed with a key of their own.
pub(crate) static RECRUITS: Table<20, DigestKey, Sealed> = Table::new(37, "recruits-1", Precious);

/// Draws: ground truth.  Key: activity number (4).  Value: when it was last changed; what is published, and the salt of the pool.
pub(crate) static DRAWS: Table<4, ActivityNumber, Published> = Table::new(38, "draws-1", Precious);

/// Members of the panel: ground truth. Nothing leads from here to an entry.  Key: number drawn by chance (8).  Value: all that is known of
/// the member, sealed with a key of their own.
pub(crate) static MEMBERS: Table<8, MemberId, Sealed> = Table::new(39, "members-1", Precious);

/// What the panel was used for: ground truth.  Key: activity number (4).  Value: title, when, how many were asked and answered.
pub(crate) static PANEL_USES: Table<4, ActivityNumber, PanelUse> = Table::new(40, "panel-uses-1", Precious);

/// What rules know from one look to the next: ground truth.  Key: the rule's name (variable).  Value: since when, spoken when.
pub(crate) static RULE_STATES: NameTable<RuleState> = NameTable::new(41, "rule-states-1", Precious);

/// What was to be said to the world: ground truth.  Key: rising number (8).  Value: texts, who wants it, how far it has come.
pub(crate) static PUBLICATIONS: Table<8, PublicationId, PublicationRecord> = Table::new(42, "publications-1", Precious);

/// Which names have a publication, so that the same one makes no second.  Key: keyed hash of the name (32).  Value: the number.
pub(crate) static PUBLICATION_NAMES: Table<32, [u8; 32], i64> = Table::new(43, "publication-names-1", Precious);

/// Pictures of publications that staff write, look at, or brought.  Key: number of the publication (8).  Value: width, height, file.
pub(crate) static PUBLICATION_PICTURES: Table<8, PublicationId, Drawn> =
    Table::new(44, "publication-pictures-1", Plain);

/// How far the channel of a delivery has come, until it is out.  Key: number of the delivery (8).  Value: which step is next, and what the
/// channel remembers, sealed with the key of the content.
pub(crate) static OUTBOX_PROGRESS: Table<8, DeliveryId, Sealed> = Table::new(45, "outbox-progress-1", Precious);

/// Those who get news by mail: ground truth.  Key: number drawn by chance (8).  Value: all that is known of the subscriber, sealed with a
/// key of their own.
pub(crate) static SUBSCRIBERS: Table<8, SubscriberId, Sealed> = Table::new(46, "subscribers-1", Precious);

/// What people wrote under places and under posts: ground truth.  Key: rising number (8).  Value: what it is about, by which door it came,
/// when, who may see it, whether it was answered; and the rest sealed with a key of its own.
pub(crate) static REMARKS: Table<8, RemarkId, KeptRemark> = Table::new(47, "remarks-1", Precious);

/// Which names have a remark, so that the same one makes no second, also after it was erased.  Key: keyed hash of the name (32).
/// Value: the number.
pub(crate) static REMARK_NAMES: Table<32, [u8; 32], i64> = Table::new(48, "remark-names-1", Precious);

/// How many saw, liked or shared a post, as its channel last said.  Key: number of its delivery (8).  Value: when, what and how many.
pub(crate) static POST_REACH: Table<8, DeliveryId, PostReach> = Table::new(49, "post-reach-1", Plain);

/// From where comments are collected next time.  Key: the channel's name (variable).  Value: when, and what the channel marks its place by.
pub(crate) static BOOKMARKS: NameTable<Bookmark> = NameTable::new(50, "bookmarks-1", Precious);

/// How many tables there are.
pub(crate) const COUNT: usize = 51;

/// Every table. Its place is its number.
pub(crate) static ALL: [&Raw; COUNT] = [
    &NOTES.raw,
    &UPLINKS.raw,
    &SESSIONS.raw,
    &JOINS.raw,
    &DATASTREAMS.raw,
    &DATASTREAM_IDS.raw,
    &OBSERVATIONS.raw,
    &LATEST.raw,
    &HOURS.raw,
    &DAYS.raw,
    &ACCOUNTS.raw,
    &STAFF_SESSIONS.raw,
    &AUDIT.raw,
    &FOLDER_CHANGES.raw,
    &DOWNLINKS.raw,
    &ACTIVITIES.raw,
    &LAST_ENTRIES.raw,
    &ENTRIES.raw,
    &SUBMISSIONS.raw,
    &AUTHOR_ENTRIES.raw,
    &INVITATIONS.raw,
    &USED_INVITATIONS.raw,
    &DRAFTS.raw,
    &CONTACTS.raw,
    &REPORTS.raw,
    &SIGNS.raw,
    &APPROVED.raw,
    &CLOCK_SPANS.raw,
    &PHOTOS.raw,
    &PHOTO_PARTS.raw,
    &OUTBOX.raw,
    &OUTBOX_CONTENTS.raw,
    &OUTBOX_KEYS.raw,
    &OUTBOX_SLOTS.raw,
    &MODERATED.raw,
    &OUTCOMES.raw,
    &DIGESTS.raw,
    &RECRUITS.raw,
    &DRAWS.raw,
    &MEMBERS.raw,
    &PANEL_USES.raw,
    &RULE_STATES.raw,
    &PUBLICATIONS.raw,
    &PUBLICATION_NAMES.raw,
    &PUBLICATION_PICTURES.raw,
    &OUTBOX_PROGRESS.raw,
    &SUBSCRIBERS.raw,
    &REMARKS.raw,
    &REMARK_NAMES.raw,
    &POST_REACH.raw,
    &BOOKMARKS.raw,
];

/// The table that a journal calls by this number.
pub(crate) fn numbered(number: u8) -> Option<&'static Raw> {
    ALL.get(usize::from(number)).copied()
}
