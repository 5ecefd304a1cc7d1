//! How many uplinks a second the box holds, and what each costs.

use crate::box_process::{Binary, BoxProcess};
use crate::folder::{Decoder, Folder, Window};
use crate::load::{Load, Outcome};
use crate::say;
use crate::slow_card::with_slow_card;
use crate::stage::Stage;
use crate::table::{Row, duration, thousands};
use anyhow::{Result, ensure};
use std::path::Path;
use std::time::Duration;

/// How long each rate is offered.
const STEP: Duration = Duration::from_secs(3);
/// Nobody asks for more.
const RATE_MAX: u32 = 64_000;
/// The search ends when it knows the rate this well, one part in so many.
const PRECISION: u32 = 8;
/// Each device speaks once before anything is measured: sessions and datastreams are made then.
const WARM_UP: Duration = Duration::from_secs(5);
const WARM_UP_RATE: f64 = 100.0;

/// `held`: uplinks a second without loss.
pub(crate) fn held(stage: &Stage) -> Result<Vec<Row>> {
    let cases = [
        (Decoder::Elsys, Window::Default, 2000, "5 000"),
        (Decoder::Elsys, Window::Zero, 2000, "5 000"),
        (Decoder::JsCodec, Window::Default, 500, "1 000"),
        (Decoder::JsCodec, Window::Zero, 500, "1 000"),
    ];
    let held = |(decoder, window, first, reach)| held_by(stage, &stage.binary, "", (decoder, window, first, reach));
    cases.map(held).into_iter().collect()
}

/// `slow-card`: the same when each flush takes ten milliseconds more.
pub(crate) fn slow_card(stage: &Stage) -> Result<Vec<Row>> {
    let Some(slow) = with_slow_card(&stage.binary, stage.root())? else {
        return Ok(vec![Row::new("uplinks/s held on a slow card", "skipped: no C compiler", "")]);
    };
    let cases = [(Decoder::Elsys, Window::Default, 2000, "5 000"), (Decoder::Elsys, Window::Zero, 500, "1 000")];
    cases.map(|case| held_by(stage, &slow, " on a slow card", case)).into_iter().collect()
}

/// The first rate to try, and what should be held.
type Case = (Decoder, Window, u32, &'static str);

fn held_by(stage: &Stage, binary: &Binary, how: &str, (decoder, window, first, reach): Case) -> Result<Row> {
    let (folder, data) = (stage.folder("run", decoder, window)?, stage.data()?);
    let running = BoxProcess::start(binary, &folder, &data)?;
    let (mut load, begun) = (warm(&folder)?, allting::now());
    let mut held = 0;
    let mut offer = |rate: u32| -> Result<Outcome> {
        let outcome = load.run(rate.into(), STEP)?;
        say(&format!("{}, {}{how}, {rate}/s: {}", decoder.title(), window.title(), outcome.told()));
        if outcome.is_held() {
            held += outcome.sent;
        }
        Ok(outcome)
    };
    // A machine is never quite quiet: only what fails twice is too much.
    let rate = most(first, RATE_MAX, |rate| Ok(offer(rate)?.is_held() || offer(rate)?.is_held()))?;
    running.stop()?;
    let stored = stored_since(&folder, &data, begun)?;
    ensure!(stored >= held, "{held} uplinks were published, and only {stored} are in the data file");
    let what = format!("uplinks/s held{how}, {}, {}", decoder.title(), window.title());
    Ok(Row::new(what, thousands(rate.into()), format!(">= {reach}")))
}

/// A line to a box whose devices have all spoken once.
pub(crate) fn warm(folder: &Folder) -> Result<Load> {
    let mut load = Load::on(folder)?;
    let outcome = load.run(WARM_UP_RATE, WARM_UP)?;
    ensure!(outcome.lost == 0, "{} of the first {} uplinks were lost", outcome.lost, outcome.sent);
    Ok(load)
}

/// The highest rate that holds, by doubling and then halving the step; 0 when not even a quarter of `first` does.
fn most(first: u32, ceiling: u32, mut holds: impl FnMut(u32) -> Result<bool>) -> Result<u32> {
    let (mut good, mut bad) = (0, ceiling + 1);
    let mut next = first;
    while next <= ceiling && next >= first / 4 {
        if holds(next)? {
            good = next;
            next *= 2;
        } else {
            bad = next;
            next /= 2;
        }
        if next <= good || next >= bad {
            break;
        }
    }
    while good > 0 && bad - good > (good / PRECISION).max(1) && bad <= ceiling {
        let middle = u32::midpoint(good, bad);
        if holds(middle)? {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Ok(good)
}

fn stored_since(folder: &Folder, data: &Path, begun: model::Timestamp) -> Result<usize> {
    let (app, _) = allting::assemble(&folder.path, data)?;
    let snapshot = app.store().read()?;
    Ok(snapshot.uplinks(begun..allting::now())?.try_fold(0, |count, uplink| uplink.map(|_| count + 1))?)
}

/// `latency`: from datagram to live feed at ten a second.
pub(crate) fn latency(stage: &Stage) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for window in [Window::Default, Window::Zero] {
        let (folder, data) = (stage.folder("run", Decoder::Elsys, window)?, stage.data()?);
        let running = BoxProcess::start(&stage.binary, &folder, &data)?;
        let mut load = warm(&folder)?;
        running.come_to_rest()?;
        let before = running.processor_time()?;
        let Outcome { sent, lost, latency, .. } = load.run(10.0, Duration::from_secs(20))?;
        let spent = running.processor_time()?.saturating_sub(before);
        ensure!(lost == 0, "{lost} of {sent} uplinks at 10/s were lost");
        let figure = format!("p50 {}, p99 {}", duration(latency.median()), duration(latency.percentile(99)));
        let what = format!("datagram to live feed at 10/s, {}", window.title());
        rows.push(Row::new(what, figure, "p50 <= 3 ms, p99 <= 20 ms"));
        if window == Window::Default {
            rows.push(cpu_row(Decoder::Elsys, 10, spent, sent)?);
        }
        running.stop()?;
    }
    Ok(rows)
}

/// `cpu`: processor time of an uplink, when each comes alone and when many come together.
pub(crate) fn cpu(stage: &Stage) -> Result<Vec<Row>> {
    let one = |(decoder, rate): (_, u32)| {
        let (folder, data) = (stage.folder("run", decoder, Window::Default)?, stage.data()?);
        let running = BoxProcess::start(&stage.binary, &folder, &data)?;
        let mut load = warm(&folder)?;
        running.come_to_rest()?;
        let before = running.processor_time()?;
        let outcome = load.run(rate.into(), Duration::from_secs(10))?;
        let spent = running.processor_time()?.saturating_sub(before);
        ensure!(outcome.lost == 0, "{} of {} uplinks at {rate}/s were lost", outcome.lost, outcome.sent);
        running.stop()?;
        cpu_row(decoder, rate, spent, outcome.sent)
    };
    let cases = [(Decoder::Elsys, 100), (Decoder::Elsys, 1000), (Decoder::JsCodec, 100), (Decoder::JsCodec, 500)];
    cases.map(one).into_iter().collect()
}

fn cpu_row(decoder: Decoder, rate: u32, spent: Duration, uplinks: usize) -> Result<Row> {
    let reach = match decoder {
        Decoder::Elsys => "<= 0.2 ms",
        Decoder::JsCodec => "<= 1.2 ms",
    };
    let what = format!("CPU of an uplink at {rate}/s, {}", decoder.title());
    Ok(Row::new(what, duration(spent / u32::try_from(uplinks)?), reach))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(limit: u32, lowest: u32, highest: u32) {
        let mut asked = 0;
        let found = most(1000, 64_000, |rate| {
            asked += 1;
            Ok(rate <= limit)
        });
        let found = found.unwrap();
        assert!((lowest..=highest).contains(&found) && asked < 14, "{found} after {asked} steps");
    }

    #[test]
    fn the_search_comes_within_a_tenth() {
        check(1_000, 910, 1_000);
        check(5_300, 4_800, 5_300);
        check(33_000, 30_000, 33_000);
        check(700, 636, 700);
    }

    #[test]
    fn the_search_ends_at_both_ends() {
        check(1_000_000, 64_000, 64_000);
        check(100, 0, 0);
    }
}
