//! `compose`: what a text becomes by every channel, as a form shows it at each look.

use crate::clock::{check, now};
use crate::stage::Stage;
use crate::table::{Row, Spread, duration};
use anyhow::{Context, Result, ensure};
use app::Draft;
use model::{Language, Picture, PublicationText, Shows};
use std::fmt::Write;
use std::fs;

const LOOKS: usize = 2_000;
/// Looks before the clock runs.
const WARM_UP: usize = 200;
const PLUGINS: [&str; 3] = ["mastodon", "webhook", "mqtt"];
const SETTINGS: [&str; 3] = [
    "server = \"https://social.x.example\"\ntoken = \"peer\"",
    "address = \"https://hooks.x.example/town\"\nsecret = \"peer\"",
    "broker = \"mqtts://broker.x.example\"",
];

pub(crate) fn compose(stage: &Stage) -> Result<Vec<Row>> {
    let root = stage.root().join("compose");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    let (folder, data) = (root.join("folder"), root.join("data"));
    fs::create_dir_all(&folder)?;
    fs::create_dir_all(&data)?;
    fs::write(folder.join("municipality.toml"), "languages = [\"nb\", \"nn\", \"sv\", \"en\"]\n")?;
    let hosts = "hosts = [\"social.x.example\", \"hooks.x.example\"]";
    fs::write(folder.join("secrets.toml"), format!("[secret.peer]\nvalue = \"none of it leaves\"\n{hosts}\n"))?;
    let mut channels = String::new();
    for (plugin, settings) in PLUGINS.iter().zip(SETTINGS) {
        allting::install_plugin(&stage.plugin(plugin), &folder).map_err(anyhow::Error::msg)?;
        write!(channels, "[[channel]]\nid = \"{plugin}\"\nplugin = \"{plugin}\"\n")?;
        writeln!(channels, "hosts = [\"social.x.example\", \"hooks.x.example\", \"broker.x.example\"]")?;
        write!(channels, "[channel.settings]\n{settings}\n")?;
    }
    fs::write(folder.join("channels.toml"), channels)?;
    let (app, warnings) = allting::assemble(&folder, &data)?;
    ensure!(warnings.is_empty(), "{warnings:?}");

    let text = |language| PublicationText {
        language,
        title: "Roligt i biblioteket i dag".to_owned(),
        body: "Det er god plass, og kaffen er varm. ".repeat(10),
    };
    let ids = app.channels().into_iter().map(|channel| channel.id);
    let draft = Draft {
        texts: Language::ALL.map(text).to_vec(),
        channels: ids.collect(),
        shows: Shows::Own,
        ..Draft::default()
    };
    let id = app.put_draft("post/bench", "bench", &draft, None, allting::now())?;
    let record = app.store().read()?.publication(id)?.context("the draft is kept")?;
    let alternative = [(Language::Nb, "En rolig sal.".to_owned())].into_iter().collect();
    let picture = Picture { bytes: vec![0; 50_000], width: 1200, height: 630, alternative };
    let (mut times, mut posts) = (Vec::with_capacity(LOOKS), 0);
    for look in 0..WARM_UP + LOOKS {
        check()?;
        let begun = now();
        let previews = app.previews(&record, Some(picture.clone()));
        let took = now().saturating_duration_since(begun);
        posts = 0;
        for preview in previews {
            posts += u32::try_from(preview.posts?.len())?;
        }
        if look >= WARM_UP {
            times.push(took / posts.max(1));
        }
    }
    drop(app);
    fs::remove_dir_all(&root)?;
    let spread = Spread::of(times);
    let what = format!("preview of a text in four languages by {} channels, a post", PLUGINS.len());
    let figure = format!("{}, p99 {}, {posts} posts", duration(spread.median()), duration(spread.percentile(99)));
    Ok(vec![Row::new(what, figure, "<= 1 ms")])
}
