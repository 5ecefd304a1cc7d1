//! The one-time code that makes somebody the operator of a box: shown where only they can read it, good for half an hour.

use super::accounts::{AccountError, Newcomer};
use super::one_time::{digest_of_code, draw};
use super::sessions::Admitted;
use super::{Dice, Staff};
use crate::FilingError;
use model::{Role, Timestamp};
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;
use store::StoreError;
use subtle::ConstantTimeEq;

/// How long a code holds.
pub const CLAIM_HOLDS: Duration = Duration::from_mins(30);

/// So many wrong codes, and the right one is burnt: a new one is shown where the box stands.
const WRONG_MAX: u32 = 10;

/// A code that was given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// SHA-256 of the code.
    pub digest: [u8; 32],
    /// Until when it holds.
    pub until: Timestamp,
    /// How many wrong ones were tried.
    pub wrong: u32,
}

/// Where the code in force is noted: beside the data, so that another command of the box can put a new one there.
pub trait Claims: fmt::Debug + Send + Sync {
    /// The code in force.
    fn read(&self) -> Option<Claim>;
    /// Puts this in its place; none takes it away.
    fn write(&self, claim: Option<&Claim>) -> Result<(), FilingError>;
}

/// Why a claim was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// No such code is in force: mistyped, used, or burnt by too many tries.
    #[error("no such code")]
    Wrong,
    /// It was right half an hour ago.
    #[error("the code is too old")]
    Expired,
    /// Too many tries from here.
    #[error("wait {} s", .0.as_secs())]
    Wait(Duration),
    /// The account cannot be made.
    #[error(transparent)]
    Account(#[from] AccountError),
}

/// A new code, and what is noted of it.
pub fn new_claim(dice: &Dice, now: Timestamp) -> (String, Claim) {
    let code = draw(dice);
    let claim = Claim { digest: digest_of_code(&code), until: now + CLAIM_HOLDS, wrong: 0 };
    (code, claim)
}

impl Staff {
    /// Whether a code is the one in force. It stays in force.
    pub fn check_claim(&self, code: &str, from: IpAddr, now: Timestamp) -> Result<(), ClaimError> {
        self.door().try_claim(now, from).map_err(ClaimError::Wait)?;
        // One at a time, so that no wrong try goes uncounted.
        let _turn = self.editing.lock();
        let Some(mut claim) = self.claims.read() else { return Err(ClaimError::Wrong) };
        let right = bool::from(claim.digest.ct_eq(&digest_of_code(code)));
        if now >= claim.until {
            return Err(if right { ClaimError::Expired } else { ClaimError::Wrong });
        }
        if right {
            return Ok(());
        }
        claim.wrong += 1;
        let left = (claim.wrong < WRONG_MAX).then_some(&claim);
        if let Err(error) = self.claims.write(left) {
            tracing::error!(%error, "a wrong claim could not be counted");
        }
        Err(ClaimError::Wrong)
    }

    /// Makes the operator's account and lets them in. The code is used up.
    pub async fn claim(
        &self,
        code: &str,
        newcomer: Newcomer,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<Admitted, ClaimError> {
        self.check_claim(code, from, now)?;
        self.check_newcomer(&newcomer)?;
        let password = self.hash(&newcomer.password).await.ok_or(AccountError::Busy)?;
        {
            let _turn = self.editing.lock();
            let still = self.claims.read().is_some_and(|c| bool::from(c.digest.ct_eq(&digest_of_code(code))));
            if !still {
                return Err(ClaimError::Wrong);
            }
            // Used up before the account is there: a code that fails half way is drawn anew, one used twice is not.
            self.claims.write(None).map_err(|e| AccountError::Store(StoreError::Disk(std::io::Error::other(e))))?;
        }
        let account = self.add_account(None, "claimed", &newcomer, Role::Operator, password, now)?;
        Ok(self.admit(&account, None, now).map_err(AccountError::Store)?)
    }
}
