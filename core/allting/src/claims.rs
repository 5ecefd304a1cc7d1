//! The note of the one-time code that claims a box: a small file beside the data, so that `allting claim` can renew it while the box runs.

use app::FilingError;
use app::staff::{Claim, Claims, Dice, new_claim};
use model::{Hex, Timestamp};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file's name in the data folder.
const NAME: &str = "claim";

/// Where the code is noted.
#[derive(Debug)]
pub(crate) struct ClaimFile(PathBuf);

impl ClaimFile {
    pub(crate) fn in_data(data: &Path) -> Self {
        Self(data.join(NAME))
    }
}

/// Digest, end and wrong tries, on one line.
impl Claims for ClaimFile {
    fn read(&self) -> Option<Claim> {
        let text = fs::read_to_string(&self.0).ok()?;
        let mut words = text.split_whitespace();
        let (digits, until, wrong) = (words.next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let mut digest = [0; 32];
        for (at, byte) in digest.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Claim { digest, until: Timestamp::from_ms(until), wrong })
    }

    fn write(&self, claim: Option<&Claim>) -> Result<(), FilingError> {
        let done = match claim {
            Some(claim) => write(&self.0, claim),
            None => fs::remove_file(&self.0),
        };
        done.map_err(|why| FilingError(format!("{}: {why}", self.0.display())))
    }
}

fn write(path: &Path, claim: &Claim) -> std::io::Result<()> {
    let text = format!("{} {} {}\n", Hex(&claim.digest), claim.until.as_ms(), claim.wrong);
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    // Written by root, read by the box.
    if let Some(folder) = path.parent().and_then(|folder| fs::metadata(folder).ok()) {
        let _ = std::os::unix::fs::chown(&beside, Some(folder.uid()), Some(folder.gid()));
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// Draws a new code and notes it; an older one does not hold any more.
pub fn issue_claim(data: &Path, now: Timestamp) -> anyhow::Result<String> {
    let (code, claim) = new_claim(&dice(), now);
    ClaimFile::in_data(data).write(Some(&claim))?;
    Ok(code)
}

/// The dice of the machine.
pub(crate) fn dice() -> Dice {
    Arc::new(|bytes| {
        #[expect(
            clippy::expect_used,
            reason = "a machine without dice can keep no secret, and must not go on as if it could"
        )]
        getrandom::fill(bytes).expect("the system's random numbers");
    })
}
