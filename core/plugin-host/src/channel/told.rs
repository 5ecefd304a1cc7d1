//! What a channel is told: `model` types become records of the contract.

use model::channel::{Breakage, Job, Post, Receipt, Reply};
use model::{Language, Picture, Publication, Timestamp, Words};

use super::wit;

/// What the picture of a publication is called. A channel that names another file asks for one that is not there.
pub const PICTURE: &str = "picture";

pub(super) fn publication(publication: &Publication, languages: &[Language]) -> wit::Publication {
    let spoken = |language: &Language| publication.texts.iter().find(|text| text.language == *language);
    let mut texts: Vec<_> = languages.iter().filter_map(spoken).collect();
    // A channel says something rather than nothing: the text is there, if in another language.
    if texts.is_empty() {
        texts.extend(publication.texts.first());
    }
    let text = |text: &model::PublicationText| wit::Text {
        language: text.language.tag().to_owned(),
        title: text.title.clone(),
        body: text.body.clone(),
    };
    wit::Publication {
        id: publication.name.clone(),
        texts: texts.into_iter().map(text).collect(),
        door: publication.door.clone(),
        picture: publication.picture.as_ref().map(|p| picture(p, &p.alternative)),
        expires_at_ms: publication.expires_at.map(ms),
        extra: Vec::new(),
    }
}

fn picture(picture: &Picture, alternative: &Words) -> wit::Picture {
    let own = |language: Language| Some((language.tag().to_owned(), alternative.own(language)?.to_owned()));
    wit::Picture {
        file: PICTURE.to_owned(),
        media_type: picture.media_type().to_owned(),
        bytes: picture.bytes.len() as u64,
        width: picture.width,
        height: picture.height,
        alternatives: Language::ALL.into_iter().filter_map(own).collect(),
    }
}

pub(super) fn post(post: &Post, publication: &Publication) -> wit::Post {
    let shown = publication.picture.as_ref().zip(post.picture.as_ref());
    wit::Post {
        language: post.language.tag().to_owned(),
        title: post.title.clone(),
        body: post.body.clone(),
        link: post.link.clone(),
        picture: shown.map(|(shown, alternative)| picture(shown, alternative)),
        length: post.length,
        limit: post.limit,
        cost: post.cost,
        note: post.note.clone(),
        extra: Vec::new(),
    }
}

pub(super) fn job(job: &Job) -> wit::Job {
    wit::Job {
        settings: job.settings.clone(),
        idempotency_key: job.idempotency_key.clone(),
        now_ms: ms(job.now),
        extra: Vec::new(),
    }
}

pub(super) fn receipt(receipt: &Receipt) -> wit::Receipt {
    wit::Receipt { handle: receipt.handle.clone(), link: receipt.link.clone(), people: receipt.people }
}

pub(super) fn reply(reply: &Reply) -> wit::Reply {
    match reply {
        Reply::Http(answer) => wit::Reply::Http(wit::Response {
            status: answer.status,
            headers: answer.headers.clone(),
            body: answer.body.clone(),
        }),
        Reply::Sent(people) => wit::Reply::Sent(*people),
        Reply::Waited => wit::Reply::Waited,
        Reply::Broken(breakage) => wit::Reply::Broken(match breakage.clone() {
            Breakage::NotGranted(why) => wit::Breakage::NotGranted(why),
            Breakage::Unreachable(why) => wit::Breakage::Unreachable(why),
            Breakage::TimedOut => wit::Breakage::TimedOut,
            Breakage::Garbled(why) => wit::Breakage::Garbled(why),
            Breakage::TooBig => wit::Breakage::TooBig,
            Breakage::Other(why) => wit::Breakage::Other(why),
        }),
    }
}

fn ms(at: Timestamp) -> u64 {
    u64::try_from(at.as_ms()).unwrap_or(0)
}
