//! Plain text as HTML.

use std::fmt::Write as _;

/// What a server makes of a post: paragraphs, breaks and links, and nothing that was markup before.
pub fn html_of(text: &str) -> String {
    let text = linked(&text.replace("\r\n", "\n"));
    format!("<p>{}</p>", text.replace("\n\n", "</p><p>").replace('\n', "<br>"))
}

/// A text in which addresses of pages can be followed.
pub(crate) fn linked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("http://").into_iter().chain(rest.find("https://")).min() {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| c.is_whitespace()).unwrap_or(from.len());
        let (address, after) = from.split_at(end);
        let address_only = address.trim_end_matches(['.', ',', ')']);
        let tail = address.get(address_only.len()..).unwrap_or_default();
        let shown = escaped(address_only);
        let _ = write!(out, "{}<a href=\"{shown}\">{shown}</a>{tail}", escaped(before));
        rest = after;
    }
    out + &escaped(rest)
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_can_be_followed_and_nothing_else_is_markup() {
        assert_eq!(html_of("<i>\n\nb\nc"), "<p>&lt;i&gt;</p><p>b<br>c</p>");
        let page = linked("Se her: http://a.example/x?a=1&b=2.\n<script>");
        assert_eq!(
            page,
            "Se her: <a href=\"http://a.example/x?a=1&amp;b=2\">http://a.example/x?a=1&amp;b=2</a>.\n&lt;script&gt;"
        );
    }
}
