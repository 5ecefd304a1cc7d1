use crate::commands::{Failure, say};
use model::Slug;
use std::fs;
use std::path::{Path, PathBuf};

const MANIFEST: &str = include_str!("template/manifest.txt");
/// What the manifest has besides, outside of a workspace that has it for all.
const STANDING_ALONE: &str = include_str!("template/standing-alone.txt");
const LIB: &str = include_str!("template/decoder/lib.txt");
const README: &str = include_str!("template/decoder/readme.txt");
const QUALITY: &str = include_str!("template/decoder/quality.txt");
const SDK: &str = "plugin-sdk";

/// `allting plugin new`: a crate that decodes, tests itself and builds with plain cargo.
pub(super) fn run(name: &str, sdk: Option<&Path>) -> Result<(), Failure> {
    let folder = Path::new(name);
    let id = folder.file_name().and_then(|name| name.to_str()).unwrap_or(name);
    let id = Slug::new(id).map_err(|why| Failure::Wrong(format!("`{id}` cannot name a plugin: {why}")))?;
    if folder.exists() {
        return Err(Failure::Wrong(format!("{} is there already", folder.display())));
    }
    let around = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let around = fs::canonicalize(around)?;
    let sdk = match sdk {
        Some(sdk) => fs::canonicalize(sdk).ok().filter(|sdk| sdk.join("Cargo.toml").is_file()),
        None => around.ancestors().map(|folder| folder.join(SDK)).find(|sdk| sdk.join("Cargo.toml").is_file()),
    };
    let sdk = sdk.ok_or_else(|| {
        Failure::Wrong(format!("where is the plugin SDK? Say --sdk with the folder `{SDK}` of the project's source"))
    })?;
    write(folder, &id, &sdk, &around)?;
    say(&format!("{} is written; its README.md has the three commands that bring it into a box.", folder.display()));
    Ok(())
}

fn write(folder: &Path, id: &Slug, sdk: &Path, around: &Path) -> Result<(), Failure> {
    let in_workspace = sdk.parent().map(|root| root.join("plugins")).as_deref() == Some(around);
    let sdk = if in_workspace { PathBuf::from("../..").join(SDK) } else { sdk.to_owned() };
    let filled = |template: &str| {
        template
            .replace("{name}", id.as_str())
            .replace("{file}", &id.as_str().replace('-', "_"))
            .replace("{sdk}", &sdk.to_string_lossy())
    };
    let manifest = filled(MANIFEST) + if in_workspace { "" } else { STANDING_ALONE };
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/lib.rs"), filled(LIB))?;
    fs::write(folder.join("README.md"), filled(README))?;
    fs::write(folder.join("quality.toml"), QUALITY)?;
    fs::write(folder.join(".gitignore"), "/target\n")?;
    Ok(())
}
