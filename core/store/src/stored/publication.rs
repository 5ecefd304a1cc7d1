use crate::record::{Reader, Stored, Writer};
use model::{Author, Language, PublicationId, PublicationRecord, PublicationState, PublicationText, Words};

/// A picture that waits with its publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drawn {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) png: Vec<u8>,
}

/// Layout 1: width, height, PNG.
impl Stored for Drawn {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u32(self.width);
        out.u32(self.height);
        out.bytes(&self.png);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self { width: input.u32()?, height: input.u32()?, png: input.bytes()?.to_vec() })
    }
}

/// Layout 1: number, name, author, place, texts, door, alternative, channels, made, due, expires, state, changed, looked by.
impl Stored for PublicationRecord {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u64(self.id.0);
        out.text(&self.name);
        let (kind, author) = match &self.author {
            Author::Rule(name) => (0, name),
            Author::Staff(name) => (1, name),
        };
        out.u8(kind);
        out.text(author);
        out.option(self.place.as_ref(), |out, place| out.text(place.as_str()));
        out.list(self.texts.iter(), |out, text| {
            out.text(text.language.tag());
            out.text(&text.title);
            out.text(&text.body);
        });
        out.option(self.door.as_deref(), Writer::text);
        out.option(self.alternative.as_ref(), words);
        out.option(self.channels.as_ref(), |out, channels| {
            out.list(channels.iter(), |out, channel| out.text(channel.as_str()));
        });
        out.time(self.made_at);
        out.time(self.due_at);
        out.option(self.expires_at, Writer::time);
        out.u8(match self.state {
            PublicationState::Waiting => 0,
            PublicationState::Queued => 1,
            PublicationState::Refused => 2,
            PublicationState::Expired => 3,
            PublicationState::Withdrawn => 4,
        });
        out.time(self.changed_at);
        out.option(self.looked_by.as_deref(), Writer::text);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let (id, name, kind, author) = (PublicationId(input.u64()?), input.text()?, input.u8()?, input.text()?);
        Some(Self {
            id,
            name,
            author: match kind {
                0 => Author::Rule(author),
                1 => Author::Staff(author),
                _ => return None,
            },
            place: input.option(Reader::slug)?,
            texts: input.list(|input| {
                let (language, title) = (input.text()?.parse().ok()?, input.text()?);
                Some(PublicationText { language, title, body: input.text()? })
            })?,
            door: input.option(Reader::text)?,
            alternative: input.option(read_words)?,
            channels: input.option(|input| input.list(Reader::slug))?,
            made_at: input.time()?,
            due_at: input.time()?,
            expires_at: input.option(Reader::time)?,
            state: match input.u8()? {
                0 => PublicationState::Waiting,
                1 => PublicationState::Queued,
                2 => PublicationState::Refused,
                3 => PublicationState::Expired,
                4 => PublicationState::Withdrawn,
                _ => return None,
            },
            changed_at: input.time()?,
            looked_by: input.option(Reader::text)?,
        })
    }
}

fn words(out: &mut Writer, words: &Words) {
    let own: Vec<(Language, &str)> = Language::ALL.iter().filter_map(|l| Some((*l, words.own(*l)?))).collect();
    out.list(own.into_iter(), |out, (language, text)| {
        out.text(language.tag());
        out.text(text);
    });
}

fn read_words(input: &mut Reader<'_>) -> Option<Words> {
    let own: Vec<(Language, String)> = input.list(|input| Some((input.text()?.parse().ok()?, input.text()?)))?;
    Some(own.into_iter().collect())
}
