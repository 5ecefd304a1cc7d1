//! Finds what can build a plugin: a Rust with the target `wasm32-unknown-unknown`, and a C compiler with a wasm target
//! (`QuickJS` is written in C).
//!
//! First what the machine has, then what it can fetch by itself, then an error that names the one missing thing and the
//! command that brings it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::plugins::say;

/// A plugin has no operating system below it.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Bytes of stack in the plugin's memory: half of LLVM's own figure. Pages never touched cost nothing.
const STACK: &str = "-C link-arg=-zstack-size=524288";

/// Debian's own Rust for the web. It has no ready-made standard library, so cargo builds it.
const DEBIAN: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// A Rust and a C compiler for plugins.
#[derive(Debug)]
pub(crate) struct Toolchain {
    rust: Rust,
    c: CCompiler,
}

impl Toolchain {
    /// Finds or fetches one. Wrapper scripts and downloads go below `folder`.
    pub(crate) fn find(folder: &Path) -> Result<Self> {
        Ok(Self { rust: Rust::find()?, c: CCompiler::find(folder)? })
    }

    /// Which way it took, in one line.
    pub(crate) fn way(&self) -> String {
        format!("{}; {}", self.rust.way(), self.c.way)
    }

    /// A cargo that builds for [`TARGET`]; the caller adds `build` and what to build.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = self.rust.cargo();
        if let Some(compiler) = &self.c.compiler {
            cargo.env("CC_wasm32_unknown_unknown", compiler);
        }
        if let Some(archiver) = &self.c.archiver {
            cargo.env("AR_wasm32_unknown_unknown", archiver);
        }
        cargo
    }
}

#[derive(Debug)]
enum Rust {
    /// The Rust at hand has the target.
    AtHand,
    /// Debian's, with its linker.
    Debian { linker: PathBuf },
}

impl Rust {
    fn find() -> Result<Self> {
        if has_target() {
            return Ok(Self::AtHand);
        }
        if let Some(debian) = Self::debian() {
            return Ok(debian);
        }
        say(&format!("plugins: fetching the Rust target {TARGET}"));
        if succeeds(Command::new("rustup").args(["target", "add", TARGET])) && has_target() {
            return Ok(Self::AtHand);
        }
        if apt_install(&DEBIAN)
            && let Some(debian) = Self::debian()
        {
            return Ok(debian);
        }
        let debian = DEBIAN.join(" ");
        bail!(
            "missing: the Rust target {TARGET}\n  \
             bring it with: rustup target add {TARGET}\n  \
             or on Debian:  sudo apt-get install {debian}"
        )
    }

    fn debian() -> Option<Self> {
        let sysroot = output(Command::new("/usr/bin/rustc").args(["--print", "sysroot"]))?;
        let library = Path::new(&sysroot).join("lib/rustlib");
        let source = library.join("src/rust/library/std");
        if !Path::new("/usr/bin/cargo").is_file() || !source.is_dir() {
            return None;
        }
        // Debian's rust-lld where it has one; else the one of the Rust at hand, or the linker of LLVM.
        let host = host_triple("/usr/bin/rustc")?;
        let own = library.join(&host).join("bin/rust-lld");
        let at_hand = output(Command::new("rustc").args(["--print", "sysroot"]))
            .map(|sysroot| Path::new(&sysroot).join("lib/rustlib").join(&host).join("bin/rust-lld"));
        let linker = [Some(own), at_hand].into_iter().flatten().find(|path| path.is_file());
        Some(Self::Debian { linker: linker.or_else(|| on_path(&versions("wasm-ld")))? })
    }

    fn way(&self) -> String {
        match self {
            Self::AtHand => format!("Rust at hand has {TARGET}"),
            Self::Debian { .. } => "Rust for the web of Debian, standard library built here".to_owned(),
        }
    }

    fn cargo(&self) -> Command {
        match self {
            Self::AtHand => {
                let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
                cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", STACK);
                cargo
            }
            Self::Debian { linker } => {
                let mut cargo = Command::new("/usr/bin/cargo");
                cargo
                    .env("RUSTC", "/usr/bin/rustc")
                    // Building the standard library is a feature of nightly cargo; this opens it in a stable one.
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", STACK)
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .arg("-Zbuild-std=std,panic_abort");
                cargo
            }
        }
    }
}

/// True when the Rust at hand has the standard library of [`TARGET`].
fn has_target() -> bool {
    let Some(folder) = output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET])) else {
        return false;
    };
    let Ok(files) = fs::read_dir(folder) else { return false };
    files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
}

fn host_triple(rustc: &str) -> Option<String> {
    let text = output(Command::new(rustc).arg("-vV"))?;
    text.lines().find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
}

#[derive(Debug)]
struct CCompiler {
    way: String,
    /// None: the caller's own environment names it.
    compiler: Option<PathBuf>,
    archiver: Option<PathBuf>,
}

impl CCompiler {
    fn find(folder: &Path) -> Result<Self> {
        if env::var_os("CC_wasm32_unknown_unknown").is_some() {
            let way = "C compiler named in CC_wasm32_unknown_unknown".to_owned();
            return Ok(Self { way, compiler: None, archiver: None });
        }
        if let Some(found) = Self::clang() {
            return Ok(found);
        }
        if let Some(zig) = on_path(&["zig".to_owned()]) {
            return Self::zig(&zig, folder);
        }
        if let Some(zig) = zig_from_pypi(folder) {
            return Self::zig(&zig, folder);
        }
        if apt_install(&["clang", "llvm"])
            && let Some(found) = Self::clang()
        {
            return Ok(found);
        }
        bail!("missing: a C compiler with a wasm target\n  bring it with: sudo apt-get install clang llvm")
    }

    /// A clang that really compiles for wasm, with the archiver of the same release: GNU ar cannot index wasm objects.
    fn clang() -> Option<Self> {
        versions("clang").into_iter().find_map(|name| {
            let cc = on_path(std::slice::from_ref(&name))?;
            let archiver = on_path(&[name.replace("clang", "llvm-ar")])?;
            let compiles = succeeds(
                Command::new(&cc)
                    .args(["--target=wasm32-unknown-unknown", "-x", "c", "-c", "/dev/null", "-o"])
                    .arg("/dev/null"),
            );
            let way = format!("C by {name}");
            compiles.then_some(Self { way, compiler: Some(cc), archiver: Some(archiver) })
        })
    }

    /// zig is clang under another name, but one with two words and its own spelling of the target: two small scripts.
    fn zig(zig: &Path, folder: &Path) -> Result<Self> {
        let zig_path = zig.display();
        let compiler = script(
            &folder.join("zig-cc"),
            &format!(
                "for a do shift; case $a in --target=*) ;; *) set -- \"$@\" \"$a\" ;; esac; done\n\
                 exec '{zig_path}' cc -target wasm32-freestanding \"$@\""
            ),
        )?;
        let archiver = script(&folder.join("zig-ar"), &format!("exec '{zig_path}' ar \"$@\""))?;
        Ok(Self { way: format!("C by {zig_path}"), compiler: Some(compiler), archiver: Some(archiver) })
    }
}

/// zig as a Python package, in an environment of its own: nothing outside `folder` changes.
fn zig_from_pypi(folder: &Path) -> Option<PathBuf> {
    let venv = folder.join("zig");
    let installed = || {
        let packages = fs::read_dir(venv.join("lib")).ok()?.flatten();
        packages.map(|python| python.path().join("site-packages/ziglang/zig")).find(|zig| zig.is_file())
    };
    if let Some(zig) = installed() {
        return Some(zig);
    }
    on_path(&["python3".to_owned()])?;
    say("plugins: no clang or zig here; fetching zig from PyPI");
    let made = succeeds(Command::new("python3").args(["-m", "venv"]).arg(&venv));
    let fetched = made && succeeds(Command::new(venv.join("bin/pip")).args(["install", "--quiet", "ziglang"]));
    fetched.then(installed).flatten()
}

#[cfg(unix)]
fn script(path: &Path, body: &str) -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, format!("#!/bin/sh\n{body}\n")).with_context(|| path.display().to_string())?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(path.to_owned())
}

#[cfg(not(unix))]
fn script(_: &Path, _: &str) -> Result<PathBuf> {
    bail!("missing: clang with a wasm target; zig is used only where there is a shell")
}

/// Installs Debian packages when this is Debian and we may. Says so: it changes the machine.
fn apt_install(packages: &[&str]) -> bool {
    let root = output(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    if !root || on_path(&["apt-get".to_owned()]).is_none() {
        return false;
    }
    say(&format!("plugins: apt-get install {}", packages.join(" ")));
    let install = || {
        let mut apt = Command::new("apt-get");
        apt.args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages);
        succeeds(apt.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    install() || (succeeds(Command::new("apt-get").args(["update", "--quiet"])) && install())
}

/// `name` itself, then with the numbers of LLVM's releases that distributions carry, newest first.
fn versions(name: &str) -> Vec<String> {
    std::iter::once(name.to_owned()).chain((14..=23).rev().map(|release| format!("{name}-{release}"))).collect()
}

fn on_path(names: &[String]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}

fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
