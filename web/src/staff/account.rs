//! `/{lang}/staff/account`: one's own password and second factor.

use super::claim::refuse_account;
use super::form::{Field, Filled, Form, Wrongs};
use super::insider::{Answer, Insider, Sent};
use super::room::{Done, Room};
use crate::problem::Problem;
use crate::view::Fragment;
use app::staff::AccountError;
use axum::extract::Query;
use qrcode::QrCode;
use qrcode::render::svg;

pub(crate) async fn get(insider: Insider, Query(done): Query<Done>) -> Answer {
    let own = &insider.own;
    let factor = if own.second_factor {
        let left = u32::try_from(own.recovery_left).unwrap_or(0);
        insider.reader.speaker.text("staff-factor-on", &[("count", left.into())])
    } else {
        insider.text("staff-factor-off")
    };
    let room = Room {
        title: insider.text("staff-account-title"),
        told: insider.told(done.done.as_deref()),
        facts: vec![
            insider.fact("own-name", own.name.clone()),
            insider.fact("login", own.login.clone()),
            insider.fact("role", insider.text(&format!("staff-role-{}", own.role))),
            insider.fact("factor", factor),
        ],
        actions: vec![
            insider.link("account/factor", "factor-set"),
            super::room::Link { quiet: true, ..insider.link("account/password", "password-change") },
        ],
        ..Room::default()
    };
    insider.room("account", &room)
}

pub(crate) async fn password(insider: Insider) -> Answer {
    insider.show(&ask_password(&insider))
}

pub(crate) async fn post_password(Sent { insider, filled }: Sent) -> Answer {
    let (old, new) = (filled.raw("old"), filled.raw("password"));
    match insider.staff.change_password(&insider.own, old, new, insider.reader.now).await {
        Ok(()) => Ok(insider.done("account", "password")),
        Err(AccountError::Store(error)) => Err(Problem::internal(error)),
        Err(error) => {
            let mut wrongs = Wrongs::default();
            refuse_account(&mut wrongs, &insider.reader, &error);
            insider.show(&ask_password(&insider).with(&filled, wrongs))
        }
    }
}

pub(crate) async fn factor(insider: Insider) -> Answer {
    insider.show(&ask_factor(&insider, None))
}

/// The form carries the key until the phone has shown that it knows it.
pub(crate) async fn post_factor(Sent { insider, filled }: Sent) -> Answer {
    let Some(key) = key_of(&filled) else { return Err(Problem::bad_form()) };
    match insider.staff.set_factor(&insider.own, key, filled.get("code"), insider.reader.now) {
        Ok(codes) => {
            let room = Room {
                title: insider.text("staff-recovery-title"),
                told: insider.told(Some("factor")),
                lead: Some(insider.text("staff-recovery-lead")),
                texts: vec![Fragment::plain(codes.join("\n"))],
                actions: vec![insider.link("", "recovery-kept")],
                ..Room::default()
            };
            insider.room("account", &room)
        }
        Err(AccountError::Store(error)) => Err(Problem::internal(error)),
        Err(_) => {
            let mut wrongs = Wrongs::default();
            let empty = filled.get("code").is_empty();
            wrongs.add(&insider.reader, "code", if empty { "factor-missing" } else { "factor" });
            insider.show(&ask_factor(&insider, Some(key)).with(&filled, wrongs))
        }
    }
}

fn key_of(filled: &Filled) -> Option<[u8; 20]> {
    let digits = filled.get("key");
    let mut key = [0; 20];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(key)
}

fn ask_password(insider: &Insider) -> Form {
    let reader = &insider.reader;
    Form {
        title: reader.text("staff-password-title"),
        lead: insider.own.must_choose.then(|| reader.text("staff-password-choose")),
        action: insider.to("account/password"),
        fields: vec![
            Field::password(reader, "old", "old-password", "current-password"),
            Field::password(reader, "password", "new-password", "new-password"),
        ],
        submit: reader.text("staff-save"),
        back: (!insider.own.must_choose).then(|| insider.to("account")),
        ..Form::default()
    }
}

fn ask_factor(insider: &Insider, key: Option<[u8; 20]>) -> Form {
    let reader = &insider.reader;
    let (key, fresh) = insider.staff.fresh_factor(&insider.own, key);
    let digits: String = key.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(hex_digit).collect();
    let drawn = QrCode::new(fresh.address.as_bytes());
    let picture = drawn.map(|code| code.render::<svg::Color<'_>>().min_dimensions(220, 220).build()).ok();
    Form {
        title: reader.text("staff-factor-title"),
        lead: Some(reader.text("staff-factor-lead")),
        action: insider.to("account/factor"),
        fields: vec![
            Field::hidden("key", &digits),
            Field::code(reader, "code", "factor-code", "").autocomplete("one-time-code"),
        ],
        submit: reader.text("staff-factor-do"),
        picture: picture.map(|svg| svg.split_once("?>").map_or(svg.clone(), |(_, rest)| rest.to_owned())),
        typed: Some(fresh.secret),
        links: vec![(insider.to(""), reader.text("staff-not-now"))],
        ..Form::default()
    }
}

fn hex_digit(four: u8) -> char {
    char::from_digit(four.into(), 16).unwrap_or('0')
}
