//! `/api/v1/devices/{dev_eui}/downlinks` with a token that may `send`: what is said to a device.
//!
//! POST queues bytes, `{"fPort": 10, "payload": "0a0b"}`, or a command of the sensor's decoder,
//! `{"command": "restart", "arguments": {}}`; `"confirmed": true` asks the device to acknowledge it. It is on disk before the
//! answer leaves, and goes out after the device's next uplink. GET tells the queue and what became of earlier ones; DELETE takes back.

use super::program::program;
use crate::portal::Portal;
use crate::problem::Problem;
use app::{Message, NewDownlink, SendRefused};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{DevEui, DownlinkId, DownlinkRecord, DownlinkState, Hex, Scope, unhex};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt::Display;

/// What a program may ask for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Asked {
    f_port: Option<u8>,
    payload: Option<String>,
    command: Option<String>,
    arguments: Option<Map<String, Value>>,
    #[serde(default)]
    confirmed: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DownlinksJson {
    dev_eui: String,
    /// What the sensor's decoder can be asked to say, with the JSON Schema of the arguments.
    commands: Vec<CommandJson>,
    /// Oldest first.
    downlinks: Vec<DownlinkJson>,
}

#[derive(Serialize)]
struct CommandJson {
    name: String,
    arguments: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DownlinkJson {
    id: u32,
    f_port: u8,
    payload: String,
    confirmed: bool,
    command: Option<String>,
    by: String,
    queued_at: String,
    /// `waiting`, `sent`, `acknowledged`, `failed` or `withdrawn`.
    state: &'static str,
    /// The gateway that sent it.
    gateway: Option<String>,
    /// Why it failed.
    why: Option<String>,
    changed_at: String,
}

#[derive(Serialize)]
pub(crate) struct WithdrawnJson {
    withdrawn: Vec<u32>,
}

type Asks<T> = (State<Portal>, Path<T>, HeaderMap);

pub(crate) async fn list((State(portal), Path(eui), headers): Asks<String>) -> Result<Json<DownlinksJson>, Problem> {
    program(&portal, &headers, Scope::Send).await?;
    let dev_eui = device(&eui)?;
    let known = portal.read(move |source| source.downlinks(dev_eui)).await?;
    let known = known.ok_or_else(|| refused(&SendRefused::UnknownDevice))?;
    let commands = known.commands.into_iter().map(|kind| CommandJson { name: kind.name, arguments: kind.schema });
    let downlinks = known.downlinks.iter().map(DownlinkJson::of).collect();
    Ok(Json(DownlinksJson { dev_eui: dev_eui.to_string(), commands: commands.collect(), downlinks }))
}

pub(crate) async fn one(
    (State(portal), Path((eui, id)), headers): Asks<(String, String)>,
) -> Result<Json<DownlinkJson>, Problem> {
    program(&portal, &headers, Scope::Send).await?;
    let (dev_eui, id) = (device(&eui)?, number(&id)?);
    let known = portal.read(move |source| source.downlinks(dev_eui)).await?;
    let known = known.ok_or_else(|| refused(&SendRefused::UnknownDevice))?;
    let found = known.downlinks.iter().find(|record| record.id == id).map(DownlinkJson::of);
    found.map(Json).ok_or_else(Problem::not_found)
}

pub(crate) async fn send((State(portal), Path(eui), headers): Asks<String>, body: Bytes) -> Result<Response, Problem> {
    let program = program(&portal, &headers, Scope::Send).await?;
    let dev_eui = device(&eui)?;
    let asked: Asked =
        serde_json::from_slice(&body).map_err(|why| bad(format!("the body is not what it should be: {why}")))?;
    let confirmed = asked.confirmed;
    let new = NewDownlink { dev_eui, message: asked.message()?, confirmed, by: program.name };
    let now = portal.now();
    let record = portal.read(move |source| Ok(source.send_downlink(now, new))).await?;
    let record = record.map_err(|why| refused(&why))?;
    let place = format!("/api/v1/devices/{dev_eui}/downlinks/{}", record.id.0);
    Ok((StatusCode::CREATED, [(LOCATION, place)], Json(DownlinkJson::of(&record))).into_response())
}

pub(crate) async fn withdraw(
    (State(portal), Path((eui, id)), headers): Asks<(String, String)>,
) -> Result<Json<WithdrawnJson>, Problem> {
    take_back(&portal, &headers, &eui, Some(number(&id)?)).await
}

pub(crate) async fn withdraw_all(
    (State(portal), Path(eui), headers): Asks<String>,
) -> Result<Json<WithdrawnJson>, Problem> {
    take_back(&portal, &headers, &eui, None).await
}

async fn take_back(
    portal: &Portal,
    headers: &HeaderMap,
    eui: &str,
    id: Option<DownlinkId>,
) -> Result<Json<WithdrawnJson>, Problem> {
    program(portal, headers, Scope::Send).await?;
    let dev_eui = device(eui)?;
    let taken = portal.read(move |source| Ok(source.withdraw_downlinks(dev_eui, id))).await?;
    let taken = taken.map_err(|why| refused(&why))?;
    if id.is_some() && taken.is_empty() {
        return Err(Problem::refused(
            StatusCode::CONFLICT,
            "it is done, withdrawn, or was never queued; GET says which",
        ));
    }
    Ok(Json(WithdrawnJson { withdrawn: taken.iter().map(|id| id.0).collect() }))
}

impl Asked {
    fn message(self) -> Result<Message, Problem> {
        match (self.f_port, self.payload, self.command, self.arguments) {
            (Some(f_port), Some(payload), None, None) => Ok(Message::Bytes { f_port, payload: hex(&payload)? }),
            (None, None, Some(name), arguments) => {
                Ok(Message::Command { name, arguments: Value::Object(arguments.unwrap_or_default()).to_string() })
            }
            _ => Err(bad("give either `fPort` and `payload` (hexadecimal), or `command` and its `arguments`")),
        }
    }
}

impl DownlinkJson {
    fn of(record: &DownlinkRecord) -> Self {
        let (state, gateway, why) = match record.state {
            DownlinkState::Waiting => ("waiting", None, None),
            DownlinkState::Sent(gateway) => ("sent", Some(gateway.to_string()), None),
            DownlinkState::Acknowledged => ("acknowledged", None, None),
            DownlinkState::Failed(why) => ("failed", None, Some(why.to_string())),
            DownlinkState::Withdrawn => ("withdrawn", None, None),
        };
        Self {
            id: record.id.0,
            f_port: record.downlink.f_port,
            payload: Hex(&record.downlink.payload).to_string(),
            confirmed: record.downlink.confirmed,
            command: record.command.clone(),
            by: record.by.clone(),
            queued_at: record.queued_at.to_string(),
            state,
            gateway,
            why,
            changed_at: record.changed_at.to_string(),
        }
    }
}

fn device(eui: &str) -> Result<DevEui, Problem> {
    eui.parse().map_err(|why| bad(format!("`{eui}` is no DevEUI: {why}")))
}

fn number(id: &str) -> Result<DownlinkId, Problem> {
    id.parse().map(DownlinkId).map_err(|_| Problem::not_found())
}

fn hex(text: &str) -> Result<Vec<u8>, Problem> {
    unhex(text).ok_or_else(|| bad("`payload` must be hexadecimal, two digits a byte: `0a0b`"))
}

fn bad(why: impl Display) -> Problem {
    Problem::refused(StatusCode::BAD_REQUEST, why)
}

fn refused(why: &SendRefused) -> Problem {
    let status = match why {
        SendRefused::UnknownDevice => StatusCode::NOT_FOUND,
        SendRefused::NoDecoder(_) | SendRefused::Full => StatusCode::CONFLICT,
        SendRefused::Stopping => StatusCode::SERVICE_UNAVAILABLE,
        SendRefused::UnknownCommand(_) | SendRefused::Command(_) | SendRefused::Impossible(_) => {
            StatusCode::BAD_REQUEST
        }
    };
    Problem::refused(status, why)
}
