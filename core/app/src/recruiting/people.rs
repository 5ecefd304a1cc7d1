use super::sheets::{TableFault, cell, chances_of};
use super::{Recruiting, WILLING_MAX};
use config::Sheet;
use engagement::draw::{Candidate, Stratum};
use model::{Language, MailAddress, Timestamp};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Somebody who is willing to take part in a small group.
#[derive(Clone, Debug, PartialEq)]
pub struct Recruit {
    /// What they are called in what is published. It says nothing of them.
    pub code: String,
    /// What staff call them.
    pub name: String,
    /// Where letters reach them; none: staff tell them.
    pub address: Option<MailAddress>,
    /// In which.
    pub language: Language,
    /// What is known of them: by stratum, the value.
    pub profile: BTreeMap<String, String>,
    /// The same word for all of a household; empty where it is not known.
    pub household: String,
    /// How many times as likely as others: one more for each time they were willing and not drawn.
    pub chances: u32,
    /// Whether they were in the pool of the draw.
    pub drawn_from: bool,
    /// How they stand.
    pub seat: Seat,
    /// Since when.
    pub since: Timestamp,
    /// Which intake, which group of it, and what they do there: as staff write it.
    pub cohort: String,
    /// The group.
    pub group: String,
    /// What they do there.
    pub role: String,
    /// How many letters the form wrote to them: each has a number of its own.
    pub letters: u32,
    /// They took part and want no letters about what came of it.
    pub is_quiet: bool,
}

/// How somebody stands to a seat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seat {
    /// Nothing was drawn yet.
    #[default]
    Willing,
    /// They, or somebody who wrote their address, filled in the form; they have not confirmed, and are in no pool.
    Unconfirmed,
    /// They were drawn or moved up, and have not answered.
    Asked,
    /// They said yes.
    Coming,
    /// They cannot come.
    NotComing,
    /// They are asked when somebody cannot come.
    Reserve,
    /// They were thanked and told that they were not drawn: next time they have one chance more.
    Thanked,
}

impl Seat {
    /// All of them, those first who come.
    pub const ALL: [Self; 7] =
        [Self::Coming, Self::Asked, Self::Reserve, Self::NotComing, Self::Thanked, Self::Willing, Self::Unconfirmed];

    /// Its name in files and texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Willing => "willing",
            Self::Unconfirmed => "unconfirmed",
            Self::Asked => "asked",
            Self::Coming => "coming",
            Self::NotComing => "not-coming",
            Self::Reserve => "reserve",
            Self::Thanked => "thanked",
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|seat| seat.name() == name)
    }
}

impl Recruit {
    /// As the draw knows them.
    pub(super) fn candidate(&self, strata: &[Stratum]) -> Candidate {
        let value = |stratum: &Stratum| self.profile.get(&stratum.name).cloned().unwrap_or_default();
        Candidate {
            code: self.code.clone(),
            profile: strata.iter().map(value).collect(),
            household: self.household.clone(),
            chances: self.chances,
        }
    }

    /// Whose mailbox letters to them reach, however they write it.
    pub(super) fn mailbox(&self) -> Option<String> {
        self.address.as_ref().map(MailAddress::mailbox)
    }

    pub(super) fn stands(&mut self, seat: Seat, now: Timestamp) {
        (self.seat, self.since) = (seat, now);
    }
}

/// Headings that are not of the profile.
const OWN: [&str; 10] =
    ["name", "mail", "language", "household", "chances", "cohort", "group", "role", "code", "state"];

/// The people of a table with the headings `name`, and where they are known `mail`, `language`, `household`, `chances`, `cohort`, `group` and
/// `role`; every other heading is a stratum. Or what is wrong with it. Who is on the list already, by mail or by name where there is no
/// mail, is put in the place of what was known.
pub(super) fn put_sheet(
    list: &mut Recruiting,
    sheet: &Sheet,
    language: Language,
    now: Timestamp,
    code: impl Fn() -> String,
) -> Result<usize, TableFault> {
    let name = sheet.column("name").ok_or_else(|| TableFault::Heading("name".to_owned()))?;
    let own = |heading: &str| sheet.column(heading);
    let strata: Vec<(usize, &String)> = sheet
        .headings
        .iter()
        .enumerate()
        .filter(|(_, heading)| !OWN.contains(&heading.trim().to_lowercase().as_str()))
        .collect();
    let text = |row, at: Option<usize>| at.map(|at| cell(row, at).to_owned()).unwrap_or_default();
    let mut put = 0;
    for row in &sheet.rows {
        let typed = text(row, own("mail"));
        let address = match typed.as_str() {
            "" => None,
            said => {
                let wrong = |_| TableFault::Address { line: row.line, said: said.to_owned() };
                Some(said.parse().map_err(wrong)?)
            }
        };
        let spoken = text(row, own("language"));
        let person = Recruit {
            code: code(),
            name: cell(row, name).to_owned(),
            address,
            language: spoken.parse().unwrap_or(language),
            profile: strata.iter().map(|(at, name)| (name.trim().to_owned(), cell(row, *at).to_owned())).collect(),
            household: text(row, own("household")),
            chances: chances_of(row, own("chances"))?,
            drawn_from: false,
            seat: Seat::Willing,
            since: now,
            cohort: text(row, own("cohort")),
            group: text(row, own("group")),
            role: text(row, own("role")),
            letters: 0,
            is_quiet: false,
        };
        if person.name.is_empty() && person.address.is_none() {
            return Err(TableFault::Nobody(row.line));
        }
        match list.people.iter_mut().find(|known| is_same(known, &person)) {
            Some(known) => *known = Recruit { code: known.code.clone(), letters: known.letters, ..person },
            None => list.people.push(person),
        }
        put += 1;
    }
    if list.people.len() > WILLING_MAX {
        return Err(TableFault::Full(list.people.len()));
    }
    Ok(put)
}

/// Puts intake, group and role of a table beside those who are on the list, known by the heading `code`, or by `mail`.
pub(super) fn put_groups(list: &mut Recruiting, sheet: &Sheet) -> Result<usize, TableFault> {
    let of = |heading: &str| sheet.column(heading);
    let text = |row, at: Option<usize>| at.map_or("", |at| cell(row, at));
    let mut put = 0;
    for row in &sheet.rows {
        let code = text(row, of("code"));
        let mailbox = text(row, of("mail")).parse::<MailAddress>().ok().map(|address| address.mailbox());
        let is =
            |own: &Recruit| (!code.is_empty() && own.code == code) || (mailbox.is_some() && own.mailbox() == mailbox);
        let person = list.people.iter_mut().find(|own| is(own)).ok_or(TableFault::Unknown(row.line))?;
        for (heading, field) in
            [("cohort", &mut person.cohort), ("group", &mut person.group), ("role", &mut person.role)]
        {
            if of(heading).is_some() {
                text(row, of(heading)).clone_into(field);
            }
        }
        put += 1;
    }
    Ok(put)
}

fn is_same(one: &Recruit, other: &Recruit) -> bool {
    match (one.mailbox(), other.mailbox()) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.name == other.name,
        _ => false,
    }
}

/// Somebody as they are sealed.
pub(super) fn written_person(own: &Recruit) -> Vec<u8> {
    let value = json!({
        "code": own.code, "name": own.name, "mail": own.address.as_ref().map(MailAddress::as_str),
        "language": own.language.tag(), "profile": own.profile, "household": own.household,
        "chances": own.chances, "drawnFrom": own.drawn_from, "seat": own.seat.name(), "since": own.since.as_ms(),
        "cohort": own.cohort, "group": own.group, "role": own.role, "letters": own.letters, "isQuiet": own.is_quiet,
    });
    value.to_string().into_bytes()
}

/// None when it is not what [`written_person`] wrote.
pub(super) fn read_person(bytes: &[u8]) -> Option<Recruit> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
    let profile: &Map<String, Value> = value.get("profile")?.as_object()?;
    Some(Recruit {
        code: text("code")?,
        name: text("name")?,
        address: text("mail").and_then(|mail| mail.parse().ok()),
        language: text("language")?.parse().ok()?,
        profile: profile.iter().filter_map(|(name, own)| Some((name.clone(), own.as_str()?.to_owned()))).collect(),
        household: text("household")?,
        chances: value.get("chances")?.as_u64().and_then(|many| u32::try_from(many).ok())?,
        drawn_from: value.get("drawnFrom")?.as_bool()?,
        seat: Seat::of(&text("seat")?)?,
        since: Timestamp::from_ms(value.get("since")?.as_i64()?),
        cohort: text("cohort")?,
        group: text("group")?,
        role: text("role")?,
        // Not there in what was written before people could put themselves on the list.
        letters: value.get("letters").and_then(Value::as_u64).and_then(|many| u32::try_from(many).ok()).unwrap_or(0),
        is_quiet: value.get("isQuiet").and_then(Value::as_bool).unwrap_or(false),
    })
}
