//! The folder of a municipality, from disk.

use anyhow::{Context, Result, anyhow};
use config::{Colour, Diagnostic, Folder};
use model::Municipality;
use std::fs;
use std::path::Path;

/// Files larger than this are no configuration: plugins, which only the box reads.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Reads the folder that the box reads. The error shows what is wrong in it.
pub fn municipality(folder: &Path) -> Result<Municipality> {
    let mut files = Vec::new();
    collect(folder, "", &mut files).with_context(|| format!("cannot read {}", folder.display()))?;
    let folder: Folder = files.into_iter().collect();
    let told = |diagnostics: Vec<Diagnostic>| {
        let told: Vec<String> = diagnostics.iter().map(|diagnostic| diagnostic.render(Colour::Plain)).collect();
        anyhow!(told.join("\n"))
    };
    Ok(config::read(&folder).map_err(told)?.0)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let about = fs::metadata(entry.path())?;
        if about.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else if about.len() <= FILE_BYTES_MAX {
            files.push((name, fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// Copies a folder with all that is in it; what lies there already under the same name is overwritten.
pub fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
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
