//! `/{lang}/staff/login`, `/code`, `/logout`: in with password and second factor, and out again.

use super::cookies::{self, DEVICE, DEVICE_HOLDS, SESSION};
use super::form::{Field, Filled, Form, Wrongs};
use super::insider::{Answer, Doorstep, Sent};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::view::Fragment;
use app::staff::{Admitted, LogInError, SESSION_HOLDS};
use axum::response::{IntoResponse, Redirect, Response};
use std::time::Duration;

pub(crate) async fn get(doorstep: Doorstep) -> Answer {
    doorstep.reader.form(&ask_password(&doorstep.reader), None)
}

pub(crate) async fn post(doorstep: Doorstep, filled: Filled) -> Answer {
    let (reader, staff) = (&doorstep.reader, &doorstep.staff);
    let device = cookies::read(&doorstep.headers, DEVICE);
    let (login, password) = (filled.get("login"), filled.raw("password"));
    let mut wrongs = Wrongs::default();
    if login.is_empty() || password.is_empty() {
        wrongs.add(reader, if login.is_empty() { "login" } else { "password" }, "login-missing");
        return reader.form(&ask_password(reader).with(&filled, wrongs), None);
    }
    match staff.log_in(login, password, doorstep.from, device.as_deref(), reader.now).await {
        Ok(came) => Ok(admitted(reader, &came, if came.half_way { "code" } else { "" })),
        Err(error) => {
            refuse(&mut wrongs, reader, error, "login")?;
            reader.form(&ask_password(reader).with(&filled, wrongs), None)
        }
    }
}

pub(crate) async fn code(doorstep: Doorstep) -> Answer {
    doorstep.reader.form(&ask_code(&doorstep.reader), None)
}

pub(crate) async fn post_code(doorstep: Doorstep, filled: Filled) -> Answer {
    let reader = &doorstep.reader;
    let mut wrongs = Wrongs::default();
    if filled.get("code").is_empty() {
        wrongs.add(reader, "code", "code-missing");
        return reader.form(&ask_code(reader).with(&filled, wrongs), None);
    }
    let cookie = cookies::read(&doorstep.headers, SESSION).unwrap_or_default();
    match doorstep.staff.show_factor(&cookie, filled.get("code"), reader.now) {
        Ok(came) => Ok(admitted(reader, &came, "")),
        Err(error) => {
            refuse(&mut wrongs, reader, error, "code")?;
            reader.form(&ask_code(reader).with(&filled, wrongs), None)
        }
    }
}

pub(crate) async fn out(Sent { insider, .. }: Sent) -> Answer {
    insider.staff.log_out(&insider.own, insider.reader.now).map_err(Problem::internal)?;
    let mut response = Redirect::to(&insider.to("login")).into_response();
    cookies::set(&mut response, SESSION, "", Duration::ZERO);
    Ok(response)
}

/// Hands out the cookies and goes on.
pub(crate) fn admitted(reader: &Reader, came: &Admitted, path: &str) -> Response {
    let mut response = Redirect::to(&format!("/{}/staff/{path}", reader.language())).into_response();
    cookies::set(&mut response, SESSION, &came.session, SESSION_HOLDS);
    if let Some(device) = &came.device {
        cookies::set(&mut response, DEVICE, device, DEVICE_HOLDS);
    }
    response
}

/// How long to wait, in words.
pub(crate) fn wait_text(reader: &Reader, wait: Duration) -> String {
    let minutes = u32::try_from(wait.as_secs().div_ceil(60)).unwrap_or(u32::MAX);
    reader.speaker.text("staff-wrong-wait", &[("minutes", minutes.into())])
}

fn refuse(wrongs: &mut Wrongs, reader: &Reader, error: LogInError, what: &str) -> Result<(), Problem> {
    match error {
        LogInError::Wrong => wrongs.add(reader, what, what),
        LogInError::Wait(wait) => wrongs.say(what, Fragment::plain(wait_text(reader, wait))),
        LogInError::Busy => wrongs.add(reader, "", "busy"),
        LogInError::Store(error) => return Err(Problem::internal(error)),
    }
    Ok(())
}

fn ask_password(reader: &Reader) -> Form {
    Form {
        title: reader.text("staff-login-title"),
        description: Some(reader.text("staff-login-description")),
        action: format!("/{}/staff/login", reader.language()),
        fields: vec![
            Field::text(reader, "login", "login-own", "").autocomplete("username"),
            Field::password(reader, "password", "password", "current-password"),
        ],
        submit: reader.text("staff-login-do"),
        links: vec![(format!("/{}/staff/claim", reader.language()), reader.text("staff-lost-access"))],
        ..Form::default()
    }
}

fn ask_code(reader: &Reader) -> Form {
    Form {
        title: reader.text("staff-code-title"),
        lead: Some(reader.text("staff-code-lead")),
        action: format!("/{}/staff/code", reader.language()),
        fields: vec![Field::code(reader, "code", "code", "").autocomplete("one-time-code")],
        submit: reader.text("staff-continue"),
        links: vec![(format!("/{}/staff/login", reader.language()), reader.text("staff-login-again"))],
        ..Form::default()
    }
}
