//! `/{lang}/staff/publish/{id}`: a text in the languages of the municipality, what it is about, its picture, its channels and its time.
//! Whatever is filled in is kept as a draft; what it lacks is told beside its preview.

use crate::problem::Problem;
use crate::staff::form::{Choice, Field, Filled, Form, Wrongs};
use crate::staff::insider::{Answer, Insider, Sent};
use crate::view::Fragment;
use app::{ALTERNATIVE_CHARS_MAX, BODY_CHARS_MAX, Draft, DraftError, PhotoRefusal, TITLE_CHARS_MAX};
use axum::extract::Path;
use model::activity::ActivityId;
use model::{
    ChannelId, Language, Picture, PlaceId, PublicationId, PublicationRecord, PublicationState, PublicationText, Role,
    Shows, Timestamp, WallClock, Words,
};

/// Pictures to choose from.
const PICTURES: [(&str, Shows); 3] = [("none", Shows::Nothing), ("place", Shows::Place), ("own", Shows::Own)];

/// Something that a text can be about.
struct Subject {
    value: String,
    label: String,
    place: Option<PlaceId>,
    activity: Option<ActivityId>,
    /// Where it leads, behind the language.
    path: String,
}

pub(super) async fn new(insider: Insider) -> Answer {
    insider.may(Role::Steward)?;
    insider.show(&form(&insider, None))
}

pub(super) async fn create(Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    save(insider, filled, None).await
}

pub(super) async fn edit(insider: Insider, Path((_, id)): Path<(String, u64)>) -> Answer {
    insider.may(Role::Steward)?;
    let draft = insider.draft(id)?;
    insider.show(&form(&insider, Some(&draft)))
}

pub(super) async fn change(Path((_, id)): Path<(String, u64)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let record =
        insider.staff.publication(PublicationId(id)).map_err(Problem::internal)?.ok_or_else(Problem::not_found)?;
    // A colleague let it go meanwhile: it is shown as it is now.
    if record.state != PublicationState::Draft {
        return Ok(insider.done(&format!("posts/{id}"), "outbox-too-late"));
    }
    save(insider, filled, Some(record)).await
}

impl Insider {
    pub(super) fn draft(&self, id: u64) -> Result<PublicationRecord, Problem> {
        let record = self.staff.publication(PublicationId(id)).map_err(Problem::internal)?;
        record.filter(|record| record.state == PublicationState::Draft).ok_or_else(Problem::not_found)
    }

    /// What a text can be about: places, activities, and what came of them.
    fn subjects(&self) -> Vec<Subject> {
        let language = self.reader.language();
        let places = self.reader.municipality.places.iter().map(|place| Subject {
            value: format!("place:{}", place.id),
            label: place.name.best(language).0.to_owned(),
            place: Some(place.id.clone()),
            activity: None,
            path: format!("places/{}", place.id),
        });
        let activities = self.hall().map(|hall| hall.app.activity_list()).unwrap_or_default();
        let activities = activities.into_iter().filter(|activity| !activity.draft).flat_map(|activity| {
            let title = activity.title.best(language).0.to_owned();
            let place = match activity.places.as_slice() {
                [(only, _)] => Some(only.clone()),
                _ => None,
            };
            let told = self.reader.speaker.text("staff-publish-outcome-of", &[("title", (&title).into())]);
            [("activity", title, ""), ("outcome", told, "/what-happened")].map(|(kind, label, more)| Subject {
                value: format!("{kind}:{}", activity.id),
                label,
                place: place.clone(),
                activity: Some(activity.id.clone()),
                path: format!("take-part/{}{more}", activity.id),
            })
        });
        places.chain(activities).collect()
    }
}

impl Subject {
    fn is_of(&self, record: &PublicationRecord) -> bool {
        let same = self.activity == record.activity && (self.activity.is_some() || self.place == record.place);
        // Without a public address there is no door to tell them apart by.
        same && record.door.as_ref().is_none_or(|door| door.ends_with(&format!("/{}", self.path)))
    }
}

pub(super) fn form(insider: &Insider, draft: Option<&PublicationRecord>) -> Form {
    let reader = &insider.reader;
    let mut fields = match draft {
        Some(draft) => vec![Field::hidden("seen", &draft.revision.to_string())],
        None => vec![Field::hidden("form", &insider.staff.new_name())],
    };
    fields.extend(texts(insider, draft));
    fields.push(about(insider, draft));
    fields.extend(pictures(insider, draft));
    fields.extend(channels(insider, draft));
    let calendar = &reader.municipality.calendar;
    let moment = |name: &str, at: Option<Timestamp>| {
        let value = at.map(|at| calendar.civil(at).strftime("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default();
        Field::moment(reader, name, &format!("publish-{name}"), &value)
    };
    fields.push(moment("due", draft.filter(|draft| draft.due_at > draft.made_at).map(|draft| draft.due_at)));
    fields.push(moment("expires", draft.and_then(|draft| draft.expires_at)));
    let id = draft.map(|draft| draft.id.0.to_string());
    Form {
        title: reader.text(if draft.is_some() { "staff-publish-edit" } else { "staff-publish-new" }),
        lead: Some(reader.text("staff-publish-form-lead")),
        action: insider.to(&format!("publish/{}", id.as_deref().unwrap_or("new"))),
        fields,
        submit: reader.text("staff-publish-look"),
        back: Some(insider.to(&id.map_or_else(|| "publish".to_owned(), |id| format!("publish/{id}/preview")))),
        ..Form::default()
    }
}

/// Title and text in each language.
pub(super) fn texts(insider: &Insider, record: Option<&PublicationRecord>) -> Vec<Field> {
    let said = |language: Language| record.and_then(|r| r.texts.iter().find(|text| text.language == language));
    let in_language = |language: &Language| {
        let (own, reader) = (said(*language), &insider.reader);
        let title = Field::text(reader, &format!("title-{language}"), "publish-title", own.map_or("", |t| &t.title));
        let body = Field::prose(reader, &format!("body-{language}"), "publish-body", own.map_or("", |t| &t.body));
        [title, body].map(|field| insider.in_language(field, *language))
    };
    insider.reader.municipality.languages.iter().flat_map(in_language).collect()
}

fn about(insider: &Insider, draft: Option<&PublicationRecord>) -> Field {
    let subjects = insider.subjects();
    let own = draft.and_then(|draft| subjects.iter().find(|subject| subject.is_of(draft))).map(|one| one.value.clone());
    let none = Choice { value: String::new(), label: insider.text("staff-publish-about-none"), chosen: own.is_none() };
    let choice = |subject: Subject| Choice {
        chosen: own.as_deref() == Some(subject.value.as_str()),
        value: subject.value,
        label: subject.label,
    };
    let choices = std::iter::once(none).chain(subjects.into_iter().map(choice)).collect();
    Field::select(&insider.reader, "about", "publish-about", choices)
}

fn pictures(insider: &Insider, draft: Option<&PublicationRecord>) -> Vec<Field> {
    let reader = &insider.reader;
    let own = draft.map(|draft| draft.shows).unwrap_or_default();
    let choice = |(value, shows): &(&str, Shows)| Choice {
        value: (*value).to_owned(),
        label: insider.text(&format!("staff-publish-picture-{value}")),
        chosen: *shows == own,
    };
    let mut fields = vec![Field::radio(reader, "picture", "publish-picture", PICTURES.iter().map(choice).collect())];
    fields.push(Field::file(reader, "photo", "publish-photo"));
    let words = draft.and_then(|draft| draft.alternative.as_ref());
    fields.extend(reader.municipality.languages.iter().map(|language| {
        let value = words.and_then(|words| words.own(*language)).unwrap_or_default();
        insider.in_language(
            Field::text(reader, &format!("alternative-{language}"), "publish-alternative", value),
            *language,
        )
    }));
    fields
}

/// A box for each channel of the folder; a new draft leaves by all.
fn channels(insider: &Insider, draft: Option<&PublicationRecord>) -> Vec<Field> {
    let wanted = draft.and_then(|draft| draft.channels.as_ref());
    let channel = |plan: &model::channel::ChannelPlan| {
        let ticked = wanted.is_none_or(|wanted| wanted.contains(&plan.id));
        let name = insider.words(&plan.title).text;
        let label = insider.reader.speaker.text("staff-publish-by", &[("name", (&name).into())]);
        let field = Field::checkbox(&insider.reader, &format!("channel-{}", plan.id), "rule-channels").ticked(ticked);
        field.labelled(Fragment::plain(label), None)
    };
    insider.reader.municipality.channels.iter().map(channel).collect()
}

/// What was filled in; notes what is wrong with it.
fn read(insider: &Insider, filled: &Filled, wrongs: &mut Wrongs) -> Draft {
    let reader = &insider.reader;
    let languages = &reader.municipality.languages;
    let texts = said(insider, filled, wrongs);
    let about = insider.subjects().into_iter().find(|subject| subject.value == filled.get("about"));
    let first = texts.first().map_or(reader.language(), |text| text.language);
    let origin = reader.municipality.public_url.as_deref();
    let shows = PICTURES.iter().find(|(value, _)| *value == filled.get("picture"));
    let mut words = Vec::new();
    for language in languages {
        let name = format!("alternative-{language}");
        limited(insider, filled.get(&name), (&name, ALTERNATIVE_CHARS_MAX), wrongs);
        words.extend(filled.some(&name).map(|text| (*language, text.to_owned())));
    }
    let channels = reader.municipality.channels.iter().map(|plan| plan.id.clone());
    Draft {
        door: about.as_ref().zip(origin).map(|(subject, origin)| format!("{origin}/{first}/{}", subject.path)),
        place: about.as_ref().and_then(|subject| subject.place.clone()),
        activity: about.and_then(|subject| subject.activity),
        shows: shows.map(|(_, shows)| *shows).unwrap_or_default(),
        alternative: words.into_iter().collect::<Words>(),
        channels: channels.filter(|id| is_ticked(filled, id)).collect(),
        due_at: moment(insider, filled, "due", wrongs),
        expires_at: moment(insider, filled, "expires", wrongs),
        texts,
    }
}

/// The texts that were filled in, in the order of the municipality's languages.
pub(super) fn said(insider: &Insider, filled: &Filled, wrongs: &mut Wrongs) -> Vec<PublicationText> {
    let mut texts = Vec::new();
    for language in &insider.reader.municipality.languages {
        let (title, body) = (format!("title-{language}"), format!("body-{language}"));
        limited(insider, filled.get(&title), (&title, TITLE_CHARS_MAX), wrongs);
        limited(insider, filled.get(&body), (&body, BODY_CHARS_MAX), wrongs);
        let text = PublicationText {
            language: *language,
            title: filled.get(&title).to_owned(),
            body: filled.get(&body).to_owned(),
        };
        texts.extend(Some(text).filter(|text| !text.title.is_empty() || !text.body.is_empty()));
    }
    texts
}

fn is_ticked(filled: &Filled, channel: &ChannelId) -> bool {
    filled.some(&format!("channel-{channel}")).is_some()
}

fn limited(insider: &Insider, text: &str, (field, at_most): (&str, usize), wrongs: &mut Wrongs) {
    let count = text.chars().count();
    if count > at_most {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let values = [("count", number(count).into()), ("most", number(at_most).into())];
        wrongs.say(field, Fragment::plain(insider.reader.speaker.text("staff-wrong-too-long", &values)));
    }
}

/// A local time; one that the clock skips is none.
fn moment(insider: &Insider, filled: &Filled, name: &str, wrongs: &mut Wrongs) -> Option<Timestamp> {
    let text = filled.some(name)?;
    match insider.reader.municipality.calendar.wall_clock(text) {
        Some(WallClock::Once(at) | WallClock::Twice(at)) => Some(at),
        Some(WallClock::Skipped(later)) => {
            let later = insider.moment(later);
            let text = insider.reader.speaker.text("staff-wrong-skipped", &[("later", (&later).into())]);
            wrongs.say(name, Fragment::plain(text));
            None
        }
        None => {
            wrongs.add(&insider.reader, name, "moment");
            None
        }
    }
}

async fn save(insider: Insider, filled: Filled, before: Option<PublicationRecord>) -> Answer {
    let mut wrongs = Wrongs::default();
    let mut draft = read(&insider, &filled, &mut wrongs);
    let picture = match filled.file("photo") {
        Some((_, file)) => {
            // Whoever brings a photo wants it shown.
            draft.shows = Shows::Own;
            taken(&insider, file.clone(), draft.alternative.clone(), &mut wrongs).await?
        }
        None => None,
    };
    if !wrongs.is_empty() {
        return insider.show(&form(&insider, before.as_ref()).with(&filled, wrongs));
    }
    let now = insider.reader.now;
    let Some(before) = before else {
        // The same form twice makes one draft.
        let name: String = filled.get("form").chars().filter(char::is_ascii_alphanumeric).take(64).collect();
        let name = if name.is_empty() { insider.staff.new_name() } else { name };
        let name = format!("post/{name}");
        let id = insider.staff.put_draft(&insider.own, &name, &draft, picture.as_ref(), now);
        let id = id.map_err(Problem::internal)?.0;
        return Ok(insider.done(&format!("publish/{id}/preview"), "draft-kept"));
    };
    let seen = filled.get("seen").parse().unwrap_or(u32::MAX);
    match insider.staff.change_draft(&insider.own, (before.id, seen), &draft, picture.as_ref(), now) {
        Ok(()) => Ok(insider.done(&format!("publish/{}/preview", before.id.0), "draft-kept")),
        Err(DraftError::Gone) => Ok(insider.done("publish", "outbox-too-late")),
        Err(DraftError::Store(error)) => Err(Problem::internal(error)),
        Err(DraftError::Meanwhile) => meanwhile(&insider, &filled, &insider.draft(before.id.0)?),
    }
}

/// A colleague was faster: what they wrote is shown, and saving once more is a decision.
pub(super) fn meanwhile(insider: &Insider, filled: &Filled, now: &PublicationRecord) -> Answer {
    let mut wrongs = Wrongs::default();
    wrongs.add(&insider.reader, "", "meanwhile");
    for text in &now.texts {
        let text = Fragment {
            text: format!("{}\n{}", text.title, text.body),
            lang: (text.language != insider.reader.language()).then(|| text.language.tag()),
        };
        wrongs.say("", text);
    }
    let mut form = form(insider, Some(now)).with(filled, wrongs);
    form.renew("seen", &now.revision.to_string());
    insider.show(&form)
}

/// A photo as it may stand in public. It takes a second or two, away from the event loop.
async fn taken(
    insider: &Insider,
    file: axum::body::Bytes,
    alternative: Words,
    wrongs: &mut Wrongs,
) -> Result<Option<Picture>, Problem> {
    match insider.act(move |staff, _| staff.take_picture(&file, alternative)).await? {
        Ok(picture) => Ok(Some(picture)),
        Err(refusal) => {
            let key = match refusal {
                PhotoRefusal::TooLong => "photo-long",
                PhotoRefusal::Heic => "photo-heic",
                PhotoRefusal::TooLarge { .. } => "photo-large",
                PhotoRefusal::Damaged => "photo-damaged",
                PhotoRefusal::Unknown => "photo-unknown",
            };
            wrongs.add(&insider.reader, "photo", key);
            Ok(None)
        }
    }
}
