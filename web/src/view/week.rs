use crate::reader::Reader;
use crate::view::amount;
use crate::view::now::short;
use app::WeekCell;
use model::HourOfWeek;
use serde::Serialize;

/// The typical week as a table: hours down, weekdays across.
#[derive(Debug, Serialize)]
pub(crate) struct Week {
    pub(crate) days: Vec<WeekDay>,
    pub(crate) hours: Vec<WeekHour>,
    /// What a cell says whose number is hidden.
    pub(crate) fewer_than: String,
}

/// Head of a column.
#[derive(Debug, Serialize)]
pub(crate) struct WeekDay {
    pub(crate) short: String,
    pub(crate) long: String,
}

/// A row.
#[derive(Debug, Serialize)]
pub(crate) struct WeekHour {
    pub(crate) hour: String,
    pub(crate) cells: Vec<Cell>,
}

/// One hour of one weekday; `amount` is none where it was not measured often enough.
#[derive(Debug, Serialize)]
pub(crate) struct Cell {
    pub(crate) amount: Option<String>,
    pub(crate) hidden: bool,
    /// 0 to 5.
    pub(crate) level: u8,
    /// It is this hour now.
    pub(crate) now: bool,
}

impl Week {
    /// The table from the first to the last hour that has a number to show; none when no hour has.
    pub(crate) fn of(week: &[[Option<WeekCell>; 24]], reader: &Reader) -> Option<Self> {
        let shown = |hour: &usize| {
            let mut cells = week.iter().filter_map(|day| day.get(*hour).copied().flatten());
            cells.any(|cell| cell.usual.known().is_some_and(|count| count > 0))
        };
        let first = (0..24).find(shown)?;
        let last = (0..24).rfind(shown)?;
        let present = reader.municipality.calendar.hour_of_week(reader.now);
        let row = |hour: usize| WeekHour {
            hour: format!("{hour:02}"),
            cells: (0_u8..)
                .zip(week)
                .map(|(weekday, day)| {
                    let cell = day.get(hour).copied().flatten();
                    let at = HourOfWeek { weekday, hour: u8::try_from(hour).unwrap_or(0) };
                    Cell {
                        amount: cell.map(|c| short(amount(c.usual), reader.speaker)),
                        hidden: cell.is_some_and(|c| c.usual.known().is_none()),
                        level: cell.map_or(0, |c| c.share.0.min(5)),
                        now: at == present,
                    }
                })
                .collect(),
        };
        let head =
            |weekday| WeekDay { short: reader.speaker.weekday_short(weekday), long: reader.speaker.weekday(weekday) };
        let limit = reader.municipality.smallest_count;
        Some(Self {
            days: (0_u8..).zip(week).map(|(weekday, _)| head(weekday)).collect(),
            hours: (first..=last).map(row).collect(),
            fewer_than: reader.speaker.count(words::Amount::FewerThan(limit)),
        })
    }
}
