//! `CommonMark` of a method or a steward, as HTML. HTML in it is shown as text, pictures by their words, and links lead to https only.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// The text as safe HTML. `level` is the heading above it: headings in the text stand under that.
pub(crate) fn prose(text: &str, level: u8) -> String {
    let events = Parser::new_ext(text, Options::empty()).filter_map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        // Around raw HTML: it is text now.
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { dest_url, .. }) => Some(Event::InlineHtml(opening(&dest_url))),
        Event::End(TagEnd::Link) => Some(Event::InlineHtml("</a>".into())),
        Event::Start(Tag::Heading { level: own, .. }) => Some(Event::Start(heading(below(own, level)))),
        Event::End(TagEnd::Heading(own)) => Some(Event::End(TagEnd::Heading(below(own, level)))),
        other => Some(other),
    });
    let mut written = String::with_capacity(text.len() + 64);
    html::push_html(&mut written, events);
    written
}

fn heading(level: HeadingLevel) -> Tag<'static> {
    Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() }
}

fn below(own: HeadingLevel, above: u8) -> HeadingLevel {
    let own = own as usize + usize::from(above);
    HeadingLevel::try_from(own.min(6)).unwrap_or(HeadingLevel::H6)
}

/// A link that leads nowhere it should not is only words.
fn opening(address: &str) -> CowStr<'static> {
    let local = address.starts_with('/') && !address.starts_with("//");
    if !local && !address.starts_with("https://") && !address.starts_with("mailto:") {
        return "<a>".into();
    }
    let mut escaped = String::new();
    // Writing to a text cannot fail.
    let _ = write_address(&mut escaped, address);
    let rel = if local { "" } else { " rel=\"noopener noreferrer external\"" };
    format!("<a href=\"{escaped}\"{rel}>").into()
}

fn write_address(out: &mut String, address: &str) -> std::fmt::Result {
    use std::fmt::Write as _;
    for letter in address.chars() {
        match letter {
            '&' => out.write_str("&amp;")?,
            '"' => out.write_str("%22")?,
            '\'' => out.write_str("%27")?,
            '<' => out.write_str("%3C")?,
            '>' => out.write_str("%3E")?,
            other if other.is_control() || other.is_whitespace() => {}
            other => out.write_char(other)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn plain_text_becomes_paragraphs_lists_and_links() {
        let shown = prose("Two **words**.\n\n- one\n- [more](https://example.org/a?b&c)\n", 2);
        assert!(shown.contains("<strong>words</strong>") && shown.contains("<li>one</li>"), "{shown}");
        assert!(
            shown.contains("<a href=\"https://example.org/a?b&amp;c\" rel=\"noopener noreferrer external\">more</a>"),
            "{shown}"
        );
        assert!(prose("# Head\n", 2).contains("<h3>Head</h3>"));
    }

    #[test]
    fn nothing_in_a_text_becomes_markup_or_leads_astray() {
        let hostile = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> ![see](https://evil.example/p.png)\n\n\
                       [a](javascript:alert(1)) [b](data:text/html,x) [c](//evil.example) \
                       [d](https://x.example/\"onclick=\"x)";
        let shown = prose(hostile, 2);
        for bad in ["<script", "<img", "href=\"javascript", "href=\"data", "href=\"//", "\"onclick"] {
            assert!(!shown.contains(bad), "{bad}: {shown}");
        }
        assert!(shown.contains("&lt;script&gt;") && shown.contains("see"), "{shown}");
    }
}
