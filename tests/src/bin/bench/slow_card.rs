//! A memory card that takes ten milliseconds more for each flush. The kernel has no simple way to have one, so the C library's
//! two calls that flush are made slow, in the box alone.

use crate::box_process::Binary;
use anyhow::Result;
use std::path::Path;
use std::process::{Command, Stdio};

/// Compilers by the names under which they may be found.
const COMPILERS: [&str; 3] = ["cc", "clang", "gcc"];

/// The same box on a slow card; none when the machine has no C compiler.
pub(crate) fn with_slow_card(binary: &Binary, folder: &Path) -> Result<Option<Binary>> {
    let (source, library) = (folder.join("slow_card.c"), folder.join("slow_card.so"));
    std::fs::write(&source, include_str!("slow_card.c"))?;
    let compiles = |compiler: &&str| {
        let mut command = Command::new(compiler);
        command.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let found = COMPILERS.iter().any(compiles);
    Ok(found.then(|| Binary { preload: Some(library), ..binary.clone() }))
}
