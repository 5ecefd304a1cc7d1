//! Colleagues who lead a guide: they fill in the canvas of its first steps, start the clock of its board, and sort what people wrote there.

use crate::citizens::Mind;
use anyhow::{Result, bail};
use app::{App, Pass, SentForm, Shown, Taken, Trap, Visitor};
use engagement::Sent;
use model::activity::{Activity, Answer, Content, EntryId, Field, Form, PagePath, Press, Reach, Role, Target, Value};
use model::{AccountId, Timestamp};
use std::time::Duration;

/// Steps that lie behind; the one after them is worked on.
const STEPS_DONE: usize = 2;
/// Who sits around the tables.
const GUESTS: u64 = 14;
const DAY: Duration = Duration::from_hours(24);

/// What people write in the guides of the examples, by the key of the field.
const NOTES: [(&str, &str); 36] = [
    ("frame-problem", "Vi vet ikke hva de som skal bo her, trenger i hverdagen. Planene bygger på det vi tror."),
    ("frame-not", "Det handler ikke om hvor høyt det skal bygges. Det er bestemt i en annen sak."),
    ("frame-closest", "Familier som flytter hit, eldre uten bil, og de som driver butikk i strøket i dag."),
    ("frame-limits", "Bystyret vil ha et forslag før sommeren. Vi kan prøve ting for inntil 200 000 kroner."),
    ("insight-needs", "Trygg vei til skolen. Et sted å møtes uten å handle. Kortere vei til lege."),
    ("insight-missing", "Unge mellom 13 og 18, og de som har kommet til byen det siste året."),
    ("plan-groups", "Unge, foreldre med små barn, eldre som bor alene, nye i kommunen og næringslivet."),
    (
        "plan-places",
        "Ungdomsklubben, barnehagen ved hentetid, omsorgssenteret og biblioteket. Næringslivet mangler et sted.",
    ),
    ("plan-after", "Vi renskriver lappene samme dag, og legger dem på denne siden innen en uke."),
    ("prioritise-criteria", "Hvor mange det gjelder, hvor ofte, og om noen andre allerede prøver å løse det."),
    ("prioritise-first", "Ensomme kvelder, og veien til legen for dem som ikke kjører bil."),
    ("evidence-frame", "Fra samtaler med tolv familier i bydelen i høst."),
    ("evidence-frame", "Velforeningen har en liste over farlige kryssinger. Den burde brukes."),
    ("evidence-insight", "Jeg jobber på helsestasjonen. Mange foreldre sier det samme om skoleveien."),
    ("evidence-insight", "Spør ungdomsrådet også. De har snakket med flere enn oss."),
    ("barrier", "Vi får ikke svar fra tre kontorer på en gang."),
    ("barrier", "Naboene kjenner hverandre fra før, og hjelper til."),
    ("theme", "Veien hjem"),
    ("note", "Siste buss går klokka ni, så jeg må hjem før alle andre."),
    ("note", "Det er mørkt på stien bak skolen."),
    ("note", "Ingen steder å være når biblioteket stenger."),
    ("note", "Jeg må ringe fem steder for å få hjelp til mor."),
    ("note", "Det er dyrt å være med på ting."),
    ("note", "Jeg forstår ikke brevene fra kommunen."),
    ("note", "Det tar en time å komme til legen uten bil."),
    ("note", "Jeg kjenner ingen etter at jeg flyttet hit."),
    ("note", "Fortauet er fullt av is i mars."),
    ("note", "Vi finner ingen lærlinger."),
    ("note", "Timen hos tannlegen blir flyttet hele tiden."),
    ("note", "Barna har ingen trygg vei til fotballbanen."),
    ("note", "Alle skjemaer er på nett, og jeg har ikke nett."),
    ("note", "Helgene er lange når man bor alene."),
    ("note", "Vi får vite om planene når de er vedtatt."),
    ("note", "Det er for få benker mellom butikken og hjemmet mitt."),
    ("note", "Lag en felles kalender for alt som skjer."),
    ("note", "Det er vanskelig å få barnehageplass midt i året."),
];

/// Lets colleagues and their guests work with a guide in the days after `at`. Says whether it is one: others have no steps.
pub fn lead(app: &App, activity: &Activity, at: Timestamp) -> Result<bool> {
    let mut mind = Mind::of(app, activity, "leads", 0);
    mind.notes = &NOTES;
    let mut room = Room { app, activity, mind, at };
    let front = room.page(&room.colleague(), &PagePath::front())?;
    let Some(steps) = contents(&front).find_map(|content| match content {
        Content::Steps(steps) => Some(steps.iter().map(|step| step.to.clone()).collect::<Vec<_>>()),
        _ => None,
    }) else {
        return Ok(false);
    };
    room.fill_in(&PagePath::front(), "at-work")?;
    for (at_step, step) in steps.iter().take(STEPS_DONE + 1).enumerate() {
        room.at = room.at + DAY;
        room.fill_in(step, if at_step < STEPS_DONE { "done" } else { "at-work" })?;
        room.guests_add(step)?;
    }
    if let Some(board) = board_of(&front) {
        room.at = room.at + DAY;
        room.meet(&board)?;
    }
    Ok(true)
}

/// Where people work together.
struct Room<'a> {
    app: &'a App,
    activity: &'a Activity,
    mind: Mind,
    at: Timestamp,
}

impl Room<'_> {
    fn colleague(&self) -> Visitor {
        let pass = Pass::Staff(AccountId(1));
        Visitor { pass, role: Role::Steward, door: None, client: None, now: self.at, ..self.guest() }
    }

    fn guest(&self) -> Visitor {
        let (languages, door) = (self.activity.languages.clone(), Some("meeting".to_owned()));
        Visitor { pass: Pass::Newcomer, role: Role::Anyone, door, languages, client: None, now: self.at }
    }

    fn page(&self, who: &Visitor, path: &PagePath) -> Result<Shown> {
        Ok(self.app.page_of(&self.activity.id, who, path)?)
    }

    /// A colleague fills in every form of a page that stands there once, and says how far the step is.
    fn fill_in(&mut self, path: &PagePath, state: &str) -> Result<()> {
        let colleague = self.colleague();
        let shown = self.page(&colleague, path)?;
        for (at, form) in forms(&shown) {
            let answers: Vec<Answer> =
                shown.page.page.fields_of(at).filter_map(|field| self.as_leader(field, state)).collect();
            if !answers.is_empty() {
                self.send(&colleague, path, (&form.key, None), answers)?;
            }
        }
        Ok(())
    }

    fn as_leader(&mut self, field: &Field, state: &str) -> Option<Answer> {
        let known = NOTES.iter().any(|(key, _)| *key == field.key) && !field.key.starts_with("evidence");
        let value = match field.key.as_str() {
            key if key.starts_with("state-") => Value::Choices(vec![state.to_owned()]),
            "principles" => self.mind.value(field)?,
            _ if known => self.mind.value(field)?,
            _ => return None,
        };
        Some(Answer { question: field.key.clone(), value })
    }

    /// Those who come by add what they know, where they may.
    fn guests_add(&mut self, path: &PagePath) -> Result<()> {
        for _ in 0..2 {
            let guest = self.guest();
            let shown = self.page(&guest, path)?;
            let guest = Visitor { pass: shown.pass, ..guest };
            if let Some((at, form)) = forms(&shown).next() {
                let answers = self.mind.filled(&shown, at);
                self.send(&guest, path, (&form.key, None), answers)?;
            }
        }
        Ok(())
    }

    /// The clock runs, people write notes, and whoever leads sorts them.
    fn meet(&mut self, board: &PagePath) -> Result<()> {
        let start = Answer { question: "clock".to_owned(), value: Value::Choices(vec!["start".to_owned()]) };
        self.send(&self.colleague(), board, ("clock", None), vec![start])?;
        for _ in 0..GUESTS {
            self.at = self.at + Duration::from_secs(40);
            let guest = self.guest();
            let shown = self.page(&guest, board)?;
            let guest = Visitor { pass: shown.pass, ..guest };
            if let Some((at, form)) = forms(&shown).find(|(_, form)| form.key == "note") {
                let answers = self.mind.filled(&shown, at);
                self.send(&guest, board, (&form.key, None), answers)?;
            }
        }
        self.at = self.at + Duration::from_mins(30);
        let colleague = self.colleague();
        let shown = self.page(&colleague, board)?;
        let notes: Vec<EntryId> = contents(&shown)
            .filter_map(|content| if let Content::Board(groups) = content { Some(groups) } else { None })
            .flatten()
            .flat_map(|group| group.items.iter().map(|item| item.entry))
            .collect();
        let sorted: Vec<(usize, String)> = shown.page.page.blocks.iter().enumerate().filter_map(each).collect();
        for note in notes {
            for (at, form) in &sorted {
                let answers = self.mind.filled(&shown, *at);
                if !answers.is_empty() {
                    self.send(&colleague, board, (form, Some(note)), answers)?;
                }
            }
        }
        Ok(())
    }

    fn send(
        &self,
        who: &Visitor,
        path: &PagePath,
        (form, about): (&str, Option<EntryId>),
        values: Vec<Answer>,
    ) -> Result<()> {
        let token = self.page(who, path)?.token;
        let sent = Sent { form, press: Press::Send, about, values };
        let form = SentForm { path: path.clone(), sent, token, trap: Trap::Untouched };
        match self.app.take_answer(&self.activity.id, who, &form)? {
            Taken::Kept(_) | Taken::Before(_) => Ok(()),
            other => bail!("{}, page `{path}`: {other:?}", self.activity.id),
        }
    }
}

fn contents(shown: &Shown) -> impl Iterator<Item = &Content> {
    shown.page.page.blocks.iter().map(|block| &block.is)
}

/// Forms that are offered once, and where they stand.
fn forms(shown: &Shown) -> impl Iterator<Item = (usize, &Form)> {
    shown.page.page.blocks.iter().enumerate().filter_map(|(at, block)| match &block.is {
        Content::Form(form) if form.reach == Reach::Once => Some((at, form)),
        _ => None,
    })
}

/// A form that is offered at each entry.
fn each((at, block): (usize, &model::activity::Block)) -> Option<(usize, String)> {
    match &block.is {
        Content::Form(form) if form.reach != Reach::Once => Some((at, form.key.clone())),
        _ => None,
    }
}

fn board_of(front: &Shown) -> Option<PagePath> {
    let links =
        contents(front).filter_map(|content| if let Content::Links(links) = content { Some(links) } else { None });
    links.flatten().find_map(|link| match &link.to {
        Target::Path(path) if path.as_str().ends_with("/board") => Some(path.clone()),
        _ => None,
    })
}
