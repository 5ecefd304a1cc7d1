//! What a frame means once it is decoded: the same whether it was just heard or history is decoded again.

use crate::doors::{ALL_DOORS, Doors, Passed, counting_day};
use crate::totals::{counted, stream_of};
use crate::views::LiveUplink;
use model::{
    Datastream, DatastreamId, DecodedObservation, Measure, Municipality, Slug, StoredUplink, Timestamp, Uplink, Value,
};
use std::time::Duration;
use store::{StoreError, Transaction};

/// History older than this is a device whose clock is wrong: a year of frames would not fit in its memory.
pub(crate) const AGE_MAX: Duration = Duration::from_hours(366 * 24);

/// The row of a frame.
pub(crate) fn stored(heard: &LiveUplink) -> StoredUplink {
    StoredUplink {
        uplink: heard.uplink.clone(),
        sensor: Some(heard.sensor.clone()),
        fault: heard.outcome.as_ref().err().map(ToString::to_string),
    }
}

/// Stores a frame and what it means. Gives the newest datastream it added to.
pub(crate) fn take_uplink(
    municipality: &Municipality,
    tx: &Transaction<'_>,
    doors: &mut Doors,
    heard: &LiveUplink,
) -> Result<Option<DatastreamId>, StoreError> {
    tx.put_uplink(&stored(heard))?;
    observe_all(municipality, tx, doors, heard)
}

/// Stores what a frame means, and not the frame.
pub(crate) fn observe_all(
    municipality: &Municipality,
    tx: &Transaction<'_>,
    doors: &mut Doors,
    heard: &LiveUplink,
) -> Result<Option<DatastreamId>, StoreError> {
    let Ok(decoded) = &heard.outcome else { return Ok(None) };
    let mut observations: Vec<DecodedObservation> =
        decoded.observations.iter().filter(|o| age(o) <= AGE_MAX).cloned().collect();
    // Oldest first: a total counts from the one before it.
    observations.sort_by_key(|o| std::cmp::Reverse(o.age_s));
    let mut newest = None;
    let mut counts = Vec::new();
    for said in &observations {
        let stream = stream_of(&heard.place, &heard.sensor, said);
        let at = phenomenon_time(&heard.uplink, said);
        counts.extend(counted(said, at, || tx.latest(&stream))?);
        newest = newest.max(observe(tx, &stream, at, &heard.uplink, &said.value)?);
    }
    // A device that also says the count itself is believed.
    counts.retain(|c| !observations.iter().any(|o| o.property == c.property && o.part == c.part));
    for count in &counts {
        let stream = stream_of(&heard.place, &heard.sensor, count);
        newest = newest.max(observe(tx, &stream, phenomenon_time(&heard.uplink, count), &heard.uplink, &count.value)?);
    }
    observations.append(&mut counts);
    Ok(newest.max(count_inside(municipality, tx, doors, heard, &observations)?))
}

fn observe(
    tx: &Transaction<'_>,
    stream: &Datastream,
    at: Timestamp,
    uplink: &Uplink,
    value: &Value,
) -> Result<Option<DatastreamId>, StoreError> {
    Ok(tx.observe(stream, at, uplink.received_at, value)?.map(|observation| observation.datastream))
}

/// The datastream of how many people are inside a place whose doors are counted; none when the place is not told by that.
pub(crate) fn doors_stream(municipality: &Municipality, place: &model::PlaceId) -> Option<Datastream> {
    municipality.place(place).filter(|p| p.measure == Some(Measure::PeopleNow))?;
    let sensor = Slug::new(ALL_DOORS).ok()?;
    Some(Datastream { place: place.clone(), sensor, property: "people-count".into(), part: None })
}

/// Keeps how many people are inside, where doors count in and out and the place is told by that.
fn count_inside(
    municipality: &Municipality,
    tx: &Transaction<'_>,
    doors: &mut Doors,
    heard: &LiveUplink,
    observations: &[DecodedObservation],
) -> Result<Option<DatastreamId>, StoreError> {
    let stream = doors_stream(municipality, &heard.place).filter(|_| !heard.test);
    let Some((stream, passed)) = stream.zip(Passed::of(observations)) else { return Ok(None) };
    let at = heard.uplink.received_at;
    let day = counting_day(&municipality.calendar, at);
    let inside = doors.take(&heard.place, day, passed, || {
        let newest = tx.latest(&stream)?;
        let of_today = newest.filter(|o| counting_day(&municipality.calendar, o.phenomenon_time) == day);
        Ok::<_, StoreError>(of_today.and_then(|o| o.result.as_number()).unwrap_or(0.0))
    })?;
    observe(tx, &stream, at, &heard.uplink, &Value::Number(inside))
}

fn phenomenon_time(uplink: &Uplink, said: &DecodedObservation) -> Timestamp {
    uplink.received_at - age(said)
}

fn age(said: &DecodedObservation) -> Duration {
    Duration::from_secs(said.age_s.into())
}
