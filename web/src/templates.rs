use crate::assets::Assets;
use crate::view::Fragment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior};
use model::Language;
use serde::Serialize;
use words::{Arg, Speaker};

/// What stands around every page.
#[derive(Debug, Serialize)]
pub(crate) struct Frame {
    /// Language of the page.
    pub(crate) lang: &'static str,
    /// Title of the page, without the municipality.
    pub(crate) title: String,
    /// One sentence for search engines and previews.
    pub(crate) description: Option<String>,
    /// Name of the municipality.
    pub(crate) municipality: Fragment,
    /// Which entry of the menu the page is: `places`, `data`, `about` or none.
    pub(crate) section: &'static str,
    /// The same page in each language.
    pub(crate) languages: Vec<LanguageChoice>,
    /// Addresses of style and script.
    pub(crate) assets: Assets,
}

/// The same page in one language.
#[derive(Debug, Serialize)]
pub(crate) struct LanguageChoice {
    pub(crate) tag: &'static str,
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) current: bool,
}

macro_rules! embed {
    ($environment:ident: $($name:literal)*) => {
        $($environment.add_template($name, include_str!(concat!("../templates/", $name))).expect("a sound template");)*
    };
}

/// All templates, read in at compile time.
#[expect(clippy::expect_used, reason = "the templates are compiled in, and every test reads them")]
pub(crate) fn templates() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("a sound syntax");
    environment.set_syntax(syntax);
    environment.add_function("t", text);
    embed!(environment: "base.html" "parts.html" "home.html" "place.html" "place_data.html" "data.html" "about.html" "problem.html");
    environment
}

/// `t("key", name="x")`: a text in the language of the page.
fn text(state: &State<'_, '_>, key: &str, args: Kwargs) -> Result<String, Error> {
    let language = state.lookup("lang").and_then(|tag| tag.as_str()?.parse::<Language>().ok());
    let speaker = Speaker::of(language.ok_or_else(|| mistake("a page without a language"))?);
    if !speaker.knows(key) {
        return Err(mistake(&format!("no text `{key}`")));
    }
    let values = args.args().map(|name| Ok((name, args.get::<String>(name)?))).collect::<Result<Vec<_>, Error>>()?;
    let values: Vec<_> = values.iter().map(|(name, value)| (*name, Arg::from(value))).collect();
    Ok(speaker.text(key, &values))
}

fn mistake(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what.to_owned())
}
