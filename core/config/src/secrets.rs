use crate::diagnostic::Fault;
use crate::file::Toml;
use crate::nearest::nearest;
use crate::said::say;
use crate::written::Written;
use model::{AccessToken, AppKey, AppSKey, Day, NwkSKey, ParseIdError, Scope, Secret, Secrets, Slug};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::str::FromStr;

/// Keys of sensors and tokens of programs. Only the box may read this file (mode 0600).
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SecretsFile {
    /// Keys of one sensor, under its `id`: `[sensor.library-door]`.
    sensor: BTreeMap<String, SecretEntry>,
    /// Programs that may read the live feeds or say something to devices. `allting token new` writes these.
    token: Vec<TokenEntry>,
    /// Passwords and keys for those outside, under the names that other files call them: `[secret.smtp]`.
    secret: BTreeMap<String, OutsideEntry>,
}

/// Something that only those outside may be shown who it is for. Has no `Debug`, so that nothing can print it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OutsideEntry {
    /// The password, the token or the private key itself.
    #[schemars(length(min = 1, max = 16_384))]
    value: String,
    /// The only hosts it may be shown to: `["smtp.norsjo.se"]`. A private key needs none: it never leaves the box.
    #[serde(default)]
    hosts: Vec<String>,
    /// The last day on which it is good for anything: `2027-01-31`. Staff are told two weeks ahead.
    ends: Option<Written<String>>,
}

/// A program that was given a token.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TokenEntry {
    /// Who uses it: `grafana`.
    #[schemars(length(min = 1, max = 200))]
    name: String,
    /// SHA-256 of the token, 64 hexadecimal digits. The token itself is nowhere kept.
    sha256: Written<String>,
    /// What it may do: `read` the live feeds, `send` to devices.
    #[serde(default = "read_only")]
    may: Vec<May>,
}

fn read_only() -> Vec<May> {
    vec![May::Read]
}

/// What a token is good for.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum May {
    /// Follow the live feeds.
    Read,
    /// Queue downlinks, see and withdraw them.
    Send,
}

impl From<May> for Scope {
    fn from(may: May) -> Self {
        match may {
            May::Read => Self::Read,
            May::Send => Self::Send,
        }
    }
}

/// Keys of one sensor. Has no `Debug`, so that nothing can print them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the words of the LoRaWAN specification")]
struct SecretEntry {
    /// Root key of a sensor that joins (activation `otaa`): 32 hexadecimal digits.
    app_key: Option<Written<String>>,
    /// Network session key of a sensor with activation `abp`: 32 hexadecimal digits.
    nwk_s_key: Option<Written<String>>,
    /// Application session key of a sensor with activation `abp`: 32 hexadecimal digits.
    app_s_key: Option<Written<String>>,
}

/// A key as far as it was found.
#[derive(Clone)]
pub(crate) enum Key<K> {
    /// It is not there.
    Missing,
    /// It cannot be read, and that is reported or lies in a part of the file that could not be read.
    Unreadable,
    /// Here it is.
    Found(K),
}

/// The keys of one sensor.
#[expect(clippy::struct_field_names, reason = "the words of the LoRaWAN specification")]
struct SensorKeys {
    app_key: Key<AppKey>,
    nwk_s_key: Key<NwkSKey>,
    app_s_key: Key<AppSKey>,
}

/// All that `secrets.toml` holds.
pub(crate) struct Keys {
    by_sensor: BTreeMap<String, SensorKeys>,
    pub(crate) tokens: Vec<AccessToken>,
    pub(crate) secrets: Secrets,
    file_has_errors: bool,
}

pub(crate) fn read(file: &mut Toml<'_>) -> Keys {
    let written: SecretsFile = file.whole();
    let mut by_sensor = BTreeMap::new();
    for (sensor, entry) in written.sensor {
        let keys = SensorKeys {
            app_key: key(file, "app_key", entry.app_key),
            nwk_s_key: key(file, "nwk_s_key", entry.nwk_s_key),
            app_s_key: key(file, "app_s_key", entry.app_s_key),
        };
        by_sensor.insert(sensor, keys);
    }
    let token = |token: TokenEntry| {
        let sha256 = file.digest("sha256", &token.sha256)?;
        Some(AccessToken { name: token.name, sha256, may: token.may.into_iter().map(Scope::from).collect() })
    };
    let tokens = written.token.into_iter().filter_map(token).collect();
    let mut secrets = Vec::new();
    for (name, entry) in written.secret {
        let place = Written { value: name.clone(), span: file.span_of("secret", &name) };
        if let Some(name) = file.slug("secret", &place) {
            let ends = entry.ends.as_ref().and_then(|written| day(file, written));
            secrets.push((name, Secret::new(entry.value, entry.hosts).ending(ends)));
        }
    }
    let secrets = secrets.into_iter().collect();
    Keys { by_sensor, tokens, secrets, file_has_errors: file.has_errors() }
}

fn key<K: FromStr<Err = ParseIdError>>(file: &mut Toml<'_>, name: &str, text: Option<Written<String>>) -> Key<K> {
    match text.map(|text| file.parsed(name, &text)) {
        None => Key::Missing,
        Some(None) => Key::Unreadable,
        Some(Some(key)) => Key::Found(key),
    }
}

fn day(file: &mut Toml<'_>, written: &Written<String>) -> Option<Day> {
    let day = written.value.parse().ok();
    if day.is_none() {
        let fault = Fault::error(written.span.clone(), say!("no-day", "`{key}` is no day", key = "ends"));
        let fault = fault.expected(say!("expect-such", "expected one such as {example}", example = "2027-01-31"));
        file.report(fault.help(say!("endless-secret", "leave it out where the secret never ends")));
    }
    day
}

/// A secret that is named and not there.
pub(crate) fn no_secret(span: Range<usize>, name: &str) -> Fault {
    let fault = Fault::error(span, say!("no-secret", "there is no secret `{name}`", name));
    fault.expected(say!("expect-secret", "expected [secret.{name}] in secrets.toml", name))
}

impl Keys {
    /// A secret for somebody outside, by its name.
    pub(crate) fn outside(&self, name: &str) -> Option<(Slug, &Secret)> {
        let name = Slug::new(name).ok()?;
        self.secrets.get(&name).map(|secret| (name.clone(), secret))
    }

    pub(crate) fn app_key(&self, sensor: &str) -> Key<AppKey> {
        self.of(sensor, |keys| keys.app_key.clone())
    }

    pub(crate) fn nwk_s_key(&self, sensor: &str) -> Key<NwkSKey> {
        self.of(sensor, |keys| keys.nwk_s_key.clone())
    }

    pub(crate) fn app_s_key(&self, sensor: &str) -> Key<AppSKey> {
        self.of(sensor, |keys| keys.app_s_key.clone())
    }

    fn of<K>(&self, sensor: &str, pick: impl FnOnce(&SensorKeys) -> Key<K>) -> Key<K> {
        match self.by_sensor.get(sensor).map_or(Key::Missing, pick) {
            Key::Missing if self.file_has_errors => Key::Unreadable,
            key => key,
        }
    }

    /// Reports a name of a secret that is not there, and a secret that its host may not be shown.
    pub(crate) fn check_secret(&self, file: &mut Toml<'_>, name: &Slug, written: &Written<String>, host: Option<&str>) {
        let Some(secret) = self.secrets.get(name) else {
            if !self.file_has_errors {
                let line = host.filter(|host| !host.is_empty()).map(|host| format!("hosts = [\"{host}\"]"));
                file.report(no_secret(written.span.clone(), name.as_str()).help(line.map_or_else(
                    || say!("write-value", "write its value there"),
                    |line| say!("write-secret-for", "write value and {line} there", line),
                )));
            }
            return;
        };
        if let Some(host) = host.filter(|host| secret.shown_to(host).is_none()) {
            let message = say!("secret-barred", "the secret `{name}` may not be shown to {host}", name, host);
            let line = format!("hosts = [\"{host}\"]");
            let help = say!("show-secret", "write {line} under [secret.{name}] in secrets.toml", line, name);
            file.report(Fault::error(written.span.clone(), message).help(help));
        }
    }

    /// Warns of keys of sensors that are not there: most likely a sensor was renamed.
    pub(crate) fn report_unused(&self, secrets: &mut Toml<'_>, sensors: &Toml<'_>) {
        if sensors.is_broken() {
            return;
        }
        let known: BTreeSet<&str> = sensors.names("sensor", "id").into_iter().collect();
        for sensor in self.by_sensor.keys().filter(|sensor| !known.contains(sensor.as_str())) {
            let message = say!("no-sensor", "no sensor is called `{name}`", name = sensor);
            let expected = say!("expect-sensor", "expected the `id` of a sensor in sensors.toml");
            let fault = Fault::warning(secrets.span_of("sensor", sensor), message);
            let fault = fault.meant(nearest(sensor, known.iter().copied()), expected);
            secrets.report(fault.help(say!("remove-keys", "remove these keys if the sensor is gone")));
        }
    }
}
