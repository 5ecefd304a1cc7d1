//! Ways out of the box: those of the folder whose plugins work, and what a publication becomes by each.

use crate::portal::App;
use config::ChannelWishes;
use courier::{Grant, Network, Reach};
use model::channel::{ChannelPlan, Post, Power};
use model::{ChannelId, PluginFault, Publication, Secrets, Timestamp, Words};
use plugin_host::{Channel, ChannelDescription};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;

/// A channel that can work.
#[derive(Clone, Debug)]
pub struct ReadyChannel {
    /// As the municipality wrote it down.
    pub plan: ChannelPlan,
    /// Who speaks by it.
    pub plugin: Channel,
    /// Which secrets its settings name, and whom they want to reach.
    pub wishes: ChannelWishes,
}

/// All that can work, by name.
pub(crate) type ByName = Arc<BTreeMap<ChannelId, Arc<ReadyChannel>>>;

/// The channels of a box.
#[derive(Debug)]
pub(crate) struct Channels(watch::Sender<ByName>);

impl Default for Channels {
    fn default() -> Self {
        Self(watch::Sender::new(ByName::default()))
    }
}

/// A channel, for whoever chooses among them.
#[derive(Clone, Debug)]
pub struct ChannelView {
    /// Its name in the folder.
    pub id: ChannelId,
    /// Its name for people.
    pub title: Words,
    /// What it can do beside posting; none while its plugin does not work.
    pub powers: Option<Vec<Power>>,
}

/// A channel that works, for whoever wants to know what it can do.
#[derive(Clone, Debug)]
pub struct ChannelAbility {
    /// Its name for people.
    pub title: Words,
    /// Who speaks by it.
    pub plugin: ChannelDescription,
    /// Whom it may reach, and nobody else.
    pub reaches: Vec<String>,
}

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// There is no such channel, or its plugin does not work.
    #[error("the channel `{0}` is not there, or its plugin does not work")]
    Unknown(ChannelId),
    /// The publication does not fit it, in the plugin's plain words.
    #[error("{0}")]
    Unfit(String),
    /// The plugin broke.
    #[error(transparent)]
    Plugin(#[from] PluginFault),
}

/// So many days ahead staff are told that a secret ends.
const WARNED_DAYS: i32 = 14;

impl ReadyChannel {
    /// Whom it may reach: what its plugin and settings want, and the municipality granted.
    pub(crate) fn reach(&self) -> Reach {
        let grant = |grant: &model::channel::HostGrant| Grant {
            host: grant.host.clone(),
            port: grant.port,
            network: if grant.own { Network::Own } else { Network::World },
        };
        let grants: Vec<Grant> = self.plan.grants.iter().map(grant).collect();
        Reach::of(&self.wishes.hosts, &grants)
    }

    /// Whether it brings back what people say.
    pub(crate) fn collects(&self) -> bool {
        self.plugin.description().powers.contains(&Power::Collect)
    }

    /// Whether it carries answers to what people said.
    pub(crate) fn answers(&self) -> bool {
        self.plugin.description().powers.contains(&Power::Answer)
    }

    /// The secrets that its settings name, and no others.
    pub(crate) fn secrets(&self, all: &Secrets) -> Secrets {
        all.only(&self.wishes.secrets)
    }

    /// What a publication becomes by it.
    fn compose(&self, publication: &Publication) -> Result<Result<Vec<Post>, String>, PluginFault> {
        self.plugin.compose(&self.with_door(publication), &self.plan.languages, &self.plan.settings)
    }

    /// The publication, its door marked with the channel somebody comes by.
    pub(crate) fn with_door(&self, publication: &Publication) -> Publication {
        let door = publication.door.as_ref().map(|door| {
            let (address, fragment) = door.split_once('#').map_or((door.as_str(), None), |(a, f)| (a, Some(f)));
            let sign = if address.contains('?') { '&' } else { '?' };
            let marked = format!("{address}{sign}door={}", self.plan.id);
            fragment.map_or_else(|| marked.clone(), |fragment| format!("{marked}#{fragment}"))
        });
        Publication { door, ..publication.clone() }
    }
}

impl App {
    /// Takes over the channels that can work; the others of the folder wait until they can.
    pub fn put_channels(&self, ready: Vec<ReadyChannel>) {
        let ready = ready.into_iter().map(|channel| (channel.plan.id.clone(), Arc::new(channel))).collect();
        self.channels.0.send_replace(Arc::new(ready));
    }

    /// The channels of the folder, in its order.
    pub fn channels(&self) -> Vec<ChannelView> {
        let ready = self.follow_channels().borrow().clone();
        let view = |plan: &ChannelPlan| ChannelView {
            id: plan.id.clone(),
            title: plan.title.clone(),
            powers: ready.get(&plan.id).map(|channel| channel.plugin.description().powers.clone()),
        };
        self.municipality().channels.iter().map(view).collect()
    }

    /// What the channels that work can do, in the order of their names.
    pub fn channel_abilities(&self) -> Vec<ChannelAbility> {
        let ability = |channel: &Arc<ReadyChannel>| ChannelAbility {
            title: channel.plan.title.clone(),
            plugin: channel.plugin.description().clone(),
            reaches: channel.reach().hosts().collect(),
        };
        self.follow_channels().borrow().values().map(ability).collect()
    }

    /// What a publication will read like by a channel, or why it does not fit. Nothing is sent.
    pub fn preview(&self, publication: &Publication, channel: &ChannelId) -> Result<Vec<Post>, PreviewError> {
        let ready = self.channel(channel).ok_or_else(|| PreviewError::Unknown(channel.clone()))?;
        ready.compose(publication)?.map_err(PreviewError::Unfit)
    }

    /// What staff should do about secrets that end soon, a sentence each.
    pub fn secrets_ending(&self, now: Timestamp) -> Vec<String> {
        let municipality = self.municipality();
        let today = municipality.calendar.day(now);
        let sentence = |(name, ends): (&model::Slug, model::Day)| {
            let verb = if ends < today { "ended" } else { "ends" };
            format!(
                "the secret `{name}` {verb} on {ends}: get a new one from who gave it, and write it into secrets.toml"
            )
        };
        let own = municipality.secrets.ending(today, WARNED_DAYS).map(sentence);
        let ends_soon = |ends: Timestamp| municipality.calendar.day(ends).0.saturating_sub(today.0) <= WARNED_DAYS;
        let tokens = self.tokens().into_iter().filter(|(_, ends)| ends_soon(*ends));
        let peers = tokens.map(|(channel, ends)| {
            let day = municipality.calendar.day(ends);
            format!(
                "the token of the channel `{channel}` is good until {day}, says who gave it: get a new one there, and \
                 write it into secrets.toml"
            )
        });
        own.chain(peers).collect()
    }

    pub(crate) fn channel(&self, id: &ChannelId) -> Option<Arc<ReadyChannel>> {
        self.follow_channels().borrow().get(id).cloned()
    }

    pub(crate) fn follow_channels(&self) -> watch::Receiver<ByName> {
        self.channels.0.subscribe()
    }
}
