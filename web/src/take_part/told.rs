//! A report as pages show it, and `GET /{lang}/take-part/{id}/report`: the one that was published.

use super::doors::door_name;
use super::{hall, languages};
use crate::blocks::{Chart, count_told, prose};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use app::{Question, Report};
use axum::extract::Path;
use axum::response::Response;
use engagement::{
    Missing, OTHERS, PublicCell, PublicCount, PublicFigure, PublicFinding, PublicRow, Weighted, WeightedQuestion,
    WeightedRow,
};
use model::activity::{Activity, EntryId, Look};
use model::{Slug, Words};
use serde::Serialize;
use words::{Answers, MissingGroup, WeightedState};

/// A report in words, charts and tables.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    /// When it was made.
    at: String,
    finished: String,
    /// How many began and how many came to the end, in a sentence; none where that would tell too much.
    began: Option<String>,
    unfinished: Option<String>,
    /// How many were invited, and how many of them answered.
    invited: Option<(String, String)>,
    /// Of a hundred who were invited so many answered; none where that would tell too much.
    rate: Option<String>,
    /// Who answered against who lives here, and who came against who was asked.
    strata: Vec<Chart>,
    by_door: Vec<Chart>,
    came: Vec<Chart>,
    /// What weights did, in a sentence, and the questions weighted beside raw.
    weighted: Option<(String, Vec<Chart>)>,
    /// Who is missing, in a sentence.
    missing: Option<String>,
    doors: Option<Chart>,
    /// What was said under posts about it, by channel.
    replies: Option<Chart>,
    days: Option<Chart>,
    findings: Vec<Finding>,
    texts: Vec<OwnWords>,
}

/// What people wrote and photographed, as far as it is listed.
#[derive(Debug, Serialize)]
struct OwnWords {
    label: String,
    texts: Vec<String>,
    /// Addresses.
    photos: Vec<String>,
}

/// One thing found.
#[derive(Debug, Serialize)]
struct Finding {
    id: String,
    title: String,
    lang: Option<String>,
    html: String,
    people: String,
    figures: Vec<Chart>,
}

/// The published report.
#[derive(Debug, Serialize)]
struct Published {
    name: Fragment,
    about: String,
    at: String,
    report: Told,
}

pub(crate) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(&id)?;
    let (tags, now, name) = (languages(&activity, &reader), reader.now, activity.id.clone());
    let published = hall.work(move |app| app.published_report(&name, &tags, now)).await?;
    let published = published.ok_or_else(Problem::not_found)?;
    let page = Published {
        name: Fragment::of(&activity.title, reader.language()),
        about: format!("/{}/take-part/{id}", reader.language()),
        at: super::list::date(published.published_at, &reader),
        report: Told::of(&published.report, &activity, &reader),
    };
    let title = reader.speaker.text("report-of", &[("name", (&page.name.text).into())]);
    reader.answer("take_part/report.html", &Frame { title, section: "take-part", ..reader.frame() }, &page)
}

impl Told {
    pub(crate) fn of(report: &Report, activity: &Activity, reader: &Reader) -> Self {
        let finding = |found: &PublicFinding| Finding {
            id: format!("found-{}", found.key),
            title: found.title.clone(),
            lang: (found.language.as_str() != reader.language().tag()).then(|| found.language.as_str().to_owned()),
            html: prose(&found.words, 2),
            people: count_told(found.people, reader),
            figures: found.figures.iter().map(|figure| Chart::of(figure, reader)).collect(),
        };
        let photo = |(entry, at): &(EntryId, usize)| {
            format!("/{}/take-part/{}/photo/{entry}/{at}", reader.language(), activity.id)
        };
        let own_words = |question: &Question| OwnWords {
            // What was put forward answers no question.
            label: if question.label.is_empty() { reader.text("report-put-forward") } else { question.label.clone() },
            texts: question.texts.clone(),
            photos: question.photos.iter().map(photo).collect(),
        };
        let door = |name: &str| door_name(name, reader);
        let channel = |name: &str| match Slug::new(name) {
            Ok(id) => crate::talk::channel_name(&id, reader),
            Err(_) => name.to_owned(),
        };
        let people = "report-people-column";
        let day =
            |date: &str| date.parse::<model::Day>().map_or_else(|_| date.to_owned(), |day| reader.speaker.date(day));
        // Of a few answers nobody can say whom they resemble.
        let enough = report.taking.finished.known().is_some();
        Self {
            at: reader.speaker.moment(report.at, reader.now, &reader.municipality.calendar),
            finished: count_told(report.taking.finished, reader),
            began: began(report, reader),
            unfinished: report.taking.unfinished.map(|count| count_told(count, reader)),
            invited: report
                .invited
                .map(|(made, used)| (reader.speaker.number(made.into(), 0), count_told(used, reader))),
            rate: rate(report, reader),
            strata: report.strata.iter().map(|(name, figure)| represented(name, figure, reader)).collect(),
            by_door: report.by_door.iter().map(|(name, figure)| by_door(name, figure, door, reader)).collect(),
            came: report.came.iter().map(|(name, figure)| came(name, figure, reader)).collect(),
            weighted: report.weighted.as_ref().map(|weighted| weighed(weighted, reader)),
            missing: report.missing.as_deref().filter(|_| enough).map(|missing| said(missing, reader)),
            doors: figure(&report.taking.doors, ("report-doors", people), door, reader),
            replies: report
                .replies
                .as_ref()
                .and_then(|replies| figure(replies, ("report-replies", "report-replies"), channel, reader)),
            days: figure(&report.taking.days, ("report-days", people), day, reader),
            findings: report.findings.iter().map(finding).collect(),
            texts: report.texts.iter().map(own_words).collect(),
        }
    }
}

fn said(missing: &[Missing], reader: &Reader) -> String {
    let group = |group: &Missing| MissingGroup {
        group: group.value.clone(),
        of_people: group.of_people,
        answers: match (group.of_answers, group.answered) {
            (Some(share), _) => Answers::PerCent(share),
            (None, Some(PublicCount::FewerThan(limit))) => Answers::FewerThan(limit),
            (None, _) => Answers::Untold,
        },
    };
    reader.speaker.missing(&missing.iter().map(group).collect::<Vec<_>>())
}

/// Of a hundred who were invited so many answered.
fn rate(report: &Report, reader: &Reader) -> Option<String> {
    let (made, used) = report.invited?;
    let answered = used.known().filter(|_| made > 0)?;
    Some(per_cent(f64::from(answered) / f64::from(made) * 100.0, reader))
}

fn per_cent(share: f64, reader: &Reader) -> String {
    let share = reader.speaker.number(share, 0);
    reader.speaker.text("report-percent", &[("share", (&share).into())])
}

/// A table with names for its columns, and for those who have not told.
fn named(name: &str, figure: &PublicFigure, columns: &[&str], reader: &Reader) -> PublicFigure {
    let mut figure = figure.clone();
    name.clone_into(&mut figure.caption);
    figure.columns = columns.iter().map(|key| reader.text(key)).collect();
    for row in figure.rows.iter_mut().filter(|row| row.label.is_empty()) {
        row.label = reader.text("report-untold");
    }
    for cell in figure.rows.iter_mut().flat_map(|row| &mut row.cells) {
        if let PublicCell::Number(share) = cell {
            *cell = PublicCell::Text(per_cent(*share, reader));
        }
    }
    figure
}

fn represented(name: &str, figure: &PublicFigure, reader: &Reader) -> Chart {
    let columns = ["report-people-column", "report-of-answers", "report-of-people"];
    Chart::of(&named(name, figure, &columns, reader), reader)
}

/// Who answered by the door they came by; the last column is of those who live here.
fn by_door(name: &str, figure: &PublicFigure, door: impl Fn(&str) -> String, reader: &Reader) -> Chart {
    let others = || reader.text("report-others");
    let last = figure.columns.len().saturating_sub(1);
    let column = |(at, own): (usize, &String)| match own.as_str() {
        _ if at == last => reader.text("report-of-people"),
        OTHERS => others(),
        own => door(own),
    };
    let columns = figure.columns.iter().enumerate().map(column).collect();
    let mut figure = PublicFigure { columns, ..named(name, figure, &[], reader) };
    for row in figure.rows.iter_mut().filter(|row| row.label == OTHERS) {
        row.label = others();
    }
    Chart::of(&figure, reader)
}

/// Who came of those who were asked, in the words of the panel's profile where that knows it.
fn came(name: &str, figure: &PublicFigure, reader: &Reader) -> Chart {
    let item = reader.municipality.panel.as_ref().and_then(|panel| panel.item(name));
    let mut figure = named(name, figure, &["report-came", "report-stayed-away"], reader);
    if let Some(item) = item {
        let said = |words: &Words| words.best(reader.language()).0.to_owned();
        figure.caption = said(&item.name);
        for row in &mut figure.rows {
            if let Some(name) = item.option_name(&row.label) {
                row.label = said(name);
            }
        }
    }
    Chart::of(&figure, reader)
}

/// What weights did, and a table for each question whose counts may all be told.
fn weighed(weighted: &Weighted, reader: &Reader) -> (String, Vec<Chart>) {
    let [margins, together] = [&weighted.margins, &weighted.together].map(|all| all.iter().map(String::as_str));
    let said = reader.speaker.weighted(&WeightedState {
        margins: &margins.collect::<Vec<_>>(),
        answered: weighted.answered,
        effective: weighted.effective,
        off: weighted.off,
        together: &together.collect::<Vec<_>>(),
    });
    let table = |question: &WeightedQuestion| {
        let row = |row: &WeightedRow| PublicRow {
            label: row.label.clone(),
            cells: [row.raw, row.weighted].map(PublicCell::Number).into(),
            total: None,
        };
        let rows = question.rows.iter().map(row).collect();
        let figure =
            PublicFigure { caption: String::new(), look: Look::Table, columns: Vec::new(), rows, totals: None };
        Chart::of(&named(&question.label, &figure, &["report-raw", "report-weighted"], reader), reader)
    };
    (said, weighted.questions.iter().map(table).collect())
}

/// Who took part, by door and by month, for staff.
pub(crate) fn crossed(name: &str, figure: &PublicFigure, column: impl Fn(&str) -> String, reader: &Reader) -> Chart {
    let columns = figure.columns.iter().map(|own| column(own)).collect();
    Chart::of(&PublicFigure { columns, ..named(name, figure, &[], reader) }, reader)
}

/// The gap between those who began and those who came to the end, said and not hidden.
fn began(report: &Report, reader: &Reader) -> Option<String> {
    let (finished, unfinished) = (report.taking.finished.known()?, report.taking.unfinished?.known()?);
    let number = |people: u32| reader.speaker.number(people.into(), 0);
    let numbers = [("begun", number(finished + unfinished)), ("finished", number(finished))];
    let numbers: Vec<_> = numbers.iter().map(|(name, text)| (*name, text.into())).collect();
    Some(reader.speaker.text("report-began", &numbers))
}

/// A figure of the box's own, whose labels are names that it puts into words.
fn figure(
    figure: &PublicFigure,
    (caption, column): (&str, &str),
    name: impl Fn(&str) -> String,
    reader: &Reader,
) -> Option<Chart> {
    let mut figure = figure.clone();
    figure.caption = reader.text(caption);
    figure.columns = figure.columns.iter().map(|_| reader.text(column)).collect();
    for row in &mut figure.rows {
        row.label = name(&row.label);
    }
    (!figure.rows.is_empty()).then(|| Chart::of(&figure, reader))
}
