//! `channels.toml`: ways out of the box. Their `[channel.settings]` are the plugin's; [`check_channels`] holds them against what it says
//! it can be set to.

use crate::Diagnostic;
use crate::diagnostic::Fault;
use crate::file::{File, Toml, Unique};
use crate::folder::Folder;
use crate::nearest::nearest;
use crate::said::say;
use crate::secrets::{Keys, no_secret};
use crate::text::{Tag, Text};
use crate::written::Written;
use crate::{mail, settings, shape};
use model::channel::{ChannelPlan, HostGrant, QuietHours};
use model::{ChannelId, Language, Plugin, Slug};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The channels that are there without being written down: letters, and messages to browsers.
const BUILT_IN: [&str; 2] = ["mail", "push"];

/// Ways out of the box: where posts and messages go.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "the shape of the file; the list is read table by table, so that one fault spares the rest"
)]
pub(crate) struct ChannelsFile {
    /// One channel. The same plugin may speak by several: two accounts, two brokers.
    #[serde(default)]
    #[schemars(length(max = 32))]
    channel: Vec<ChannelEntry>,
}

/// One channel.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelEntry {
    /// Short name, which rules and posts call it by: a-z, 0-9 and `-`.
    id: Written<String>,
    /// What it is called for staff; its `id` unless written.
    title: Option<Text>,
    /// The plugin that speaks by it, as in `plugins.toml`. `allting plugin explain` says what it may do.
    plugin: Written<String>,
    /// Hosts in the world that it may reach, always encrypted: `["social.norsjo.se"]`, or with a port of their own, or all below a name:
    /// `*.notify.windows.com`.
    #[serde(default)]
    #[schemars(length(max = 16))]
    hosts: Vec<Written<String>>,
    /// Hosts on the municipality's own network that it may reach: private addresses and lines without encryption are fine.
    #[serde(default)]
    #[schemars(length(max = 16))]
    own_hosts: Vec<Written<String>>,
    /// Root certificate of an issuer of your own, a PEM file in this folder, beside those that this machine trusts.
    root: Option<Written<String>>,
    /// Languages it speaks, best first; those of the portal unless written. The plugin says whether it posts in all or in the first.
    languages: Option<Vec<Tag>>,
    /// Posts a minute at most.
    #[serde(default = "per_minute")]
    #[schemars(range(min = 1, max = 6000))]
    per_minute: u32,
    /// Hours in which nothing is sent, local: `quiet = "22:00-07:00"`. What waits leaves afterwards, if it is still worth anything.
    quiet: Option<Written<String>>,
    /// Whether public holidays are quiet as a whole.
    #[serde(default)]
    quiet_on_holidays: bool,
    /// What it may cost in a calendar month, in the units that the plugin counts (parts of an SMS). Unless written, there is no limit.
    cost_per_month: Option<u32>,
    /// What the plugin is told. `allting plugin explain` says what it knows.
    #[serde(default)]
    #[expect(dead_code, reason = "read with the places of its values, see settings.rs")]
    settings: Map<String, Value>,
}

const fn per_minute() -> u32 {
    30
}

pub(crate) fn read(file: &mut Toml<'_>, folder: &Folder, plugins: &[Plugin], spoken: &[Language]) -> Vec<ChannelPlan> {
    let mut ids = Unique::default();
    let listed = file.list::<ChannelEntry>("channel");
    let read = listed.into_iter().filter_map(|listed| {
        let settings = settings::json(file, &listed.table, folder);
        let entry = listed.entry;
        let id = id(file, &entry.id, &mut ids);
        let plugin = plugin(file, &entry.plugin, plugins);
        let (hosts, own_hosts) = (grants(file, &entry.hosts, false), grants(file, &entry.own_hosts, true));
        let quiet = entry.quiet.as_ref().map(|written| quiet(file, written, entry.quiet_on_holidays));
        let root = entry.root.as_ref().and_then(|name| mail::root(file, name, folder));
        if let (None, true) = (&entry.quiet, entry.quiet_on_holidays) {
            let message = say!("quiet-without-hours", "`quiet_on_holidays` says nothing without `quiet`");
            let help = say!("write-hours", "write the hours too: quiet = \"22:00-07:00\"");
            file.report(Fault::error(entry.id.span.clone(), message).help(help));
        }
        let first = spoken.first().copied().unwrap_or(Language::En);
        let languages = entry.languages.filter(|tags| !tags.is_empty());
        Some(ChannelPlan {
            title: entry
                .title
                .map_or_else(|| [(first, entry.id.value.clone())].into_iter().collect(), |title| title.words(first)),
            id: id?,
            plugin: plugin?,
            settings: settings?,
            grants: hosts.into_iter().chain(own_hosts).collect(),
            root,
            languages: languages.map_or_else(|| spoken.to_vec(), |tags| tags.into_iter().map(Language::from).collect()),
            per_minute: entry.per_minute,
            quiet: quiet.flatten(),
            cost_per_month: entry.cost_per_month,
        })
    });
    read.collect()
}

fn id(file: &mut Toml<'_>, written: &Written<String>, ids: &mut Unique) -> Option<ChannelId> {
    let id = file.slug("id", written)?;
    if let Some(earlier) = ids.earlier(&id, written.span.clone()) {
        let fault = Fault::twice(written.span.clone(), &id, earlier);
        file.report(fault.help(say!("another-id", "give one of them another `id`")));
    }
    if BUILT_IN.contains(&id.as_str()) {
        let message = say!("built-in-channel", "`{name}` is a channel that the box has by itself", name = id);
        let help = say!("this-another-id", "give this one another `id`");
        file.report(Fault::error(written.span.clone(), message).help(help));
    }
    Some(id)
}

fn plugin(file: &mut Toml<'_>, written: &Written<String>, plugins: &[Plugin]) -> Option<Slug> {
    if let Some(known) = plugins.iter().find(|plugin| plugin.id.as_str() == written.value) {
        return Some(known.id.clone());
    }
    let message = say!("plugin-unknown", "there is no plugin `{name}`", name = written.value);
    let near = nearest(&written.value, plugins.iter().map(|plugin| plugin.id.as_str()));
    let expected = say!("plugin-not-listed", "no plugin of this name is in plugins.toml");
    let help = say!("install-plugin", "install it: `allting plugin install FILE FOLDER`");
    let fault = Fault::error(written.span.clone(), message).meant(near, expected);
    file.report(if near.is_none() { fault.help(help) } else { fault });
    None
}

/// Hosts, with or without a port. What is no host is reported, and not granted.
fn grants(file: &mut Toml<'_>, written: &[Written<String>], own: bool) -> Vec<HostGrant> {
    let mut grants = Vec::new();
    for host in written {
        if let Some(grant) = grant(&host.value, own) {
            grants.push(grant);
        } else {
            let message = say!("no-host", "`{host}` is no host", host = host.value);
            let expected =
                say!("expect-host", "expected a name such as social.norsjo.se, or with a port: broker.local:1883");
            let help = say!("host-alone", "leave out https:// and what stands behind the name");
            file.report(Fault::error(host.span.clone(), message).expected(expected).help(help));
        }
    }
    grants
}

fn grant(text: &str, own: bool) -> Option<HostGrant> {
    let (host, port) = match text.rsplit_once(':') {
        // An address of IPv6 has colons of its own, and stands in brackets where a port follows.
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port.parse().ok()?)),
        _ => (text, None),
    };
    let fits = |c: char| c.is_alphanumeric() || "-.:[]".contains(c);
    // All below a name; on one's own network each is written down. A whole country (`*.se`) is nobody's.
    let name = host.strip_prefix("*.").filter(|name| !own && name.contains('.')).unwrap_or(host);
    let is_host = !name.is_empty() && host.len() <= 253 && name.chars().all(fits) && port != Some(0);
    is_host.then(|| HostGrant { host: host.to_ascii_lowercase(), port, own })
}

fn quiet(file: &mut Toml<'_>, written: &Written<String>, holidays: bool) -> Option<QuietHours> {
    let quiet = written.value.parse::<QuietHours>();
    if quiet.is_err() {
        let message = say!("no-hours", "`{hours}` are no hours", hours = written.value);
        let expected = say!("expect-hours", "expected two times of day: \"22:00-07:00\"");
        file.report(Fault::error(written.span.clone(), message).expected(expected));
    }
    quiet.ok().map(|quiet| quiet.also_on_holidays(holidays))
}

/// What a channel's plugin can be set to, and wants to reach.
#[derive(Clone, Debug)]
pub struct ChannelSchema {
    /// JSON Schema 2020-12 of the settings.
    pub settings: Value,
    /// Hosts that it always wants.
    pub hosts: Vec<String>,
}

/// What a channel's settings say to the box: which secrets it may use, and whom it wants to reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelWishes {
    /// Names of secrets.
    pub secrets: BTreeSet<Slug>,
    /// Hosts.
    pub hosts: Vec<String>,
}

/// Holds the settings of channels against what their plugins say they can be set to (`schemas`, by plugin). Gives the channels that can
/// work with what they wish for, and what is wrong with the others.
pub fn check_channels(
    folder: &Folder,
    channels: &[ChannelPlan],
    schemas: &BTreeMap<Slug, ChannelSchema>,
) -> (Vec<(ChannelPlan, ChannelWishes)>, Vec<Diagnostic>) {
    let mut secrets = Toml::open(folder, File::Secrets);
    let keys = crate::secrets::read(&mut secrets);
    let mut file = Toml::open(folder, File::Channels);
    let mut sound = Vec::new();
    let listed: Vec<_> = file.list::<ChannelEntry>("channel").into_iter().map(|l| (l.entry, l.table)).collect();
    for (entry, table) in listed {
        let Some(plan) = channels.iter().find(|plan| plan.id.as_str() == entry.id.value) else { continue };
        let Some(schema) = schemas.get(&plan.plugin) else {
            let message = say!("no-channel-works", "`{name}` is no working channel", name = plan.plugin);
            let help = say!("list-plugins", "`allting plugin list` says which plugins work, and what they are");
            file.report(Fault::warning(entry.plugin.span.clone(), message).help(help));
            continue;
        };
        let (wishes, faults) = check(plan, &table, &entry.id.span, schema, &keys);
        if faults.is_empty() {
            sound.push((plan.clone(), wishes));
        }
        for fault in faults {
            file.report(fault);
        }
    }
    (sound, file.into_diagnostics())
}

fn check(
    plan: &ChannelPlan,
    table: &DeTable<'_>,
    head: &Range<usize>,
    schema: &ChannelSchema,
    keys: &Keys,
) -> (ChannelWishes, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut within = match table.get("settings").map(Spanned::get_ref) {
        Some(DeValue::Table(settings)) => settings.clone(),
        _ => DeTable::new(),
    };
    let at = table.get_key_value("settings").map_or_else(|| head.clone(), |(key, _)| key.span());
    shape::check_table(&schema.settings, shape::CHANNEL_SETTINGS, &mut within, &at, &mut faults);
    let mut wishes = ChannelWishes { hosts: schema.hosts.clone(), ..ChannelWishes::default() };
    for (key, value) in &within {
        let Some(property) = schema.settings.pointer("/properties").and_then(|p| p.get(key.get_ref().as_ref())) else {
            continue;
        };
        wish(property, value, plan, keys, &mut wishes, &mut faults);
    }
    (wishes, faults)
}

/// What one setting wishes for, by its format. Lists are looked into.
fn wish(
    property: &Value,
    value: &Spanned<DeValue<'_>>,
    plan: &ChannelPlan,
    keys: &Keys,
    wishes: &mut ChannelWishes,
    faults: &mut Vec<Fault>,
) {
    if let (Some(items), DeValue::Array(values)) = (property.get("items"), value.get_ref()) {
        values.iter().for_each(|value| wish(items, value, plan, keys, wishes, faults));
    }
    let (Some(format), Some(text)) = (property.get("format").and_then(Value::as_str), value.get_ref().as_str()) else {
        return;
    };
    let granted = |host: &str| plan.grants.iter().any(|grant| grant.host.eq_ignore_ascii_case(host));
    match format {
        "secret" => {
            let Some((name, secret)) = keys.outside(text) else {
                faults.push(no_secret(value.span(), text).help(say!("write-secret", "write value and hosts there")));
                return;
            };
            wishes.hosts.extend(secret.hosts().iter().cloned());
            wishes.secrets.insert(name);
            if !secret.hosts().iter().any(|host| granted(host)) {
                let message = say!("secret-for-nobody", "the secret `{name}` may be shown to nobody here", name = text);
                let help = say!(
                    "write-own-host",
                    "write the channel's host in `hosts` of [secret.{name}] in secrets.toml",
                    name = text
                );
                faults.push(Fault::error(value.span(), message).help(help));
            }
        }
        "host" | "address" => {
            let host = if format == "host" { text } else { host_of(text) };
            wishes.hosts.push(host.to_owned());
            if !granted(host) {
                let message = say!("host-barred", "the channel `{name}` may not reach `{host}`", name = plan.id, host);
                let line = format!("hosts = [\"{host}\"]");
                let help = say!("grant-host", "write {line}, or own_hosts where it is on your own network", line);
                faults.push(Fault::error(value.span(), message).help(help));
            }
        }
        _ => {}
    }
}

/// The host in a whole address: `social.norsjo.se` of `https://social.norsjo.se:8443/x`.
fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority.rsplit_once(':') {
        Some((host, _)) if !host.contains(':') || host.ends_with(']') => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests;
