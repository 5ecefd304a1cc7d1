//! A disk of its own for a box: ext4 in a file on a loop device, whose counters say what really reached it.

use crate::clock::check;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

/// Room for a year of data and what comes on top. The file has holes, so it takes up only what is written.
const IMAGE_BYTES: u64 = 4 << 30;
/// What the block layer counts in, whatever the device has.
const SECTOR_BYTES: u64 = 512;
/// A file system that is busy for a moment after its last file was closed can be unmounted soon.
const UNMOUNT_ATTEMPTS: u32 = 20;

/// A mounted disk. Dropped, it is unmounted and its file removed.
pub(crate) struct LoopDisk {
    image: PathBuf,
    pub(crate) mounted: PathBuf,
}

/// What a block device was asked for since it came up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counters {
    pub(crate) written_bytes: u64,
    pub(crate) flushes: u64,
}

impl LoopDisk {
    /// Makes one in `folder`. Only root can, and only where the kernel lets it; the error says what was in the way.
    pub(crate) fn mount(folder: &Path, name: &str) -> Result<Self> {
        let (image, mounted) = (folder.join(format!("{name}.img")), folder.join(name));
        fs::create_dir_all(&mounted)?;
        fs::File::create(&image)?.set_len(IMAGE_BYTES)?;
        // All tables written now: else the kernel goes on writing them in the background for minutes.
        let mkfs = ["-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard"];
        run(Command::new("mkfs.ext4").args(mkfs).arg(&image))?;
        run(Command::new("mount").args(["-o", "loop"]).arg(&image).arg(&mounted))?;
        Ok(Self { image, mounted })
    }

    /// What was written once all that waits is written out.
    pub(crate) fn settled_counters(&self) -> Result<Counters> {
        self.sync()?;
        self.counters()
    }

    fn sync(&self) -> Result<()> {
        run(Command::new("sync").arg("--file-system").arg(&self.mounted)).map(drop)
    }

    fn counters(&self) -> Result<Counters> {
        let source = run(Command::new("findmnt").args(["-n", "-o", "SOURCE"]).arg(&self.mounted))?;
        let device = String::from_utf8_lossy(&source.stdout).trim().replace("/dev/", "");
        let path = format!("/sys/block/{device}/stat");
        let stat = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        parse(&stat).with_context(|| format!("{path} reads otherwise than the kernel's documentation says: {stat}"))
    }
}

impl Drop for LoopDisk {
    fn drop(&mut self) {
        for _ in 0..UNMOUNT_ATTEMPTS {
            if run(Command::new("umount").arg(&self.mounted)).is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        // Nothing more can be done about errors here.
        let _ = fs::remove_file(&self.image);
        let _ = fs::remove_dir(&self.mounted);
    }
}

/// Fields of `Documentation/block/stat.rst`: sectors written is the 7th, flushes the 16th.
fn parse(stat: &str) -> Option<Counters> {
    let mut fields = stat.split_whitespace().map(str::parse::<u64>);
    let sectors = fields.nth(6)?.ok()?;
    let flushes = fields.nth(8)?.ok()?;
    Some(Counters { written_bytes: sectors * SECTOR_BYTES, flushes })
}

fn run(command: &mut Command) -> Result<Output> {
    check()?;
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("`{name}` cannot be started"))?;
    if !output.status.success() {
        bail!("`{name}` said: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_counters_are_read_by_their_place() {
        let stat = "  10 0 80 1   300 2 4000 50   0 60 70   0 0 0 0   25 9\n";
        assert_eq!(parse(stat), Some(Counters { written_bytes: 4000 * 512, flushes: 25 }));
        assert_eq!(parse("1 2 3 4 5 6 7 8 9 10 11"), None, "kernels before 5.5 count no flushes");
    }
}
