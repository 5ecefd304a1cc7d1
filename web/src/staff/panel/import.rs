//! `/{lang}/staff/panel/import`: members of a panel that was kept elsewhere. First it is shown how the list was understood, then it is
//! taken in.

use super::{plan, wrong_key};
use crate::away::away;
use crate::staff::form::{Choice, Field, Filled, Form, Wrongs};
use crate::staff::insider::{Answer, Insider, Sent};
use crate::staff::room::{Cell, Post, Table};
use crate::staff::sheet_fault;
use crate::view::Fragment;
use app::{ImportFault, ImportLetters, ImportPlan, Imported, PANEL_ROWS_MAX, Sheet};
use model::{PanelPlan, Role};
use std::sync::Arc;

/// A list of a hundred thousand, twice: as it was sent, and as the form carries it.
pub(crate) const LIST_FORM_BYTES_MAX: usize = 32 * 1024 * 1024;

pub(crate) async fn get(insider: Insider) -> Answer {
    insider.may(Role::Steward)?;
    plan(&insider)?;
    insider.show(&first(&insider))
}

pub(crate) async fn post(Sent { insider, filled }: Sent) -> Answer {
    insider.may(Role::Steward)?;
    let panel = plan(&insider)?;
    let content = match filled.file("file") {
        Some((_, content)) => content.to_vec(),
        None => filled.raw("list").as_bytes().to_vec(),
    };
    let is_new = filled.file("file").is_some();
    let mut wrongs = Wrongs::default();
    if content.is_empty() {
        wrongs.add(&insider.reader, "file", "panel-no-file");
        return insider.show(&first(&insider).with(&filled, wrongs));
    }
    let read = move || Sheet::read(&content, PANEL_ROWS_MAX).map(|sheet| (written(&sheet), sheet));
    let (text, sheet) = match away(read).await? {
        Ok(read) => read,
        Err(fault) => {
            wrongs.say("file", Fragment::plain(sheet_fault(&fault, insider.reader.speaker)));
            return insider.show(&first(&insider).with(&filled, wrongs));
        }
    };
    let import = if is_new { guessed(&sheet, &panel, &filled) } else { chosen(&sheet, &panel, &filled) };
    let (now, sheet) = (insider.reader.now, Arc::new(sheet));
    if filled.get("step") == "take" {
        let (sheet, import) = (Arc::clone(&sheet), import.clone());
        match insider.act(move |staff, own| staff.take_panel_list(own, &sheet, &import, now)).await? {
            Ok(_) => return Ok(insider.done("panel", "panel-imported")),
            Err(error) => wrongs.add(&insider.reader, "", wrong_key(error)?),
        }
    }
    let (tried, how) = (Arc::clone(&sheet), import.clone());
    let imported = insider.hall()?.ask(move |app| app.try_panel_list(&tried, &how, now)).await?;
    let imported = imported.map_err(crate::panel::refused)?;
    insider.show(&review(&insider, (&panel, &sheet), &import, &imported, &text).but(wrongs))
}

/// Where the list comes from.
fn first(insider: &Insider) -> Form {
    let reader = &insider.reader;
    Form {
        title: insider.text("staff-panel-import"),
        lead: Some(insider.text("staff-panel-list-lead")),
        action: insider.to("panel/import"),
        fields: vec![
            Field::file(reader, "file", "panel-file"),
            Field::text(reader, "consented", "panel-consented", ""),
            Field::checkbox(reader, "no_letters", "panel-no-letters"),
        ],
        submit: insider.text("staff-panel-list-look"),
        back: Some(insider.to("panel")),
        ..Form::default()
    }
}

/// What the columns look like.
fn guessed(sheet: &Sheet, panel: &PanelPlan, filled: &Filled) -> ImportPlan {
    ImportPlan { all_consented: consented(filled), letters: letters(filled), ..ImportPlan::guessed(sheet, panel) }
}

/// What somebody says that they are.
fn chosen(sheet: &Sheet, panel: &PanelPlan, filled: &Filled) -> ImportPlan {
    let column = |name: &str| filled.get(name).parse().ok().filter(|at: &usize| *at < sheet.headings.len());
    let items = panel.profile.iter().map(|item| item.id.to_string());
    ImportPlan {
        address: column("address").unwrap_or(0),
        language: column("language"),
        profile: items.filter_map(|id| Some((id.clone(), column(&format!("item.{id}"))?))).collect(),
        consent: column("consent"),
        all_consented: consented(filled),
        letters: letters(filled),
    }
}

fn consented(filled: &Filled) -> Option<String> {
    filled.some("consented").map(str::to_owned)
}

fn letters(filled: &Filled) -> ImportLetters {
    if filled.some("no_letters").is_some() { ImportLetters::None } else { ImportLetters::Write }
}

/// How the list was understood, to be changed; and a button to take it in.
fn review(
    insider: &Insider,
    (panel, sheet): (&PanelPlan, &Sheet),
    import: &ImportPlan,
    imported: &Imported,
    text: &str,
) -> Form {
    let reader = &insider.reader;
    let column = |name: &str, key: &str, own: Option<usize>| {
        let none =
            Choice { value: String::new(), label: insider.text("staff-panel-column-none"), chosen: own.is_none() };
        let headings = sheet.headings.iter().enumerate();
        let choices = headings.map(|(at, heading)| Choice {
            value: at.to_string(),
            label: heading.clone(),
            chosen: own == Some(at),
        });
        Field::select(reader, name, key, std::iter::once(none).chain(choices).collect())
    };
    let mut fields = vec![column("address", "panel-column-address", Some(import.address))];
    fields.push(column("language", "panel-column-language", import.language));
    for item in &panel.profile {
        let own = import.profile.get(item.id.as_str()).copied();
        let field = column(&format!("item.{}", item.id), "panel-option", own);
        fields.push(field.labelled(insider.words(&item.name), None));
    }
    fields.push(column("consent", "panel-column-consent", import.consent));
    let consented = import.all_consented.clone().unwrap_or_default();
    fields.push(Field::text(reader, "consented", "panel-consented", &consented));
    let no_letters = if import.letters == ImportLetters::None { "yes" } else { "" };
    let mut told: Vec<(String, String)> = vec![
        ("address".to_owned(), import.address.to_string()),
        ("language".to_owned(), import.language.map(|at| at.to_string()).unwrap_or_default()),
        ("consent".to_owned(), import.consent.map(|at| at.to_string()).unwrap_or_default()),
        ("consented".to_owned(), consented),
        ("no_letters".to_owned(), no_letters.to_owned()),
        ("step".to_owned(), "take".to_owned()),
        ("list".to_owned(), text.to_owned()),
    ];
    told.extend(import.profile.iter().map(|(id, at)| (format!("item.{id}"), at.to_string())));
    fields.push(Field::hidden("no_letters", no_letters));
    fields.push(Field::hidden("list", text));
    let count = u32::try_from(imported.added).unwrap_or(u32::MAX);
    let take = Post {
        action: insider.to("panel/import"),
        text: reader.speaker.text("staff-panel-list-do", &[("count", count.into())]),
        token: insider.own.form_token.clone(),
        fields: told,
        long: true,
        ..Post::default()
    };
    Form {
        title: insider.text("staff-panel-list-review"),
        action: insider.to("panel/import"),
        fields,
        submit: insider.text("staff-panel-list-again"),
        back: Some(insider.to("panel/import")),
        also: (count > 0).then_some(take),
        tables: [found(insider, imported)].into_iter().chain(faults(insider, panel, imported)).collect(),
        ..Form::default()
    }
}

fn found(insider: &Insider, imported: &Imported) -> Table {
    let rows = [
        ("added", imported.added),
        ("known", imported.known),
        ("doubled", imported.doubled),
        ("no-consent", imported.without_consent),
        ("no-address", imported.without_address),
        ("untold-options", imported.untold),
    ];
    let number = |count: usize| insider.reader.speaker.number(u32::try_from(count).unwrap_or(u32::MAX).into(), 0);
    let row = |(key, count): (&str, usize)| {
        vec![Cell::text(insider.text(&format!("staff-panel-{key}"))), Cell::text(number(count))]
    };
    Table {
        title: None,
        head: insider.head(&["panel-list-what", "panel-list-count"]),
        rows: rows.into_iter().map(row).collect(),
        empty: String::new(),
    }
}

/// What was not taken as it stands, line by line. An address is not shown: it stands in the list.
fn faults(insider: &Insider, panel: &PanelPlan, imported: &Imported) -> Option<Table> {
    let said = |fault: &ImportFault| match fault {
        ImportFault::Address(line) => (*line, insider.text("staff-panel-fault-address")),
        ImportFault::Doubled(line) => (*line, insider.text("staff-panel-fault-doubled")),
        ImportFault::Consent(line) => (*line, insider.text("staff-panel-fault-consent")),
        ImportFault::Option(line, item, said) => {
            let name = panel.item(item).map_or_else(|| item.clone(), |item| insider.words(&item.name).text);
            let gaps = [("item", (&name).into()), ("said", said.into())];
            (*line, insider.reader.speaker.text("staff-panel-fault-option", &gaps))
        }
    };
    let row = |fault: &ImportFault| {
        let (line, text) = said(fault);
        vec![Cell::text(line.to_string()), Cell::text(text)]
    };
    (!imported.faults.is_empty()).then(|| Table {
        title: Some(insider.text("staff-panel-faults")),
        head: insider.head(&["panel-line", "panel-list-what"]),
        rows: imported.faults.iter().map(row).collect(),
        empty: String::new(),
    })
}

/// The list as the form carries it: in one alphabet, with one separator.
fn written(sheet: &Sheet) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |cells: &[String]| cells.iter().map(quoted).collect::<Vec<_>>().join(";");
    std::iter::once(line(&sheet.headings))
        .chain(sheet.rows.iter().map(|row| line(&row.cells)))
        .collect::<Vec<_>>()
        .join("\n")
}
