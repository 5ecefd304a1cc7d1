//! Short ways to say what a channel has to say.

use serde::Serialize;

use super::{
    Address, Body, Description, Example, Failure, Mqtt, MqttMessage, Part, PartContent, Picture, Post, Power,
    Publication, Receipt, Request, Secretive, Step, Text, Turn, Verb,
};

impl Description {
    /// A channel without settings or powers; the methods below add to it.
    pub fn new(id: &str, version: &str) -> Self {
        Self {
            id: id.to_owned(),
            version: version.to_owned(),
            title: Vec::new(),
            help: Vec::new(),
            schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
            hosts: Vec::new(),
            powers: Vec::new(),
            examples: Vec::new(),
            extra: Vec::new(),
        }
    }

    /// Its name in one language (BCP 47 tag).
    #[must_use]
    pub fn title(mut self, language: &str, words: &str) -> Self {
        self.title.push((language.to_owned(), words.to_owned()));
        self
    }

    /// What it is for, in one language.
    #[must_use]
    pub fn help(mut self, language: &str, words: &str) -> Self {
        self.help.push((language.to_owned(), words.to_owned()));
        self
    }

    /// JSON Schema 2020-12 of its settings.
    #[must_use]
    pub fn schema(mut self, schema: &str) -> Self {
        schema.clone_into(&mut self.schema);
        self
    }

    /// A host that it always wants to reach.
    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        self.hosts.push(host.to_owned());
        self
    }

    /// Something that it can do, or wants to.
    #[must_use]
    pub fn power(mut self, power: Power) -> Self {
        self.powers.push(power);
        self
    }

    /// The same for several.
    #[must_use]
    pub fn powers(mut self, powers: impl IntoIterator<Item = Power>) -> Self {
        self.powers.extend(powers);
        self
    }

    /// One more example: what comes of a publication.
    #[must_use]
    pub fn example(
        mut self,
        title: &str,
        publication: Publication,
        settings: &str,
        gives: Result<Vec<Post>, String>,
    ) -> Self {
        let (title, settings) = (title.to_owned(), settings.to_owned());
        self.examples.push(Example { title, publication, settings, gives });
        self
    }
}

impl Text {
    /// A text in one language.
    pub fn new(language: &str, title: &str, body: &str) -> Self {
        Self { language: language.to_owned(), title: title.to_owned(), body: body.to_owned() }
    }
}

impl Picture {
    /// A PNG of the usual size for sharing, for examples and tests.
    pub fn png(language: &str, alternative: &str) -> Self {
        Self {
            file: "picture".to_owned(),
            media_type: "image/png".to_owned(),
            bytes: 61_000,
            width: 1200,
            height: 630,
            alternatives: vec![(language.to_owned(), alternative.to_owned())],
        }
    }

    /// What it shows, in this language or the nearest there is.
    pub fn alternative(&self, language: &str) -> &str {
        let own = self.alternatives.iter().find(|(known, _)| known == language);
        own.or_else(|| self.alternatives.first()).map_or("", |(_, words)| words)
    }
}

impl Publication {
    /// A publication in one language.
    pub fn new(id: &str, text: Text) -> Self {
        Self { id: id.to_owned(), texts: vec![text], door: None, picture: None, expires_at_ms: None, extra: Vec::new() }
    }

    /// The same, with where people can answer.
    #[must_use]
    pub fn door(mut self, door: &str) -> Self {
        self.door = Some(door.to_owned());
        self
    }

    /// The same, with a picture.
    #[must_use]
    pub fn picture(mut self, picture: Picture) -> Self {
        self.picture = Some(picture);
        self
    }

    /// The same, in one more language.
    #[must_use]
    pub fn text(mut self, text: Text) -> Self {
        self.texts.push(text);
        self
    }

    /// One post of these parts, an empty line between two, with link and picture; why not, where it is longer than it may be.
    pub fn post(&self, parts: &[&str], limit: u32) -> Result<Post, String> {
        let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        let post = Post::new(&self.first().language, parts.join("\n\n"))
            .linked(self.door.clone())
            .pictured(self.picture.clone())
            .counted(limit);
        if post.fits() {
            return Ok(post);
        }
        Err(format!("With {} characters it is longer than {limit}; make it shorter.", post.length))
    }

    /// The text in the best language.
    pub fn first(&self) -> Text {
        self.texts.first().cloned().unwrap_or_else(|| Text::new("en", "", ""))
    }
}

impl Post {
    /// A post in one language.
    pub fn new(language: &str, body: impl Into<String>) -> Self {
        Self {
            language: language.to_owned(),
            title: String::new(),
            body: body.into(),
            link: None,
            picture: None,
            length: 0,
            limit: 0,
            cost: 0,
            note: Vec::new(),
            extra: Vec::new(),
        }
    }

    /// The same, with a title of its own.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }

    /// The same, with a link.
    #[must_use]
    pub fn linked(mut self, link: Option<String>) -> Self {
        self.link = link;
        self
    }

    /// The same, with the picture of the publication.
    #[must_use]
    pub fn pictured(mut self, picture: Option<Picture>) -> Self {
        self.picture = picture;
        self
    }

    /// The same, with its characters counted.
    #[must_use]
    pub fn counted(mut self, limit: u32) -> Self {
        self.length = u32::try_from(self.body.chars().count()).unwrap_or(u32::MAX);
        self.limit = limit;
        self
    }

    /// Whether it is no longer than it may be.
    pub const fn fits(&self) -> bool {
        self.limit == 0 || self.length <= self.limit
    }
}

impl Turn {
    /// Remembers something and asks for a step.
    pub fn next(state: &impl Serialize, step: Step) -> Self {
        // What cannot be written as JSON is no state of this SDK's; resuming then begins anew.
        Self { state: serde_json::to_vec(state).unwrap_or_default(), step, extra: Vec::new() }
    }

    /// It is out; `handle` is what the peer calls it.
    pub fn done(handle: impl Into<String>) -> Self {
        Self::receipt(Receipt { handle: handle.into(), link: None, people: None })
    }

    /// It is out, and more is known of it.
    pub fn receipt(receipt: Receipt) -> Self {
        Self::end(Step::Done(receipt))
    }

    /// It will not go out, and trying again does not help.
    pub fn fail(text: impl Into<String>) -> Self {
        Self::end(Step::Fail(Failure { text: text.into(), again_after_s: None, needs_steward: false }))
    }

    /// It may go out when it is begun anew, after so many seconds.
    pub fn again(text: impl Into<String>, after_s: u32) -> Self {
        Self::end(Step::Fail(Failure { text: text.into(), again_after_s: Some(after_s), needs_steward: false }))
    }

    /// Nothing goes out until staff have mended something.
    pub fn stuck(text: impl Into<String>) -> Self {
        Self::end(Step::Fail(Failure { text: text.into(), again_after_s: Some(0), needs_steward: true }))
    }

    /// Ends with any last step.
    pub fn end(step: Step) -> Self {
        Self { state: Vec::new(), step, extra: Vec::new() }
    }
}

impl Request {
    /// A request to an address.
    pub fn new(verb: Verb, url: &str) -> Self {
        let url = Address::Plain(url.to_owned());
        Self { verb, url, headers: Vec::new(), body: Body::Empty, keep: Vec::new(), extra: Vec::new() }
    }

    /// A POST to an address.
    pub fn post(url: &str) -> Self {
        Self::new(Verb::Post, url)
    }

    /// A GET of an address.
    pub fn get(url: &str) -> Self {
        Self::new(Verb::Get, url)
    }

    /// The same, with a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: Secretive) -> Self {
        self.headers.push((name.to_owned(), value));
        self
    }

    /// The same, with a form as its body.
    #[must_use]
    pub fn form<'a>(mut self, fields: impl IntoIterator<Item = (&'a str, Secretive)>) -> Self {
        self.body = Body::Form(named(fields));
        self
    }

    /// The same, with a JSON object of texts as its body.
    #[must_use]
    pub fn json<'a>(mut self, fields: impl IntoIterator<Item = (&'a str, Secretive)>) -> Self {
        self.body = Body::Json(named(fields));
        self
    }

    /// The same, with these bytes as its body.
    #[must_use]
    pub fn bytes(self, media_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let mut typed = self.header("content-type", Secretive::Plain(media_type.to_owned()));
        typed.body = Body::Bytes(bytes.into());
        typed
    }

    /// The same, with files and texts as its body.
    #[must_use]
    pub fn parts(mut self, parts: impl IntoIterator<Item = Part>) -> Self {
        self.body = Body::Multipart(parts.into_iter().collect());
        self
    }
}

fn named<'a>(fields: impl IntoIterator<Item = (&'a str, Secretive)>) -> Vec<(String, Secretive)> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Part {
    /// A text.
    pub fn text(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), filename: None, content: PartContent::Text(text.to_owned()) }
    }

    /// A file that the box holds.
    pub fn file(name: &str, filename: &str, file: &str) -> Self {
        let content = PartContent::File(file.to_owned());
        Self { name: name.to_owned(), filename: Some(filename.to_owned()), content }
    }
}

impl Mqtt {
    /// Messages to a broker.
    pub fn new(address: &str, messages: impl IntoIterator<Item = MqttMessage>) -> Self {
        Self { address: address.to_owned(), login: None, messages: messages.into_iter().collect() }
    }
}

impl MqttMessage {
    /// A message that the broker keeps for who comes later, and must acknowledge.
    pub fn kept(topic: impl Into<String>, payload: impl Into<Vec<u8>>) -> Self {
        Self { topic: topic.into(), payload: payload.into(), retain: true, at_least_once: true }
    }
}
