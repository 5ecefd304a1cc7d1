//! `/{lang}/subscribe`: about what, how often, and an address. What it answers is the same for every address, and takes the same time.

use super::{Ways, hall, work};
use crate::pages::home::icon;
use crate::panel::{ADDRESS_CHARS_MAX, ANSWERED_AFTER, private};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::take_part::{Arrived, Pairs};
use crate::view::Fragment;
use axum::extract::Query;
use axum::response::Response;
use model::{Cadence, Interests, Language, MailAddress, Slug, Subscription};
use serde::{Deserialize, Serialize};

/// What the address may ask for: it is ticked already.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    place: String,
    area: String,
    kind: String,
    /// A link led here that holds no more.
    old: String,
}

/// The form, and what follows it.
#[derive(Debug, Default, Serialize)]
pub(super) struct Form {
    action: String,
    everything: Option<Choice>,
    areas: Vec<Choice>,
    kinds: Vec<Choice>,
    places: Vec<Choice>,
    cadences: Vec<Choice>,
    /// Letters are written.
    mail: bool,
    /// The key with which browsers ask; none where nothing is pushed.
    key: Option<String>,
    /// What it is called, and what is said of it: it differs by what there is.
    title: String,
    lead: String,
    typed: String,
    /// What is wrong: the field and the key of its text.
    wrong: Vec<(&'static str, &'static str)>,
    old: bool,
    /// A letter is on its way.
    sent: bool,
    days: u32,
}

#[derive(Debug, Serialize)]
struct Choice {
    id: String,
    value: String,
    label: Fragment,
    chosen: bool,
}

pub(super) async fn get(reader: Reader, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let about = [("place", &asked.place), ("area", &asked.area), ("kind", &asked.kind)];
    let about = about.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}:{value}"));
    let chosen: Vec<String> = about.collect();
    let form = Form { old: !asked.old.is_empty(), ..Form::of(&reader, &chosen, Cadence::AtOnce)? };
    answer(&reader, &form)
}

pub(super) async fn post(reader: Reader, arrived: Arrived) -> Result<Response, Problem> {
    let pairs = &arrived.pairs;
    let typed: String = pairs.get("address").trim().chars().take(ADDRESS_CHARS_MAX).collect();
    let chosen: Vec<String> = pairs.all("about").map(str::to_owned).collect();
    let cadence = Cadence::named(pairs.get("often")).unwrap_or(Cadence::AtOnce);
    let form = Form { typed: typed.clone(), ..Form::of(&reader, &chosen, cadence)? };
    let interests = form.interests();
    let address = typed.parse::<MailAddress>();
    let mut wrong = Vec::new();
    wrong.extend(interests.is_empty().then_some(("about-everything", "subscribe-wrong-what")));
    wrong.extend(address.is_err().then_some(("address", "panel-wrong-address")));
    let Ok(address) = address.map_err(drop).and_then(|address| if wrong.is_empty() { Ok(address) } else { Err(()) })
    else {
        return answer(&reader, &Form { wrong, ..form });
    };
    if is_a_person(pairs) {
        let hall = hall(&reader.portal)?;
        let (client, now) = (hall.app.client(reader.line.from, reader.now), reader.now);
        let wish = Subscription { interests, cadence, language: reader.language() };
        let subscribe = work(&hall, move |app| app.subscribe(&address, &wish, Some(client), now));
        let (done, ()) = tokio::join!(subscribe, tokio::time::sleep(ANSWERED_AFTER));
        done?;
    } else {
        tokio::time::sleep(ANSWERED_AFTER).await;
    }
    answer(&reader, &Form { sent: true, ..form })
}

/// A program that fills in what people do not see is told the same, and nobody gets a letter.
fn is_a_person(pairs: &Pairs) -> bool {
    pairs.get("website").is_empty()
}

fn answer(reader: &Reader, form: &Form) -> Result<Response, Problem> {
    let title = if form.sent { reader.text("panel-sent") } else { form.title.clone() };
    let title = if form.wrong.is_empty() { title } else { reader.text("wrong-prefix") + " " + &title };
    private(reader, "subscribe/form.html", title, form)
}

impl Form {
    /// What is ticked, of what there is.
    pub(super) fn interests(&self) -> Interests {
        let chosen = |choices: &[Choice]| -> Vec<String> {
            let ticked = choices.iter().filter(|choice| choice.chosen);
            ticked.filter_map(|choice| Some(choice.value.split_once(':')?.1.to_owned())).collect()
        };
        Interests {
            everything: self.everything.as_ref().is_some_and(|everything| everything.chosen),
            places: chosen(&self.places).iter().filter_map(|place| Slug::new(place).ok()).collect(),
            areas: chosen(&self.areas).into_iter().collect(),
            kinds: chosen(&self.kinds).into_iter().collect(),
        }
    }

    /// The form with these ticked; what the municipality has not, is not there.
    pub(super) fn of(reader: &Reader, chosen: &[String], cadence: Cadence) -> Result<Self, Problem> {
        let ways = Ways::of(&hall(&reader.portal)?.app).ok_or_else(Problem::not_found)?;
        let language = reader.language();
        let choice = |value: String, names: &[&str], label: Fragment| {
            let is_chosen = names.iter().any(|name| chosen.iter().any(|chosen| chosen == name));
            Choice { id: String::new(), chosen: is_chosen || chosen.contains(&value), value, label }
        };
        let (mut areas, mut kinds, mut places) = (Vec::<Choice>::new(), Vec::<Choice>::new(), Vec::new());
        for place in &reader.municipality.places {
            if let Some(area) = &place.area {
                let value = format!("area:{}", area.best(Language::ALL[0]).0);
                let names: Vec<String> =
                    Language::ALL.into_iter().map(|language| format!("area:{}", area.best(language).0)).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                if areas.iter().all(|known| known.value != value) {
                    areas.push(choice(value, &names, Fragment::of(area, language)));
                }
            }
            let kind = icon(place.kind);
            let value = format!("kind:{kind}");
            if kinds.iter().all(|known| known.value != value) {
                kinds.push(choice(value, &[], Fragment::plain(reader.text(&format!("kinds-{kind}")))));
            }
            places.push(choice(format!("place:{}", place.id), &[], Fragment::of(&place.name, language)));
        }
        let everything = choice("everything".to_owned(), &[], Fragment::plain(reader.text("subscribe-everything")));
        let often = |of: Cadence| Choice {
            id: format!("often-{}", of.word()),
            value: of.word().to_owned(),
            label: Fragment::plain(reader.text(&format!("subscribe-how-{}", of.word()))),
            chosen: of == cadence,
        };
        let days = app::CONFIRM_WITHIN.as_secs() / 86_400;
        Ok(Self {
            action: format!("/{language}/subscribe"),
            everything: Some(Choice { id: "about-everything".to_owned(), ..everything }),
            areas: numbered("area", areas),
            kinds: numbered("kind", kinds),
            places: numbered("place", places),
            cadences: Cadence::ALL.into_iter().map(often).collect(),
            title: reader.text(&ways.key_for("subscribe")),
            lead: reader.text(&ways.key_for("subscribe-lead")),
            mail: ways.mail,
            key: ways.browsers,
            days: u32::try_from(days).unwrap_or(u32::MAX),
            ..Self::default()
        })
    }
}

/// Names of areas are no names of elements.
fn numbered(name: &str, choices: Vec<Choice>) -> Vec<Choice> {
    let id = |(number, choice): (usize, Choice)| Choice { id: format!("about-{name}-{number}"), ..choice };
    choices.into_iter().enumerate().map(id).collect()
}
