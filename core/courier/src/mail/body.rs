//! The page of a letter (`CommonMark`) as plain text and as HTML. Raw HTML in it is shown as text, pictures by their words.

use model::Letter;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// How a letter looks: as wide as one reads well, in the reader's own typeface.
const STYLE: &str = "max-width:38em;margin:1em auto;padding:0 1em;font-family:sans-serif;line-height:1.5";

/// As plain text: paragraphs apart by an empty line, each link followed by where it leads.
pub(super) fn text(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut links: Vec<(String, usize)> = Vec::new();
    let mut items: Vec<Option<u64>> = Vec::new();
    for event in Parser::new_ext(page, Options::empty()) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => out.push('\n'),
            Event::Rule => out.push_str("----\n\n"),
            Event::Start(Tag::List(first)) => {
                end_line(&mut out, 1);
                items.push(first);
            }
            Event::Start(Tag::Item) => {
                end_line(&mut out, 1);
                match items.last_mut() {
                    Some(Some(number)) => {
                        out.extend([number.to_string().as_str(), ". "]);
                        *number += 1;
                    }
                    _ => out.push_str("- "),
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => links.push((dest_url.into_string(), out.len())),
            Event::End(TagEnd::Link) => {
                let Some((address, from)) = links.pop() else { continue };
                if out.get(from..) != Some(&address) {
                    out.extend([": ", &address]);
                }
            }
            Event::End(TagEnd::List(_)) => {
                items.pop();
                end_line(&mut out, if items.is_empty() { 2 } else { 1 });
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                end_line(&mut out, if items.is_empty() { 2 } else { 1 });
            }
            _ => {}
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn end_line(out: &mut String, lines: usize) {
    if out.is_empty() {
        return;
    }
    let there = out.len() - out.trim_end_matches('\n').len();
    out.extend(std::iter::repeat_n('\n', lines.saturating_sub(there)));
}

/// As an HTML page that brings nothing along and loads nothing: whether a letter was read is nobody's business.
pub(super) fn html(letter: &Letter, subject: &str) -> String {
    let events = Parser::new_ext(&letter.page, Options::empty()).filter_map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        // Around raw HTML: it is text now.
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = if leads_somewhere(&dest_url) { dest_url } else { CowStr::Borrowed("") };
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        other => Some(other),
    });
    let mut body = String::with_capacity(letter.page.len() * 2);
    html::push_html(&mut body, events);
    let mut title = String::new();
    // Writing to a text cannot fail.
    let _ = escape_text(&mut title, subject);
    let language = letter.language;
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body style=\"{STYLE}\">\n{body}</body></html>\n"
    )
}

fn leads_somewhere(address: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
}

fn escape_text(out: &mut String, text: &str) -> std::fmt::Result {
    use std::fmt::Write as _;
    for letter in text.chars() {
        match letter {
            '&' => out.write_str("&amp;")?,
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            other => out.write_char(other)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Language;

    fn letter(page: &str) -> Letter {
        let to = "kari@example.org".parse().unwrap();
        Letter { to, language: Language::Nb, subject: "A < B".into(), page: page.into(), unsubscribe: None }
    }

    #[test]
    fn a_page_reads_well_as_plain_text() {
        let page = "# Velkommen\n\nTrykk [her](https://a.example/x?y=1&z) for \u{e5} *bli med*.\n\n1. en\n2. to\n\n\
                    - tre\n- <https://b.example/>\n\nHilsen\nkommunen";
        assert_eq!(
            text(page),
            "Velkommen\n\nTrykk her: https://a.example/x?y=1&z for \u{e5} bli med.\n\n1. en\n2. to\n\n- tre\n\
             - https://b.example/\n\nHilsen\nkommunen\n"
        );
    }

    #[test]
    fn nothing_in_a_page_becomes_markup_loads_a_picture_or_leads_astray() {
        let page = "<script>alert(1)</script>\n\n![see](https://evil.example/p.png) <img src=x> \
                    [a](javascript:alert(1)) [b](data:text/html,x)";
        let html = html(&letter(page), "A < B");
        for bad in ["<script", "<img", "javascript:", "data:"] {
            assert!(!html.contains(bad), "{bad}: {html}");
        }
        assert!(html.contains("<title>A &lt; B</title>") && html.contains("lang=\"nb\""), "{html}");
        assert!(html.contains("see"), "{html}");
    }
}
