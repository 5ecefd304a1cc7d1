//! `GET, POST /{lang}/staff/claim`: the one-time code makes somebody the operator. First the code, then who they are.

use super::form::{Field, Filled, Form, Wrongs};
use super::insider::{Answer, Doorstep};
use super::log_in::{admitted, wait_text};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::view::Fragment;
use app::staff::{AccountError, BadPassword, ClaimError, Newcomer};
use words::Arg;

pub(crate) async fn get(doorstep: Doorstep) -> Answer {
    doorstep.reader.form(&ask_code(&doorstep.reader), None)
}

pub(crate) async fn post(doorstep: Doorstep, filled: Filled) -> Answer {
    let (reader, staff) = (&doorstep.reader, &doorstep.staff);
    let code = filled.get("code");
    let mut wrongs = Wrongs::default();
    if code.is_empty() {
        wrongs.add(reader, "code", "claim-missing");
        return reader.form(&ask_code(reader).with(&filled, wrongs), None);
    }
    if filled.get("step") != "who" {
        return match staff.check_claim(code, doorstep.from, reader.now) {
            Ok(()) => reader.form(&ask_who(reader, code), None),
            Err(error) => {
                refuse_code(&mut wrongs, reader, &error);
                reader.form(&ask_code(reader).with(&filled, wrongs), None)
            }
        };
    }
    // All that was left empty is told at once; the rest is judged by whoever keeps the accounts.
    for (field, key) in [("name", "name"), ("login", "login-bad"), ("password", "password-short")] {
        if filled.raw(field).trim().is_empty() {
            wrongs.add(reader, field, key);
        }
    }
    if !wrongs.is_empty() {
        return reader.form(&ask_who(reader, code).with(&filled, wrongs), None);
    }
    let newcomer = Newcomer {
        login: filled.get("login").to_owned(),
        name: filled.get("name").to_owned(),
        password: filled.raw("password").to_owned(),
    };
    match staff.claim(code, newcomer, doorstep.from, reader.now).await {
        Ok(came) => Ok(admitted(reader, &came, "account/factor")),
        Err(ClaimError::Account(AccountError::Store(error))) => Err(Problem::internal(error)),
        Err(ClaimError::Account(error)) => {
            refuse_account(&mut wrongs, reader, &error);
            reader.form(&ask_who(reader, code).with(&filled, wrongs), None)
        }
        Err(error) => {
            refuse_code(&mut wrongs, reader, &error);
            reader.form(&ask_code(reader).with(&filled, wrongs), None)
        }
    }
}

fn ask_code(reader: &Reader) -> Form {
    Form {
        title: reader.text("staff-claim-title"),
        lead: Some(reader.text("staff-claim-lead") + &fingerprint(reader)),
        action: format!("/{}/staff/claim", reader.language()),
        fields: vec![Field::code(reader, "code", "claim-code", "").autocomplete("one-time-code")],
        submit: reader.text("staff-continue"),
        links: vec![(format!("/{}/staff/login", reader.language()), reader.text("staff-have-account"))],
        ..Form::default()
    }
}

/// How the newcomer makes sure that they talk with the box itself; nothing where browsers know its certificate, or nobody asks for one.
fn fingerprint(reader: &Reader) -> String {
    let Some(fingerprint) = reader.own_fingerprint() else { return String::new() };
    let text = reader.speaker.text("staff-claim-fingerprint", &[("fingerprint", Arg::from(&fingerprint))]);
    format!(" {text}")
}

fn ask_who(reader: &Reader, code: &str) -> Form {
    Form {
        title: reader.text("staff-who-title"),
        lead: Some(reader.text("staff-who-lead")),
        action: format!("/{}/staff/claim", reader.language()),
        fields: vec![
            Field::hidden("step", "who"),
            Field::hidden("code", code),
            Field::text(reader, "name", "own-name", "").autocomplete("name"),
            Field::text(reader, "login", "login", "").autocomplete("username"),
            Field::password(reader, "password", "new-password", "new-password"),
        ],
        submit: reader.text("staff-claim-do"),
        ..Form::default()
    }
}

fn refuse_code(wrongs: &mut Wrongs, reader: &Reader, error: &ClaimError) {
    match error {
        ClaimError::Wait(wait) => wrongs.say("code", Fragment::plain(wait_text(reader, *wait))),
        ClaimError::Expired => wrongs.add(reader, "code", "claim-expired"),
        ClaimError::Wrong | ClaimError::Account(_) => wrongs.add(reader, "code", "claim"),
    }
}

/// Says at the right field why an account cannot be made or changed.
pub(crate) fn refuse_account(wrongs: &mut Wrongs, reader: &Reader, error: &AccountError) {
    let (field, key) = match error {
        AccountError::BadLogin => ("login", "login-bad"),
        AccountError::Taken => ("login", "login-taken"),
        AccountError::BadName => ("name", "name"),
        AccountError::Password(BadPassword::TooShort) => ("password", "password-short"),
        AccountError::Password(BadPassword::TooLong) => ("password", "password-long"),
        AccountError::Password(BadPassword::TooEasy) => ("password", "password-easy"),
        AccountError::WrongProof => ("old", "proof"),
        AccountError::LastOperator => ("role", "last-operator"),
        AccountError::NoRoom | AccountError::Store(_) => ("", "no-room"),
        AccountError::Busy => ("", "busy"),
    };
    wrongs.add(reader, field, key);
}
