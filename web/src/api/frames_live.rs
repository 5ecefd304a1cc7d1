//! `GET /api/v1/frames/live` with a token that may `read`: every frame that gateways bring, taken or not, and why. The newest that came
//! before lead the way.

use super::feed::{feed, json};
use super::program::program;
use crate::portal::Portal;
use crate::problem::Problem;
use app::{FrameOutcome, HeardFrame};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use model::{DataRate, Language, Scope};
use serde::Serialize;
use words::Speaker;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FrameJson<'a> {
    at: String,
    taken: bool,
    /// A word that does not change.
    outcome: &'static str,
    /// The same in plain English.
    reason: String,
    /// What is most likely wrong in the configuration.
    advice: Option<String>,
    gateway: Option<String>,
    dev_eui: Option<String>,
    sensor: Option<&'a str>,
    dev_addr: Option<String>,
    f_cnt: Option<u32>,
    f_port: Option<u8>,
    rssi_dbm: Option<f32>,
    snr_db: Option<f32>,
    frequency_hz: Option<u32>,
    data_rate: Option<String>,
}

pub(crate) async fn get(State(portal): State<Portal>, headers: HeaderMap) -> Result<Response, Problem> {
    program(&portal, &headers, Scope::Read).await?;
    feed(&portal, &headers, "frame", portal.source().follow_frames(), |frame| json(&FrameJson::of(frame)))
}

impl<'a> FrameJson<'a> {
    fn of(frame: &'a HeardFrame) -> Self {
        let english = Speaker::of(Language::En);
        Self {
            at: frame.at.to_string(),
            taken: !matches!(frame.outcome, FrameOutcome::Rejected { .. }),
            outcome: frame.outcome.word(),
            reason: frame.outcome.reason(english),
            advice: frame.outcome.advice(english, |device| device.to_string()),
            gateway: frame.gateway.map(|gateway| gateway.to_string()),
            dev_eui: frame.dev_eui.map(|device| device.to_string()),
            sensor: frame.sensor.as_ref().map(model::Slug::as_str),
            dev_addr: frame.dev_addr.map(|address| address.to_string()),
            f_cnt: frame.f_cnt,
            f_port: frame.f_port,
            rssi_dbm: frame.heard.map(|heard| heard.rssi_dbm),
            snr_db: frame.heard.and_then(|heard| heard.snr_db),
            frequency_hz: frame.heard.map(|heard| heard.frequency_hz),
            data_rate: frame.heard.map(|heard| data_rate(heard.data_rate)),
        }
    }
}

/// As gateways write it.
fn data_rate(rate: DataRate) -> String {
    match rate {
        DataRate::Lora { spreading_factor, bandwidth_khz } => format!("SF{spreading_factor}BW{bandwidth_khz}"),
        DataRate::Fsk { bit_rate } => format!("FSK {bit_rate}"),
        DataRate::LrFhss => "LR-FHSS".to_owned(),
    }
}
