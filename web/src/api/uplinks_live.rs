//! `GET /api/v1/uplinks/live` with a read token: verified uplinks and what their decoders made of them, as they come. Server-sent
//! events when these are asked for, else a line of JSON each (NDJSON). It has not passed the public gate, and says so.

use super::GATE;
use super::places::value;
use crate::live::{BEAT, HEARTBEAT, Says, event, stream};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::header;
use app::LiveUplink;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ACCEPT, AUTHORIZATION};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use model::{Decoded, DecodedObservation, PluginFault, Reception, Timestamp};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UplinkJson<'a> {
    dev_eui: String,
    dev_addr: String,
    f_cnt: u32,
    f_port: Option<u8>,
    received_at: String,
    sensor: &'a str,
    place: &'a str,
    /// The sensor is being tested.
    test: bool,
    /// What the vendor's own codec returned.
    codec_output: Option<serde_json::Value>,
    observations: Vec<ObservationJson<'a>>,
    warnings: &'a [String],
    error: Option<ErrorJson<'a>>,
    receptions: Vec<ReceptionJson>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ObservationJson<'a> {
    property: &'a str,
    value: serde_json::Value,
    unit: Option<&'a str>,
    part: Option<&'a str>,
    phenomenon_time: String,
}

#[derive(Serialize)]
struct ErrorJson<'a> {
    plugin: &'a str,
    version: &'a str,
    what: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReceptionJson {
    gateway: String,
    rssi_dbm: f32,
    snr_db: Option<f32>,
}

/// The reader was too slow, and so many uplinks were not told.
#[derive(Serialize)]
struct Missed {
    missed: u64,
}

/// How the stream is written.
#[derive(Clone, Copy)]
enum Style {
    Events,
    Lines,
}

pub(crate) async fn get(State(portal): State<Portal>, headers: HeaderMap) -> Result<Response, Problem> {
    let token = header(&headers, &AUTHORIZATION).and_then(bearer).ok_or_else(Problem::token)?;
    let uplinks = portal.source().follow_uplinks(token).ok_or_else(Problem::token)?;
    let seat = portal.live.feed()?;
    let events = header(&headers, &ACCEPT).is_some_and(|accept| accept.contains("text/event-stream"));
    let (style, kind) =
        if events { (Style::Events, "text/event-stream") } else { (Style::Lines, "application/x-ndjson") };
    let mut response = stream(seat, kind, |says| tell(uplinks, style, says));
    response.headers_mut().insert(GATE, HeaderValue::from_static("none"));
    Ok(response)
}

/// The token of `Bearer <token>` (RFC 6750 section 2.1). The scheme is read in any case (RFC 9110 section 11.1).
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}

async fn tell(mut uplinks: Receiver<Arc<LiveUplink>>, style: Style, says: Says) {
    loop {
        let piece = match timeout(HEARTBEAT, uplinks.recv()).await {
            Err(_) => style.beat(),
            Ok(Ok(uplink)) => style.piece("uplink", &UplinkJson::of(&uplink)),
            Ok(Err(RecvError::Lagged(missed))) => style.piece("missed", &Missed { missed }),
            Ok(Err(RecvError::Closed)) => return,
        };
        if says.send(piece).await.is_err() {
            return;
        }
    }
}

impl Style {
    fn piece(self, name: &str, said: &impl Serialize) -> Bytes {
        let json = serde_json::to_string(said).unwrap_or_default();
        match self {
            Self::Events => event(name, &json),
            Self::Lines => Bytes::from(json + "\n"),
        }
    }

    /// Readers of events skip comments; readers of lines skip empty ones.
    fn beat(self) -> Bytes {
        match self {
            Self::Events => BEAT,
            Self::Lines => Bytes::from_static(b"\n"),
        }
    }
}

impl<'a> UplinkJson<'a> {
    fn of(live: &'a LiveUplink) -> Self {
        const NOTHING: &Decoded = &Decoded { observations: Vec::new(), warnings: Vec::new(), raw: None };
        let uplink = &live.uplink;
        let (decoded, error) = match &live.outcome {
            Ok(decoded) => (decoded, None),
            Err(fault) => (NOTHING, Some(ErrorJson::of(fault))),
        };
        let observation = |observation: &'a DecodedObservation| ObservationJson::of(observation, uplink.received_at);
        Self {
            dev_eui: uplink.dev_eui.to_string(),
            dev_addr: uplink.dev_addr.to_string(),
            f_cnt: uplink.f_cnt,
            f_port: uplink.f_port,
            received_at: uplink.received_at.to_string(),
            sensor: live.sensor.as_str(),
            place: live.place.as_str(),
            test: live.test,
            // A codec may have returned what is no JSON; then there is none to pass on.
            codec_output: decoded.raw.as_deref().and_then(|raw| serde_json::from_str(raw).ok()),
            observations: decoded.observations.iter().map(observation).collect(),
            warnings: &decoded.warnings,
            error,
            receptions: uplink.receptions.iter().map(ReceptionJson::of).collect(),
        }
    }
}

impl<'a> ObservationJson<'a> {
    fn of(observation: &'a DecodedObservation, received_at: Timestamp) -> Self {
        Self {
            property: &observation.property,
            value: value(&observation.value),
            // A vendor's codec names no units; the vocabulary does.
            unit: observation.unit.as_deref().or_else(|| model::property(&observation.property).map(|p| p.unit)),
            part: observation.part.as_deref(),
            phenomenon_time: (received_at - Duration::from_secs(observation.age_s.into())).to_string(),
        }
    }
}

impl<'a> ErrorJson<'a> {
    fn of(fault: &'a PluginFault) -> Self {
        Self { plugin: &fault.plugin, version: &fault.version, what: &fault.what }
    }
}

impl ReceptionJson {
    fn of(reception: &Reception) -> Self {
        Self { gateway: reception.gateway.to_string(), rssi_dbm: reception.rssi_dbm, snr_db: reception.snr_db }
    }
}
