//! What left the box, on one page: letters that a mail server took, posts of an account at a Mastodon server, and what a program was told by
//! webhook. So somebody who tries the demo sees what the box says to people, follows its links, and replies to a post.

mod hook;
mod letter;
mod page;
mod smtp;

use crate::live::Crowd;
use crate::peer;
use crate::social::{Shared, Social};
use anyhow::{Context, Result};
use hook::Hooks;
use letter::Letter;
use model::Timestamp;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

pub use hook::SECRET;

/// Letters that are kept; the oldest goes first.
const LETTERS_MAX: usize = 3000;
/// Lines at once, of servers and of readers.
const LINES_MAX: usize = 64;

/// Where it listens.
#[derive(Clone, Copy, Debug)]
pub struct Doors {
    /// For letters (SMTP).
    pub smtp: SocketAddr,
    /// For posts, webhooks and readers (HTTP).
    pub web: SocketAddr,
}

/// The page and what is on it.
#[derive(Clone, Debug)]
pub struct Wall {
    letters: Letters,
    hooks: Hooks,
    social: Shared,
    crowd: Option<Crowd>,
    now: fn() -> Timestamp,
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

impl Wall {
    /// One with nothing on it.
    pub fn new(now: fn() -> Timestamp) -> Self {
        let social = Arc::new(Mutex::new(Social::new(now)));
        Self { letters: Letters::default(), hooks: Hooks::default(), social, crowd: None, now }
    }

    /// With a button that fills a place with people.
    #[must_use]
    pub fn with_crowd(self, crowd: Option<Crowd>) -> Self {
        Self { crowd, ..self }
    }

    /// Listens until the future is dropped; gives where, for a port may have been chosen.
    pub async fn open(self, doors: Doors) -> Result<(Doors, impl Future<Output = ()>)> {
        let smtp =
            TcpListener::bind(doors.smtp).await.with_context(|| format!("cannot take mail at {}", doors.smtp))?;
        let web = TcpListener::bind(doors.web).await.with_context(|| format!("cannot show posts at {}", doors.web))?;
        let at = Doors { smtp: smtp.local_addr()?, web: web.local_addr()? };
        let letters = self.letters.clone();
        let serve = async move {
            tokio::join!(
                accept(smtp, move |line| smtp::take(line, letters.clone())),
                accept(web, move |mut line| {
                    let wall = self.clone();
                    async move {
                        if let Some(asked) = peer::read(&mut line).await {
                            peer::reply(&mut line, wall.answer(&asked)).await;
                        }
                        Ok(())
                    }
                }),
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
