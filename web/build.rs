//! Embeds what `cargo xtask assets` brought to `web/brought`: the typeface and the map. Without it the portal has neither, and
//! says everything all the same.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("brought");
    let mut names = Vec::new();
    if folder.is_dir() {
        println!("cargo::rerun-if-changed={}", folder.display());
        for entry in fs::read_dir(&folder)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
    } else {
        // Bringing them writes here too, so that a folder that comes later is noticed.
        println!("cargo::rerun-if-changed={}", folder.with_file_name("bring").display());
    }
    names.sort();
    let mut list = String::from("pub(crate) static BROUGHT: &[(&str, &[u8])] = &[\n");
    for name in names {
        let path = folder.join(&name);
        writeln!(list, "    ({name:?}, include_bytes!({:?})),", path.display().to_string())?;
    }
    list.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("brought.rs"), list)?;
    Ok(())
}
