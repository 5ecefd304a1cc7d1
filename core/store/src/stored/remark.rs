use crate::keyring::Slot;
use crate::record::{Reader, Stored, Writer};
use model::activity::ActivityId;
use model::{
    About, Bookmark, HeadReply, HeadSight, Heard, Language, Participant, PostReach, Remark, RemarkAnswer, RemarkDoor,
    RemarkHead, RemarkId, RemarkReply, Sight, Source, Timestamp,
};

/// A remark as it lies in its row: what can be known without reading it, and the sealed rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptRemark {
    pub(crate) slot: Slot,
    pub(crate) head: RemarkHead,
    pub(crate) sealed: Vec<u8>,
}

/// Layout 1: slot, number, about, door, at, sight, reply, sealed bytes.
impl Stored for KeptRemark {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        let RemarkHead { id, about: of, door, at, sight, reply } = &self.head;
        out.u32(self.slot.0);
        out.u64(id.0);
        about(out, of);
        match door {
            RemarkDoor::Portal(who) => out.u8(participant(*who)),
            RemarkDoor::Channel(channel) => {
                out.u8(2);
                out.text(channel.as_str());
            }
        }
        out.time(*at);
        out.u8(match sight {
            HeadSight::Waiting => 0,
            HeadSight::Shown => 1,
            HeadSight::Hidden => 2,
        });
        out.u8(match reply {
            HeadReply::Open => 0,
            HeadReply::NotNeeded => 1,
            HeadReply::Given => 2,
        });
        out.bytes(&self.sealed);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let slot = Slot(input.u32()?);
        let head = RemarkHead {
            id: RemarkId(input.u64()?),
            about: read_about(input)?,
            door: match input.u8()? {
                2 => RemarkDoor::Channel(input.slug()?),
                who => RemarkDoor::Portal(read_participant(who)?),
            },
            at: input.time()?,
            sight: match input.u8()? {
                0 => HeadSight::Waiting,
                1 => HeadSight::Shown,
                2 => HeadSight::Hidden,
                _ => return None,
            },
            reply: match input.u8()? {
                0 => HeadReply::Open,
                1 => HeadReply::NotNeeded,
                2 => HeadReply::Given,
                _ => return None,
            },
        };
        Some(Self { slot, head, sealed: input.bytes()?.to_vec() })
    }
}

/// Layout 1: number, about, source, at, edited, text, language, sight, reply.
impl Stored for Remark {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u64(self.id.0);
        about(out, &self.about);
        match &self.source {
            Source::Portal(who) => out.u8(participant(*who)),
            Source::Channel(Heard { channel, handle, link, author }) => {
                out.u8(2);
                out.text(channel.as_str());
                out.text(handle);
                out.option(link.as_deref(), Writer::text);
                out.u64(*author);
            }
        }
        out.time(self.at);
        out.option(self.edited, Writer::time);
        out.text(&self.text);
        out.option(self.language.as_deref(), Writer::text);
        match &self.sight {
            Sight::Waiting => out.u8(0),
            Sight::Shown => out.u8(1),
            Sight::Hidden(why) => {
                out.u8(2);
                out.text(why);
            }
        }
        match &self.reply {
            RemarkReply::Open => out.u8(0),
            RemarkReply::NotNeeded => out.u8(1),
            RemarkReply::Given(RemarkAnswer { text, language, at }) => {
                out.u8(2);
                out.text(text);
                out.text(language.tag());
                out.time(*at);
            }
        }
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self {
            id: RemarkId(input.u64()?),
            about: read_about(input)?,
            source: match input.u8()? {
                2 => Source::Channel(Heard {
                    channel: input.slug()?,
                    handle: input.text()?,
                    link: input.option(Reader::text)?,
                    author: input.u64()?,
                }),
                who => Source::Portal(read_participant(who)?),
            },
            at: input.time()?,
            edited: input.option(Reader::time)?,
            text: input.text()?,
            language: input.option(Reader::text)?,
            sight: match input.u8()? {
                0 => Sight::Waiting,
                1 => Sight::Shown,
                2 => Sight::Hidden(input.text()?),
                _ => return None,
            },
            reply: match input.u8()? {
                0 => RemarkReply::Open,
                1 => RemarkReply::NotNeeded,
                2 => RemarkReply::Given(RemarkAnswer {
                    text: input.text()?,
                    language: input.text()?.parse::<Language>().ok()?,
                    at: input.time()?,
                }),
                _ => return None,
            },
        })
    }
}

fn about(out: &mut Writer, about: &About) {
    match about {
        About::Municipality => out.u8(0),
        About::Place(place) => {
            out.u8(1);
            out.text(place.as_str());
        }
        About::Activity(activity) => {
            out.u8(2);
            out.text(activity.as_str());
        }
    }
}

fn read_about(input: &mut Reader<'_>) -> Option<About> {
    Some(match input.u8()? {
        0 => About::Municipality,
        1 => About::Place(input.slug()?),
        2 => About::Activity(ActivityId::new(&input.text()?).ok()?),
        _ => return None,
    })
}

const fn participant(who: Participant) -> u8 {
    match who {
        Participant::Citizen => 0,
        Participant::Visitor => 1,
    }
}

const fn read_participant(byte: u8) -> Option<Participant> {
    match byte {
        0 => Some(Participant::Citizen),
        1 => Some(Participant::Visitor),
        _ => None,
    }
}

/// Layout 1: when, counts.
impl Stored for PostReach {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.time(self.at);
        out.list(self.counts.iter(), |out, (what, count)| {
            out.text(what);
            out.u64(*count);
        });
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self { at: input.time()?, counts: input.list(|input| Some((input.text()?, input.u64()?)))? })
    }
}

/// Layout 1: when, place.
impl Stored for Bookmark {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.time(self.at);
        out.bytes(&self.place);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let at: Timestamp = input.time()?;
        Some(Self { at, place: input.bytes()?.to_vec() })
    }
}
