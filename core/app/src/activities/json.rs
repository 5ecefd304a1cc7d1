//! Reports as JSON: to freeze them, and for programs.

use super::report::{Question, Report};
use engagement::{
    Missing, PublicCell, PublicCount, PublicFigure, PublicFinding, PublicParticipation, PublicRow, PublicTotals,
    Weighted, WeightedQuestion, WeightedRow,
};
use model::Timestamp;
use model::activity::{Look, Phase, Tag};
use serde_json::{Value, json};

pub(super) fn report(report: &Report) -> Value {
    let Report { at, phase, taking, invited, missing, strata, by_door, replies, came, weighted, findings, texts: _ } =
        report;
    let tables = |tables: &[(String, PublicFigure)]| -> Vec<Value> {
        tables.iter().map(|(question, table)| json!({ "question": question, "figure": figure(table) })).collect()
    };
    json!({
        "at": at.as_ms(),
        "phase": match phase {
            Phase::Preview => "preview",
            Phase::Announced => "announced",
            Phase::Open => "open",
            Phase::Closed => "closed",
        },
        "finished": count(taking.finished),
        "unfinished": taking.unfinished.map(count),
        "doors": figure(&taking.doors),
        "days": figure(&taking.days),
        "invited": invited.map(|(made, used)| json!({ "made": made, "answered": count(used) })),
        "missing": missing.as_ref().map(|missing| missing.iter().map(group).collect::<Vec<_>>()),
        "strata": tables(strata),
        "byDoor": tables(by_door),
        "replies": replies.as_ref().map(figure),
        "came": tables(came),
        "weighted": weighted.as_ref().map(weighting),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

pub(super) fn question(question: &Question) -> Value {
    json!({ "key": question.key, "label": question.label, "texts": question.texts })
}

/// None when it is not what [`report`] wrote.
pub(super) fn read_report(value: &Value) -> Option<Report> {
    let taking = PublicParticipation {
        finished: read_count(value.get("finished")?)?,
        unfinished: value.get("unfinished").and_then(read_count),
        doors: read_figure(value.get("doors")?)?,
        days: read_figure(value.get("days")?)?,
    };
    let invited = value.get("invited").filter(|invited| !invited.is_null());
    Some(Report {
        at: Timestamp::from_ms(value.get("at")?.as_i64()?),
        phase: match value.get("phase")?.as_str()? {
            "preview" => Phase::Preview,
            "announced" => Phase::Announced,
            "open" => Phase::Open,
            _ => Phase::Closed,
        },
        taking,
        invited: invited
            .and_then(|invited| Some((number(invited.get("made")?)?, read_count(invited.get("answered")?)?))),
        missing: value.get("missing").and_then(|missing| list(missing, read_group)),
        strata: value.get("strata").and_then(read_tables).unwrap_or_default(),
        by_door: value.get("byDoor").and_then(read_tables).unwrap_or_default(),
        replies: value.get("replies").and_then(read_figure),
        came: value.get("came").and_then(read_tables).unwrap_or_default(),
        weighted: value.get("weighted").and_then(read_weighting),
        findings: list(value.get("findings")?, read_finding)?,
        texts: Vec::new(),
    })
}

fn read_tables(value: &Value) -> Option<Vec<(String, PublicFigure)>> {
    list(value, |table| Some((text(table.get("question")?)?, read_figure(table.get("figure")?)?)))
}

/// Without what each answer counts for: that is of persons.
fn weighting(weighted: &Weighted) -> Value {
    let Weighted { margins, answered, effective, off, together, questions, each: _ } = weighted;
    let row = |row: &WeightedRow| json!({ "label": row.label, "percent": row.raw, "weightedPercent": row.weighted });
    let question = |asked: &WeightedQuestion| {
        let rows: Vec<Value> = asked.rows.iter().map(row).collect();
        json!({ "key": asked.key, "label": asked.label, "rows": rows })
    };
    json!({
        "by": margins,
        "answered": answered,
        "effective": effective,
        "off": off,
        "together": together,
        "questions": questions.iter().map(question).collect::<Vec<_>>(),
    })
}

fn read_weighting(value: &Value) -> Option<Weighted> {
    let row = |value: &Value| {
        Some(WeightedRow {
            label: text(value.get("label")?)?,
            raw: value.get("percent")?.as_f64()?,
            weighted: value.get("weightedPercent")?.as_f64()?,
        })
    };
    let question = |value: &Value| {
        Some(WeightedQuestion {
            key: text(value.get("key")?)?,
            label: text(value.get("label")?)?,
            rows: list(value.get("rows")?, row)?,
        })
    };
    Some(Weighted {
        margins: list(value.get("by")?, text)?,
        answered: number(value.get("answered")?)?,
        effective: number(value.get("effective")?)?,
        off: value.get("off")?.as_f64()?,
        together: list(value.get("together")?, text)?,
        questions: list(value.get("questions")?, question)?,
        each: Vec::new(),
    })
}

fn group(missing: &Missing) -> Value {
    let Missing { margin, value, of_people, answered, of_answers } = missing;
    json!({ "question": margin, "answer": value, "percentOfPeople": of_people, "people": answered.map(count),
        "percentOfAnswers": of_answers })
}

fn read_group(value: &Value) -> Option<Missing> {
    Some(Missing {
        margin: text(value.get("question")?)?,
        value: text(value.get("answer")?)?,
        of_people: value.get("percentOfPeople")?.as_f64()?,
        answered: value.get("people").and_then(read_count),
        of_answers: value.get("percentOfAnswers").and_then(Value::as_f64),
    })
}

fn finding(finding: &PublicFinding) -> Value {
    json!({
        "key": finding.key,
        "title": finding.title,
        "language": finding.language.as_str(),
        "words": finding.words,
        "people": count(finding.people),
        "figures": finding.figures.iter().map(figure).collect::<Vec<_>>(),
    })
}

fn read_finding(value: &Value) -> Option<PublicFinding> {
    Some(PublicFinding {
        key: text(value.get("key")?)?,
        title: text(value.get("title")?)?,
        language: Tag::new(value.get("language")?.as_str()?).ok()?,
        words: text(value.get("words")?)?,
        people: read_count(value.get("people")?)?,
        figures: list(value.get("figures")?, read_figure)?,
    })
}

fn figure(figure: &PublicFigure) -> Value {
    let row = |row: &PublicRow| {
        let cells: Vec<Value> = row.cells.iter().map(cell).collect();
        json!({ "label": row.label, "cells": cells, "total": row.total.map(count) })
    };
    json!({
        "caption": figure.caption,
        "look": match figure.look {
            Look::Table => "table",
            Look::Bars => "bars",
            Look::Stacked => "stacked",
            Look::Line => "line",
        },
        "columns": figure.columns,
        "rows": figure.rows.iter().map(row).collect::<Vec<_>>(),
        "totals": figure.totals.as_ref().map(|totals| json!({
            "columns": totals.columns.iter().map(|total| total.map(count)).collect::<Vec<_>>(),
            "all": totals.all.map(count),
        })),
    })
}

fn read_figure(value: &Value) -> Option<PublicFigure> {
    let row = |value: &Value| {
        let cells = list(value.get("cells")?, read_cell)?;
        Some(PublicRow { label: text(value.get("label")?)?, cells, total: value.get("total").and_then(read_count) })
    };
    let totals = |value: &Value| {
        let columns = value.get("columns")?.as_array()?.iter().map(read_count).collect();
        Some(PublicTotals { columns, all: value.get("all").and_then(read_count) })
    };
    Some(PublicFigure {
        caption: text(value.get("caption")?)?,
        look: match value.get("look")?.as_str()? {
            "bars" => Look::Bars,
            "stacked" => Look::Stacked,
            "line" => Look::Line,
            _ => Look::Table,
        },
        columns: list(value.get("columns")?, text)?,
        rows: list(value.get("rows")?, row)?,
        totals: value.get("totals").and_then(totals),
    })
}

/// A count is a number, or what it is fewer than.
fn count(count: PublicCount) -> Value {
    match count {
        PublicCount::Exactly(people) => json!(people),
        PublicCount::FewerThan(limit) => json!({ "fewerThan": limit }),
    }
}

fn read_count(value: &Value) -> Option<PublicCount> {
    let exactly = number(value).map(PublicCount::Exactly);
    exactly.or_else(|| value.get("fewerThan").and_then(number).map(PublicCount::FewerThan))
}

fn cell(cell: &PublicCell) -> Value {
    match cell {
        PublicCell::Empty => Value::Null,
        PublicCell::Text(text) => json!({ "text": text }),
        PublicCell::Number(number) => json!({ "number": number }),
        PublicCell::Count(people) => json!({ "people": count(*people) }),
        PublicCell::Withheld => json!({ "people": "withheld" }),
        PublicCell::Average(value, people) => json!({ "average": value, "people": count(*people) }),
    }
}

fn read_cell(value: &Value) -> Option<PublicCell> {
    if value.is_null() {
        return Some(PublicCell::Empty);
    }
    if let Some(words) = value.get("text") {
        return text(words).map(PublicCell::Text);
    }
    if let Some(number) = value.get("number") {
        return number.as_f64().map(PublicCell::Number);
    }
    let people = value.get("people")?;
    match value.get("average") {
        Some(average) => Some(PublicCell::Average(average.as_f64(), read_count(people)?)),
        None if people == "withheld" => Some(PublicCell::Withheld),
        None => read_count(people).map(PublicCell::Count),
    }
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(read).collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn number(value: &Value) -> Option<u32> {
    u32::try_from(value.as_u64()?).ok()
}
