//! Keys that nobody gives the box, so it makes them: each once, into `secrets.toml`, for the box alone to read.

use crate::folder::replace_files;
use anyhow::{Context as _, Result};
use app::App;
use courier::PushKey;
use std::fs;
use std::path::Path;

const SECRETS: &str = "secrets.toml";
const WHY: &str =
    "By this key push services know this box, which made it. With another one nobody gets notices any more.";

/// Makes what is lacking; says whether anything was.
pub(crate) fn make(folder: &Path, app: &App) -> Result<bool> {
    if !app.lacks_push_key() {
        return Ok(false);
    }
    let key = PushKey::make().context("this machine gives no chance to make a key of")?;
    let path = folder.join(SECRETS);
    let before = if path.exists() { fs::read_to_string(&path)? } else { String::new() };
    let after = config::put_own_key(&before, &App::push_key_name(), &key, WHY)?;
    let texts = [(SECRETS.to_owned(), after)].into_iter().collect();
    replace_files(folder, &texts)?;
    Ok(true)
}
