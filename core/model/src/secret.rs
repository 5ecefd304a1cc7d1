use crate::Slug;
use std::collections::BTreeMap;
use std::fmt;

/// Something that nobody else may read: a password, a token, a private key. It stands in no `Debug` and no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    value: String,
    /// The only hosts it may be shown to.
    hosts: Vec<String>,
}

impl Secret {
    /// A secret that only `hosts` may be shown.
    pub fn new(value: String, hosts: Vec<String>) -> Self {
        Self { value, hosts }
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
}
