//! `/{lang}/staff/publish/{id}/preview`: a draft as it will look by each channel, what it lacks, and the button that lets it go.

use crate::painter::picture_of;
use crate::problem::Problem;
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::{Done, Link, Post as Button};
use crate::view::Fragment;
use app::{DraftError, LookError, PreviewError, Previewed};
use axum::extract::{Path, Query};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use model::channel::Post;
use model::{Language, Picture, PublicationId, PublicationRecord, PublicationState, Role, Shows, WallClock, Words};
use serde::Serialize;

/// A draft, and what it becomes.
#[derive(Debug, Serialize)]
struct Page {
    title: String,
    back: String,
    told: Option<String>,
    /// When it leaves, in words.
    when: String,
    /// What must be mended before it can go.
    lacks: Vec<Fragment>,
    /// What one should know.
    notes: Vec<Fragment>,
    shown: Shown,
    buttons: Vec<Button>,
    links: Vec<Link>,
}

/// What a publication becomes by each channel, and on the portal.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    /// On the page of news of the portal.
    portal: Vec<Written>,
    picture: Option<String>,
    alternative: Option<Fragment>,
    channels: Vec<Channel>,
}

/// A text in one language.
#[derive(Debug, Serialize)]
struct Written {
    lang: &'static str,
    language: String,
    title: String,
    body: String,
}

/// What it becomes by one channel.
#[derive(Debug, Serialize)]
struct Channel {
    title: Fragment,
    /// `calm`, `busy` or `silent`: the colour of the verdict.
    state: &'static str,
    verdict: String,
    why: Option<Fragment>,
    posts: Vec<Message>,
}

/// One message as it will be read.
#[derive(Debug, Serialize)]
struct Message {
    lang: &'static str,
    language: String,
    title: String,
    body: String,
    link: Option<String>,
    picture: Option<String>,
    alternative: Option<Fragment>,
    /// How long it is, where the channel counts.
    length: Option<String>,
    cost: Option<String>,
}

pub(super) async fn get(insider: Insider, Path((_, id)): Path<(String, u64)>, Query(done): Query<Done>) -> Answer {
    let draft = insider.draft(id)?;
    let picture = insider.picture_of(&draft).await?;
    let previews = insider.previews(&draft, picture.clone()).await?;
    let may = insider.own.role >= Role::Steward;
    let lacks = lacks(&insider, &draft, picture.as_ref(), &previews);
    let button = |what: &str, key: &str, grave| Button {
        action: insider.to(&format!("publish/{id}/{what}")),
        text: insider.text(key),
        token: insider.own.form_token.clone(),
        fields: vec![("seen".to_owned(), draft.revision.to_string())],
        grave,
        ..Button::default()
    };
    let send = match insider.reader.municipality.post_approval {
        true => "staff-publish-ask",
        false if draft.due_at > insider.reader.now => "staff-publish-schedule",
        false => "staff-publish-send",
    };
    let mut buttons = Vec::new();
    if may && lacks.is_empty() {
        buttons.push(button("send", send, false));
    }
    if may {
        buttons.push(button("discard", "staff-publish-discard", true));
    }
    let address = insider.to(&format!("publish/{id}/picture"));
    let page = Page {
        title: insider.text("staff-publish-preview"),
        back: insider.to("publish"),
        told: insider.told(done.done.as_deref()),
        when: when(&insider, &draft),
        notes: notes(&insider, &draft),
        shown: insider.shown(&draft, picture.as_ref(), &address, previews),
        links: if may { vec![insider.quiet(&format!("publish/{id}"), "publish-edit")] } else { Vec::new() },
        buttons,
        lacks,
    };
    insider.page("staff/publish_preview.html", page.title.clone(), "publish", &page)
}

/// The picture of a draft, as it would go out now.
pub(super) async fn picture(insider: Insider, Path((_, id)): Path<(String, u64)>) -> Answer {
    let draft = insider.draft(id)?;
    let picture = insider.picture_of(&draft).await?.ok_or_else(Problem::not_found)?;
    Ok(([(CONTENT_TYPE, picture.media_type())], picture.bytes).into_response())
}

pub(super) async fn send(Path((_, id)): Path<(String, u64)>, Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let record =
        insider.staff.publication(PublicationId(id)).map_err(Problem::internal)?.ok_or_else(Problem::not_found)?;
    if record.state != PublicationState::Draft {
        return Ok(insider.done(&format!("posts/{id}"), "outbox-too-late"));
    }
    let picture = insider.picture_of(&record).await?;
    let previews = insider.previews(&record, picture.clone()).await?;
    let preview = format!("publish/{id}/preview");
    if !lacks(&insider, &record, picture.as_ref(), &previews).is_empty() {
        return Ok(insider.done(&preview, "draft-lacks"));
    }
    let drawn = picture.filter(|_| record.shows == Shows::Place);
    let seen = filled.get("seen").parse().unwrap_or(u32::MAX);
    match insider.staff.send_draft(&insider.own, (record.id, seen), drawn, insider.reader.now) {
        Ok(PublicationState::Waiting) => Ok(insider.done(&format!("posts/{id}"), "post-asked")),
        Ok(_) => Ok(insider.done(&format!("posts/{id}"), "post-sent")),
        // It was written anew since it was looked at: it is looked at once more.
        Err(LookError::TooLate | LookError::OwnWork) => Ok(insider.done(&preview, "draft-changed")),
        Err(LookError::Unfit(..)) => Ok(insider.done(&preview, "draft-lacks")),
        Err(LookError::Full(_)) => Ok(insider.done(&preview, "outbox-full")),
        Err(LookError::Store(error)) => Err(Problem::internal(error)),
    }
}

pub(super) async fn discard(Path((_, id)): Path<(String, u64)>, Sent { insider, .. }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    match insider.staff.discard_draft(&insider.own, PublicationId(id), insider.reader.now) {
        Ok(()) => Ok(insider.done("publish", "draft-discarded")),
        Err(DraftError::Gone | DraftError::Meanwhile) => Ok(insider.done("publish", "outbox-too-late")),
        Err(DraftError::Store(error)) => Err(Problem::internal(error)),
    }
}

impl Insider {
    /// The picture of a publication as it would go out now: what staff brought, or the place, drawn.
    pub(super) async fn picture_of(&self, record: &PublicationRecord) -> Result<Option<Picture>, Problem> {
        let (portal, record) = (self.reader.portal.clone(), record.clone());
        let drawn = self.act(move |staff, _| {
            let draws = record.state == PublicationState::Draft && record.shows == Shows::Place;
            let Some(place) = record.place.as_ref().filter(|_| draws) else {
                return staff.publication_picture(&record);
            };
            let languages: Vec<Language> = record.texts.iter().map(|text| text.language).collect();
            Ok(picture_of(&portal, place, &languages))
        });
        drawn.await?.map_err(Problem::internal)
    }

    /// What a publication would become. Plugins are asked away from the event loop.
    pub(super) async fn previews(
        &self,
        record: &PublicationRecord,
        picture: Option<Picture>,
    ) -> Result<Vec<Previewed>, Problem> {
        // Nothing becomes of nothing, and no channel has to say so.
        if record.texts.is_empty() {
            return Ok(Vec::new());
        }
        let record = record.clone();
        self.act(move |staff, _| staff.previews(&record, picture)).await
    }

    /// A publication as it will look; `address` is that of its picture.
    pub(super) fn shown(
        &self,
        record: &PublicationRecord,
        picture: Option<&Picture>,
        address: &str,
        previews: Vec<Previewed>,
    ) -> Shown {
        let text = |text: &model::PublicationText| Written {
            lang: text.language.tag(),
            language: language_name(text.language),
            title: text.title.clone(),
            body: text.body.clone(),
        };
        Shown {
            portal: record.texts.iter().map(text).collect(),
            picture: picture.map(|_| address.to_owned()),
            alternative: picture.map(|picture| self.words(&picture.alternative)),
            channels: previews.into_iter().map(|one| self.channel(one, address)).collect(),
        }
    }

    fn channel(&self, previewed: Previewed, address: &str) -> Channel {
        let title = self.words(&previewed.title);
        let verdict = |key: &str| self.text(&format!("staff-publish-{key}"));
        match previewed.posts {
            Ok(posts) => Channel {
                title,
                state: if previewed.is_cut { "busy" } else { "calm" },
                verdict: verdict(if previewed.is_cut { "is-cut" } else { "fits" }),
                why: None,
                posts: posts.iter().map(|post| self.message(post, address)).collect(),
            },
            Err(PreviewError::Unfit(why)) => Channel {
                title,
                state: "busy",
                verdict: verdict("does-not-fit"),
                why: Some(self.english(why)),
                posts: Vec::new(),
            },
            Err(error) => Channel {
                title,
                state: "silent",
                verdict: verdict("no-preview"),
                why: Some(self.english(error.to_string())),
                posts: Vec::new(),
            },
        }
    }

    fn message(&self, post: &Post, address: &str) -> Message {
        let speaker = self.reader.speaker;
        let number = |number: u32| speaker.number(number.into(), 0);
        let (length, limit) = (number(post.length), number(post.limit));
        let values = [("count", length.as_str().into()), ("most", limit.as_str().into())];
        Message {
            lang: post.language.tag(),
            language: language_name(post.language),
            title: post.title.clone(),
            body: post.body.clone(),
            link: post.link.clone(),
            picture: post.picture.as_ref().map(|_| address.to_owned()),
            alternative: post.picture.as_ref().map(|words| best(words, post.language, self.reader.language())),
            length: match (post.length, post.limit) {
                (0, 0) => None,
                (_, 0) => Some(speaker.text("staff-publish-length", &values[..1])),
                _ => Some(speaker.text("staff-publish-length-of", &values)),
            },
            cost: (post.cost > 0).then(|| speaker.text("staff-publish-cost", &[("count", post.cost.into())])),
        }
    }
}

/// The name of a language in itself.
fn language_name(language: Language) -> String {
    words::own_name(language).to_owned()
}

/// The words that go with a post in its language, on a page in another.
fn best(words: &Words, of: Language, page: Language) -> Fragment {
    let (text, really) = words.best(of);
    Fragment { text: text.to_owned(), lang: (really != page).then(|| really.tag()) }
}

/// When it leaves, and what the clock does until then.
fn when(insider: &Insider, draft: &PublicationRecord) -> String {
    if draft.due_at <= insider.reader.now {
        return insider.text("staff-publish-at-once");
    }
    let moment = insider.moment(draft.due_at);
    insider.reader.speaker.text("staff-publish-leaves", &[("moment", (&moment).into())])
}

/// What must be mended before it can go.
fn lacks(
    insider: &Insider,
    draft: &PublicationRecord,
    picture: Option<&Picture>,
    previews: &[Previewed],
) -> Vec<Fragment> {
    let text = |key: &str| Fragment::plain(insider.text(&format!("staff-publish-lacks-{key}")));
    let mut lacks = Vec::new();
    if draft.texts.is_empty() {
        lacks.push(text("text"));
    }
    for unfinished in draft.texts.iter().filter(|text| text.title.is_empty() || text.body.is_empty()) {
        let name = language_name(unfinished.language);
        let said = insider.reader.speaker.text("staff-publish-lacks-half", &[("language", (&name).into())]);
        lacks.push(Fragment::plain(said));
    }
    match draft.shows {
        Shows::Place if draft.place.is_none() => lacks.push(text("place")),
        // It would tell on Monday how many are there on Friday.
        Shows::Place if draft.due_at > insider.reader.now => lacks.push(text("later")),
        Shows::Place if picture.is_none() && !draft.texts.is_empty() => lacks.push(text("drawing")),
        Shows::Nothing | Shows::Place => {}
        Shows::Own if picture.is_none() => lacks.push(text("photo")),
        Shows::Own => {
            let words = draft.alternative.clone().unwrap_or_default();
            let missing = draft.texts.iter().filter(|text| words.own(text.language).is_none());
            lacks.extend(missing.map(|missing| {
                let name = language_name(missing.language);
                let values = [("language", (&name).into())];
                Fragment::plain(insider.reader.speaker.text("staff-publish-lacks-alternative", &values))
            }));
        }
    }
    if draft.expires_at.is_some_and(|at| at <= draft.due_at.max(insider.reader.now)) {
        lacks.push(text("time"));
    }
    let unfit = previews.iter().filter(|one| matches!(one.posts, Err(PreviewError::Unfit(_))));
    lacks.extend(unfit.filter(|_| !draft.texts.is_empty()).map(|one| {
        let name = insider.words(&one.title).text;
        Fragment::plain(insider.reader.speaker.text("staff-publish-lacks-fit", &[("name", (&name).into())]))
    }));
    lacks
}

/// What one should know before it goes.
fn notes(insider: &Insider, draft: &PublicationRecord) -> Vec<Fragment> {
    let (reader, mut notes) = (&insider.reader, Vec::new());
    let mut note = |key: &str| notes.push(Fragment::plain(insider.text(&format!("staff-publish-{key}"))));
    let calendar = &reader.municipality.calendar;
    if draft.due_at > reader.now {
        let wall = calendar.civil(draft.due_at).strftime("%Y-%m-%dT%H:%M").to_string();
        if matches!(calendar.wall_clock(&wall), Some(WallClock::Twice(_))) {
            note("comes-twice");
        } else if calendar.moment(draft.due_at).offset_minutes != calendar.moment(reader.now).offset_minutes {
            note("clock-changes");
        }
    }
    if draft.door.is_none() && (draft.place.is_some() || draft.activity.is_some()) {
        note("no-address");
    }
    if draft.channels.as_ref().is_some_and(Vec::is_empty) {
        note("portal-only");
    }
    if reader.municipality.post_approval {
        note("four-eyes");
    }
    let said = |language: &&Language| draft.texts.iter().any(|text| text.language == **language);
    let unsaid = reader.municipality.languages.iter().filter(|language| !said(language));
    let unsaid: Vec<String> = unsaid.map(|language| language_name(*language)).collect();
    if !unsaid.is_empty() && !draft.texts.is_empty() {
        let values = [("languages", unsaid.join(", "))];
        let values = values.each_ref().map(|(name, text)| (*name, text.into()));
        notes.push(Fragment::plain(reader.speaker.text("staff-publish-not-in", &values)));
    }
    notes
}
