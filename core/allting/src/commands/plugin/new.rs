use crate::commands::{Failure, say};
use model::Slug;
use std::fs;
use std::path::{Path, PathBuf};

const MANIFEST: &str = include_str!("template/manifest.txt");
/// What the manifest has besides, outside of a workspace that has it for all.
const STANDING_ALONE: &str = include_str!("template/standing-alone.txt");
const SDK: &str = "plugin-sdk";

/// What is started from.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Makes observations of what a sensor sends
    Decoder,
    /// Carries what the municipality publishes to where people are
    Channel,
}

/// The texts of a kind.
struct Template {
    lib: &'static str,
    readme: &'static str,
    quality: &'static str,
    /// What it depends on beside the SDK: within the project's workspace, and outside of it.
    dependencies: [&'static str; 2],
}

impl Kind {
    const fn template(self) -> Template {
        match self {
            Self::Decoder => Template {
                lib: include_str!("template/decoder/lib.txt"),
                readme: include_str!("template/decoder/readme.txt"),
                quality: include_str!("template/decoder/quality.txt"),
                dependencies: ["", ""],
            },
            Self::Channel => Template {
                lib: include_str!("template/channel/lib.txt"),
                readme: include_str!("template/channel/readme.txt"),
                quality: include_str!("template/channel/quality.txt"),
                dependencies: ["serde.workspace = true\n", "serde = { version = \"1\", features = [\"derive\"] }\n"],
            },
        }
    }
}

/// `allting plugin new`: a crate that decodes or posts, tests itself and builds with plain cargo.
pub(super) fn run(name: &str, kind: Kind, sdk: Option<&Path>) -> Result<(), Failure> {
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
    write(folder, &id, kind, &sdk, &around)?;
    say(&format!("{} is written; its README.md has the three commands that bring it into a box.", folder.display()));
    Ok(())
}

fn write(folder: &Path, id: &Slug, kind: Kind, sdk: &Path, around: &Path) -> Result<(), Failure> {
    let in_workspace = sdk.parent().map(|root| root.join("plugins")).as_deref() == Some(around);
    let sdk = if in_workspace { PathBuf::from("../..").join(SDK) } else { sdk.to_owned() };
    let filled = |template: &str| {
        template
            .replace("{name}", id.as_str())
            .replace("{file}", &id.as_str().replace('-', "_"))
            .replace("{sdk}", &sdk.to_string_lossy())
    };
    let template = kind.template();
    let [within, alone] = template.dependencies;
    let more = if in_workspace { within.to_owned() } else { format!("{alone}{STANDING_ALONE}") };
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), filled(MANIFEST) + &more)?;
    fs::write(folder.join("src/lib.rs"), filled(template.lib))?;
    fs::write(folder.join("README.md"), filled(template.readme))?;
    fs::write(folder.join("quality.toml"), template.quality)?;
    fs::write(folder.join(".gitignore"), "/target\n")?;
    Ok(())
}
