//! `GET /api/v1/uplinks/live` with a token that may `read`: verified uplinks and what their decoders made of them, as they come.

use super::feed::{feed, json};
use super::places::value;
use super::program::program;
use crate::portal::Portal;
use crate::problem::Problem;
use app::LiveUplink;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use model::{Decoded, DecodedObservation, PluginFault, Reception, Scope, Timestamp};
use serde::Serialize;
use std::time::Duration;

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

pub(crate) async fn get(State(portal): State<Portal>, headers: HeaderMap) -> Result<Response, Problem> {
    program(&portal, &headers, Scope::Read).await?;
    let uplinks = portal.source().follow_uplinks();
    feed(&portal, &headers, "uplink", (Vec::new(), uplinks), |uplink| json(&UplinkJson::of(uplink)))
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
