//! A mail server for the demo: it takes every letter, keeps it in memory, and shows it on a page of its own. So somebody who tries the
//! demo reads what the box writes to people, and follows the links.

mod letter;
mod page;
mod smtp;

use anyhow::{Context, Result};
use letter::Letter;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Letters that are kept; the oldest goes first.
const LETTERS_MAX: usize = 3000;
/// Lines at once, of servers and of readers.
const LINES_MAX: usize = 64;

/// Where it listens: for letters, and for who reads them.
#[derive(Clone, Copy, Debug)]
pub struct Mailbox {
    /// For letters (SMTP).
    pub smtp: SocketAddr,
    /// For readers (HTTP).
    pub web: SocketAddr,
}

/// The letters that came, the newest first.
#[derive(Clone, Debug, Default)]
struct Letters(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    letters: VecDeque<(u64, Letter)>,
    taken: u64,
}

impl Letters {
    fn put(&self, letter: Letter) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.taken += 1;
        let number = held.taken;
        held.letters.push_front((number, letter));
        held.letters.truncate(LETTERS_MAX);
    }

    fn find(&self, number: u64) -> Option<Letter> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.letters.iter().find(|(known, _)| *known == number).map(|(_, letter)| letter.clone())
    }

    /// Letters whose address or subject has this in it, and how many came at all.
    fn list(&self, with: &str, at_most: usize) -> (u64, Vec<(u64, Letter)>) {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let with = with.to_lowercase();
        let has =
            |letter: &Letter| letter.to.to_lowercase().contains(&with) || letter.subject.to_lowercase().contains(&with);
        let found = held.letters.iter().filter(|(_, letter)| has(letter)).take(at_most);
        (held.taken, found.cloned().collect())
    }
}

impl Mailbox {
    /// Listens until it is dropped; gives where, for a port may have been chosen.
    pub async fn open(self) -> Result<(Self, impl Future<Output = ()>)> {
        let smtp = TcpListener::bind(self.smtp).await.with_context(|| format!("cannot take mail at {}", self.smtp))?;
        let web = TcpListener::bind(self.web).await.with_context(|| format!("cannot show mail at {}", self.web))?;
        let at = Self { smtp: smtp.local_addr()?, web: web.local_addr()? };
        let letters = Letters::default();
        let taking = letters.clone();
        let serve = async move {
            tokio::join!(
                accept(smtp, move |line| smtp::take(line, taking.clone())),
                accept(web, move |line| page::answer(line, letters.clone())),
            );
        };
        Ok((at, serve))
    }
}

async fn accept<F: Future<Output = Result<()>> + Send + 'static>(
    listener: TcpListener,
    serve: impl Fn(tokio::net::TcpStream) -> F,
) {
    let lines = Arc::new(Semaphore::new(LINES_MAX));
    loop {
        let Ok(turn) = Arc::clone(&lines).acquire_owned().await else { return };
        let Ok((line, _)) = listener.accept().await else { continue };
        let served = serve(line);
        tokio::spawn(async move {
            let _turn = turn;
            // Whoever hangs up in the middle is no fault of ours.
            let _ = served.await;
        });
    }
}
