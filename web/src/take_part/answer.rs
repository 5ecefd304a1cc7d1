//! `/{lang}/take-part/{id}/answer/...`: the pages of an activity, and what comes of what is filled in there.

use super::person::{Hall, brought, carried, token, token_text};
use super::read::{Arrived, answers};
use super::{Card, Pairs, Photos, Wrong, hall, photos};
use crate::blocks::{self, FormHead, Part, Sheet, Shown, Written};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use app::{Pass, SeenEntries, SentForm, Taken, Thanks, Trap, Visitor};
use axum::extract::{Path, Query};
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use engagement::{Sent, Visibility};
use model::activity::{Activity, Code, EntryId, Field, Page, PagePath, Phase, Press};
use serde::{Deserialize, Serialize};

/// Where pages of an activity are shown, and how.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// Address of the first page; others lie under it.
    pub(crate) base: String,
    /// Nothing is kept.
    pub(crate) tried: bool,
    /// The token of a colleague's session.
    pub(crate) carry: Option<String>,
}

/// What an address may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) door: String,
}

/// A page of an activity.
#[derive(Debug, Serialize)]
pub(crate) struct AnswerPage {
    pub(crate) name: Fragment,
    /// About the activity.
    pub(crate) about: String,
    pub(crate) base: String,
    /// Where its forms go: the page itself.
    pub(crate) action: String,
    pub(crate) me: String,
    pub(crate) token: String,
    pub(crate) door: String,
    /// Links carry the code along.
    pub(crate) known: bool,
    pub(crate) tried: bool,
    pub(crate) shown: Shown,
    /// What somebody wrote who came too late.
    pub(crate) unkept: Vec<(String, String)>,
    /// What they keep to come back: their code.
    pub(crate) code: Option<String>,
    /// What they have done: `finished` or `paused`; none while they are at it.
    pub(crate) done: Option<&'static str>,
    /// Where they can see, correct and erase it.
    pub(crate) receipt: String,
    /// Where they leave an address to be told what happened, when the box sends mail.
    tell_me: Option<String>,
    /// A mistake to mend stands above.
    pub(crate) mend: bool,
    /// What the map is made of, where there is one that moves.
    pub(crate) map: Option<crate::assets::MapAssets>,
    /// What a colleague's form carries beside.
    pub(crate) carry: Option<String>,
    /// Where a page hears that others have added something.
    pub(crate) live: Option<String>,
    /// What was said by the hours of the day, where the method tells it.
    #[serde(skip)]
    pub(crate) by_hour: Option<engagement::PublicFigure>,
}

/// A page and all that is needed to draw it.
pub(crate) struct Read {
    shown: app::Shown,
    seen: SeenEntries,
    others: Vec<Activity>,
    photos: Photos,
}

/// An activity and somebody at it.
pub(crate) struct Visit<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) hall: &'a Hall,
    pub(crate) activity: &'a Activity,
    pub(crate) visitor: Visitor,
    pub(crate) setting: Setting,
}

pub(crate) async fn get(
    reader: Reader,
    Path(path): Path<Vec<String>>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let (id, path) = split(&path)?;
    let activity = hall.public(&id)?;
    let visitor = Visitor { door: hall.door(&asked.door), ..hall.visitor(&reader, &activity, Pass::Newcomer) };
    let visit = Visit {
        reader: &reader,
        hall: &hall,
        activity: &activity,
        visitor,
        setting: Setting::public(&reader, &activity),
    };
    visit.look_at(path).await?.answer(&reader)
}

pub(crate) async fn post(reader: Reader, Path(path): Path<Vec<String>>, arrived: Arrived) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let (id, path) = split(&path)?;
    let activity = hall.public(&id)?;
    let pass = brought(arrived.pairs.get("me"));
    let visitor = Visitor { door: hall.door(arrived.pairs.get("door")), ..hall.visitor(&reader, &activity, pass) };
    let visit = Visit {
        reader: &reader,
        hall: &hall,
        activity: &activity,
        visitor,
        setting: Setting::public(&reader, &activity),
    };
    visit.answered(path, arrived).await?.answer(&reader)
}

impl Setting {
    pub(crate) fn public(reader: &Reader, activity: &Activity) -> Self {
        Self { base: format!("/{}/take-part/{}/answer", reader.language(), activity.id), tried: false, carry: None }
    }
}

/// Language, activity and path of an address.
fn split(path: &[String]) -> Result<(String, PagePath), Problem> {
    let id = path.get(1).cloned().unwrap_or_default();
    let path = path.get(2).map_or("", String::as_str).trim_end_matches('/');
    Ok((id, PagePath::new(path).map_err(|_| Problem::not_found())?))
}

impl Visit<'_> {
    /// A page as somebody sees it who has sent nothing.
    pub(crate) async fn look_at(&self, path: PagePath) -> Result<AnswerPage, Problem> {
        let read = self.read(path.clone()).await?;
        Ok(self.draw(&path, &read, None))
    }

    /// What a form led to: the next page, or the same with what must be mended.
    pub(crate) async fn answered(&self, path: PagePath, arrived: Arrived) -> Result<AnswerPage, Problem> {
        let Arrived { mut pairs, photos } = arrived;
        if !pairs.get("go").is_empty() || pairs.get("form").is_empty() {
            return self.look_at(path).await;
        }
        let before = self.read(path.clone()).await?;
        let fields = match fields_of(&before.shown.page.page, pairs.get("form")) {
            Some(fields) => fields,
            // Whoever came to the end sees another page there: a second click is read by the page as it was.
            None => self.as_it_was(path.clone(), pairs.get("form")).await?,
        };
        let form_token = token(pairs.get("token"));
        let refused = self.take_photos(&fields, &mut pairs, form_token, photos).await?;
        let (values, wrongs) = answers(&fields.iter().collect::<Vec<_>>(), &pairs, &places(self.reader));
        let press = match pairs.get("press") {
            "back" => Press::Back,
            "pause" => Press::Pause,
            _ => Press::Send,
        };
        // A photo that was not taken is said in any case: they think it is here.
        if !refused.is_empty() || (!wrongs.is_empty() && press != Press::Back) {
            return self.mend(&path, before, &fields, pairs, [refused, wrongs].concat()).await;
        }
        let wrongs = match self.take(&path, &pairs, press, values).await? {
            Taken::Kept(thanks) | Taken::Before(thanks) => return self.thanked(thanks, press).await,
            Taken::Misfits(misfits) => misfits.into_iter().map(Wrong::from).collect(),
            Taken::Problems(problems) => problems.into_iter().map(Wrong::from).collect(),
            Taken::NotTheirs => vec![Wrong::text("not-theirs")],
            Taken::Refused(refusal) => return Err(super::person::refused(refusal)),
            Taken::NotOpen(_) => {
                let mut page = self.draw(&path, &before, None);
                page.unkept = unkept(&pairs, &fields);
                return Ok(page);
            }
        };
        self.mend(&path, before, &fields, pairs, wrongs).await
    }

    /// The same page with what was written, and what must be mended.
    async fn mend(
        &self,
        path: &PagePath,
        mut before: Read,
        fields: &[Field],
        pairs: Pairs,
        wrongs: Vec<Wrong>,
    ) -> Result<AnswerPage, Problem> {
        before.photos.extend(photos::small(self.hall, &self.activity.id, photos::named(&pairs)).await?);
        let form = pairs.get("form").to_owned();
        let written = Written { form, about: pairs.get("about").parse().ok(), pairs, wrongs };
        let mut page = self.draw(path, &before, Some(&written));
        // The same form again: a page that is shown anew would let a second click count twice.
        written.pairs.get("token").clone_into(&mut page.token);
        if fields_of(&before.shown.page.page, &written.form).is_none() {
            page.unkept = unkept(&written.pairs, fields);
        }
        Ok(page)
    }

    /// The fields of a form as somebody sees it who has said nothing yet, also when it is closed by now, or for those alone who were invited.
    async fn as_it_was(&self, path: PagePath, form: &str) -> Result<Vec<Field>, Problem> {
        let visitor = Visitor { pass: Pass::Preview(Code::new([0; Code::BYTES])), ..self.visitor.clone() };
        let fresh = Visit { visitor, setting: self.setting.clone(), ..*self };
        Ok(fields_of(&fresh.read(path).await?.shown.page.page, form).unwrap_or_default())
    }

    async fn take(
        &self,
        path: &PagePath,
        pairs: &Pairs,
        press: Press,
        values: Vec<model::activity::Answer>,
    ) -> Result<Taken, Problem> {
        let (key, about) = (pairs.get("form").to_owned(), pairs.get("about").parse().ok().map(EntryId));
        let trap = if pairs.get("website").is_empty() { Trap::Untouched } else { Trap::Touched };
        let (token, path) = (token(pairs.get("token")), path.clone());
        let (visitor, id) = (self.visitor.clone(), self.activity.id.clone());
        let work = move |app: &app::App| {
            let sent = Sent { form: &key, press, about, values };
            app.take_answer(&id, &visitor, &SentForm { path, sent, token, trap })
        };
        self.hall.work(work).await
    }

    async fn thanked(&self, thanks: Thanks, press: Press) -> Result<AnswerPage, Problem> {
        let visitor = Visitor { pass: thanks.pass, ..self.visitor.clone() };
        let next = Visit { visitor, setting: self.setting.clone(), ..*self };
        let mut page = next.look_at(thanks.next).await?;
        if press == Press::Pause {
            page.done = Some("paused");
        } else if thanks.finished {
            page.done = Some("finished");
        }
        page.code = thanks.receipt.map(|code| code.to_string()).or(page.code);
        Ok(page)
    }

    /// The page, and the words that stand on it.
    async fn read(&self, path: PagePath) -> Result<Read, Problem> {
        let (visitor, id) = (self.visitor.clone(), self.activity.id.clone());
        let work = move |app: &app::App| {
            let shown = app.page_of(&id, &visitor, &path)?;
            let named = blocks::named(&shown.page.page);
            let visitor = Visitor { pass: shown.pass, ..visitor };
            let seen = if named.is_empty() { SeenEntries::default() } else { app.seen(&id, &visitor, &named)? };
            Ok(Read { shown, seen, others: app.activity_list(), photos: Photos::new() })
        };
        let mut read = self.hall.work(work).await?;
        let own = read.seen.entries.values().filter(|seen| seen.visibility != Visibility::Public);
        let own = own.flat_map(|seen| seen.entry.said.photos());
        let wanted = photos::standing(&read.shown.page.page).into_iter().chain(own).collect();
        read.photos = photos::small(self.hall, &self.activity.id, wanted).await?;
        Ok(read)
    }

    fn draw(&self, path: &PagePath, read: &Read, written: Option<&Written>) -> AnswerPage {
        let (reader, activity, base) = (self.reader, self.activity, &self.setting.base);
        let about = format!("/{}/take-part/{}", reader.language(), activity.id);
        let sheet = Sheet {
            reader,
            activity,
            free: &read.shown.others,
            seen: &read.seen,
            others: &read.others,
            photos: &read.photos,
            written,
        };
        let shown = blocks::shown(&read.shown.page, &sheet);
        let asks = shown.parts.iter().any(|part| matches!(part, Part::Form(FormHead { .. })));
        let known = !matches!(self.visitor.pass, Pass::Newcomer);
        let holds = match self.visitor.pass {
            Pass::Holder(code) => Some(code.to_string()),
            _ => None,
        };
        AnswerPage {
            name: Fragment::of(&activity.title, reader.language()),
            receipt: format!("{about}/receipt"),
            tell_me: self.hall.app.sends_mail().then(|| format!("{about}/tell-me")),
            about: about.clone(),
            base: base.clone(),
            action: if path.as_str().is_empty() { base.clone() } else { format!("{base}/{path}") },
            me: carried(read.shown.pass),
            token: token_text(read.shown.token),
            door: self.visitor.door.clone().unwrap_or_default(),
            known,
            tried: self.setting.tried,
            unkept: Vec::new(),
            done: (holds.is_some() && !asks).then_some("finished"),
            code: holds,
            mend: !shown.wrongs.is_empty(),
            map: reader.portal.wardrobe().addresses.map.clone(),
            carry: self.setting.carry.clone(),
            live: (!self.setting.tried && super::live::shows_words(&read.shown.page.page))
                .then(|| format!("{about}/live/{path}").trim_end_matches('/').to_owned()),
            by_hour: read.shown.page.figures.values().find(|figure| blocks::is_by_hour(figure)).cloned(),
            shown,
        }
    }
}

/// The fields of a form; none when the page has no such form.
fn fields_of(page: &Page, form: &str) -> Option<Vec<Field>> {
    page.form(form).map(|(at, _)| page.fields_of(at).cloned().collect())
}

/// What somebody wrote who came too late: it is given back, to be copied.
fn unkept(pairs: &Pairs, fields: &[Field]) -> Vec<(String, String)> {
    let label = |name: &str| fields.iter().find(|field| blocks::name_of(&field.key) == name).map(|f| f.label.clone());
    let words = pairs.iter().filter(|(name, text)| name.starts_with("f.") && !text.trim().is_empty());
    words.map(|(name, text)| (label(name).unwrap_or_default(), text.to_owned())).collect()
}

/// Public places that lie somewhere: they may be named instead of pointed at.
fn places(reader: &Reader) -> Vec<(String, String, model::Position)> {
    let places = reader.municipality.places.iter();
    let named = |place: &model::Place| {
        let name = Fragment::of(&place.name, reader.language()).text;
        Some((place.id.to_string(), name, place.position?))
    };
    places.filter_map(named).collect()
}

impl AnswerPage {
    /// The page within its activity.
    pub(crate) fn path(&self) -> Result<PagePath, Problem> {
        let under = self.action.strip_prefix(&self.base).unwrap_or_default().trim_start_matches('/');
        PagePath::new(under).map_err(Problem::internal)
    }

    fn answer(&self, reader: &Reader) -> Result<Response, Problem> {
        let title = &self.shown.title.text;
        // Who hears the title first hears that something is wrong.
        let title = if self.mend { reader.text("wrong-title-prefix") + title } else { title.clone() };
        let frame = Frame { title, section: "take-part", ..reader.frame() };
        let html = reader.render("take_part/answer.html", &frame, self)?;
        // The browser may go back to what was written; nobody else keeps it.
        Ok(([(CACHE_CONTROL, "private, no-cache")], Html(html)).into_response())
    }
}

/// What stands on the page of a place: questions that one tap answers, and all else there is to take part in. An activity whose plugin
/// broke is left out: the page of the place comes all the same.
pub(crate) async fn at_place(reader: &Reader, place: &model::PlaceId, asked: &Asked) -> (Vec<AnswerPage>, Vec<Card>) {
    let (mut taps, mut others) = (Vec::new(), Vec::new());
    let Some(hall) = &reader.portal.hall else { return (taps, others) };
    let came = hall.door(&asked.door).unwrap_or_else(|| "place".to_owned());
    let about =
        hall.app.activity_list().into_iter().filter(|activity| activity.places.iter().any(|(id, _)| id == place));
    for activity in about.filter(|activity| activity.phase(reader.now) == Phase::Open) {
        let visitor = Visitor { door: Some(came.clone()), ..hall.visitor(reader, &activity, Pass::Newcomer) };
        let setting = Setting::public(reader, &activity);
        let visit = Visit { reader, hall, activity: &activity, visitor, setting };
        match visit.look_at(PagePath::at_place(place).unwrap_or_default()).await {
            Ok(mut page) if page.shown.is_tap() => {
                page.shown.keep_apart(activity.id.as_str());
                taps.push(page);
            }
            _ => others.push(Card::of(&activity, reader)),
        }
    }
    (taps, others)
}

impl Wrong {
    fn text(key: &'static str) -> Self {
        Self { at: String::new(), why: super::wrongs::WrongWhy::Text(key) }
    }
}
