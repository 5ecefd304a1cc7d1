use crate::codecs::{JS_CODEC, try_all};
use crate::commands::plugin::load_decoder;
use crate::commands::{Failure, complain, say};
use crate::plugins::read_text;
use config::read_vectors;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Where the package puts the plugins it brings.
const PACKAGED: &str = "/usr/lib/allting/plugins";

/// `allting codec test`: what the box does at each start.
pub(super) fn run(file: &Path, examples: Option<&Path>, plugin: Option<&Path>) -> Result<(), Failure> {
    let codec = read_text(file).map_err(Failure::Wrong)?;
    let beside = file.with_extension("test.json");
    let examples = examples.unwrap_or(&beside);
    let vectors = read_text(examples).map_err(Failure::Wrong)?;
    let vectors = read_vectors(&vectors).map_err(|why| Failure::Wrong(format!("{}: {why}", examples.display())))?;
    let decoder = load_decoder(&plugin.map_or_else(|| js_codec(file), |plugin| Ok(plugin.to_owned()))?)?;
    let failed = try_all(&decoder, &json!({ "codec": codec }).to_string(), &vectors);
    for why in &failed {
        complain(&format!("  fails {why}"));
    }
    let summary = format!("{} of {} examples pass.", vectors.len() - failed.len(), vectors.len());
    if failed.is_empty() {
        say(&summary);
        return Ok(());
    }
    Err(Failure::Wrong(format!("{summary} A codec that fails its own examples does not go live.")))
}

/// In the municipality's folder that the codec lies in, or where the package puts it.
fn js_codec(codec: &Path) -> Result<PathBuf, Failure> {
    let file = format!("{JS_CODEC}.wasm");
    let installed = codec.ancestors().skip(1).map(|folder| folder.join("plugins").join(&file));
    installed.chain([Path::new(PACKAGED).join(&file)]).find(|path| path.is_file()).ok_or_else(|| {
        Failure::Wrong(format!(
            "{JS_CODEC} is neither installed in the folder of this codec nor in {PACKAGED}; say --plugin {file}"
        ))
    })
}
