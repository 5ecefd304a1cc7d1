//! `/{lang}/staff/colleagues`: who may come in, and what they may do. For operators.

use super::claim::refuse_account;
use super::form::{Choice, Field, Filled, Form, Wrongs};
use super::insider::{Answer, Insider, Sent};
use super::room::{Cell, Done, Post, Room, Table};
use crate::problem::Problem;
use crate::view::Fragment;
use app::staff::AccountError;
use axum::extract::{Path, Query};
use model::{Account, AccountId, Role};

pub(crate) async fn list(insider: Insider, Query(done): Query<Done>) -> Answer {
    insider.may(Role::Operator)?;
    let row = |account: &Account| {
        let role = if account.open { format!("staff-role-{}", account.role) } else { "staff-closed".to_owned() };
        let factor = if account.second_factor.is_some() { "staff-yes" } else { "staff-no" };
        vec![
            Cell::link(account.name.clone(), insider.to(&format!("colleagues/{}", account.id.0))),
            Cell::text(account.login.clone()),
            Cell::text(insider.text(&role)),
            Cell::text(insider.text(factor)),
            Cell::text(insider.ago(account.last_login)),
        ]
    };
    let accounts = insider.staff.accounts().map_err(Problem::internal)?;
    let room = Room {
        title: insider.text("staff-room-colleagues"),
        lead: Some(insider.text("staff-colleagues-lead")),
        told: insider.told(done.done.as_deref()),
        actions: vec![insider.link("colleagues/new", "colleague-add")],
        tables: vec![Table {
            title: None,
            head: insider.head(&["name", "login", "role", "factor", "last-login"]),
            rows: accounts.iter().map(row).collect(),
            empty: String::new(),
        }],
        ..Room::default()
    };
    insider.room("colleagues", &room)
}

pub(crate) async fn new(insider: Insider) -> Answer {
    insider.may(Role::Operator)?;
    insider.show(&ask_new(&insider))
}

pub(crate) async fn create(Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Operator)?;
    let role = filled.get("role").parse().map_err(|_| Problem::bad_form())?;
    let (login, name) = (filled.get("login"), filled.get("name"));
    match insider.staff.invite(&insider.own, login, name, role, insider.reader.now).await {
        Ok(password) => hand_over(&insider, login, password),
        Err(error) => again(&insider, ask_new(&insider), &filled, error),
    }
}

pub(crate) async fn edit(insider: Insider, Path((_, id)): Path<(String, u32)>) -> Answer {
    insider.may(Role::Operator)?;
    insider.show(&ask_role(&insider, &found(&insider, id)?))
}

pub(crate) async fn change(Path((_, id)): Path<(String, u32)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Operator)?;
    let account = found(&insider, id)?;
    let open = filled.get("role") != "closed";
    let role = if open { filled.get("role").parse().map_err(|_| Problem::bad_form())? } else { account.role };
    match insider.staff.change_account(&insider.own, AccountId(id), role, open, insider.reader.now) {
        Ok(()) => Ok(insider.done("colleagues", "account-changed")),
        Err(error) => again(&insider, ask_role(&insider, &account), &filled, error),
    }
}

pub(crate) async fn reset(Path((_, id)): Path<(String, u32)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Operator)?;
    let account = found(&insider, id)?;
    match insider.staff.reset(&insider.own, AccountId(id), insider.reader.now).await {
        Ok(password) => hand_over(&insider, &account.login, password),
        Err(error) => again(&insider, ask_role(&insider, &account), &filled, error),
    }
}

/// Shows once what a colleague comes in with once.
fn hand_over(insider: &Insider, login: &str, password: String) -> Answer {
    let room = Room {
        title: insider.text("staff-hand-over-title"),
        lead: Some(insider.text("staff-hand-over-lead")),
        facts: vec![insider.fact("login", login)],
        texts: vec![Fragment::plain(password)],
        actions: vec![insider.link("colleagues", "recovery-kept")],
        ..Room::default()
    };
    insider.room("colleagues", &room)
}

fn again(insider: &Insider, form: Form, filled: &Filled, error: AccountError) -> Answer {
    if let AccountError::Store(error) = error {
        return Err(Problem::internal(error));
    }
    let mut wrongs = Wrongs::default();
    refuse_account(&mut wrongs, &insider.reader, &error);
    insider.show(&form.with(filled, wrongs))
}

fn found(insider: &Insider, id: u32) -> Result<Account, Problem> {
    let accounts = insider.staff.accounts().map_err(Problem::internal)?;
    accounts.into_iter().find(|account| account.id.0 == id).ok_or_else(Problem::not_found)
}

fn roles(insider: &Insider, chosen: Option<Role>) -> Vec<Choice> {
    let choice = |role: Role| Choice {
        value: role.name().to_owned(),
        label: insider.text(&format!("staff-role-{role}-can")),
        chosen: chosen == Some(role),
    };
    Role::ALL.into_iter().map(choice).collect()
}

fn ask_new(insider: &Insider) -> Form {
    let reader = &insider.reader;
    Form {
        title: reader.text("staff-colleague-add"),
        lead: Some(reader.text("staff-colleague-add-lead")),
        action: insider.to("colleagues/new"),
        fields: vec![
            Field::text(reader, "name", "own-name", ""),
            Field::text(reader, "login", "login", ""),
            Field::radio(reader, "role", "role", roles(insider, Some(Role::Steward))),
        ],
        submit: reader.text("staff-colleague-add"),
        back: Some(insider.to("colleagues")),
        ..Form::default()
    }
}

fn ask_role(insider: &Insider, account: &Account) -> Form {
    let reader = &insider.reader;
    let mut choices = roles(insider, account.open.then_some(account.role));
    let closed = Choice { value: "closed".to_owned(), label: reader.text("staff-close"), chosen: !account.open };
    choices.push(closed);
    Form {
        title: account.name.clone(),
        action: insider.to(&format!("colleagues/{}", account.id.0)),
        fields: vec![Field::radio(reader, "role", "role", choices)],
        submit: reader.text("staff-save"),
        back: Some(insider.to("colleagues")),
        also: account.open.then(|| Post {
            action: insider.to(&format!("colleagues/{}/reset", account.id.0)),
            text: reader.text("staff-reset"),
            token: insider.own.form_token.clone(),
            grave: true,
            ..Post::default()
        }),
        ..Form::default()
    }
}
