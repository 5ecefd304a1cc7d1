//! `panel`: five thousand members are asked at once, and one of them leaves.

use crate::clock::now;
use crate::stage::Stage;
use crate::table::{Row, duration};
use anyhow::{Context, Result};
use app::{ImportLetters, ImportPlan, PANEL_ROWS_MAX, Sheet};
use model::activity::Code;
use model::{Segment, Slug};
use std::fs;
use std::path::Path;

const MEMBERS: usize = 5_000;

pub(crate) fn panel(stage: &Stage) -> Result<Vec<Row>> {
    let root = stage.root().join("panel");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    let (folder, data) = (root.join("folder"), root.join("data"));
    town::copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/baerum"), &folder)?;
    fs::create_dir_all(&data)?;
    let told = fs::read_to_string(folder.join("municipality.toml"))?;
    let mail = "[mail]\nserver = \"localhost\"\nport = 1\nsecurity = \"plain\"\nfrom = \"panel@x.example\"\n";
    let general = format!("public_url = \"https://x.example\"\n{told}\n{mail}");
    fs::write(folder.join("municipality.toml"), general)?;
    allting::install_plugin(&stage.plugin("survey"), &folder).map_err(anyhow::Error::msg)?;
    let (app, _) = allting::assemble(&folder, &data)?;

    let age = |n: usize| if n.is_multiple_of(2) { "15-39" } else { "40-66" };
    let rows: Vec<String> = (0..MEMBERS).map(|n| format!("m{n}@x.example;ja;{}", age(n))).collect();
    let sheet = Sheet::read(format!("e-post;samtykke;age\n{}", rows.join("\n")).as_bytes(), PANEL_ROWS_MAX)?;
    let plan = app.panel_plan().context("the example has a panel")?;
    let import = ImportPlan { letters: ImportLetters::None, ..ImportPlan::guessed(&sheet, &plan) };
    let begun = now();
    app.take_panel_list(&sheet, &import, allting::now(), |_, _| Ok(()))?;
    let moved = now().saturating_duration_since(begun);
    let begun = now();
    app.ask_panel(&Slug::new("aldersvennlig")?, &Segment::default(), allting::now(), |_, _| Ok(()))?;
    let asked = now().saturating_duration_since(begun);

    app.send_panel_link(&"m7@x.example".parse()?, model::Language::Nb, None, allting::now())?;
    let code = newest_link(&app)?;
    let begun = now();
    let left = app.leave_panel(&code, None, allting::now())?;
    let erased = now().saturating_duration_since(begun);
    anyhow::ensure!(left, "nobody left");
    drop(app);
    fs::remove_dir_all(&root)?;
    Ok(vec![
        Row::new("5 000 members taken in from a list", duration(moved), ""),
        Row::new("5 000 members asked: invitations and letters on the disk", duration(asked), "<= 5 s"),
        Row::new("one of them leaves and is erased", duration(erased), "<= 1 s"),
    ])
}

/// As a member reads it in the letter.
fn newest_link(app: &app::App) -> Result<Code> {
    let snapshot = app.store().read()?;
    let newest = snapshot.deliveries()?.next_back().context("a letter")??.0;
    let letter = String::from_utf8(snapshot.delivery_content(newest)?.context("it says something")?)?;
    let code = letter.split("/panel/me/").nth(1).and_then(|rest| rest.split(')').next()).and_then(Code::parse);
    code.context("the letter has a link")
}
