use crate::{Day, Slug};
use std::collections::BTreeMap;
use std::fmt;

/// Something that nobody else may read: a password, a token, a private key. It stands in no `Debug` and no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    value: String,
    /// The only hosts it may be shown to.
    hosts: Vec<String>,
    /// The last day on which it is good for anything, where that is known.
    ends: Option<Day>,
}

impl Secret {
    /// A secret that only `hosts` may be shown.
    pub fn new(value: String, hosts: Vec<String>) -> Self {
        Self { value, hosts, ends: None }
    }

    /// The same, good until the end of a day.
    #[must_use]
    pub fn ending(self, ends: Option<Day>) -> Self {
        Self { ends, ..self }
    }

    /// The hosts it may be shown to.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// The secret, for a host that may be shown it.
    pub fn shown_to(&self, host: &str) -> Option<&str> {
        self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)).then_some(self.value.as_str())
    }

    /// The secret, to work with inside the box: to sign with it, or to look for it in what goes to a log.
    pub fn within(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// All secrets of the municipality, by the names that the rest of the folder calls them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<Slug, Secret>);

impl Secrets {
    /// The secret of a name.
    pub fn get(&self, name: &Slug) -> Option<&Secret> {
        self.0.get(name)
    }

    /// Those of these names, and no others.
    #[must_use]
    pub fn only<'n>(&self, names: impl IntoIterator<Item = &'n Slug>) -> Self {
        names.into_iter().filter_map(|name| Some((name.clone(), self.get(name)?.clone()))).collect()
    }

    /// The same, with one more.
    #[must_use]
    pub fn with(mut self, name: Slug, secret: Secret) -> Self {
        self.0.insert(name, secret);
        self
    }

    /// Those that are good for no more than `days` from today on, or are over; with the day on which they end.
    pub fn ending(&self, today: Day, days: i32) -> impl Iterator<Item = (&Slug, Day)> {
        let ends = self.0.iter().filter_map(|(name, secret)| Some((name, secret.ends?)));
        ends.filter(move |(_, ends)| ends.0.saturating_sub(today.0) <= days)
    }

    /// The text with every secret in it blanked: what a peer says may repeat what it was told.
    pub fn blank(&self, text: &str) -> String {
        // One of a few letters would blank half of every text.
        let long = self.0.values().map(Secret::within).filter(|value| value.len() >= 6);
        long.fold(text.to_owned(), |text, value| text.replace(value, "[secret]"))
    }
}

impl FromIterator<(Slug, Secret)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (Slug, Secret)>>(secrets: I) -> Self {
        Self(secrets.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_to_its_hosts_only_and_stands_in_no_log() {
        let secret = Secret::new("correct horse".to_owned(), vec!["smtp.example.org".to_owned()]);
        assert_eq!(secret.shown_to("SMTP.example.org"), Some("correct horse"));
        for other in ["example.org", "smtp.example.org.evil.example", ""] {
            assert_eq!(secret.shown_to(other), None, "{other}");
        }
        let secrets: Secrets = [(Slug::new("smtp").unwrap(), secret)].into_iter().collect();
        assert!(!format!("{secrets:?}").contains("horse"));
        assert_eq!(secrets.blank("535 correct horse is wrong"), "535 [secret] is wrong");
    }

    #[test]
    fn staff_learn_in_time_that_a_secret_ends() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let secret = |ends| Secret::new("a token".to_owned(), Vec::new()).ending(ends);
        let secrets: Secrets = [
            (Slug::new("over").unwrap(), secret(Some(day("2026-11-01")))),
            (Slug::new("soon").unwrap(), secret(Some(day("2026-12-06")))),
            (Slug::new("later").unwrap(), secret(Some(day("2026-12-07")))),
            (Slug::new("never").unwrap(), secret(None)),
        ]
        .into_iter()
        .collect();
        let ending: Vec<&str> = secrets.ending(day("2026-11-22"), 14).map(|(name, _)| name.as_str()).collect();
        assert_eq!(ending, ["over", "soon"]);
    }
}
