use crate::{Language, Slug, Words};
use std::fmt;
use std::str::FromStr;

/// How the box sends mail: by the municipality's own server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailPlan {
    /// Name of the server.
    pub server: String,
    /// Its port for those who send.
    pub port: u16,
    /// How the line to it is kept from others.
    pub security: MailSecurity,
    /// Root certificate of an issuer of the municipality's own, PEM.
    pub root: Option<Vec<u8>>,
    /// Who the box is to the server, and the name of the secret with the password.
    pub login: Option<(String, Slug)>,
    /// From whom letters are.
    pub from: MailAddress,
    /// The name beside that address; the municipality's where none is written.
    pub name: Option<Words>,
    /// Where answers go.
    pub reply_to: Option<MailAddress>,
    /// How letters are signed.
    pub dkim: Option<Dkim>,
    /// Letters a minute at most.
    pub per_minute: u32,
}

/// How the line to a mail server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailSecurity {
    /// It begins in the clear and is encrypted before anything is said, or nothing is (STARTTLS).
    StartTls,
    /// It is encrypted from the first byte.
    Tls,
    /// It is not: for a server on the same machine or in the same cabinet.
    Plain,
}

/// How letters are signed, so that who receives them can tell that they are the municipality's (RFC 6376).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dkim {
    /// Domain that vouches.
    pub domain: String,
    /// Under which the public key stands in its DNS.
    pub selector: String,
    /// Name of the secret with the private key, PEM.
    pub key: Slug,
}

/// A letter to one person, by mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// To whom.
    pub to: MailAddress,
    /// Language of subject and page.
    pub language: Language,
    /// One line.
    pub subject: String,
    /// `CommonMark`; links are whole addresses. Plain text and HTML are made of it.
    pub page: String,
    /// Whole address at which one press ends such letters (RFC 8058); none for a letter that the person just asked for.
    pub unsubscribe: Option<String>,
}

/// An address that mail can be sent to. It stands in no `Debug` and no log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailAddress(String);

/// A text is no address of a mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("that is no mail address; one looks like kari@example.org")]
pub struct ParseMailAddressError;

impl MailAddress {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whose mailbox it is, whatever they write behind a `+` and in whatever letters: to be compared, not to be written to.
    pub fn mailbox(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let own = local.split_once('+').map_or(local, |(own, _)| own);
        let own = if own.is_empty() { local } else { own };
        format!("{own}@{domain}").to_lowercase()
    }

    /// The address so that its owner knows it again, and nobody else reads it off a screen: `k...@example.org`.
    pub fn veiled(&self) -> String {
        let first: String = self.0.chars().take(1).collect();
        format!("{first}...@{}", self.domain())
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl FromStr for MailAddress {
    type Err = ParseMailAddressError;

    /// Takes what mailboxes in use look like (RFC 5321, section 4.1.2, without quotes, comments and addresses of machines).
    fn from_str(text: &str) -> Result<Self, ParseMailAddressError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(ParseMailAddressError)?;
        let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        let local_fits = (1..=64).contains(&local.len())
            && local.chars().all(atom)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let domain_fits = domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label);
        if local_fits && domain_fits && text.len() <= 254 {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseMailAddressError)
        }
    }
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_use_are_taken() {
        for text in ["kari@example.org", "o'neill+panel@a.b-c.example", " kari@example.org ", "k@bl\u{e5}b\u{e6}r.no"] {
            assert_eq!(text.parse::<MailAddress>().unwrap().as_str(), text.trim());
        }
        assert_eq!("kari@example.org".parse::<MailAddress>().unwrap().domain(), "example.org");
    }

    #[test]
    fn what_is_no_address_or_would_write_into_a_letter_is_not_taken() {
        let hostile = "kari@example.org\r\nBcc: all@example.org";
        let long = format!("{}@example.org", "k".repeat(65));
        for text in [
            "",
            "kari",
            "@example.org",
            "kari@",
            "kari@org",
            "a b@example.org",
            "a@b..c",
            "a@-b.c",
            ".a@b.c",
            "a..b@b.c",
            "<a@b.c>",
            "a@b.c, d@e.f",
            "a@b.c>",
            "k\u{e5}ri@example.org",
            hostile,
            &long,
        ] {
            assert!(text.parse::<MailAddress>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_mailbox_is_the_same_whatever_stands_behind_a_plus() {
        let mailbox = |text: &str| text.parse::<MailAddress>().unwrap().mailbox();
        assert_eq!(mailbox("Kari+Panel@Example.org"), mailbox("kari@example.org"));
        assert_ne!(mailbox("ola@example.org"), mailbox("kari@example.org"));
        assert_eq!(mailbox("+@example.org"), "+@example.org");
        assert_eq!("kari@example.org".parse::<MailAddress>().unwrap().veiled(), "k...@example.org");
    }

    #[test]
    fn an_address_stands_in_no_log() {
        assert_eq!(format!("{:?}", "kari@example.org".parse::<MailAddress>().unwrap()), "MailAddress(..)");
    }
}
