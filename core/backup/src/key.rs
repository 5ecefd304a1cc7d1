//! Who can open a backup.

use crate::error::BackupError;
use age::secrecy::{ExposeSecret, SecretString};
use age::{Encryptor, Identity, Recipient, scrypt, x25519};
use std::fmt;

/// Shorter is guessed.
const PASSPHRASE_CHARS_MIN: usize = 12;
/// A passphrase may have been stretched on a faster machine: up to 4 GiB-seconds of it.
const WORK_FACTOR_MAX: u8 = 22;

/// To whom a backup is locked.
pub enum Lock {
    /// Public halves of recovery keys; the secret half of each opens it.
    Recipients(Vec<String>),
    /// Whoever knows this.
    Passphrase(String),
}

/// What opens a backup.
pub enum Key {
    /// A text with the secret halves of recovery keys, one a line; `#` begins a remark.
    Recovery(String),
    /// What it was locked with.
    Passphrase(String),
}

/// A new recovery key. The box keeps the public half alone.
pub struct RecoveryKey {
    secret: SecretString,
    public: String,
}

impl RecoveryKey {
    /// From the dice of the machine.
    #[expect(clippy::new_without_default, reason = "each is another, which no default is")]
    pub fn new() -> Self {
        let identity = x25519::Identity::generate();
        Self { secret: identity.to_string(), public: identity.to_public().to_string() }
    }

    /// `AGE-SECRET-KEY-1...`: to be printed and put into a drawer.
    pub fn secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// `age1...`: to be written into `municipality.toml`.
    pub fn public(&self) -> &str {
        &self.public
    }
}

impl Lock {
    pub(crate) fn encryptor(&self) -> Result<Encryptor, BackupError> {
        match self {
            Self::Passphrase(phrase) if phrase.chars().count() < PASSPHRASE_CHARS_MIN => {
                Err(BackupError::ShortPassphrase(PASSPHRASE_CHARS_MIN))
            }
            Self::Passphrase(phrase) => Ok(Encryptor::with_user_passphrase(SecretString::from(phrase.clone()))),
            Self::Recipients(keys) => {
                let recipient = |key: &String| key.parse().map_err(|_| BackupError::BadRecipient(key.clone()));
                let recipients: Vec<x25519::Recipient> = keys.iter().map(recipient).collect::<Result<_, _>>()?;
                let all = recipients.iter().map(|recipient| recipient as &dyn Recipient);
                Encryptor::with_recipients(all).map_err(|_| BackupError::NobodyToLockTo)
            }
        }
    }
}

impl Key {
    pub(crate) fn identities(&self) -> Result<Vec<Box<dyn Identity>>, BackupError> {
        match self {
            Self::Passphrase(phrase) => {
                let mut identity = scrypt::Identity::new(SecretString::from(phrase.clone()));
                identity.set_max_work_factor(WORK_FACTOR_MAX);
                Ok(vec![Box::new(identity)])
            }
            Self::Recovery(text) => {
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
                let identity = |line: &str| -> Result<Box<dyn Identity>, BackupError> {
                    Ok(Box::new(line.parse::<x25519::Identity>().map_err(|_| BackupError::BadKey)?))
                };
                let identities: Vec<_> = lines.map(identity).collect::<Result<_, _>>()?;
                if identities.is_empty() { Err(BackupError::BadKey) } else { Ok(identities) }
            }
        }
    }
}

/// Secrets are not printed.
macro_rules! keep_secret {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}

keep_secret!(Lock Key RecoveryKey);
