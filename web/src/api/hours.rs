//! `GET /api/v1/places/{id}/hours.csv|.json?from=2026-11-01&to=2026-11-30`: open data, hour by hour. Both days are included.

use super::{Count, word};
use crate::pages::data::LICENCE_HREF;
use crate::portal::Portal;
use crate::problem::Problem;
use app::OpenHour;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use model::{Day, PlaceId};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A leap year: 8784 hours, some 400 KB of CSV.
const DAYS_MAX: i32 = 366;
/// Without days one gets as many as the page shows.
const DAYS_USUAL: i32 = 30;

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HoursJson {
    licence: &'static str,
    place: String,
    measure: Option<&'static str>,
    smallest_count: u32,
    hours: Vec<HourJson>,
}

#[derive(Serialize)]
struct HourJson {
    hour: String,
    #[serde(flatten)]
    count: Count,
}

/// One row of the CSV.
#[derive(Serialize)]
struct Row<'a> {
    place: &'a str,
    hour: String,
    measure: &'a str,
    amount: Option<u32>,
    fewer_than: Option<u32>,
}

type AskedFor = Result<Query<Asked>, axum::extract::rejection::QueryRejection>;

pub(crate) async fn json(
    State(portal): State<Portal>,
    Path(id): Path<String>,
    asked: AskedFor,
) -> Result<Json<HoursJson>, Problem> {
    let (place, hours) = read(&portal, &id, asked).await?;
    let hour = |hour: &OpenHour| HourJson { hour: hour.hour.start().to_string(), count: hour.amount.into() };
    Ok(Json(HoursJson {
        licence: LICENCE_HREF,
        place: id,
        measure: place.measure.map(word),
        smallest_count: portal.municipality().smallest_count,
        hours: hours.iter().map(hour).collect(),
    }))
}

pub(crate) async fn csv(
    State(portal): State<Portal>,
    Path(id): Path<String>,
    asked: AskedFor,
) -> Result<Response, Problem> {
    let (place, hours) = read(&portal, &id, asked).await?;
    let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    // Written by hand so that a file without hours has its head too.
    csv.write_record(["place", "hour", "measure", "amount", "fewer_than"]).map_err(Problem::internal)?;
    for hour in &hours {
        let Count { amount, fewer_than } = hour.amount.into();
        let measure = place.measure.map_or("", word);
        let row = Row { place: &id, hour: hour.hour.start().to_string(), measure, amount, fewer_than };
        csv.serialize(row).map_err(Problem::internal)?;
    }
    let body = csv.into_inner().map_err(Problem::internal)?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.csv\"")),
    ];
    Ok((headers, body).into_response())
}

async fn read(portal: &Portal, id: &str, asked: AskedFor) -> Result<(model::Place, Vec<OpenHour>), Problem> {
    let id = PlaceId::new(id).map_err(|_| Problem::not_found())?;
    let municipality = portal.municipality();
    let place = municipality.place(&id).cloned().ok_or_else(Problem::not_found)?;
    let Query(asked) = asked.map_err(|_| Problem::bad_days())?;
    let days = days(&asked, municipality.calendar.day(portal.now()))?;
    let hours = portal.read(move |source| source.hours(&id, days)).await?.ok_or_else(Problem::not_found)?;
    Ok((place, hours))
}

/// The days asked for; a day left out, or left empty in the form, is what is usual.
fn days(asked: &Asked, today: Day) -> Result<Range<Day>, Problem> {
    let day = |text: &str| match text {
        "" => Ok(None),
        text => text.parse::<Day>().map(Some).map_err(|_| Problem::bad_days()),
    };
    let to = day(&asked.to)?.unwrap_or(today);
    let from = day(&asked.from)?.unwrap_or(Day(to.0 - DAYS_USUAL + 1));
    let end = Day(to.0 + 1);
    if from > to || end.0 - from.0 > DAYS_MAX {
        return Err(Problem::bad_days());
    }
    Ok(from..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(from: &str, to: &str) -> Option<Range<Day>> {
        let today = Day(20_776);
        days(&Asked { from: from.into(), to: to.into() }, today).ok()
    }

    #[test]
    fn both_days_are_included_and_thirty_is_what_one_gets() {
        assert_eq!(asked("", ""), Some(Day(20_747)..Day(20_777)));
        assert_eq!(asked("2026-11-19", "2026-11-19"), Some(Day(20_776)..Day(20_777)));
    }

    #[test]
    fn a_span_that_is_no_span_or_too_long_is_refused() {
        for (from, to) in [
            ("2026-11-20", "2026-11-19"),
            ("2024-01-01", "2026-01-01"),
            ("2026-02-30", ""),
            ("yesterday", ""),
            ("-9999-01-01", "9999-12-31"),
            ("", "2026-11-19T00:00"),
        ] {
            assert_eq!(asked(from, to), None, "{from} {to}");
        }
    }
}
