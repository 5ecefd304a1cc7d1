//! The figures of a box, read by a parser that others wrote.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, or says why it cannot run here"
)]

mod test_box;

use app::{Night, ProcessFigures, RadioReport};
use model::GatewayEui;
use netserver::{BandUse, GatewayReport, Rejection, Report};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use test_box::{MINUTE, THURSDAY_AT_15, test_box};

/// Prints each sample on a line: name, labels in order, value.
const READER: &str = "
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
for family in text_string_to_metric_families(sys.stdin.read()):
    for s in family.samples:
        print(s.name, ','.join(f'{k}={v}' for k, v in sorted(s.labels.items())), float(s.value))
";

fn report() -> Report {
    let band = BandUse {
        from_hz: 868_000_000,
        to_hz: 868_600_000,
        used: Duration::from_secs(9),
        allowed: Duration::from_secs(36),
    };
    let gateway = GatewayReport {
        eui: GatewayEui([1; 8]),
        downlink_address: None,
        last_heard: Some(THURSDAY_AT_15),
        received: 12,
        downlinks: 3,
        stat: None,
        bands: vec![band],
    };
    Report { gateways: vec![gateway], rejected: BTreeMap::from([(Rejection::WrongMic, 7)]), ..Report::default() }
}

#[test]
fn another_makers_parser_reads_every_figure() {
    let Some(mut b) = test_box() else { return };
    for minute in 0..3 {
        b.passes("door", THURSDAY_AT_15 + MINUTE * minute, 3, 1);
    }
    b.says("door", THURSDAY_AT_15 + MINUTE * 3, &[0xff]);
    let radio = RadioReport::default();
    radio.set(report());
    let night = Night { copied_at: Some(THURSDAY_AT_15), lost: vec!["a row".into()], ..Night::default() };
    let process =
        ProcessFigures { resident_bytes: Some(4096), data_file_bytes: Some(1 << 20), datagrams_dropped: Some(5) };
    let text = b.app.metrics(THURSDAY_AT_15 + MINUTE * 200, &radio, &night, process).unwrap();
    assert!(text.ends_with("# EOF\n"));
    let Some(read) = read_by_another(&text) else { return };
    for sample in [
        "allting_uplinks_total sensor=door 4.0",
        "allting_uplinks_total sensor=trail 0.0",
        "allting_decode_faults_total plugin=elsys 1.0",
        "allting_sensors  3.0",
        "allting_sensors_silent  1.0",
        "allting_sensor_last_heard_seconds sensor=door 1782997380.0",
        "allting_rejected_total reason=wrong-mic 7.0",
        "allting_gateways_silent  1.0",
        "allting_gateway_last_heard_seconds gateway=0101010101010101 1782997200.0",
        "allting_gateway_duty_cycle_ratio band_hz=868000000-868600000,gateway=0101010101010101 0.25",
        "allting_live_backlog feed=uplinks 0.0",
        "allting_store_damaged_rows_total  0.0",
        "allting_store_commits_total durable=soon 2.0",
        "allting_store_commits_total durable=now 2.0",
        "allting_store_journal_max_bytes  4194304.0",
        "allting_radio_batches_waiting  0.0",
        "allting_datagrams_dropped_total  5.0",
        "allting_upkeep_lost_rows  1.0",
        "allting_upkeep_copied_seconds  1782997200.0",
        "process_resident_memory_bytes  4096.0",
    ] {
        assert!(read.lines().any(|line| line == sample), "{sample} is missing in\n{read}");
    }
}

/// None, and it is said, when the parser is not here.
fn read_by_another(text: &str) -> Option<String> {
    let brought = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/openmetrics/bin/python");
    let python = if brought.exists() { brought } else { "python3".into() };
    let has_it = Command::new(&python).args(["-c", "import prometheus_client"]).stderr(Stdio::null()).status();
    if !has_it.is_ok_and(|status| status.success()) {
        println!("skipped: metrics: the parser is not here; `cargo xtask test --long` brings it");
        return None;
    }
    let piped = || Stdio::piped();
    let mut reader =
        Command::new(python).args(["-c", READER]).stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
    reader.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = reader.wait_with_output().unwrap();
    assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}
