//! What a rule has to say becomes a publication: written and illustrated.

use super::looking::Subject;
use super::{Drawing, Painter};
use engagement::rules::Occasion;
use model::{
    Author, News, Picture, PublicationId, PublicationRecord, PublicationState, Reply, Rule, Shows, Slot, Trigger,
};

/// A publication that is ready to be kept.
pub(super) struct Ready {
    pub(super) record: PublicationRecord,
    pub(super) picture: Option<Picture>,
}

/// Writes a post; the gap that could not be filled, when one could not.
pub(super) fn write(subject: &Subject<'_>, occasion: &Occasion, painter: Option<&dyn Painter>) -> Result<Ready, Slot> {
    let Subject { rule, now, .. } = *subject;
    let texts = subject.texts()?;
    let picture = painter.filter(|_| rule.picture).and_then(|painter| {
        let language = texts.first()?.language;
        let Drawing { png, width, height } = painter.place(rule.place.as_ref()?, language)?;
        Some(Picture { bytes: png, width, height, alternative: subject.alternative() })
    });
    let record = PublicationRecord {
        id: PublicationId(0),
        name: occasion.name(rule),
        author: Author::Rule(rule.id.to_string()),
        place: rule.place.clone(),
        activity: occasion.activity.clone(),
        door: door(subject, occasion),
        shows: if picture.is_some() { Shows::Place } else { Shows::Nothing },
        alternative: picture.as_ref().map(|picture| picture.alternative.clone()),
        channels: rule.channels.clone(),
        made_at: now,
        due_at: now,
        expires_at: Some(now + rule.valid_for),
        state: if rule.approval { PublicationState::Waiting } else { PublicationState::Queued },
        changed_at: now,
        looked_by: None,
        revision: 0,
        corrected_at: None,
        texts,
    };
    Ok(Ready { record, picture })
}

/// Where people can answer. Without an address that the world knows there is nowhere to send them.
fn door(subject: &Subject<'_>, occasion: &Occasion) -> Option<String> {
    let Subject { rule, municipality, .. } = subject;
    let language = rule.texts.first()?.language;
    let origin = municipality.public_url.as_deref()?;
    let path = match (&rule.reply, &occasion.activity, &rule.place) {
        (Reply::Nowhere, ..) => return None,
        (Reply::Page, Some(activity), _) if tells_report(rule) => format!("take-part/{activity}/report"),
        (Reply::Activity(activity), ..) | (Reply::Page, Some(activity), _) => format!("take-part/{activity}"),
        (Reply::Page, None, Some(place)) => format!("places/{place}"),
        (Reply::Page, None, None) => String::new(),
    };
    Some(format!("{origin}/{language}/{path}"))
}

fn tells_report(rule: &Rule) -> bool {
    matches!(&rule.when, Trigger::Happens(happening) if happening.news == News::Reported)
}
