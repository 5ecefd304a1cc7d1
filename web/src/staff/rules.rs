//! `/{lang}/staff/rules`: when the box says something by itself, how each rule stands, and what waits for a second pair of eyes.

mod edit;

use super::insider::{Answer, Insider, Sent};
use super::room::{Cell, Done, Fact, Post, Room, Table};
use crate::problem::Problem;
use crate::router::Way;
use crate::view::Fragment;
use app::{Change, Edit, Item, Revision, RuleReport};
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use engagement::rules::Stand;
use model::{Author, PublicationRecord, Role, RuleText, Slug};

/// Posts that are shown of all that were made.
const POSTS_MAX: usize = 50;

/// The rooms of rules and of what they say.
pub(super) fn rooms() -> Vec<Way> {
    vec![
        ("/{lang}/staff/rules", get(list)),
        ("/{lang}/staff/rules/new", get(edit::new).post(edit::create)),
        ("/{lang}/staff/rules/{id}", get(show)),
        ("/{lang}/staff/rules/{id}/edit", get(edit::edit).post(edit::change)),
        ("/{lang}/staff/rules/{id}/on", post(on)),
        ("/{lang}/staff/rules/{id}/off", post(off)),
        ("/{lang}/staff/rules/{id}/remove", get(ask).post(remove)),
    ]
}

async fn list(insider: Insider, Query(done): Query<Done>) -> Answer {
    let now = insider.reader.now;
    let reports = insider.staff.rules().map_err(Problem::internal)?;
    let waiting = insider.staff.publications_waiting(now).map_err(Problem::internal)?;
    let newest = insider.staff.publications(POSTS_MAX).map_err(Problem::internal)?;
    let row = |report: &RuleReport| {
        vec![
            Cell::link(report.rule.id.to_string(), insider.to(&format!("rules/{}", report.rule.id))),
            Cell::fragment(insider.english(report.rule.wording.clone())),
            insider.stand(report),
            Cell::text(insider.ago(report.last_post)),
        ]
    };
    let mut tables = vec![Table {
        title: None,
        head: insider.head(&["name", "rule-when", "outbox-state", "rule-last"]),
        rows: reports.iter().map(row).collect(),
        empty: insider.text("staff-rules-none"),
    }];
    if !waiting.is_empty() {
        let rows = waiting.iter().map(|waiting| insider.post_row(&waiting.record)).collect();
        tables.insert(0, insider.posts("staff-posts-waiting", rows));
    }
    let past = newest.iter().filter(|record| !record.is_waiting());
    tables.push(insider.posts("staff-posts-past", past.map(|record| insider.post_row(record)).collect()));
    let steward = insider.own.role >= Role::Steward;
    let room = Room {
        title: insider.text("staff-room-rules"),
        lead: Some(insider.text("staff-rules-lead")),
        told: insider.told(done.done.as_deref()),
        actions: if steward { vec![insider.link("rules/new", "rule-new")] } else { Vec::new() },
        tables,
        ..Room::default()
    };
    insider.room("rules", &room)
}

async fn show(insider: Insider, Path((_, id)): Path<(String, String)>, Query(done): Query<Done>) -> Answer {
    let report = insider.rule(&id)?;
    let rule = &report.rule;
    let stand = insider.stand(&report);
    let mut facts: Vec<Fact> = vec![
        insider.fact_of("rule-when", insider.english(rule.wording.clone())),
        insider.fact("outbox-state", stand.text),
        insider.fact("rule-last", insider.ago(report.last_post)),
        insider.fact("rule-at-most", insider.reader.speaker.number(rule.at_most.into(), 0)),
    ];
    if rule.approval {
        facts.push(insider.fact("rule-approval", insider.text("yes")));
    }
    let posts = |table: Vec<PublicationRecord>| {
        table
            .iter()
            .filter(|record| record.author == Author::Rule(rule.id.to_string()))
            .map(|r| insider.post_row(r))
            .collect()
    };
    let newest = insider.staff.publications(POSTS_MAX * 10).map_err(Problem::internal)?;
    let steward = insider.own.role >= Role::Steward;
    let item = Item::Rule(rule.id.clone());
    let seen = insider.staff.revision(&item);
    let (verb, key) = if rule.off { ("on", "staff-rule-switch-on") } else { ("off", "staff-rule-switch-off") };
    let switch = Post {
        action: insider.to(&format!("rules/{id}/{verb}")),
        text: insider.text(key),
        token: insider.own.form_token.clone(),
        fields: vec![("seen".to_owned(), seen.as_ref().map_or("", Revision::as_str).to_owned())],
        grave: !rule.off,
        ..Post::default()
    };
    let actions =
        [insider.link(&format!("rules/{id}/edit"), "change"), insider.quiet(&format!("rules/{id}/remove"), "remove")];
    let room = Room {
        title: rule.id.to_string(),
        told: insider.told(done.done.as_deref()),
        facts,
        texts: rule.texts.iter().map(shown).collect(),
        posts: if steward { vec![switch] } else { Vec::new() },
        actions: if steward { actions.into() } else { Vec::new() },
        tables: vec![insider.posts("staff-posts-past", posts(newest))],
        back: Some(insider.to("rules")),
        ..Room::default()
    };
    insider.room("rules", &room)
}

/// A text with its gaps, as it was written.
fn shown(text: &RuleText) -> Fragment {
    Fragment { text: format!("{}\n\n{}", text.title, text.body), lang: Some(text.language.tag()) }
}

async fn on(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    silence(&insider, &id, false, filled.some("seen"))
}

async fn off(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    silence(&insider, &id, true, filled.some("seen"))
}

fn silence(insider: &Insider, id: &str, off: bool, seen: Option<&str>) -> Answer {
    insider.may(Role::Steward)?;
    let rule = insider.rule(id)?.rule.id;
    let what = if off { "rule-off" } else { "rule-on" };
    let edit = Edit { change: Change::Silence { rule, off }, seen: seen.map(Revision::from_form) };
    match insider.staff.change(&insider.own, what, id, &[edit], insider.reader.now) {
        Ok(()) => Ok(insider.done(&format!("rules/{id}"), what)),
        // A colleague was faster: it is shown as it is now.
        Err(app::staff::ChangeError::Edit(_)) => Ok(insider.done(&format!("rules/{id}"), "outbox-too-late")),
        Err(error) => Err(Problem::internal(error)),
    }
}

async fn ask(insider: Insider, Path((_, id)): Path<(String, String)>) -> Answer {
    insider.may(Role::Steward)?;
    let item = Item::Rule(Slug::new(&id).map_err(|_| Problem::not_found())?);
    insider.show(&insider.ask_remove(&format!("rules/{id}"), &id, &item))
}

async fn remove(Path((_, id)): Path<(String, String)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let item = Item::Rule(Slug::new(&id).map_err(|_| Problem::not_found())?);
    let form = insider.ask_remove(&format!("rules/{id}"), &id, &item);
    insider.take_away("rule-removed", (&id, item), "rules", form, &filled)
}

impl Insider {
    fn rule(&self, id: &str) -> Result<RuleReport, Problem> {
        let reports = self.staff.rules().map_err(Problem::internal)?;
        reports.into_iter().find(|report| report.rule.id.as_str() == id).ok_or_else(Problem::not_found)
    }

    /// How a rule stands, and why it says nothing.
    fn stand(&self, report: &RuleReport) -> Cell {
        if let Some(slot) = report.unfilled {
            let slot = format!("{{{}}}", slot.word());
            let text = self.reader.speaker.text("staff-rule-is-unfilled", &[("slot", (&slot).into())]);
            return Cell::state(text, "busy");
        }
        let Some(stand) = report.stand else { return Cell::state(self.text("staff-rule-is-new"), "usual") };
        let (word, at, colour) = match stand {
            Stand::Off => ("off", None, "silent"),
            Stand::TimeUnknown => ("time-unknown", None, "silent"),
            Stand::Silent => ("silent", None, "silent"),
            Stand::No => ("no", None, "usual"),
            Stand::Soon(at) => ("soon", Some(at), "busy"),
            Stand::Told(at) => ("told", Some(at), "calm"),
            Stand::Quiet(at) => ("quiet", Some(at), "usual"),
            Stand::Enough(at) => ("enough", Some(at), "usual"),
            Stand::Next(at) => ("next", Some(at), "usual"),
            Stand::Waits => ("waits", None, "usual"),
            Stand::Spoke => ("spoke", None, "calm"),
        };
        let moment = at.map(|at| self.moment(at)).unwrap_or_default();
        let args = [("moment", (&moment).into())];
        let args = if at.is_some() { &args[..] } else { &[] };
        Cell::state(self.reader.speaker.text(&format!("staff-rule-is-{word}"), args), colour)
    }
}
