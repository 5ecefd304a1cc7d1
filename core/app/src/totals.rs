//! Counts out of totals: a device that says how much it has counted in all tells, against what it said before, how many came since.

use model::{Datastream, DecodedObservation, Gain, Observation, ObservedProperty, Timestamp, Total, Value, property};

/// The count that a total stands for, when it adds to what is known. `newest` looks up the datastream's newest total, which nobody needs
/// for what is no total.
pub(crate) fn counted<E>(
    said: &DecodedObservation,
    at: Timestamp,
    newest: impl FnOnce() -> Result<Option<Observation>, E>,
) -> Result<Option<DecodedObservation>, E> {
    let Some(word) = property(&said.property).and_then(ObservedProperty::counts) else { return Ok(None) };
    let newest = newest()?;
    Ok(since(said, at, newest.as_ref()).map(|count| DecodedObservation {
        property: word.to_owned(),
        value: Value::Integer(count),
        ..said.clone()
    }))
}

fn since(said: &DecodedObservation, at: Timestamp, newest: Option<&Observation>) -> Option<i64> {
    let newest = newest.and_then(|o| Some(Total { at: o.phenomenon_time, value: whole(&o.result)? }));
    let (Gain::Counted(count) | Gain::Restarted(count)) = (Total { at, value: whole(&said.value)? }).gain(newest)
    else {
        return None;
    };
    i64::try_from(count).ok()
}

/// The datastream of one thing a sensor says.
pub(crate) fn stream_of(place: &model::PlaceId, sensor: &model::SensorId, said: &DecodedObservation) -> Datastream {
    Datastream {
        place: place.clone(),
        sensor: sensor.clone(),
        property: said.property.clone(),
        part: said.part.clone(),
    }
}

fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Integer(n) => u64::try_from(*n).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::DatastreamId;

    fn total(value: i64) -> DecodedObservation {
        let property = "people-in-total".to_owned();
        DecodedObservation { property, value: Value::Integer(value), unit: None, age_s: 0, part: Some("gate-a".into()) }
    }

    fn known(value: i64) -> Observation {
        let then = Timestamp::from_seconds(100);
        Observation {
            datastream: DatastreamId(1),
            phenomenon_time: then,
            result_time: then,
            result: Value::Integer(value),
        }
    }

    fn counted_after(
        said: &DecodedObservation,
        at: Timestamp,
        newest: Option<Observation>,
    ) -> Option<DecodedObservation> {
        counted(said, at, || Ok::<_, std::convert::Infallible>(newest)).unwrap()
    }

    #[test]
    fn a_total_says_how_many_came_since_the_one_before() {
        let now = Timestamp::from_seconds(200);
        let count = counted_after(&total(47), now, Some(known(40))).unwrap();
        assert_eq!((count.property.as_str(), count.part.as_deref()), ("people-in", Some("gate-a")));
        assert_eq!(count.value, Value::Integer(7));
        assert_eq!(counted_after(&total(40), now, None), None, "nobody knows since when the first one counted");
        let late = counted_after(&total(47), Timestamp::from_seconds(50), Some(known(60)));
        assert_eq!(late, None, "late history adds nothing");
    }

    #[test]
    fn what_is_no_total_costs_no_look_at_the_newest() {
        let temperature = DecodedObservation { property: "temperature".to_owned(), ..total(7) };
        let looked = counted(&temperature, Timestamp::from_seconds(200), || Err("nobody should look"));
        assert_eq!(looked, Ok(None));
    }
}
