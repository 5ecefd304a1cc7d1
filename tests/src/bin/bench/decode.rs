//! `decode`: one call of a decoder, each in a fresh sandbox.

use crate::clock::{check, now};
use crate::device_frames::report;
use crate::folder::{Decoder, Window};
use crate::stage::Stage;
use crate::table::{Row, Spread, duration};
use anyhow::{Context, Result};
use model::Slug;
use plugin_host::{Host, Options, Request};
use std::fs;
use town::payload::Instrument;

const CALLS: usize = 10_000;
/// Calls before the clock runs.
const WARM_UP: usize = 500;

pub(crate) fn decode(stage: &Stage) -> Result<Vec<Row>> {
    [(Decoder::Elsys, "<= 50 us"), (Decoder::JsCodec, "<= 1 ms")]
        .map(|(decoder, reach)| {
            let spread = calls(stage, decoder)?;
            let figure = format!("{}, p99 {}", duration(spread.median()), duration(spread.percentile(99)));
            Ok(Row::new(format!("decode call, fresh sandbox, {}", decoder.title()), figure, reach))
        })
        .into_iter()
        .collect()
}

fn calls(stage: &Stage, decoder: Decoder) -> Result<Spread> {
    let folder = stage.folder("run", decoder, Window::Default)?;
    let host = Host::new(Options::default())?;
    let wasm = fs::read(folder.path.join(format!("plugins/{}.wasm", decoder.name())))?;
    let plugin = host.load(&Slug::new(decoder.name())?, &wasm)?;
    // Not the first of its place, which is a counter: nine in ten look after a room.
    let sensor = folder.municipality.sensors.get(1).context("the bench has no sensor")?;
    let instrument = Instrument::of(sensor).context("the sensor has no device")?;
    let mut times = Vec::with_capacity(CALLS);
    for turn in 0..WARM_UP + CALLS {
        check()?;
        let (f_port, payload) = instrument.encode(&report(turn * 500, 1));
        let received_at = allting::now();
        let begun = now();
        plugin.decode(&Request { f_port, payload: &payload, received_at, settings: &sensor.settings })?;
        let took = now().saturating_duration_since(begun);
        if turn >= WARM_UP {
            times.push(took);
        }
    }
    Ok(Spread::of(times))
}
