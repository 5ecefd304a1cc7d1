use crate::commands::{Failure, complain, say};
use crate::folder::read_texts;
use crate::plugins::replace;
use config::{Import, import_devices};
use std::fs;
use std::path::Path;

/// What a vendor's folder can hold that is read.
const ENDINGS: [&str; 5] = ["toml", "yaml", "yml", "js", "json"];

/// `allting codec import`: files into the municipality's folder, tables for `sensors.toml` onto the screen.
pub(super) fn run(vendor: &Path, folder: &Path, device: Option<&str>) -> Result<(), Failure> {
    let texts = read_texts(vendor, &ENDINGS).map_err(|why| Failure::Wrong(why.to_string()))?;
    let mut import = import_devices(&texts).map_err(|why| Failure::Wrong(format!("{}: {why}", vendor.display())))?;
    if let Some(wanted) = device {
        keep(&mut import, wanted);
        if import.devices.is_empty() {
            return Err(Failure::Wrong(format!("no device of {} is called `{wanted}`", vendor.display())));
        }
    }
    let mut written = 0;
    for (name, text) in &import.files {
        written += usize::from(write(&folder.join(name), text)?);
    }
    import.left_out.iter().for_each(|why| complain(&format!("left out: {why}")));
    say(&format!("# {written} files are new in {}. For sensors.toml:", folder.display()));
    import.devices.iter().for_each(|device| say(&format!("\n{}", device.toml)));
    Ok(())
}

/// Only devices of this name, and the files they need.
fn keep(import: &mut Import, wanted: &str) {
    let wanted = wanted.to_lowercase();
    import.devices.retain(|device| device.name.to_lowercase().contains(&wanted));
    let devices = &import.devices;
    import.files.retain(|file, _| {
        let codec = file.replace(".test.json", ".js");
        devices.iter().any(|device| device.toml.contains(&format!("\"{codec}\"")))
    });
    import.left_out.retain(|why| why.to_lowercase().contains(&wanted));
}

/// A codec that the operator has changed stays as it is. True when the file was written.
fn write(path: &Path, text: &str) -> Result<bool, Failure> {
    match fs::read_to_string(path) {
        Ok(there) if there == text => return Ok(false),
        Ok(_) => {
            return Err(Failure::Wrong(format!(
                "{} is there already, and is another; move it away, or keep it and import nothing",
                path.display()
            )));
        }
        Err(_) => {}
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    replace(path, text.as_bytes())?;
    Ok(true)
}
