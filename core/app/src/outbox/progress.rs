use super::stored;
use model::channel::{Post, Receipt, Reply, Turn};
use model::{Delivery, DeliveryState, Secret, Secrets, Slug, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is done with one post.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Task {
    Send(Post),
    /// The post takes the place of one that is out.
    Correct(Receipt, Post),
    /// The one that is out is taken back.
    Withdraw(Receipt),
}

/// How far the channel of a delivery has come: written down before each step is performed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Progress {
    /// What is sent, as it was composed at the first try.
    pub(super) posts: Vec<Post>,
    /// Those that are out already, and are put right or taken back; none while posts are sent for the first time.
    posted: Option<Vec<Receipt>>,
    /// What peers said of those that are done.
    pub(super) out: Vec<Receipt>,
    /// What is remembered and done next of the post that is under way; none: it is to be begun.
    pub(super) turn: Option<Turn>,
    /// Which step of it that is, from 1.
    pub(super) steps: u32,
    /// The wait that was its last step is over at the time the delivery is due.
    pub(super) waits: bool,
    /// The letters that were its last step are in the outbox, for so many.
    pub(super) sent: Option<u32>,
    /// Secrets that a peer gave for it, and the host that may be shown each.
    kept: BTreeMap<Slug, (String, String)>,
}

impl Progress {
    pub(super) fn of(posts: Vec<Post>) -> Self {
        Self { posts, ..Self::default() }
    }

    /// For posts that are out: with none to take their place they are taken back.
    pub(super) fn changing(posted: Vec<Receipt>, posts: Vec<Post>) -> Self {
        Self { posts, posted: Some(posted), ..Self::default() }
    }

    /// Whether there is anything to go on with. What could not even be composed is begun anew at the next try.
    pub(super) fn is_begun(&self) -> bool {
        !self.posts.is_empty() || self.posted.is_some()
    }

    /// What is next, and how many are done before it.
    pub(super) fn next(&self) -> Option<(Task, usize)> {
        let at = self.out.len();
        let post = self.posts.get(at).cloned();
        let task = match &self.posted {
            None => Task::Send(post?),
            Some(posted) if self.posts.is_empty() => Task::Withdraw(posted.get(at)?.clone()),
            Some(posted) => Task::Correct(posted.get(at)?.clone(), post?),
        };
        Some((task, at))
    }

    /// What all posts cost together.
    pub(super) fn cost(&self) -> u32 {
        self.posts.iter().fold(0, |sum, post| sum.saturating_add(post.cost))
    }

    /// The next step of the post that is under way.
    pub(super) fn step(&mut self, turn: Turn) {
        self.steps = self.steps.saturating_add(1);
        (self.waits, self.sent) = (false, None);
        self.turn = Some(turn);
    }

    /// The same once the letters that are its last step are written, for so many.
    pub(super) fn sent_to(&self, people: u32) -> Self {
        Self { sent: Some(people), ..self.clone() }
    }

    /// What came of the last step before this try, where that is known: its wait is over, or its letters are written.
    pub(super) fn answered(&mut self) -> Option<Reply> {
        let waited = std::mem::take(&mut self.waits).then_some(Reply::Waited);
        waited.or_else(|| self.sent.take().map(Reply::Sent))
    }

    /// The post that is under way is begun anew.
    pub(super) fn begin_anew(&mut self) {
        (self.turn, self.steps, self.waits, self.sent) = (None, 0, false, None);
        self.kept.clear();
    }

    /// The post that is under way is out.
    pub(super) fn is_out(&mut self, receipt: Receipt) {
        self.out.push(receipt);
        self.begin_anew();
    }

    /// The delivery once all its posts are out.
    pub(super) fn all_out(&self, before: &Delivery, now: Timestamp) -> Delivery {
        let handles: Vec<&str> = self.out.iter().map(|receipt| receipt.handle.as_str()).collect();
        let people = self.out.iter().filter_map(|receipt| receipt.people).reduce(u32::saturating_add);
        Delivery {
            state: DeliveryState::Sent,
            tries: before.tries.saturating_add(1),
            changed_at: now,
            said: people.map_or_else(String::new, |people| format!("taken for {people}")),
            handle: Some(handles.join("\n")),
            link: self.out.iter().find_map(|receipt| receipt.link.clone()),
            ..before.clone()
        }
    }

    pub(super) fn keep(&mut self, kept: &[(Slug, Secret)]) {
        for (name, secret) in kept {
            let host = secret.hosts().first().cloned().unwrap_or_default();
            self.kept.insert(name.clone(), (secret.within().to_owned(), host));
        }
    }

    /// These secrets, and those that a peer gave.
    pub(super) fn with_kept(&self, secrets: Secrets) -> Secrets {
        self.kept.iter().fold(secrets, |all, (name, (value, host))| {
            all.with(name.clone(), Secret::new(value.clone(), vec![host.clone()]))
        })
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let kept: serde_json::Map<_, _> =
            self.kept.iter().map(|(name, (value, host))| (name.to_string(), json!([value, host]))).collect();
        let value = json!({
            "posts": self.posts.iter().map(stored::post).collect::<Vec<_>>(),
            "posted": self.posted.as_ref().map(|posted| posted.iter().map(stored::receipt).collect::<Vec<_>>()),
            "out": self.out.iter().map(stored::receipt).collect::<Vec<_>>(),
            "turn": self.turn.as_ref().map(stored::turn),
            "steps": self.steps,
            "waits": self.waits,
            "sent": self.sent,
            "kept": kept,
        });
        value.to_string().into_bytes()
    }

    /// None when this is nothing that [`to_bytes`](Self::to_bytes) wrote.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let kept = value.get("kept")?.as_object()?.iter().map(|(name, pair)| {
            let part = |at: usize| Some(pair.get(at)?.as_str()?.to_owned());
            Some((Slug::new(name).ok()?, (part(0)?, part(1)?)))
        });
        let receipts = |value: &Value| value.as_array()?.iter().map(stored::read_receipt).collect::<Option<Vec<_>>>();
        Some(Self {
            posted: match value.get("posted") {
                None | Some(Value::Null) => None,
                Some(posted) => Some(receipts(posted)?),
            },
            posts: value.get("posts")?.as_array()?.iter().map(stored::read_post).collect::<Option<_>>()?,
            out: receipts(value.get("out")?)?,
            turn: match value.get("turn")? {
                Value::Null => None,
                turn => Some(stored::read_turn(turn)?),
            },
            steps: u32::try_from(value.get("steps")?.as_u64()?).ok()?,
            waits: value.get("waits")?.as_bool()?,
            sent: value.get("sent").and_then(Value::as_u64).and_then(|sent| u32::try_from(sent).ok()),
            kept: kept.collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Language;
    use model::channel::Step;
    use std::time::Duration;

    #[test]
    fn what_is_out_is_put_right_or_taken_back_one_by_one() {
        let posted = |handle: &str| Receipt { handle: handle.to_owned(), ..Receipt::default() };
        let mut back = Progress::changing(vec![posted("1"), posted("2")], Vec::new());
        assert_eq!(back.next(), Some((Task::Withdraw(posted("1")), 0)));
        back.is_out(posted("1"));
        let mut back = Progress::from_bytes(&back.to_bytes()).unwrap();
        assert_eq!(back.next(), Some((Task::Withdraw(posted("2")), 1)));
        back.is_out(posted("2"));
        assert_eq!(back.next(), None);
        assert_eq!(Progress::changing(Vec::new(), Vec::new()).next(), None, "nothing was out");
    }

    #[test]
    fn it_comes_back_from_its_row_with_what_was_kept() {
        let post = Post {
            language: Language::En,
            title: String::new(),
            body: "Calm".to_owned(),
            link: None,
            picture: None,
            length: 4,
            limit: 0,
            cost: 3,
            note: Vec::new(),
        };
        let mut progress = Progress::of(vec![post.clone(), post]);
        assert_eq!((progress.cost(), progress.next().unwrap().1), (6, 0));
        progress.is_out(Receipt { handle: "17".to_owned(), ..Receipt::default() });
        progress.step(Turn { state: vec![9, 0], step: Step::Wait(Duration::from_secs(5)) });
        progress.sent = Some(7);
        let name = Slug::new("session").unwrap();
        progress.keep(&[(name.clone(), Secret::new("a token of the peer".to_owned(), vec!["a.example".to_owned()]))]);
        let read = Progress::from_bytes(&progress.to_bytes()).unwrap();
        assert_eq!((&read, read.next().unwrap().1), (&progress, 1));
        let mut heard = read.clone();
        assert_eq!((heard.answered(), heard.answered()), (Some(Reply::Sent(7)), None));
        let all = read.with_kept(Secrets::default());
        assert_eq!(all.get(&name).unwrap().shown_to("a.example"), Some("a token of the peer"));
        assert_eq!(Progress::from_bytes(b"{}"), None);
    }
}
