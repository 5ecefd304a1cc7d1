//! Members from a list: those of a panel that was kept elsewhere. Nobody is taken who did not agree.

use super::letters::{Desk, Say};
use super::{MEMBERS_MAX, PanelError};
use crate::portal::App;
use config::{Sheet, SheetRow};
use model::{Consent, Language, MailAddress, Member, MemberId, Membership, PanelChoice, PanelPlan, Timestamp, Words};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::{Durability, StoreError, Transaction};

/// Rows of a list at most.
pub const PANEL_ROWS_MAX: usize = 100_000;
/// Members who come in together. A power cut loses those at most that were not on disk; the list can be taken in again.
const TOGETHER: usize = 1000;
/// Faults that are told one by one.
const FAULTS_MAX: usize = 100;
/// Headings of addresses, of languages and of consent, as offices write them.
const ADDRESS: [&str; 8] = ["e-post", "epost", "e-postadresse", "e-postadress", "e-mail", "email", "mail", "address"];
const LANGUAGE: [&str; 4] = ["spr\u{e5}k", "m\u{e5}lform", "language", "lang"];
const CONSENT: [&str; 4] = ["samtykke", "samtycke", "consent", "godkjent"];
/// What stands in a column of consent where somebody did not agree.
const NO: [&str; 9] = ["", "nei", "nej", "no", "n", "0", "-", "false", "usann"];

/// What the columns of a list mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportPlan {
    /// The column of addresses.
    pub address: usize,
    /// That of languages; those who have none get the first of the municipality's.
    pub language: Option<usize>,
    /// Those of the profile, by item.
    pub profile: BTreeMap<String, usize>,
    /// That which says who agreed.
    pub consent: Option<usize>,
    /// How all of them agreed, where no column says it.
    pub all_consented: Option<String>,
    /// Whether each gets a letter with the link to their page.
    pub letters: ImportLetters,
}

/// Whether those who come from a list are written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImportLetters {
    /// They are told that they are members here now, and how to leave.
    #[default]
    Write,
    /// They know.
    None,
}

/// What taking a list in brings, or brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// New members.
    pub added: usize,
    /// Who is a member already. Nothing of them is changed.
    pub known: usize,
    /// Who stands in the list several times: the first counts.
    pub doubled: usize,
    /// Who did not agree.
    pub without_consent: usize,
    /// Rows without an address that letters could reach.
    pub without_address: usize,
    /// What was told and is no option: the member comes in without it.
    pub untold: usize,
    /// The first of these, one by one.
    pub faults: Vec<ImportFault>,
}

/// Something in a list that was not taken as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportFault {
    /// In this line is no address.
    Address(usize),
    /// The one of this line stands in the list before.
    Doubled(usize),
    /// Who stands in this line did not agree.
    Consent(usize),
    /// In this line something was told of this item that is no option.
    Option(usize, String, String),
}

impl ImportPlan {
    /// What the headings of a list look like.
    pub fn guessed(sheet: &Sheet, plan: &PanelPlan) -> Self {
        let first = |names: &[&str]| names.iter().find_map(|name| sheet.column(name));
        let item = |item: &model::ProfileItem| {
            let names = Language::ALL.into_iter().filter_map(|language| item.name.own(language));
            let column = std::iter::once(item.id.as_str()).chain(names).find_map(|name| sheet.column(name));
            Some((item.id.to_string(), column?))
        };
        Self {
            address: first(&ADDRESS).unwrap_or(0),
            language: first(&LANGUAGE),
            profile: plan.profile.iter().filter_map(item).collect(),
            consent: first(&CONSENT),
            ..Self::default()
        }
    }
}

impl App {
    /// What taking a list in would bring. Nothing is written.
    pub fn try_panel_list(&self, sheet: &Sheet, plan: &ImportPlan, now: Timestamp) -> Result<Imported, PanelError> {
        self.with_register(|index, panel| {
            let known = |digest: &[u8; 16]| index.mailboxes.contains_key(digest);
            Ok(self.read_list(sheet, (plan, panel), known, now).0)
        })
    }

    /// Takes a list in; with the last of them what `also` writes, such as the line of the log.
    pub fn take_panel_list(
        &self,
        sheet: &Sheet,
        plan: &ImportPlan,
        now: Timestamp,
        also: impl FnOnce(&Transaction<'_>, usize) -> Result<(), StoreError>,
    ) -> Result<Imported, PanelError> {
        let done = self.with_register(|index, panel| {
            let known = |digest: &[u8; 16]| index.mailboxes.contains_key(digest);
            let (imported, mut members) = self.read_list(sheet, (plan, panel), known, now);
            if index.mailboxes.len() + members.len() > MEMBERS_MAX {
                return Err(PanelError::Full);
            }
            let desk = match plan.letters {
                ImportLetters::Write => Some(Desk::new(self, panel, now)?),
                ImportLetters::None => None,
            };
            let municipality = self.municipality();
            let mut also = Some(also);
            let mut rest = members.as_mut_slice();
            loop {
                let (now_taken, later) = rest.split_at_mut(rest.len().min(TOGETHER));
                let transaction = self.store().begin(&municipality.calendar)?;
                transaction.put_listed_members(now_taken)?;
                if let Some(desk) = &desk {
                    for member in now_taken.iter_mut() {
                        let link = self.new_link(member);
                        desk.write(&transaction, member, &Say::Welcome(link, None))?;
                    }
                    transaction.put_listed_members(now_taken)?;
                }
                if let Some(also) = also.take_if(|_| later.is_empty()) {
                    also(&transaction, imported.added)?;
                }
                transaction.commit(Durability::Now)?;
                for member in now_taken.iter() {
                    index.put(self, None, member);
                }
                if later.is_empty() {
                    return Ok(imported);
                }
                rest = later;
            }
        })?;
        self.outbox_changed();
        Ok(done)
    }

    fn read_list(
        &self,
        sheet: &Sheet,
        (plan, panel): (&ImportPlan, &PanelPlan),
        known: impl Fn(&[u8; 16]) -> bool,
        now: Timestamp,
    ) -> (Imported, Vec<Member>) {
        let municipality = self.municipality();
        let first = municipality.languages.first().copied().unwrap_or(Language::Nb);
        let (mut imported, mut members) = (Imported::default(), Vec::new());
        let mut seen: HashSet<[u8; 16]> = HashSet::new();
        for row in &sheet.rows {
            let cell = |at: usize| row.cells.get(at).map_or("", |text| text.trim());
            let Ok(address) = cell(plan.address).parse::<MailAddress>() else {
                imported.without_address += 1;
                imported.tell(ImportFault::Address(row.line));
                continue;
            };
            let consent = match (plan.consent.map(cell), &plan.all_consented) {
                (Some(said), _) if !NO.contains(&said.to_lowercase().as_str()) => said.to_owned(),
                (None, Some(words)) => words.clone(),
                _ => {
                    imported.without_consent += 1;
                    imported.tell(ImportFault::Consent(row.line));
                    continue;
                }
            };
            let digest = self.mailbox_digest(&address);
            if !seen.insert(digest) {
                imported.doubled += 1;
                imported.tell(ImportFault::Doubled(row.line));
                continue;
            }
            if known(&digest) {
                imported.known += 1;
                continue;
            }
            let language = plan.language.and_then(|at| language_of(cell(at))).unwrap_or(first);
            let id = MemberId(u64::from_le_bytes(self.store().drawn()));
            let consent = Consent::Listed(consent.chars().take(200).collect());
            let profile = told(row, plan, panel, &mut imported);
            let membership = Membership::Active;
            members.push(Member { membership, consent, profile, ..Member::new(id, address, language, now) });
            imported.added += 1;
        }
        (imported, members)
    }
}

impl Imported {
    fn tell(&mut self, fault: ImportFault) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }
}

/// What a row tells of the profile; what is no option is counted and left out. Of an item that allows several, they stand in one cell with
/// commas, semicolons or bars between.
fn told(
    row: &SheetRow,
    plan: &ImportPlan,
    panel: &PanelPlan,
    imported: &mut Imported,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut profile = BTreeMap::<String, BTreeSet<String>>::new();
    for (item, at) in &plan.profile {
        let cell = row.cells.get(*at).map_or("", |text| text.trim());
        let Some(item) = panel.item(item) else { continue };
        let one = |said: &str| item.options.iter().find(|option| means(option, said));
        let whole = one(cell).is_some() || !item.several;
        let between = |sign: char| !whole && [',', ';', '|'].contains(&sign);
        for said in cell.split(between).map(str::trim).filter(|said| !said.is_empty()) {
            if let Some(option) = one(said) {
                profile.entry(item.id.to_string()).or_default().insert(option.id.to_string());
            } else {
                imported.untold += 1;
                let said = said.chars().take(60).collect();
                imported.tell(ImportFault::Option(row.line, item.id.to_string(), said));
            }
        }
    }
    profile
}

/// An option by its name in the folder or in any language; spreadsheets make other dashes of ours.
fn means(option: &PanelChoice, said: &str) -> bool {
    let plain = |text: &str| text.trim().to_lowercase().replace(['\u{2013}', '\u{2212}'], "-");
    let said = plain(said);
    let names = |words: &Words| Language::ALL.into_iter().filter_map(|l| words.own(l).map(plain)).collect::<Vec<_>>();
    plain(option.id.as_str()) == said || names(&option.name).contains(&said)
}

fn language_of(said: &str) -> Option<Language> {
    let said = said.to_lowercase();
    let own = Language::ALL.into_iter().find(|language| said == language.tag());
    own.or(match said.as_str() {
        "bokm\u{e5}l" | "norsk" | "no" => Some(Language::Nb),
        "nynorsk" => Some(Language::Nn),
        "svenska" | "svensk" | "se" => Some(Language::Sv),
        "engelsk" | "engelska" | "english" => Some(Language::En),
        _ => None,
    })
}
