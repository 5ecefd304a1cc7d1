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

/// What an example with a panel gets besides: letters go to a mailbox on this machine, and to nobody.
const WRITES: &str = "public_url = \"http://127.0.0.1:8080\"\n";
const MAIL: &str = "\n[mail]\nserver = \"localhost\"\nport = 1025\nsecurity = \"plain\"\n\
                    from = \"panel@demo.example\"\nper_minute = 3000\n";
/// Where the mailbox is, for letters and for readers.
const MAILBOX: (&str, &str) = ("127.0.0.1:1025", "127.0.0.1:8025");

/// Where a box listens for gateways unless its folder says otherwise.
const GATEWAYS_SEND_TO: &str = "127.0.0.1:1700";

pub(crate) fn run(root: &Path, case: &str, fresh: bool) -> Result<()> {
    let stage = run::target_folder(root).join("demo").join(case);
    if fresh && stage.exists() {
        fs::remove_dir_all(&stage).with_context(|| format!("could not empty {}", stage.display()))?;
    }
    let writes = root.join("examples").join(case).join("panel.toml").is_file();
    let lines = if writes { format!("{TRUSTED}{WRITES}") } else { TRUSTED.to_owned() };
    let (folder, data) = lived(root, case, &stage, &lines)?;
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
    let (folder, data) = lived(root, "norsjo", &stage, &lines)?;
    let mut box_ = the_box(root, &folder, &data)?;
    let mut town = the_town(root, &folder, &data, gwmp)?;
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

/// Builds all, and gives an example a box's past in a folder of its own: its TOML, with these lines before it, and its data.
fn lived(root: &Path, case: &str, stage: &Path, lines: &str) -> Result<(PathBuf, PathBuf)> {
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
    let mail = if lines.contains(WRITES) { MAIL } else { "" };
    fs::write(folder.join("municipality.toml"), format!("{lines}{told}{mail}"))?;
    install_plugins(root, &folder)?;

    step("Living through the past: a year of sensors and people the first time, what is missing since then");
    run::run(Command::new(binary(root, "town")).arg("history").arg("--folder").arg(&folder).arg("--data").arg(&data))?;
    Ok((folder, data))
}

fn the_box(root: &Path, folder: &Path, data: &Path) -> Result<Child> {
    start(Command::new(binary(root, "allting")).arg("serve").arg(folder).arg("--data").arg(data))
}

fn the_mailbox(root: &Path) -> Result<Child> {
    let (smtp, web) = MAILBOX;
    start(Command::new(binary(root, "town")).args(["mailbox", "--smtp", smtp, "--web", web]))
}

/// Its gateways send to `to`.
fn the_town(root: &Path, folder: &Path, data: &Path, to: &str) -> Result<Child> {
    start(
        Command::new(binary(root, "town"))
            .args(["live", "--every", SENSORS_SPEAK_EVERY, "--quiet", "--to", to, "--folder"])
            .arg(folder)
            .arg("--memory")
            .arg(data.join("town.json")),
    )
}

/// Runs the box and the town until Ctrl-C, or until one of them ends.
fn serve(root: &Path, folder: &Path, data: &Path, token: &str) -> Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stop);
    ctrlc::set_handler(move || stopping.store(true, Ordering::SeqCst)).context("could not listen for Ctrl-C")?;

    let mut box_ = the_box(root, folder, data)?;
    let mut town = the_town(root, folder, data, GATEWAYS_SEND_TO)?;
    let mut mailbox = folder.join("panel.toml").is_file().then(|| the_mailbox(root)).transpose()?;
    let mail = format!("\n  Mail  http://{}/  (every letter of the box ends there)\n", MAILBOX.1);
    let mail = mailbox.as_ref().map(|_| mail).unwrap_or_default();
    say(&format!(
        "\n  Open  http://127.0.0.1:8080/\n{mail}\n  Live feed of decoded uplinks, for programs:\n  \
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
    mailbox.iter_mut().try_for_each(finish)?;
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

fn step(what: &str) {
    say(&format!("==> {what}"));
}

#[expect(clippy::print_stdout, reason = "a command for a person at a terminal")]
fn say(line: &str) {
    println!("{line}");
}
