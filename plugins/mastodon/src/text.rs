//! What a post says, and what a server's answers say.

use allting_plugin_sdk::channel::{Post, Publication};

use super::Settings;

/// What a link counts, however long it is (Mastodon, "Posting", character limits).
const LINK: usize = 23;

/// Title, text, door and tags; the text is cut at a word where all is too long.
pub(super) fn compose(publication: &Publication, settings: &Settings) -> Result<Post, String> {
    let text = publication.first();
    let tags: Vec<String> = settings.hashtags.iter().map(|tag| format!("#{}", tag.trim_start_matches('#'))).collect();
    let tags = tags.join(" ");
    let door = publication.door.clone();
    let limit = usize::try_from(settings.characters).unwrap_or(usize::MAX);
    let with = |body: &str| {
        let parts = [text.title.as_str(), body, door.as_deref().unwrap_or_default(), &tags];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    };
    let length = |status: &str| {
        let link = door.as_ref().map_or(0, |door| door.chars().count());
        status.chars().count() - link + if link > 0 { LINK } else { 0 }
    };
    let mut status = with(text.body.trim());
    if length(&status) > limit {
        let room = limit.saturating_sub(length(&with("")) + 4);
        status = with(&cut(text.body.trim(), room));
    }
    if length(&status) > limit {
        return Err(format!("Even without its text it is longer than {limit} characters; make the title shorter."));
    }
    let length = u32::try_from(length(&status)).unwrap_or(u32::MAX);
    let mut post = Post::new(&text.language, status).linked(door.clone()).pictured(publication.picture.clone());
    (post.length, post.limit) = (length, settings.characters);
    Ok(post)
}

/// The beginning of a text, cut at a word; a sign says that there is more.
fn cut(text: &str, room: usize) -> String {
    let short: String = text.chars().take(room).collect();
    let whole = short.rsplit_once(char::is_whitespace).map_or("", |(whole, _)| whole).trim_end();
    if whole.is_empty() { String::new() } else { format!("{whole} \u{2026}") }
}

/// The words of HTML as Mastodon writes it: paragraphs and breaks become lines, all else goes.
pub(super) fn words(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        match tag.trim_end_matches('/').trim().to_ascii_lowercase().as_str() {
            "br" => text.push('\n'),
            "/p" => text.push_str("\n\n"),
            _ => {}
        }
        rest = after;
    }
    text.push_str(rest);
    let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&nbsp;", " ")];
    let text = plain.into_iter().fold(text, |text, (name, sign)| text.replace(name, sign));
    text.replace("&amp;", "&").trim().to_owned()
}
