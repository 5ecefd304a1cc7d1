//! Which processors the box gets, and which are left for those who watch it.

use anyhow::Result;
use std::fs;
use std::process::{Command, Stdio};

/// What the table of targets was written for.
const OF_BOX: usize = 2;

/// The machine, divided.
#[derive(Debug)]
pub(crate) struct Processors {
    /// As `taskset` wants them; none when the machine has too few, and box and bench share them all.
    pub(crate) of_box: Option<String>,
    of_bench: Option<String>,
    count: usize,
}

impl Processors {
    pub(crate) fn divided() -> Result<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap_or_default();
        let all = parse_list(list.trim());
        let can = Command::new("taskset").arg("--version").stdout(Stdio::null()).status().is_ok_and(|s| s.success());
        let (of_box, of_bench) = match all.split_at_checked(OF_BOX) {
            Some((of_box, of_bench)) if can && of_bench.len() >= OF_BOX => {
                (Some(list_of(of_box)), Some(list_of(of_bench)))
            }
            _ => (None, None),
        };
        Ok(Self { of_box, of_bench, count: all.len() })
    }

    /// Keeps the threads of this process, and those it will start, away from the box's.
    pub(crate) fn step_aside(&self) -> Result<()> {
        if let Some(list) = &self.of_bench {
            let pid = std::process::id().to_string();
            Command::new("taskset")
                .args(["--all-tasks", "--cpu-list", "--pid", list, &pid])
                .stdout(Stdio::null())
                .status()?;
        }
        Ok(())
    }

    /// For the line above the table.
    pub(crate) fn title(&self) -> String {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let name = model.map_or("processor", |(_, name)| name);
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let others = load.split(' ').next().unwrap_or_default().to_owned();
        let share = if self.of_box.is_some() { format!("the box on {OF_BOX} of them") } else { "shared".to_owned() };
        format!("{name}, {} cores, {share}; load of the machine before: {others}", self.count)
    }
}

/// `0-3,7` as the kernel writes it.
fn parse_list(list: &str) -> Vec<u32> {
    let range = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some(from.parse().ok()?..=to.parse().ok()?)
    };
    list.split(',').filter_map(range).flatten().collect()
}

fn list_of(processors: &[u32]) -> String {
    processors.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_are_read_as_the_kernel_lists_them() {
        assert_eq!(parse_list("0-3,7"), [0, 1, 2, 3, 7]);
        assert_eq!(parse_list("5"), [5]);
        assert!(parse_list("").is_empty());
    }
}
