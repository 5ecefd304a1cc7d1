//! What a monitoring program reads of the box, in the `OpenMetrics` text format (1.0.0). Counters are since the start.

mod exposition;

use crate::health::GATEWAY_SILENT_AFTER;
use crate::orders::RadioReport;
use crate::portal::App;
use crate::radio::BATCHES_MAX;
use crate::upkeep::Night;
use exposition::{Exposition, Kind};
use model::{ClockQuality, Timestamp};
use netserver::Report;
use store::StoreError;

/// What the operating system knows of the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProcessFigures {
    /// Memory that the process really has, bytes.
    pub resident_bytes: Option<u64>,
    /// Size of the data file, bytes.
    pub data_file_bytes: Option<u64>,
    /// Datagrams of gateways that the kernel dropped, because the box did not fetch them in time.
    pub datagrams_dropped: Option<u64>,
}

impl App {
    /// All figures as `OpenMetrics` text.
    pub fn metrics(
        &self,
        now: Timestamp,
        radio: &RadioReport,
        night: &Night,
        process: ProcessFigures,
    ) -> Result<String, StoreError> {
        let mut text = Exposition::default();
        let report = radio.newest();
        self.tell_sensors(&mut text, now, report.as_ref())?;
        if let Some(report) = &report {
            tell_radio(&mut text, report, now);
        }
        self.tell_clock(&mut text, now);
        self.tell_queues(&mut text, radio);
        self.tell_store(&mut text);
        tell_night(&mut text, night);
        tell_process(&mut text, process);
        Ok(text.end())
    }

    fn tell_sensors(&self, text: &mut Exposition, now: Timestamp, radio: Option<&Report>) -> Result<(), StoreError> {
        let all = self.sensor_health(now, radio)?;
        text.family("allting_uplinks", Kind::Counter, "Verified frames taken in.");
        for one in &all {
            text.sample("allting_uplinks_total", &[("sensor", one.sensor.as_str())], one.uplinks);
        }
        text.family("allting_decode_faults", Kind::Counter, "Frames that a decoder did not understand.");
        for (plugin, faults) in self.health().faults_by_plugin() {
            text.sample("allting_decode_faults_total", &[("plugin", &plugin)], faults);
        }
        text.family("allting_sensors", Kind::Gauge, "Sensors that are configured.");
        text.sample("allting_sensors", &[], all.len());
        text.family("allting_sensors_silent", Kind::Gauge, "Sensors whose silence is unusual for them.");
        text.sample("allting_sensors_silent", &[], all.iter().filter(|one| one.silent_since.is_some()).count());
        text.family("allting_sensor_last_heard_seconds", Kind::Gauge, "Unix time at which a sensor was last heard.");
        for one in &all {
            if let Some(at) = one.last_heard {
                text.sample("allting_sensor_last_heard_seconds", &[("sensor", one.sensor.as_str())], seconds(at));
            }
        }
        text.family("allting_sensor_battery_percent", Kind::Gauge, "Battery, as the sensor's frames say.");
        for one in &all {
            if let Some(percent) = one.battery.percent {
                text.sample("allting_sensor_battery_percent", &[("sensor", one.sensor.as_str())], percent);
            }
        }
        Ok(())
    }

    fn tell_clock(&self, text: &mut Exposition, now: Timestamp) {
        text.family("allting_time_seconds", Kind::Gauge, "Unix time by the clock of the box.");
        text.sample("allting_time_seconds", &[], seconds(now));
        let Some(clock) = self.time().map(|time| time.health()) else { return };
        text.family(
            "allting_clock_known",
            Kind::Gauge,
            "1 when the time rests on a time server, a battery or a person.",
        );
        text.sample("allting_clock_known", &[], u8::from(clock.quality > ClockQuality::Unknown));
        text.family("allting_clock_synchronized", Kind::Gauge, "1 when it rests on time servers.");
        text.sample("allting_clock_synchronized", &[], u8::from(clock.quality == ClockQuality::Synchronized));
        text.family(
            "allting_clock_ahead_seconds",
            Kind::Gauge,
            "How far the box is ahead of a clock that was set back.",
        );
        text.sample("allting_clock_ahead_seconds", &[], clock.ahead.as_secs());
    }

    fn tell_queues(&self, text: &mut Exposition, radio: &RadioReport) {
        text.family(
            "allting_radio_batches_waiting",
            Kind::Gauge,
            "What the radio brought and the writer has not taken.",
        );
        text.sample("allting_radio_batches_waiting", &[], radio.batches_waiting());
        text.family("allting_radio_batches_max", Kind::Gauge, "As many may wait; then datagrams stay with the kernel.");
        text.sample("allting_radio_batches_max", &[], BATCHES_MAX);
        let followers = self.followers();
        text.family("allting_live_followers", Kind::Gauge, "Who follows along.");
        text.family_samples(
            "allting_live_followers",
            "feed",
            &[("places", followers.places), ("uplinks", followers.uplinks)],
        );
        text.family("allting_live_backlog", Kind::Gauge, "Events that the slowest follower has not read; bounded.");
        text.family_samples(
            "allting_live_backlog",
            "feed",
            &[("places", followers.places_waiting), ("uplinks", followers.uplinks_waiting)],
        );
    }

    fn tell_store(&self, text: &mut Exposition) {
        let stats = self.store().stats();
        for (name, help, count) in [
            (
                "allting_store_written_bytes",
                "Bytes given to the operating system for the data file.",
                stats.written_bytes,
            ),
            ("allting_store_syncs", "Times the disk was asked to keep what was written.", stats.syncs),
            ("allting_store_checkpoints", "Times the journal was emptied into the tables.", stats.checkpoints),
            ("allting_store_reopened", "How often an error of the disk closed the data file.", stats.reopened),
            ("allting_store_lost_commits", "Commits lost by that, or by a damaged journal.", stats.lost_commits),
            ("allting_store_scrubbed_rows", "Rows that were read to find damage.", stats.scrubbed_rows),
            ("allting_store_damaged_rows", "Rows that were damaged.", stats.damaged_rows),
            ("allting_store_repaired_rows", "Damaged rows that were made anew.", stats.repaired_rows),
        ] {
            text.counter(name, help, count);
        }
        text.family(
            "allting_store_commits",
            Kind::Counter,
            "Transactions: kept on the disk at once, or with the next one.",
        );
        for (when, count) in [("now", stats.now_commits), ("soon", stats.soon_commits)] {
            text.sample("allting_store_commits_total", &[("durable", when)], count);
        }
        text.family("allting_store_journal_bytes", Kind::Gauge, "How much of the journal is in use.");
        text.sample("allting_store_journal_bytes", &[], stats.journal_bytes);
        text.family("allting_store_journal_max_bytes", Kind::Gauge, "How large the journal is.");
        text.sample("allting_store_journal_max_bytes", &[], stats.journal_bytes_max);
    }
}

fn tell_radio(text: &mut Exposition, report: &Report, now: Timestamp) {
    text.family("allting_rejected", Kind::Counter, "What was heard and not taken, by reason.");
    for (reason, count) in &report.rejected {
        text.sample("allting_rejected_total", &[("reason", reason.word())], *count);
    }
    text.family("allting_gateways_silent", Kind::Gauge, "Adopted gateways that were not heard for five minutes.");
    let silent = |last: Option<Timestamp>| last.is_none_or(|at| now.since(at) > GATEWAY_SILENT_AFTER);
    text.sample("allting_gateways_silent", &[], report.gateways.iter().filter(|g| silent(g.last_heard)).count());
    text.family("allting_gateways_strange", Kind::Gauge, "Gateways that were heard and not adopted.");
    text.sample("allting_gateways_strange", &[], report.strangers.len());
    text.family("allting_downlinks_waiting", Kind::Gauge, "Downlinks that wait for their device.");
    text.sample("allting_downlinks_waiting", &[], report.devices.iter().map(|d| d.downlinks_waiting).sum::<usize>());

    let gateways: Vec<(String, _)> = report.gateways.iter().map(|g| (g.eui.to_string(), g)).collect();
    text.family("allting_gateway_last_heard_seconds", Kind::Gauge, "Unix time at which a gateway was last heard.");
    for (eui, gateway) in &gateways {
        if let Some(at) = gateway.last_heard {
            text.sample("allting_gateway_last_heard_seconds", &[("gateway", eui)], seconds(at));
        }
    }
    text.family("allting_gateway_received", Kind::Counter, "Radio packets that a gateway brought.");
    for (eui, gateway) in &gateways {
        text.sample("allting_gateway_received_total", &[("gateway", eui)], gateway.received);
    }
    text.family("allting_gateway_downlinks", Kind::Counter, "Downlinks that a gateway was asked to send.");
    for (eui, gateway) in &gateways {
        text.sample("allting_gateway_downlinks_total", &[("gateway", eui)], gateway.downlinks);
    }
    text.family("allting_gateway_duty_cycle_ratio", Kind::Gauge, "Air time of the last hour, of what the law allows.");
    for (eui, gateway) in &gateways {
        for band in &gateway.bands {
            let band_name = format!("{}-{}", band.from_hz, band.to_hz);
            let used = band.used.as_secs_f64() / band.allowed.as_secs_f64();
            let labels = [("gateway", eui.as_str()), ("band_hz", &band_name)];
            text.sample("allting_gateway_duty_cycle_ratio", &labels, used);
        }
    }
}

fn tell_night(text: &mut Exposition, night: &Night) {
    text.counter("allting_upkeep_forgotten_rows", "Rows past keeping that were forgotten.", night.forgotten);
    text.family("allting_upkeep_lost_rows", Kind::Gauge, "Damaged rows that could not be made anew.");
    text.sample("allting_upkeep_lost_rows", &[], night.lost.len());
    text.family("allting_upkeep_copied_seconds", Kind::Gauge, "Unix time of the newest copy of precious rows.");
    if let Some(at) = night.copied_at {
        text.sample("allting_upkeep_copied_seconds", &[], seconds(at));
    }
    text.family("allting_upkeep_scrubbed_seconds", Kind::Gauge, "Unix time at which every row had been read.");
    if let Some(at) = night.scrubbed_at {
        text.sample("allting_upkeep_scrubbed_seconds", &[], seconds(at));
    }
}

fn tell_process(text: &mut Exposition, process: ProcessFigures) {
    if let Some(count) = process.datagrams_dropped {
        text.counter("allting_datagrams_dropped", "Datagrams that came faster than the box fetched them.", count);
    }
    text.family("process_resident_memory_bytes", Kind::Gauge, "Memory that the process really has.");
    if let Some(bytes) = process.resident_bytes {
        text.sample("process_resident_memory_bytes", &[], bytes);
    }
    text.family("allting_data_file_bytes", Kind::Gauge, "Size of the data file.");
    if let Some(bytes) = process.data_file_bytes {
        text.sample("allting_data_file_bytes", &[], bytes);
    }
}

fn seconds(at: Timestamp) -> i64 {
    at.as_ms() / 1000
}
