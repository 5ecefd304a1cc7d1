//! Channels: let in, checked, and asked for posts and steps, each time in a fresh instance.

mod bindings;
mod heard;
mod request;
mod told;

use std::fmt;
use std::sync::Arc;

use model::channel::{Job, Post, Power, Receipt, Reply, Turn};
use model::{Blame, Language, PluginFault, Publication, Slug, Words};
use wasmtime::Store;
use wasmtime::component::{Component, Linker};

use crate::boundary::one_line as plain;
use crate::decoder::ExampleOutcome;
use crate::describe::{schema, version, words};
use crate::host::{LoadError, one_line};
use crate::limits::{Limits, Meter, Phase, blame};
use crate::ticker::{DEADLINE, Ticker};
use bindings::ChannelPre;
use bindings::exports::allting::channel::sending::{self as wit, Guest};

pub use told::PICTURE;

/// The interface a channel exports.
pub(crate) const SENDING: &str = "allting:channel/sending@1.0.0";

/// Hosts that a plugin may always want.
const HOSTS_MAX: usize = 32;

/// What a channel says of itself.
#[derive(Clone, Debug)]
pub struct ChannelDescription {
    /// The name its author gave it.
    pub id: Slug,
    /// Its version.
    pub version: String,
    /// Its name for people.
    pub title: Words,
    /// What it is for.
    pub help: Words,
    /// JSON Schema 2020-12 of its settings.
    pub schema: serde_json::Value,
    /// Hosts that it always wants to reach.
    pub hosts: Vec<String>,
    /// What it can do beside asking the web.
    pub powers: Vec<Power>,
}

/// A channel that was let in. Cheap to clone; calls block, and may run side by side.
#[derive(Clone)]
pub struct Channel(Arc<Inner>);

struct Inner {
    id: Slug,
    pre: ChannelPre<Meter>,
    limits: Limits,
    description: ChannelDescription,
    examples: Vec<wit::Example>,
    /// The backstop works as long as any plugin does.
    _ticker: Arc<Ticker>,
}

impl Channel {
    /// Asks a plugin who it is, under the limits of any call.
    pub(crate) fn let_in(
        id: &Slug,
        linker: &Linker<Meter>,
        component: &Component,
        limits: Limits,
        ticker: Arc<Ticker>,
    ) -> Result<Self, LoadError> {
        let dialect = |e: &wasmtime::Error| LoadError::WrongTypes(SENDING, one_line(e));
        let pre = linker.instantiate_pre(component).map_err(|e| dialect(&e))?;
        let pre = ChannelPre::new(pre).map_err(|e| dialect(&e))?;
        let said = call(&pre, &limits, |guest, store| guest.call_describe(store));
        let (said, _) = said.map_err(|(blame, what)| {
            LoadError::Silent(PluginFault { plugin: id.to_string(), version: "?".to_owned(), blame, what })
        })?;
        let description = describe(&said).map_err(LoadError::BadDescription)?;
        let examples = said.examples;
        Ok(Self(Arc::new(Inner { id: id.clone(), pre, limits, description, examples, _ticker: ticker })))
    }

    /// Its name in `plugins.toml`.
    pub fn id(&self) -> &Slug {
        &self.0.id
    }

    /// What the plugin says of itself.
    pub fn description(&self) -> &ChannelDescription {
        &self.0.description
    }

    /// Makes posts of a publication in these languages, best first: the preview, and what is sent. The inner error says in plain words
    /// why it does not fit.
    pub fn compose(
        &self,
        publication: &Publication,
        languages: &[Language],
        settings: &str,
    ) -> Result<Result<Vec<Post>, String>, PluginFault> {
        let told = told::publication(publication, languages);
        let said = self.call(|guest, store| guest.call_compose(store, &told, &settings.to_owned()))?;
        match said {
            Ok(posts) => self.heard(heard::posts(posts, &told).map(Ok)),
            Err(why) => Ok(Err(plain(&why))),
        }
    }

    /// Begins to send a post of this publication.
    pub fn start(&self, post: &Post, publication: &Publication, job: &Job) -> Result<Turn, PluginFault> {
        let (post, job) = (told::post(post, publication), told::job(job));
        let said = self.call(|guest, store| guest.call_start(store, &post, &job))?;
        self.heard(heard::turn(said))
    }

    /// Goes on after a step.
    pub fn resume(&self, state: &[u8], reply: &Reply, job: &Job) -> Result<Turn, PluginFault> {
        let (reply, job) = (told::reply(reply), told::job(job));
        let said = self.call(|guest, store| guest.call_resume(store, state, &reply, &job))?;
        self.heard(heard::turn(said))
    }

    /// Begins to fetch what came back since the bookmark.
    pub fn collect(&self, posted: &[Receipt], bookmark: &[u8], job: &Job) -> Result<Turn, PluginFault> {
        let posted: Vec<wit::Receipt> = posted.iter().map(told::receipt).collect();
        let job = told::job(job);
        let said = self.call(|guest, store| guest.call_collect(store, &posted, bookmark, &job))?;
        self.heard(heard::turn(said))
    }

    /// Begins to put another text in the place of a post.
    pub fn correct(
        &self,
        posted: &Receipt,
        post: &Post,
        publication: &Publication,
        job: &Job,
    ) -> Result<Turn, PluginFault> {
        let (posted, post, job) = (told::receipt(posted), told::post(post, publication), told::job(job));
        let said = self.call(|guest, store| guest.call_correct(store, &posted, &post, &job))?;
        self.heard(heard::turn(said))
    }

    /// Begins to take a post back.
    pub fn withdraw(&self, posted: &Receipt, job: &Job) -> Result<Turn, PluginFault> {
        let (posted, job) = (told::receipt(posted), told::job(job));
        let said = self.call(|guest, store| guest.call_withdraw(store, &posted, &job))?;
        self.heard(heard::turn(said))
    }

    /// Begins to answer a comment, which the peer calls `comment`.
    pub fn answer(
        &self,
        comment: &str,
        post: &Post,
        publication: &Publication,
        job: &Job,
    ) -> Result<Turn, PluginFault> {
        let (post, job) = (told::post(post, publication), told::job(job));
        let said = self.call(|guest, store| guest.call_answer(store, comment, &post, &job))?;
        self.heard(heard::turn(said))
    }

    /// Composes the plugin's own examples on this very machine, with the limits of real work.
    pub fn run_examples(&self) -> Vec<ExampleOutcome> {
        let tried = self.0.examples.iter().map(|example| {
            let title = plain(&example.title);
            let got = call(&self.0.pre, &self.0.limits, |guest, store| {
                guest.call_compose(store, &example.publication, &example.settings)
            });
            match got {
                Ok((got, fuel)) if got == example.gives => ExampleOutcome { title, failure: None, fuel },
                Ok((got, fuel)) => {
                    let failure = plain(&format!("expected {:?}, got {got:?}", example.gives));
                    ExampleOutcome { title, failure: Some(failure), fuel }
                }
                Err((blame, what)) => {
                    ExampleOutcome { title, failure: Some(self.fault(blame, what).to_string()), fuel: 0 }
                }
            }
        });
        tried.collect()
    }

    fn call<T>(&self, work: impl FnOnce(&Guest, &mut Store<Meter>) -> wasmtime::Result<T>) -> Result<T, PluginFault> {
        let called = call(&self.0.pre, &self.0.limits, work);
        called.map(|(said, _)| said).map_err(|(blame, what)| self.fault(blame, what))
    }

    fn heard<T>(&self, checked: Result<T, String>) -> Result<T, PluginFault> {
        checked.map_err(|what| self.fault(Blame::Plugin, what))
    }

    fn fault(&self, blame: Blame, what: String) -> PluginFault {
        PluginFault { plugin: self.0.id.to_string(), version: self.0.description.version.clone(), blame, what }
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Channel({} {})", self.0.id, self.0.description.version)
    }
}

/// One call in an instance of its own, which is dropped whole however it ends. Gives the answer and the steps used.
fn call<T>(
    pre: &ChannelPre<Meter>,
    limits: &Limits,
    work: impl FnOnce(&Guest, &mut Store<Meter>) -> wasmtime::Result<T>,
) -> Result<(T, u64), (Blame, String)> {
    let mut store = Store::new(pre.engine(), Meter::new(limits));
    store.limiter(|meter| meter);
    store.set_epoch_deadline(DEADLINE);
    store.set_hostcall_fuel(limits.output_bytes);
    let begun = store.set_fuel(limits.fuel).and_then(|()| pre.instantiate(&mut store));
    let instance = begun.map_err(|e| blame(&e, store.data(), limits, Phase::Instantiate))?;
    let said = work(instance.allting_channel_sending(), &mut store);
    let said = said.map_err(|e| blame(&e, store.data(), limits, Phase::Run))?;
    let left = store.get_fuel().unwrap_or(0);
    Ok((said, limits.fuel.saturating_sub(left)))
}

fn describe(said: &wit::Description) -> Result<ChannelDescription, String> {
    let id = Slug::new(&said.id).map_err(|e| format!("its id `{}`: {e}", plain(&said.id)))?;
    version(&said.version)?;
    if said.title.is_empty() {
        return Err("it has no title in any language".to_owned());
    }
    if said.hosts.len() > HOSTS_MAX {
        return Err(format!("it wants {} hosts; at most {HOSTS_MAX}", said.hosts.len()));
    }
    let power = |power: &wit::Power| match power {
        wit::Power::Mail => Power::Mail,
        wit::Power::Mqtt => Power::Mqtt,
        wit::Power::Push => Power::Push,
        wit::Power::Collect => Power::Collect,
        wit::Power::Correct => Power::Correct,
        wit::Power::Withdraw => Power::Withdraw,
        wit::Power::Answer => Power::Answer,
    };
    let mut powers: Vec<Power> = said.powers.iter().map(power).collect();
    powers.sort_unstable();
    powers.dedup();
    Ok(ChannelDescription {
        id,
        version: said.version.clone(),
        title: words(&said.title),
        help: words(&said.help),
        schema: schema(&said.schema, "its settings")?,
        hosts: said.hosts.iter().map(|host| plain(host)).collect(),
        powers,
    })
}
