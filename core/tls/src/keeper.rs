//! Keeps the certificate that is asked for: reads it again when its files change, orders a new one before it ends.

use crate::acceptor::Acceptor;
use crate::acme::{Issuer, Tries, order};
use crate::certificate::{Certificate, CertificateError, Shown};
use crate::files::{Pair, Stamp, WATCH_EVERY, read, write};
use crate::own;
use crate::show::Showcase;
use model::Timestamp;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Tells what time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The file, in the folder of the plan, with what an issuer gave: chain and key.
pub const ISSUED: &str = "acme.pem";
/// Staff are told so long before the end. A certificate of an issuer is renewed well before that.
const WARN_BEFORE: Duration = Duration::from_hours(14 * 24);
/// How often it is asked whether a certificate is due: a comparison of two numbers.
const DUE_EVERY: Duration = Duration::from_secs(5);

/// What is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where the box keeps keys and certificates; for its own eyes.
    pub folder: PathBuf,
    /// Names on the local network: `allting.local`.
    pub local: Vec<String>,
    /// Where the certificate for the public names comes from.
    pub source: Source,
}

/// Where a certificate that browsers know comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// From nowhere: only the one that the box made is shown.
    Own,
    /// From two PEM files that somebody else renews.
    Files {
        /// The certificate, with its chain.
        certificate: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
    /// From an issuer that speaks ACME.
    Acme {
        /// Where it is asked: `https://acme-v02.api.letsencrypt.org/directory`.
        directory: String,
        /// Whom it writes to.
        contact: Option<String>,
        /// The root that the issuer's own certificate comes from, when it is a private one.
        root: Option<PathBuf>,
        /// The names to be issued.
        names: Vec<String>,
    },
}

/// Why no certificate can be shown at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Its own could not be made.
    #[error("the box could not make a certificate of its own: {0}")]
    NotMade(String),
    /// Its own could not be kept.
    #[error("the certificate of the box could not be written to {path}: {why}")]
    NotKept {
        /// Where to.
        path: String,
        /// What the system said.
        why: String,
    },
}

/// What is shown, and how it is about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The one that the box made.
    pub own: Certificate,
    /// The one that browsers know; none when none is asked for, or none is there yet.
    pub trusted: Option<Certificate>,
    /// What is wrong; none when all is well.
    pub problem: Option<String>,
}

/// Keeps certificates. Shared between the box and its connections.
#[derive(Debug)]
pub struct Keeper {
    plan: Plan,
    showcase: Arc<Showcase>,
    acceptor: Acceptor,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    problem: Option<String>,
    /// As the files were when they were last read, and at the last look.
    settled: Stamp,
    seen: Stamp,
    tries: Tries,
}

impl Keeper {
    /// Makes ready what there is. A certificate that is not there or wrong is a problem that is reported; the box's own is shown instead.
    pub fn open(plan: Plan, now: Timestamp) -> Result<Arc<Self>, OpenError> {
        let showcase = Arc::new(Showcase::new(own::keep(&plan.folder, &plan.local, now)?));
        let acceptor = Acceptor::new(Arc::clone(&showcase)).map_err(|why| OpenError::NotMade(why.to_string()))?;
        let keeper = Self { plan, showcase, acceptor, state: Mutex::default() };
        match &keeper.plan.source {
            Source::Own => {}
            Source::Files { certificate, key } => {
                let pair = Pair { certificate: certificate.clone(), key: key.clone() };
                let stamp = pair.stamp();
                keeper.state().seen = stamp;
                keeper.take(&pair, stamp, now);
            }
            Source::Acme { names, .. } => {
                keeper.state().tries = Tries::read(&keeper.plan.folder);
                keeper.show_issued(names, now);
            }
        }
        Ok(Arc::new(keeper))
    }

    /// Shakes hands with callers.
    pub fn acceptor(&self) -> Acceptor {
        self.acceptor.clone()
    }

    /// What is shown now.
    pub fn report(&self) -> Report {
        Report {
            own: self.showcase.own().says,
            trusted: self.showcase.trusted().map(|shown| shown.says),
            problem: self.state().problem.clone(),
        }
    }

    /// What staff should know at `now`, in one sentence; none when all is well.
    pub fn worry(&self, now: Timestamp) -> Option<String> {
        let report = self.report();
        if report.problem.is_some() {
            return report.problem;
        }
        let until = report.trusted?.until;
        (until < now + WARN_BEFORE).then(|| format!("the certificate ends at {until}, and no newer one has come"))
    }

    /// Whether browsers believe us under this name.
    pub fn is_trusted_for(&self, host: &str) -> bool {
        self.showcase.trusted().is_some_and(|shown| shown.says.is_for(host))
    }

    /// Follows files, or orders what is due, until `stop` turns true.
    pub async fn run(self: Arc<Self>, clock: Clock, mut stop: watch::Receiver<bool>) {
        let every = match &self.plan.source {
            Source::Own => return,
            Source::Files { .. } => WATCH_EVERY,
            Source::Acme { .. } => DUE_EVERY,
        };
        loop {
            let stopped = match &self.plan.source {
                Source::Own => return,
                Source::Files { certificate, key } => {
                    self.look(&Pair { certificate: certificate.clone(), key: key.clone() }, clock());
                    None
                }
                Source::Acme { directory, contact, root, names } => {
                    let (directory, contact) = (directory.clone(), contact.clone());
                    let issuer = Issuer { directory, contact, root: root.clone(), names: names.clone() };
                    tokio::select! {
                        () = self.renew_if_due(&issuer, &clock) => None,
                        _ = stop.wait_for(|stop| *stop) => Some(()),
                    }
                }
            };
            if stopped.is_some() || tokio::time::timeout(every, stop.wait_for(|stop| *stop)).await.is_ok() {
                return;
            }
        }
    }

    /// A change counts once the files have been still from one look to the next: they are two, and are written one after the other.
    fn look(&self, pair: &Pair, now: Timestamp) {
        let stamp = pair.stamp();
        let (settled, seen) = {
            let mut state = self.state();
            (state.settled, std::mem::replace(&mut state.seen, stamp))
        };
        if stamp != settled && stamp == seen {
            self.take(pair, stamp, now);
        }
    }

    fn take(&self, pair: &Pair, stamp: Stamp, now: Timestamp) {
        self.state().settled = stamp;
        match pair.read(now) {
            Ok(shown) => {
                let names = shown.says.names.join(", ");
                tracing::info!(until = %shown.says.until, names, "a certificate was taken in");
                self.showcase.show(shown);
                self.tell(None);
            }
            Err(why) => {
                let file = match why {
                    CertificateError::NoKey | CertificateError::BadKey(_) => &pair.key,
                    _ => &pair.certificate,
                };
                let stays = if self.showcase.trusted().is_some() { "the one before" } else { "the box's own" };
                let text = match why {
                    CertificateError::Unreadable { .. } => format!("{why}; {stays} is shown"),
                    why => format!("{}: {why}; {stays} is shown", file.display()),
                };
                self.tell(Some(text));
            }
        }
    }

    fn issued_path(&self) -> PathBuf {
        self.plan.folder.join(ISSUED)
    }

    /// What an issuer gave earlier, as long as it is for these names.
    fn show_issued(&self, names: &[String], now: Timestamp) {
        let issued = read(&self.issued_path()).ok().and_then(|pem| Shown::read(&pem, &pem, now).ok());
        if let Some(shown) = issued.filter(|shown| names.iter().all(|name| shown.says.is_for(name))) {
            self.showcase.show(shown);
        }
    }

    async fn renew_if_due(&self, issuer: &Issuer, clock: &Clock) {
        let now = clock();
        let folder = &self.plan.folder;
        if !self.is_due(now) || self.state().tries.is_too_early(now) {
            return;
        }
        let tried = self.state().tries.begin(folder, now);
        let ordered = match tried {
            Ok(()) => order(folder, issuer, &self.showcase).await,
            Err(why) => Err(format!("{} cannot be written: {why}", folder.display())),
        };
        let kept = ordered.and_then(|pem| {
            let shown = Shown::read(pem.as_bytes(), pem.as_bytes(), clock()).map_err(|why| why.to_string())?;
            write(&self.issued_path(), pem.as_bytes()).map_err(|why| format!("it could not be kept: {why}"))?;
            Ok(shown)
        });
        match kept {
            Ok(shown) => {
                self.state().tries.succeed();
                let names = shown.says.names.join(", ");
                tracing::info!(until = %shown.says.until, names, "a certificate was issued");
                self.showcase.show(shown);
                self.tell(None);
            }
            Err(why) => self.tell(Some(why)),
        }
    }

    /// When two thirds of its time are over.
    fn is_due(&self, now: Timestamp) -> bool {
        self.showcase
            .trusted()
            .is_none_or(|shown| now >= shown.says.until - shown.says.until.since(shown.says.from) / 3)
    }

    fn tell(&self, problem: Option<String>) {
        if let Some(problem) = &problem {
            tracing::error!("{problem}");
        }
        self.state().problem = problem;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
