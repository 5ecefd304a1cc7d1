//! `/{lang}/panel/me`: a member's own page. Its link comes by letter; from then on its code travels in forms, and never again in an address.

use super::front::named;
use super::join::{ADDRESS_CHARS_MAX, ANSWERED_AFTER};
use super::{Lobby, private};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::take_part::{Arrived, Pairs, date};
use crate::view::Fragment;
use app::{Client, OwnPage, OwnQuestion, PanelChanges};
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use model::activity::{Activity, Code, Phase};
use model::{Language, MailAddress, Membership, PanelChoice, Slug};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Activities that somebody can say they took part in.
const TOOK_PART_MAX: usize = 12;

/// The page, at each of its steps.
#[derive(Debug, Default, Serialize)]
struct Own {
    name: Option<Fragment>,
    front: String,
    join: String,
    action: String,
    /// `ask` for an address, `sent`, `confirm`, `page`, `sure` to leave, `gone`, or `old`: the link leads nowhere.
    step: &'static str,
    me: String,
    typed: String,
    wrong: Option<&'static str>,
    /// What was just done, as the key of its text.
    told: Option<&'static str>,
    /// The address so that its owner knows it.
    address: String,
    since: String,
    resting: bool,
    items: Vec<Item>,
    interests: Vec<Choice>,
    took_part: Vec<Choice>,
    languages: Vec<Choice>,
    questions: Vec<Question>,
}

/// Something that may be told.
#[derive(Debug, Serialize)]
struct Item {
    id: String,
    name: Fragment,
    reason: Fragment,
    options: Vec<Choice>,
    /// Several of them may be told.
    several: bool,
    /// Nothing is told.
    untold: bool,
}

#[derive(Debug, Serialize)]
struct Choice {
    value: String,
    label: Fragment,
    chosen: bool,
}

/// Something they were asked.
#[derive(Debug, Serialize)]
struct Question {
    id: String,
    name: Fragment,
    at: String,
    is_open: bool,
    answered: bool,
}

/// Who came, and with what.
struct Caller<'a> {
    reader: &'a Reader,
    lobby: Lobby,
    client: Client,
}

impl<'a> Caller<'a> {
    fn of(reader: &'a Reader) -> Result<Self, Problem> {
        let lobby = Lobby::of(&reader.portal)?;
        let client = lobby.hall.app.client(reader.line.from, reader.now);
        Ok(Self { reader, lobby, client })
    }

    fn blank(&self, step: &'static str) -> Own {
        let front = format!("/{}/panel", self.reader.language());
        Own {
            name: Some(named(&self.lobby.plan, self.reader).0),
            join: format!("{front}/join"),
            action: format!("{front}/me"),
            front,
            step,
            ..Own::default()
        }
    }

    fn answer(&self, own: &Own) -> Result<Response, Problem> {
        let key = match own.step {
            "confirm" => "panel-confirm",
            "sent" => "panel-sent",
            "gone" => "panel-gone",
            _ => "panel-me",
        };
        private(self.reader, "panel/own.html", self.reader.text(key), own)
    }

    /// The page of whoever holds a code, or that the link leads nowhere.
    async fn page(&self, code: Code, told: Option<&'static str>, step: &'static str) -> Result<Own, Problem> {
        let (client, now) = (self.client, self.reader.now);
        let found = self.lobby.work(move |app| app.panel_page(&code, Some(client), now)).await?;
        Ok(match found {
            Some(page) => self.filled(&page, &code, told, step),
            None => self.blank("old"),
        })
    }

    fn filled(&self, page: &OwnPage, code: &Code, told: Option<&'static str>, step: &'static str) -> Own {
        let (reader, member, plan) = (self.reader, &page.member, &self.lobby.plan);
        let language = reader.language();
        let choice = |own: &PanelChoice, chosen: bool| Choice {
            value: own.id.to_string(),
            label: Fragment::of(&own.name, language),
            chosen,
        };
        let item = |item: &model::ProfileItem| {
            let told = member.profile.get(item.id.as_str());
            let options =
                item.options.iter().map(|own| choice(own, told.is_some_and(|told| told.contains(own.id.as_str()))));
            Item {
                id: item.id.to_string(),
                name: Fragment::of(&item.name, language),
                reason: Fragment::of(&item.reason, language),
                options: options.collect(),
                several: item.several,
                untold: told.is_none(),
            }
        };
        let all = self.lobby.hall.app.activity_list();
        let interests = plan.interests.iter().map(|own| choice(own, member.interests.contains(own.id.as_str())));
        let has_been = |activity: &&Activity| {
            matches!(activity.phase(reader.now), Phase::Open | Phase::Closed)
                && plan.welcome != Some(activity.id.clone())
        };
        let took_part = all.iter().filter(has_been).take(TOOK_PART_MAX).map(|activity| Choice {
            value: activity.id.to_string(),
            label: Fragment::of(&activity.title, language),
            chosen: member.took_part.contains(&activity.id),
        });
        let tongues = reader.municipality.languages.iter().map(|tongue| Choice {
            value: tongue.tag().to_owned(),
            label: Fragment::plain(words::own_name(*tongue)),
            chosen: *tongue == member.language,
        });
        Own {
            me: code.to_string(),
            told,
            address: member.address.veiled(),
            since: date(member.consented_at, reader),
            resting: member.membership == Membership::Resting,
            items: plan.profile.iter().map(item).collect(),
            interests: interests.collect(),
            took_part: took_part.collect(),
            languages: tongues.collect(),
            questions: page.questions.iter().map(|asked| question(asked, &all, reader)).collect(),
            ..self.blank(step)
        }
    }
}

fn question(asked: &OwnQuestion, all: &[Activity], reader: &Reader) -> Question {
    let activity = all.iter().find(|activity| activity.id == asked.activity);
    Question {
        id: asked.activity.to_string(),
        name: activity.map_or_else(
            || Fragment::plain(asked.activity.to_string()),
            |activity| Fragment::of(&activity.title, reader.language()),
        ),
        at: date(asked.at, reader),
        is_open: asked.is_open,
        answered: asked.answered,
    }
}

/// `GET /{lang}/panel/me`: who has no link can have one sent.
pub(super) async fn ask(reader: Reader) -> Result<Response, Problem> {
    let caller = Caller::of(&reader)?;
    caller.answer(&caller.blank("ask"))
}

/// `GET /{lang}/panel/me/{code}`: the link of a letter.
pub(super) async fn get(reader: Reader, Path((_, code)): Path<(String, String)>) -> Result<Response, Problem> {
    let caller = Caller::of(&reader)?;
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    caller.answer(&caller.page(code, None, "page").await?)
}

/// `GET /{lang}/panel/confirm/{code}`: the link of the letter to somebody who wants to join. Programs that look at mail follow links, so
/// it takes a button.
pub(super) async fn confirm(reader: Reader, Path((_, code)): Path<(String, String)>) -> Result<Response, Problem> {
    let caller = Caller::of(&reader)?;
    let code = Code::parse(&code).ok_or_else(Problem::not_found)?;
    let (client, now) = (caller.client, reader.now);
    let is_waiting = caller.lobby.work(move |app| app.is_panel_invitation(&code, Some(client), now)).await?;
    if is_waiting {
        return caller.answer(&Own { me: code.to_string(), ..caller.blank("confirm") });
    }
    caller.answer(&caller.page(code, None, "page").await?)
}

/// `POST /{lang}/panel/me`: what the page's buttons do.
pub(super) async fn post(reader: Reader, arrived: Arrived) -> Result<Response, Problem> {
    let caller = Caller::of(&reader)?;
    let pairs = &arrived.pairs;
    let what = pairs.get("do");
    if what == "link" {
        return send_link(&caller, pairs).await;
    }
    let Some(code) = Code::parse(pairs.get("me")) else { return caller.answer(&caller.blank("ask")) };
    let (client, now) = (Some(caller.client), reader.now);
    if let Some(id) = what.strip_prefix("answer/").and_then(|id| Slug::new(id).ok()) {
        let activity = id.clone();
        let found = caller.lobby.work(move |app| app.answer_from_panel_page(&code, &activity, client, now)).await?;
        let to = found.map(|link| format!("/{}/invited/{id}/{link}", reader.language()));
        return match to {
            Some(to) => Ok(([(CACHE_CONTROL, "no-store")], Redirect::to(&to)).into_response()),
            None => caller.answer(&caller.page(code, None, "page").await?),
        };
    }
    match what {
        "confirm" => {
            let found = caller.lobby.work(move |app| app.confirm_panel(&code, client, now)).await?;
            match found {
                Some(code) => caller.answer(&caller.page(code, Some("panel-told-welcome"), "page").await?),
                None => caller.answer(&caller.blank("old")),
            }
        }
        "export" => export(&caller, code).await,
        "leave" => caller.answer(&caller.page(code, None, "sure").await?),
        "leave-now" => {
            let left = caller.lobby.work(move |app| app.leave_panel(&code, client, now)).await?;
            caller.answer(&caller.blank(if left { "gone" } else { "old" }))
        }
        "save" => {
            let changes = changes(pairs, &caller);
            caller.lobby.work(move |app| app.change_panel_page(&code, changes, client, now)).await?;
            caller.answer(&caller.page(code, Some("panel-told-saved"), "page").await?)
        }
        _ => caller.answer(&caller.page(code, None, "page").await?),
    }
}

async fn send_link(caller: &Caller<'_>, pairs: &Pairs) -> Result<Response, Problem> {
    let typed: String = pairs.get("address").trim().chars().take(ADDRESS_CHARS_MAX).collect();
    let Ok(address) = typed.parse::<MailAddress>() else {
        return caller.answer(&Own { typed, wrong: Some("panel-wrong-address"), ..caller.blank("ask") });
    };
    if pairs.get("website").is_empty() {
        let (client, language, now) = (caller.client, caller.reader.language(), caller.reader.now);
        let letter = caller.lobby.work(move |app| app.send_panel_link(&address, language, Some(client), now));
        let (written, ()) = tokio::join!(letter, tokio::time::sleep(ANSWERED_AFTER));
        written?;
    } else {
        tokio::time::sleep(ANSWERED_AFTER).await;
    }
    caller.answer(&Own { typed, ..caller.blank("sent") })
}

fn changes(pairs: &Pairs, caller: &Caller<'_>) -> PanelChanges {
    let items = caller.lobby.plan.profile.iter().map(|item| item.id.to_string());
    let told = items.map(|id| (id.clone(), pairs.all(&format!("item.{id}")).map(str::to_owned).collect()));
    let profile: BTreeMap<String, Vec<String>> = told.collect();
    let interests: BTreeSet<String> = pairs.all("interest").map(str::to_owned).collect();
    let took_part = pairs.all("took-part").filter_map(|id| Slug::new(id).ok()).collect();
    let tongue = pairs.get("language").parse::<Language>().ok();
    let spoken = tongue.filter(|tongue| caller.reader.municipality.languages.contains(tongue));
    let resting = pairs.get("letters") == "no";
    PanelChanges {
        profile,
        interests,
        took_part,
        language: spoken.unwrap_or(caller.reader.language()),
        membership: if resting { Membership::Resting } else { Membership::Active },
    }
}

async fn export(caller: &Caller<'_>, code: Code) -> Result<Response, Problem> {
    let (client, now) = (Some(caller.client), caller.reader.now);
    let found = caller.lobby.work(move |app| app.export_panel_page(&code, client, now)).await?;
    let Some(text) = found else { return caller.answer(&caller.blank("old")) };
    let headers = [
        (CONTENT_TYPE, "application/json; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"panel.json\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}
