use super::{Mailer, body};
use crate::{Failure, Hope};
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use model::{DeliveryKey, Letter, Timestamp};
use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

/// The longest letter, in bytes: a page of text is a hundredth of it.
const PAGE_BYTES_MAX: usize = 256 << 10;
/// A subject that nobody would read to its end.
const SUBJECT_CHARS_MAX: usize = 200;

/// A letter as it is sent.
pub struct Written {
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
    /// To whom, for blanking.
    to: String,
}

impl Written {
    /// The text without the address it goes to: servers repeat it in what they say.
    pub(super) fn blank(&self, text: &str) -> String {
        let small = text.to_ascii_lowercase();
        let to = self.to.to_ascii_lowercase();
        let mut blanked = String::with_capacity(text.len());
        let mut rest = 0;
        for (at, found) in small.match_indices(&to) {
            blanked.push_str(text.get(rest..at).unwrap_or_default());
            blanked.push_str("[address]");
            rest = at + found.len();
        }
        blanked.push_str(text.get(rest..).unwrap_or_default());
        blanked
    }

    /// The bytes that the server gets.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

pub(super) fn write(mailer: &Mailer, letter: &Letter, key: &DeliveryKey, at: Timestamp) -> Result<Written, Failure> {
    if letter.page.len() > PAGE_BYTES_MAX {
        return Err(Failure::new(Hope::None, format!("the letter is longer than {PAGE_BYTES_MAX} bytes")));
    }
    let subject: String = letter.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let subject: String = subject.trim().chars().take(SUBJECT_CHARS_MAX).collect();
    let from = mailer.mailbox(&mailer.plan.from, Some(letter.language))?;
    let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(at.as_ms()).unwrap_or(0));
    let mut message = Message::builder()
        .from(from)
        .to(mailer.mailbox(&letter.to, None)?)
        .subject(&subject)
        .date(date)
        .message_id(Some(format!("<{key}@{}>", mailer.plan.from.domain())))
        .raw_header(plain("Auto-Submitted", "auto-generated"))
        .raw_header(plain("Content-Language", letter.language.tag()));
    if let Some(reply_to) = &mailer.plan.reply_to {
        message = message.reply_to(mailer.mailbox(reply_to, Some(letter.language))?);
    }
    if let Some(address) = &letter.unsubscribe {
        if !is_address(address) {
            return Err(Failure::new(Hope::None, "the address that ends such letters is no web address"));
        }
        message = message
            .raw_header(plain("List-Unsubscribe", &format!("<{address}>")))
            .raw_header(plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    let part = |kind, text: String| SinglePart::builder().header(kind).body(text);
    let text = part(ContentType::TEXT_PLAIN, body::text(&letter.page));
    let html = part(ContentType::TEXT_HTML, body::html(letter, &subject));
    // The same letter at each try, to the last byte.
    let parts = MultiPart::alternative().boundary(format!("part-{key}")).singlepart(text).singlepart(html);
    let message = message.multipart(parts).map_err(|error| Failure::new(Hope::None, error))?;
    let envelope = message.envelope().clone();
    let bytes = message.formatted();
    let bytes = match &mailer.signer {
        Some(signer) => signer.signed(bytes, at)?,
        None => bytes,
    };
    Ok(Written { envelope, bytes, to: letter.to.as_str().to_owned() })
}

/// A header whose value is plain ASCII and must stand as it is.
fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.to_owned(), value.to_owned())
}

fn is_address(address: &str) -> bool {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    is_web && address.len() < 900 && address.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"".contains(&b))
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Written").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}
