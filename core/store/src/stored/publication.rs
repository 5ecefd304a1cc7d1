use crate::record::{Reader, Stored, Writer};
use model::{Author, Language, PublicationId, PublicationRecord, PublicationState, PublicationText, Shows, Words};

/// A picture that lies beside its publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drawn {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) bytes: Vec<u8>,
}

/// Layout 1: width, height, PNG or JPEG.
impl Stored for Drawn {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u32(self.width);
        out.u32(self.height);
        out.bytes(&self.bytes);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self { width: input.u32()?, height: input.u32()?, bytes: input.bytes()?.to_vec() })
    }
}

/// Layout 1: number, name, author, place, texts, door, alternative, channels, made, due, expires, state, changed, looked by. Layout 2
/// adds: activity, what it shows, revision, corrected.
impl Stored for PublicationRecord {
    const VERSION: u8 = 2;

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
            PublicationState::Draft => 5,
        });
        out.time(self.changed_at);
        out.option(self.looked_by.as_deref(), Writer::text);
        out.option(self.activity.as_ref(), |out, activity| out.text(activity.as_str()));
        out.u8(match self.shows {
            Shows::Nothing => 0,
            Shows::Place => 1,
            Shows::Own => 2,
        });
        out.u32(self.revision);
        out.option(self.corrected_at, Writer::time);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if !(1..=2).contains(&version) {
            return None;
        }
        let (id, name, kind, author) = (PublicationId(input.u64()?), input.text()?, input.u8()?, input.text()?);
        let mut record = Self {
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
                5 => PublicationState::Draft,
                _ => return None,
            },
            changed_at: input.time()?,
            looked_by: input.option(Reader::text)?,
            activity: None,
            shows: Shows::Nothing,
            revision: 0,
            corrected_at: None,
        };
        if version == 1 {
            // Only rules spoke then, and what they showed was a place.
            record.shows = if record.alternative.is_some() { Shows::Place } else { Shows::Nothing };
            return Some(record);
        }
        record.activity = input.option(Reader::slug)?;
        record.shows = match input.u8()? {
            0 => Shows::Nothing,
            1 => Shows::Place,
            2 => Shows::Own,
            _ => return None,
        };
        record.revision = input.u32()?;
        record.corrected_at = input.option(Reader::time)?;
        Some(record)
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
