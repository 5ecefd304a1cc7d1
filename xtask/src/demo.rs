//! `cargo xtask demo`: a box with a simulated town around it, and one link. `cargo xtask screenshots`: pictures of such a box.

use crate::run::{self, binary, cargo};
use crate::{browser, plugins};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often the simulated sensors speak: far more often than real ones, so that the pages live.
const SENSORS_SPEAK_EVERY: &str = "20s";

/// A laptop's clock is right, though nothing here vouches for it.
const TRUSTED: &str = "trust_clock = true\n";
/// Where the box of the pictures answers, so that a demo can go on beside it.
const PICTURED: (&str, &str) = ("127.0.0.1:8089", "127.0.0.1:1789");

/// Links in what the box sends lead to it.
const PUBLIC: &str = "public_url = \"http://127.0.0.1:8080\"\n";
/// Where everything ends that leaves the box: letters, and what is read. The folders of `xtask/demo` say the same.
const WALL: (&str, &str) = ("127.0.0.1:1025", "127.0.0.1:8025");

/// Where a box listens for gateways unless its folder says otherwise.
const GATEWAYS_SEND_TO: &str = "127.0.0.1:1700";

pub(crate) fn run(root: &Path, case: &str, fresh: bool) -> Result<()> {
    let stage = run::target_folder(root).join("demo").join(case);
    if fresh && stage.exists() {
        fs::remove_dir_all(&stage).with_context(|| format!("could not empty {}", stage.display()))?;
    }
    let more = root.join("xtask/demo").join(case);
    let (folder, data) = lived(root, case, &stage, (&format!("{TRUSTED}{PUBLIC}"), Some(&more)))?;
    let token = run::output(Command::new(binary(root, "allting")).args(["token", "new", "demo"]).arg(&folder))?;
    serve(root, &folder, &data, &token)
}

/// Makes the pictures of `docs/screenshots` anew: of the example `norsjo` as it is now, in a box that nobody has claimed.
pub(crate) fn screenshots(root: &Path) -> Result<()> {
    browser::prepare(root)?;
    let stage = run::target_folder(root).join("demo/pictures");
    if stage.exists() {
        // The one before was claimed.
        fs::remove_dir_all(&stage).with_context(|| format!("could not empty {}", stage.display()))?;
    }
    let (web, gwmp) = PICTURED;
    let lines = format!("{TRUSTED}web_listen = \"{web}\"\ngwmp_listen = \"{gwmp}\"\n");
    let (folder, data) = lived(root, "norsjo", &stage, (&lines, None))?;
    let mut box_ = the_box(root, &folder, &data)?;
    let mut town = the_town(root, &folder, &data, &["--to", gwmp])?;
    let taken = claim_code(root, &data).and_then(|code| browser::screenshots(root, &format!("http://{web}"), &code));
    finish(&mut town)?;
    finish(&mut box_)?;
    taken
}

/// The code that claims the box, once it runs.
fn claim_code(root: &Path, data: &Path) -> Result<String> {
    for _ in 0..100 {
        std::thread::sleep(Duration::from_millis(200));
        let told = run::output(Command::new(binary(root, "allting")).args(["claim", "--data"]).arg(data));
        if let Some(code) = told.ok().and_then(|told| told.lines().next().map(str::to_owned)) {
            return Ok(code);
        }
    }
    bail!("the box shows no code to claim it")
}

/// Builds all, and gives an example a box's past in a folder of its own: its TOML, with these lines before it and what is in `more` behind it,
/// and its data.
fn lived(root: &Path, case: &str, stage: &Path, (lines, more): (&str, Option<&Path>)) -> Result<(PathBuf, PathBuf)> {
    let example = root.join("examples").join(case);
    if !example.is_dir() {
        bail!("there is no example `{case}`; the folders of examples/ are: {}", cases(root)?.join(", "));
    }
    crate::assets::try_bring(root);
    step("Building plugins");
    plugins::build()?;
    // The whole workspace, as the tests do: its libraries are then built with the same features, and only once.
    step("Building the box and the simulated town (the first time takes minutes)");
    run::run(&mut cargo(root, &["build", "--workspace", "--bin", "allting", "--bin", "town"]))?;

    let (folder, data) = (stage.join("municipality"), stage.join("data"));
    fs::create_dir_all(&data)?;
    copy_folder(&example, &folder)?;
    let told = fs::read_to_string(folder.join("municipality.toml"))?;
    fs::write(folder.join("municipality.toml"), format!("{lines}{told}"))?;
    if let Some(more) = more.filter(|more| more.is_dir()) {
        lay_over(more, &folder)?;
    }
    install_plugins(root, &folder)?;

    step("Living through the past: more than a year of sensors and people the first time, what is missing since then");
    run::run(Command::new(binary(root, "town")).arg("history").arg("--folder").arg(&folder).arg("--data").arg(&data))?;
    Ok((folder, data))
}

fn the_box(root: &Path, folder: &Path, data: &Path) -> Result<Child> {
    start(Command::new(binary(root, "allting")).arg("serve").arg(folder).arg("--data").arg(data))
}

/// What happens in the folder, told by radio.
fn the_town(root: &Path, folder: &Path, data: &Path, where_: &[&str]) -> Result<Child> {
    let mut town = Command::new(binary(root, "town"));
    town.args(["live", "--every", SENSORS_SPEAK_EVERY, "--quiet", "--folder"]).arg(folder);
    start(town.args(where_).arg("--memory").arg(data.join("town.json")))
}

/// Runs the box and the town until Ctrl-C, or until one of them ends.
fn serve(root: &Path, folder: &Path, data: &Path, token: &str) -> Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stop);
    ctrlc::set_handler(move || stopping.store(true, Ordering::SeqCst)).context("could not listen for Ctrl-C")?;

    let mut box_ = the_box(root, folder, data)?;
    let (smtp, wall) = WALL;
    let mut town = the_town(root, folder, data, &["--to", GATEWAYS_SEND_TO, "--wall", wall, "--smtp", smtp])?;
    say(&format!(
        "\n  Open  http://127.0.0.1:8080/\n  Look  http://{wall}/  (posts, messages and letters end there)\n\n  \
         Live feed of decoded uplinks, for programs:\n  \
         curl -N -H 'Authorization: Bearer {token}' http://127.0.0.1:8080/api/v1/uplinks/live\n\n  Ctrl-C ends it.\n"
    ));
    let ended = loop {
        if stop.load(Ordering::SeqCst) {
            break None;
        }
        if let Some(status) = box_.try_wait()? {
            break Some(format!("the box ended by itself with {status}"));
        }
        if let Some(status) = town.try_wait()? {
            break Some(format!("the simulated town ended by itself with {status}"));
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    finish(&mut town)?;
    finish(&mut box_)?;
    ended.map_or(Ok(()), |what| bail!("{what}; its last lines above say why"))
}

fn start(command: &mut Command) -> Result<Child> {
    command.spawn().with_context(|| format!("could not start {}", command.get_program().to_string_lossy()))
}

/// Asks a child to end, as systemd would, and waits for it.
fn finish(child: &mut Child) -> Result<()> {
    if child.try_wait()?.is_none() {
        let _ = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status();
        child.wait()?;
    }
    Ok(())
}

/// Installs the plugins that a folder names, as an operator would.
pub(crate) fn install_plugins(root: &Path, folder: &Path) -> Result<()> {
    let texts = toml_texts(folder)? + &toml_texts(&folder.join("activities")).unwrap_or_default();
    for plugin in plugins::built()? {
        let name = plugin.file_stem().unwrap_or_default().to_string_lossy();
        if !texts.contains(&format!("\"{name}\"")) {
            continue;
        }
        run::run(
            Command::new(binary(root, "allting")).args(["plugin", "install", "--quiet"]).arg(&plugin).arg(folder),
        )?;
    }
    Ok(())
}

/// All TOML files of a folder, one after another.
fn toml_texts(folder: &Path) -> Result<String> {
    let mut texts = String::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            texts += &fs::read_to_string(path)?;
        }
    }
    Ok(texts)
}

fn cases(root: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(root.join("examples"))?.collect::<std::io::Result<Vec<_>>>()?;
    let folders = entries.iter().filter(|e| e.path().join("municipality.toml").is_file());
    Ok(folders.map(|e| e.file_name().to_string_lossy().into_owned()).collect())
}

/// Copies a folder anew; what was there before goes.
fn copy_folder(from: &Path, to: &PathBuf) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Adds a folder's files to those of another: where one is there already, the text goes on behind it.
fn lay_over(more: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(more)? {
        let (from, to) = (entry?.path(), folder);
        let to = to.join(from.file_name().unwrap_or_default());
        if from.is_dir() {
            lay_over(&from, &to)?;
        } else {
            let before = if to.exists() { fs::read_to_string(&to)? } else { String::new() };
            fs::write(&to, before + &fs::read_to_string(&from)?)?;
        }
    }
    Ok(())
}

fn step(what: &str) {
    say(&format!("==> {what}"));
}

#[expect(clippy::print_stdout, reason = "a command for a person at a terminal")]
fn say(line: &str) {
    println!("{line}");
}
