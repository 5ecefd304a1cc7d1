//! `/{lang}/staff/sensors/import`: many sensors at once, from a list. First it is shown how the list was understood, then it is taken in,
//! all of it or nothing.

use super::form::{Choice, Field, Filled, Form, Wrongs};
use super::insider::{Answer, Insider, Sent};
use super::room::{Cell, Post, Room, Table};
use crate::problem::Problem;
use crate::view::Fragment;
use app::staff::{ChangeError, ListError};
use app::{Choices, Diagnostic, Enrolled, Enrolment, Field as Said, Known, List, NewPlaces, Stage};
use model::Role;

/// The largest list that a form carries: some thousand sensors.
pub(crate) const LIST_FORM_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Sensors and mistakes that are shown one by one.
const SHOWN_MAX: usize = 100;
/// What the form says beside the list.
const CHOICES: [&str; 4] = ["place", "decoder", "new_places", "only_new"];

pub(crate) async fn get(insider: Insider) -> Answer {
    insider.may(Role::Steward)?;
    insider.show(&ask(&insider))
}

pub(crate) async fn post(Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let mut wrongs = Wrongs::default();
    let read = match filled.file("file") {
        Some((name, content)) => List::read(name, content),
        None if filled.get("list").is_empty() => {
            wrongs.add(&insider.reader, "list", "list-none");
            return insider.show(&ask(&insider).with(&filled, wrongs));
        }
        None => List::read(&insider.text("staff-list-pasted"), filled.raw("list").as_bytes()),
    };
    let list = match read {
        Ok(list) => list,
        Err(mistake) => {
            say(&insider, &mut wrongs, &[*mistake]);
            return insider.show(&ask(&insider).with(&filled, wrongs));
        }
    };
    let choices = choices(&filled);
    if filled.get("step") == "take" {
        take(&insider, &filled, &list, &choices)
    } else {
        look(&insider, &filled, &list, &choices)
    }
}

fn choices(filled: &Filled) -> Choices {
    Choices {
        place: filled.some("place").map(str::to_owned),
        decoder: filled.some("decoder").map(str::to_owned),
        new_places: if filled.some("new_places").is_some() { NewPlaces::Add } else { NewPlaces::Refuse },
        known: if filled.some("only_new").is_some() { Known::Skip } else { Known::Refuse },
        // Nothing of a new sensor is shown as fact before somebody lets it go live.
        stage: Stage::Test,
        ..Choices::default()
    }
}

fn look(insider: &Insider, filled: &Filled, list: &List, choices: &Choices) -> Answer {
    let enrolment = match insider.staff.try_list(list, choices) {
        Ok(enrolment) => enrolment,
        Err(error) => return refused(insider, filled, list, error),
    };
    let count = u32::try_from(enrolment.sensors.len()).unwrap_or(u32::MAX);
    let mut fields: Vec<_> = CHOICES.iter().map(|name| ((*name).to_owned(), filled.get(name).to_owned())).collect();
    fields.extend([("list".to_owned(), list.text().to_owned()), ("step".to_owned(), "take".to_owned())]);
    let take = Post {
        action: insider.to("sensors/import"),
        text: insider.reader.speaker.text("staff-list-do", &[("count", count.into())]),
        token: insider.own.form_token.clone(),
        fields,
        long: true,
        ..Post::default()
    };
    let known = u32::try_from(enrolment.known).unwrap_or(u32::MAX);
    let known = (known > 0).then(|| insider.reader.speaker.text("staff-list-known", &[("count", known.into())]));
    let room = Room {
        title: insider.text("staff-list-review"),
        lead: Some(insider.text(if count > 0 { "staff-list-review-lead" } else { "staff-list-review-none" })),
        facts: known.map(|known| insider.fact("list-known-term", known)).into_iter().collect(),
        warned: enrolment.warnings.iter().map(|warning| of(insider, warning)).collect(),
        posts: (count > 0).then_some(take).into_iter().collect(),
        actions: vec![insider.quiet("sensors/import", "list-again")],
        tables: [columns(insider, list)].into_iter().flatten().chain([sensors(insider, &enrolment)]).collect(),
        back: Some(insider.to("sensors")),
        ..Room::default()
    };
    insider.room("sensors", &room)
}

fn take(insider: &Insider, filled: &Filled, list: &List, choices: &Choices) -> Answer {
    match insider.staff.take_list(&insider.own, list, choices, insider.reader.now) {
        Ok(_) => Ok(insider.done("sensors", "sensors-imported")),
        Err(error) => refused(insider, filled, list, error),
    }
}

/// The form again, with the list and all that is wrong with it.
fn refused(insider: &Insider, filled: &Filled, list: &List, error: ListError) -> Answer {
    let mut wrongs = Wrongs::default();
    match error {
        ListError::Mistakes(mistakes) => say(insider, &mut wrongs, &mistakes),
        ListError::Change(ChangeError::Filing(error)) => return Err(Problem::internal(error)),
        ListError::Change(ChangeError::Store(error)) => return Err(Problem::internal(error)),
        ListError::Change(error) => wrongs.say("", insider.english(error.to_string())),
    }
    let filled = filled.with(&[("list", list.text().to_owned())]);
    let form = Form { tables: columns(insider, list).into_iter().collect(), ..ask(insider) };
    insider.show(&form.with(&filled, wrongs))
}

fn say(insider: &Insider, wrongs: &mut Wrongs, mistakes: &[Diagnostic]) {
    let more = u32::try_from(mistakes.len().saturating_sub(SHOWN_MAX)).unwrap_or(u32::MAX);
    wrongs.add(&insider.reader, "", "list");
    for mistake in mistakes.iter().take(SHOWN_MAX) {
        wrongs.say("", of(insider, mistake));
    }
    if more > 0 {
        wrongs.say("", Fragment::plain(insider.reader.speaker.text("staff-need-more", &[("count", more.into())])));
    }
}

/// Where, what, what was expected, what to do.
fn of(insider: &Insider, diagnostic: &Diagnostic) -> Fragment {
    let speaker = insider.reader.speaker;
    let told = app::mistake_in(speaker, diagnostic);
    let at = told.line.and_then(|line| u32::try_from(line).ok());
    let at = at.map(|line| speaker.text("fault-line", &[("line", line.into())]));
    let sentences = at.into_iter().chain([told.message]).chain(told.expected).chain(told.help);
    Fragment::plain(sentences.collect::<Vec<_>>().join(" "))
}

/// What each column was taken for; none for a list without columns.
fn columns(insider: &Insider, list: &List) -> Option<Table> {
    let row = |(heading, said): &(String, Option<Said>)| {
        let meaning = said.as_ref().map_or_else(
            || Cell::state(insider.text("staff-list-unused"), "silent"),
            |said| Cell::state(meaning(insider, said), "calm"),
        );
        vec![Cell::text(heading.clone()), meaning]
    };
    (!list.columns().is_empty()).then(|| Table {
        title: Some(insider.text("staff-list-columns")),
        head: insider.head(&["list-heading", "list-meaning"]),
        rows: list.columns().iter().map(row).collect(),
        empty: String::new(),
    })
}

fn sensors(insider: &Insider, enrolment: &Enrolment) -> Table {
    let place = |sensor: &Enrolled| {
        let known = insider.reader.municipality.place(&sensor.place);
        let new = || insider.reader.speaker.text("staff-list-place-new", &[("name", sensor.place.as_str().into())]);
        known.map_or_else(|| Cell::state(new(), "usual"), |place| Cell::fragment(insider.words(&place.name)))
    };
    let row = |sensor: &Enrolled| {
        let (eui, decoder) = (sensor.dev_eui.to_string(), sensor.decoder.to_string());
        vec![Cell::fragment(insider.reader.named(&sensor.name)), Cell::text(eui), place(sensor), Cell::text(decoder)]
    };
    let more = u32::try_from(enrolment.sensors.len().saturating_sub(SHOWN_MAX)).unwrap_or(u32::MAX);
    let mut rows: Vec<_> = enrolment.sensors.iter().take(SHOWN_MAX).map(row).collect();
    if more > 0 {
        let more = insider.reader.speaker.text("staff-need-more", &[("count", more.into())]);
        rows.push(vec![Cell::text(more), Cell::default(), Cell::default(), Cell::default()]);
    }
    Table {
        title: Some(insider.text("staff-list-sensors")),
        head: insider.head(&["name", "dev-eui", "place", "decoder"]),
        rows,
        empty: insider.text("staff-list-sensors-none"),
    }
}

/// What people call what a column says. Names of the standard are the same in every language.
fn meaning(insider: &Insider, said: &Said) -> String {
    let key = match said {
        Said::Id => "list-id",
        Said::Name => "name",
        Said::Serial => "list-serial",
        Said::Activation => "list-activation",
        Said::MacVersion => "list-version",
        Said::Decoder => "decoder",
        Said::Maker => "list-maker",
        Said::Model => "list-model",
        Said::Place => "place",
        Said::Area => "area",
        Said::Latitude => "list-latitude",
        Said::Longitude => "list-longitude",
        Said::Test => "state-test",
        Said::Setting(name) => return format!("{}: {name}", insider.text("staff-setting")),
        name => return name.title().to_owned(),
    };
    insider.text(&format!("staff-{key}"))
}

fn ask(insider: &Insider) -> Form {
    let (reader, language) = (&insider.reader, insider.reader.language());
    let unsaid = |key: &str| Choice { value: String::new(), label: reader.text(key), chosen: true };
    let places = reader.municipality.places.iter().map(|place| Choice {
        value: place.id.to_string(),
        label: place.name.best(language).0.to_owned(),
        chosen: false,
    });
    let plugins = insider.staff.plugins();
    let makes = plugins.iter().map(|plugin| Choice {
        value: plugin.id.clone(),
        label: plugin.title.best(language).0.to_owned(),
        chosen: false,
    });
    Form {
        title: reader.text("staff-list-take"),
        lead: Some(reader.text("staff-list-lead")),
        action: insider.to("sensors/import"),
        fields: vec![
            Field::file(reader, "file", "list-file"),
            Field::long(reader, "list", "list-text"),
            Field::select(
                reader,
                "place",
                "list-place",
                [unsaid("staff-list-says")].into_iter().chain(places).collect(),
            ),
            Field::select(
                reader,
                "decoder",
                "list-decoder",
                [unsaid("staff-list-maker-says")].into_iter().chain(makes).collect(),
            ),
            Field::checkbox(reader, "new_places", "list-new-places"),
            Field::checkbox(reader, "only_new", "list-only-new"),
        ],
        submit: reader.text("staff-list-look"),
        back: Some(insider.to("sensors")),
        ..Form::default()
    }
}
