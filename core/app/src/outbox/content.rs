use super::stored;
use model::channel::Post;
use model::{Browser, ChannelId, Letter, Picture, Publication, PublicationText, SubscriberId};
use serde_json::{Value, json};

/// What a delivery says, as it lies in the outbox.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Letter(Letter),
    /// With the posts that were approved; none: they are composed when they are sent.
    Publication(Box<Publication>, Option<Vec<Post>>),
    /// The same in the place of what was put under this name.
    Correction(String, Box<Publication>, Option<Vec<Post>>),
    /// What was put under this name is taken back.
    Withdrawal(String),
    /// What is answered to a comment, which the peer calls so.
    Answer(String, Box<Post>),
    /// A message to a browser.
    Push(Box<Pushable>),
}

/// A message to a browser, and by which channel it goes there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pushable {
    /// Whose browser.
    pub(crate) subscriber: SubscriberId,
    /// Which channel's reach and hours hold for it.
    pub(crate) via: ChannelId,
    /// The browser.
    pub(crate) to: Browser,
    /// What its worker reads.
    pub(crate) said: String,
    /// A later one of the same topic takes its place.
    pub(crate) topic: String,
    /// The name of the publication that it tells of; none where the browser confirms by it that it is one.
    pub(crate) about: Option<String>,
}

/// Stands between the text and the picture behind it: no JSON holds it.
const END_OF_TEXT: u8 = 0;

impl Content {
    /// JSON: a field that a later release adds is no fault in an older row. A picture lies behind it as it is.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Letter(letter) => {
                let value = json!({ "letter": {
                    "to": letter.to.as_str(),
                    "language": letter.language.tag(),
                    "subject": letter.subject,
                    "page": letter.page,
                    "unsubscribe": letter.unsubscribe,
                }});
                value.to_string().into_bytes()
            }
            Self::Publication(publication, posts) => with_picture(publication, posts.as_deref(), None),
            Self::Correction(of, publication, posts) => with_picture(publication, posts.as_deref(), Some(of)),
            Self::Answer(comment, post) => {
                json!({ "answer": { "to": comment, "post": stored::post(post) } }).to_string().into_bytes()
            }
            Self::Push(what) => json!({ "push": pushable(what) }).to_string().into_bytes(),
            Self::Withdrawal(of) => json!({ "withdraws": of }).to_string().into_bytes(),
        }
    }

    /// None when this is nothing that [`to_bytes`](Self::to_bytes) wrote.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut halves = bytes.splitn(2, |byte| *byte == END_OF_TEXT);
        let value: Value = serde_json::from_slice(halves.next()?).ok()?;
        if let Some(letter) = value.get("letter") {
            return read_letter(letter).map(Self::Letter);
        }
        if let Some(of) = value.get("withdraws") {
            return Some(Self::Withdrawal(of.as_str()?.to_owned()));
        }
        if let Some(answer) = value.get("answer") {
            let post = stored::read_post(answer.get("post")?)?;
            return Some(Self::Answer(answer.get("to")?.as_str()?.to_owned(), Box::new(post)));
        }
        if let Some(what) = value.get("push") {
            return read_pushable(what).map(|what| Self::Push(Box::new(what)));
        }
        let publication = read_publication(value.get("publication")?, halves.next())?;
        let posts = match value.get("posts")? {
            Value::Array(posts) => Some(posts.iter().map(stored::read_post).collect::<Option<Vec<_>>>()?),
            _ => None,
        };
        Some(match value.get("corrects").and_then(Value::as_str) {
            Some(of) => Self::Correction(of.to_owned(), Box::new(publication), posts),
            None => Self::Publication(Box::new(publication), posts),
        })
    }
}

fn with_picture(publication: &Publication, posts: Option<&[Post]>, corrects: Option<&str>) -> Vec<u8> {
    let posts: Option<Vec<Value>> = posts.map(|posts| posts.iter().map(stored::post).collect());
    let value = json!({ "publication": told(publication), "posts": posts, "corrects": corrects });
    let mut bytes = value.to_string().into_bytes();
    if let Some(picture) = &publication.picture {
        bytes.push(END_OF_TEXT);
        bytes.extend_from_slice(&picture.bytes);
    }
    bytes
}

fn read_letter(letter: &Value) -> Option<Letter> {
    let text = |name: &str| letter.get(name)?.as_str();
    Some(Letter {
        to: text("to")?.parse().ok()?,
        language: text("language")?.parse().ok()?,
        subject: text("subject")?.to_owned(),
        page: text("page")?.to_owned(),
        unsubscribe: text("unsubscribe").map(str::to_owned),
    })
}

fn pushable(what: &Pushable) -> Value {
    json!({
        "subscriber": what.subscriber.0,
        "via": what.via.as_str(),
        "browser": browser_row(&what.to),
        "said": what.said,
        "topic": what.topic,
        "about": what.about,
    })
}

fn read_pushable(value: &Value) -> Option<Pushable> {
    let text = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
    Some(Pushable {
        subscriber: SubscriberId(value.get("subscriber")?.as_u64()?),
        via: ChannelId::new(&text("via")?).ok()?,
        to: read_browser(value.get("browser")?)?,
        said: text("said")?,
        topic: text("topic")?,
        about: text("about"),
    })
}

/// A browser as it lies in rows.
pub(crate) fn browser_row(browser: &Browser) -> Value {
    json!({ "endpoint": browser.endpoint(), "p256dh": browser.p256dh().as_slice(), "auth": browser.auth() })
}

/// None when this is nothing that [`browser_row`] wrote.
pub(crate) fn read_browser(value: &Value) -> Option<Browser> {
    let bytes = |name: &str| -> Option<Vec<u8>> {
        value.get(name)?.as_array()?.iter().map(|byte| u8::try_from(byte.as_u64()?).ok()).collect()
    };
    Browser::new(value.get("endpoint")?.as_str()?, &bytes("p256dh")?, &bytes("auth")?).ok()
}

fn told(publication: &Publication) -> Value {
    let text = |text: &PublicationText| json!([text.language.tag(), text.title, text.body]);
    let picture = |picture: &Picture| {
        json!({
            "width": picture.width,
            "height": picture.height,
            "alternative": stored::words(&picture.alternative),
        })
    };
    json!({
        "name": publication.name,
        "texts": publication.texts.iter().map(text).collect::<Vec<_>>(),
        "door": publication.door,
        "picture": publication.picture.as_ref().map(picture),
        "expires": publication.expires_at.map(model::Timestamp::as_ms),
    })
}

fn read_publication(value: &Value, bytes: Option<&[u8]>) -> Option<Publication> {
    let text = |value: &Value| {
        let part = |at: usize| value.get(at)?.as_str();
        Some(PublicationText {
            language: part(0)?.parse().ok()?,
            title: part(1)?.to_owned(),
            body: part(2)?.to_owned(),
        })
    };
    let picture = value.get("picture").filter(|picture| picture.is_object()).zip(bytes).and_then(|(picture, bytes)| {
        let side = |name: &str| u32::try_from(picture.get(name)?.as_u64()?).ok();
        let alternative = stored::read_words(picture.get("alternative")?);
        Some(Picture { bytes: bytes.to_vec(), width: side("width")?, height: side("height")?, alternative })
    });
    Some(Publication {
        name: value.get("name")?.as_str()?.to_owned(),
        texts: value.get("texts")?.as_array()?.iter().map(text).collect::<Option<_>>()?,
        door: value.get("door")?.as_str().map(str::to_owned),
        picture,
        expires_at: value.get("expires")?.as_i64().map(model::Timestamp::from_ms),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Language, Timestamp};

    #[test]
    fn a_letter_comes_back_from_its_bytes_and_nonsense_does_not() {
        let to = "kari@example.org".parse().unwrap();
        let unsubscribe = Some("https://a.example/out/7".to_owned());
        let (subject, page) = ("\"A\"\n".to_owned(), "B \u{1f525}".to_owned());
        let letter = Content::Letter(Letter { to, language: Language::Nn, subject, page, unsubscribe });
        assert_eq!(Content::from_bytes(&letter.to_bytes()), Some(letter));
        for nonsense in [&b""[..], b"{}", b"{\"letter\":{\"to\":\"x\"}}", b"\xff", b"{\"publication\":{}}", b"\0"] {
            assert_eq!(Content::from_bytes(nonsense), None);
        }
    }

    #[test]
    fn a_message_to_a_browser_comes_back_from_its_bytes() {
        let pushed = Content::Push(Box::new(Pushable {
            subscriber: SubscriberId(u64::MAX),
            via: ChannelId::new("web-push").unwrap(),
            to: Browser::new("https://push.example/a", &[4; 65], &[255; 16]).unwrap(),
            said: "{\"title\":\"Rolig\"}".to_owned(),
            topic: "00ff".to_owned(),
            about: Some("rule/library/1".to_owned()),
        }));
        assert_eq!(Content::from_bytes(&pushed.to_bytes()), Some(pushed));
        assert_eq!(Content::from_bytes(b"{\"push\":{\"subscriber\":1}}"), None);
    }

    #[test]
    fn a_publication_comes_back_with_its_picture_and_what_was_approved() {
        let text = |language, title: &str| PublicationText {
            language,
            title: title.to_owned(),
            body: "a\n\nb \u{0} \u{1f525}".to_owned(),
        };
        let alternative = [(Language::Nb, "En bakke".to_owned())].into_iter().collect::<model::Words>();
        let publication = Publication {
            name: "rule/library/1".to_owned(),
            texts: vec![text(Language::Nb, "Rolig"), text(Language::En, "Calm")],
            door: Some("https://a.example/d".to_owned()),
            picture: Some(Picture {
                bytes: vec![0, 1, 0, 255],
                width: 1200,
                height: 630,
                alternative: alternative.clone(),
            }),
            expires_at: Some(Timestamp::from_seconds(7)),
        };
        let post = Post {
            language: Language::Nb,
            title: String::new(),
            body: "Rolig".to_owned(),
            link: None,
            picture: Some(alternative),
            length: 5,
            limit: 500,
            cost: 2,
            note: vec![0, 200],
        };
        for posts in [None, Some(vec![post])] {
            let content = Content::Publication(Box::new(publication.clone()), posts);
            assert_eq!(Content::from_bytes(&content.to_bytes()), Some(content));
        }
        let corrects = Content::Correction("rule/library/1 by town".to_owned(), Box::new(publication.clone()), None);
        assert_eq!(Content::from_bytes(&corrects.to_bytes()), Some(corrects));
        let withdraws = Content::Withdrawal("rule/library/1 by town".to_owned());
        assert_eq!(Content::from_bytes(&withdraws.to_bytes()), Some(withdraws));
        let bare = Publication { picture: None, door: None, expires_at: None, ..publication };
        let content = Content::Publication(Box::new(bare), None);
        assert_eq!(Content::from_bytes(&content.to_bytes()), Some(content));
    }
}
