use crate::assets::Assets;
use crate::feeds::FeedLink;
use crate::view::Fragment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, escape_formatter};
use model::Language;
use serde::Serialize;
use std::fmt::Write;
use words::{Arg, Speaker};

/// What stands around every page.
#[derive(Debug, Serialize)]
pub(crate) struct Frame {
    /// Language of the page.
    pub(crate) lang: &'static str,
    /// Title of the page, without the municipality.
    pub(crate) title: String,
    /// One sentence for search engines and previews. A room of the staff without one is not for being found.
    pub(crate) description: Option<String>,
    /// Name of the municipality.
    pub(crate) municipality: Fragment,
    /// Which entry of the menu the page is: `places`, `news`, `data`, `about` or none.
    pub(crate) section: &'static str,
    /// Scheme and name that lead here from outside, where they are known.
    pub(crate) origin: Option<String>,
    /// The same page in each language.
    pub(crate) languages: Vec<LanguageChoice>,
    /// What a shared link to the page shows.
    pub(crate) picture: Option<SharePicture>,
    /// Where what the page shows can be followed.
    pub(crate) feeds: Vec<FeedLink>,
    /// Addresses of style and script.
    pub(crate) assets: Assets,
}

/// What a shared link shows.
#[derive(Debug, Serialize)]
pub(crate) struct SharePicture {
    /// Whole addresses of picture and page.
    pub(crate) src: String,
    pub(crate) page: String,
    pub(crate) alt: String,
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
    environment.set_formatter(escaped);
    environment.add_function("t", text);
    embed!(
        environment: "base.html" "parts.html" "home.html" "place.html" "place_data.html" "data.html" "about.html"
        "news_parts.html" "news.html" "news_item.html" "problem.html" "components.html" "poster.html" "embed.html"
        "embed_frame.html" "screen.html" "card.svg" "badge.svg" "feed.atom"
        "staff/base.html" "staff/parts.html" "staff/fields.html" "staff/form.html"
        "staff/room.html" "staff/overview.html" "staff/talk.html" "staff/talk_one.html"
        "talk/parts.html" "talk/page.html" "talk/receipt.html"
        "staff/publish_parts.html" "staff/publish_preview.html" "staff/post.html"
        "take_part/parts.html" "take_part/answer.html" "take_part/list.html" "take_part/card.html"
        "take_part/activity.html" "take_part/poster.html" "take_part/receipt.html"
        "take_part/report_parts.html" "take_part/report.html"
        "take_part/happened_parts.html" "take_part/happened.html" "take_part/telling.html"
        "take_part/draw.html" "take_part/seat.html" "take_part/willing.html"
        "staff/activity_outcomes.html"
        "panel/parts.html" "panel/front.html" "panel/join.html" "panel/own.html" "panel/stop.html"
        "subscribe/form.html" "subscribe/link.html"
        "staff/activity_edit.html" "staff/activity_lead.html" "staff/activity_report.html" "staff/activity_words.html"
        "staff/activity_side.html" "staff/activity_beside.html" "staff/activity_said.html"
        "staff/invitations.html" "staff/invitation_letters.html"
    );
    environment
}

/// Escapes what HTML asks for, in text and in quoted attributes. Minijinja's own escapes `/` as well, which every address here pays for.
fn escaped(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() && matches!(state.auto_escape(), AutoEscape::Html) => {
            for letter in text.chars() {
                match letter {
                    '&' => out.write_str("&amp;")?,
                    '<' => out.write_str("&lt;")?,
                    '>' => out.write_str("&gt;")?,
                    '"' => out.write_str("&quot;")?,
                    '\'' => out.write_str("&#39;")?,
                    other => out.write_char(other)?,
                }
            }
            Ok(())
        }
        _ => escape_formatter(out, state, value),
    }
}

/// `t("key", name="x")`: a text in the language of the page.
#[expect(clippy::needless_pass_by_value, reason = "minijinja hands it over")]
fn text(state: &State<'_, '_>, key: &str, args: Kwargs) -> Result<String, Error> {
    let language = state.lookup("lang").and_then(|tag| tag.as_str()?.parse::<Language>().ok());
    let speaker = Speaker::of(language.ok_or_else(|| mistake("a page without a language"))?);
    if !speaker.knows(key) {
        return Err(mistake(&format!("no text `{key}`")));
    }
    let values = args.args().map(|name| Ok((name, args.get::<Value>(name)?))).collect::<Result<Vec<_>, Error>>()?;
    let values: Vec<_> = values.iter().map(|(name, value)| (*name, value, value.to_string())).collect();
    // A number picks between "person" and "people", and is written as the language writes numbers.
    let count =
        |value: &Value| value.as_usize().filter(|_| value.is_number()).and_then(|count| u32::try_from(count).ok());
    let arg = |value: &Value, text| count(value).map_or(Arg::Text(text), Arg::Count);
    let values: Vec<_> = values.iter().map(|(name, value, text)| (*name, arg(value, text.as_str()))).collect();
    Ok(speaker.text(key, &values))
}

fn mistake(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    #[test]
    fn a_name_cannot_bring_markup_along() {
        let said = templates().render_str("<p title=\"{{ name }}\">", context! { name => "\"><script>'&/" }).unwrap();
        assert_eq!(said, "<p title=\"&quot;&gt;&lt;script&gt;&#39;&amp;/\">");
    }

    #[test]
    fn a_text_that_is_not_there_is_a_mistake_and_no_empty_line() {
        assert!(templates().render_str("{{ t('no-such-text') }}", context! { lang => "nb" }).is_err());
        assert!(templates().render_str("{{ no_such_value }}", context! { lang => "nb" }).is_err());
    }
}
