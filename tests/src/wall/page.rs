//! The pages: what came lately, a post with what was replied to it, and the letters.

use super::Wall;
use super::letter::Letter;
use crate::peer::{Asked, Says, says};
use crate::social::{Status, escaped, fields, html_of, linked, lock, plain};
use std::fmt::Write as _;

/// Letters in the list, and on the first page; posts and messages there.
const LISTED_MAX: usize = 200;
const NEWEST: usize = 8;
/// The first page is fetched anew so often, in seconds: whoever looks on sees posts arrive.
const AGAIN_S: u32 = 3;
/// Characters of a reply.
const REPLY_MAX: usize = 500;
const STYLE: &str = include_str!("style.css");

impl Wall {
    /// Answers one request: of the box, which posts, or of who reads.
    pub(super) fn answer(&self, asked: &Asked) -> Says {
        let path = asked.path.split('?').next().unwrap_or_default();
        let number = |before: &str| path.strip_prefix(before).and_then(|number| number.parse::<u64>().ok());
        match (asked.method.as_str(), path) {
            (_, path) if path.starts_with("/api/") => lock(&self.social).answer(asked),
            ("POST", "/hook") => self.hooks.take(asked, (self.now)()),
            ("POST", "/crowd") => {
                self.crowd.iter().for_each(|crowd| crowd.come((self.now)()));
                to("/")
            }
            ("POST", _) => match number("/post/") {
                Some(post) => self.take_reply(post, asked),
                None => nothing(),
            },
            (_, "/") => Says::Answer(200, headers(&format!("Refresh: {AGAIN_S}\r\n")), whole(&self.newest())),
            (_, "/letters") => shown(&self.letters_with(&wanted(&asked.path))),
            (_, "/style.css") => Says::File("text/css", STYLE.as_bytes().to_vec()),
            _ => {
                let letter = number("/letter/").and_then(|number| self.letters.find(number));
                let picture = || lock(&self.social).media.get(&number("/picture/")?).cloned();
                match (letter, number("/post/").and_then(|post| self.conversation(post)), picture()) {
                    (Some(letter), ..) => shown(&one_letter(&letter)),
                    (_, Some(page), _) => shown(&page),
                    (.., Some(picture)) => Says::File("image/png", picture.bytes),
                    _ => nothing(),
                }
            }
        }
    }

    /// Somebody replies to a post, as from another server.
    fn take_reply(&self, post: u64, asked: &Asked) -> Says {
        let text = fields(&asked.body).remove("text").unwrap_or_default();
        let text: String = text.trim().chars().take(REPLY_MAX).collect();
        let mut social = lock(&self.social);
        if text.is_empty() || !social.statuses.contains_key(&post) {
            return nothing();
        }
        social.reply(post, "somebody@elsewhere.example", &html_of(&text));
        to(&format!("/post/{post}"))
    }

    fn newest(&self) -> String {
        let (taken, letters) = self.letters.list("", NEWEST);
        let crowd = self.crowd.as_ref().map(|crowd| {
            format!("<form method=\"post\" action=\"/crowd\"><button>Fill {}</button></form>", escaped(crowd.place()))
        });
        let mut page = format!(
            "<h1>What left the box</h1><p>Posts, messages and letters of the box end here, on this machine, \
             and nowhere else.</p>{}<h2>Posts</h2>",
            crowd.unwrap_or_default()
        );
        let posts = lock(&self.social).own();
        for (number, post) in posts.iter().rev().filter(|(_, post)| post.to.is_none()).take(NEWEST) {
            page += &self.post(*number, post);
            let _ = write!(page, "<p><a href=\"/post/{number}\">Read and write replies</a></p></article>");
        }
        let hooks = self.hooks.list();
        page += or_none(posts.is_empty(), "No posts yet.");
        page += "<h2>Messages to programs</h2>";
        page += or_none(hooks.is_empty(), "No messages yet.");
        for told in hooks.iter().take(NEWEST) {
            let _ = write!(
                page,
                "<article><small>{}, {}: signed, and the signature is sound</small>",
                escaped(&told.kind),
                minute(&told.at)
            );
            for (title, body) in &told.texts {
                let _ = write!(page, "<h3>{}</h3><pre>{}</pre>", escaped(title), linked(body));
            }
            let alternative = told.picture.as_ref().map(|words| format!("Picture: {words}\n")).unwrap_or_default();
            let text = alternative + told.link.as_deref().unwrap_or_default();
            let _ = write!(page, "<pre>{}</pre></article>", linked(&text));
        }
        let _ = write!(page, "<h2>Letters</h2><p><a href=\"/letters\">All letters: {taken}</a></p>");
        page + &list_of(&letters)
    }

    /// Its picture, with the words for it, and what it says.
    fn post(&self, number: u64, post: &Status) -> String {
        let mut page =
            format!("<article id=\"post-{number}\"><small>{}, {}</small>", escaped(&post.by), minute(&post.at));
        // Made by `html_of`, which lets no markup through.
        page += &post.html;
        let social = lock(&self.social);
        for (id, media) in post.media.iter().filter_map(|id| Some((id, social.media.get(id)?))) {
            let words = escaped(&media.description);
            let _ = write!(
                page,
                "<figure><img src=\"/picture/{id}\" alt=\"{words}\"><figcaption>Alternative text: {words}\
                 </figcaption></figure>"
            );
        }
        page
    }

    /// A post and all that was replied to it, with a form for one more.
    fn conversation(&self, number: u64) -> Option<String> {
        let all = lock(&self.social).statuses.clone();
        let mut page = "<p><a href=\"/\">What left the box</a></p><h1>A post and its replies</h1>".to_owned();
        page += &self.post(number, all.get(&number)?);
        page += "</article>";
        let mut of = vec![number];
        for (id, status) in all.range(number + 1..) {
            if status.to.is_some_and(|to| of.contains(&to)) {
                of.push(*id);
                page += &self.post(*id, status);
                page += "</article>";
            }
        }
        let _ = write!(
            page,
            "<form method=\"post\" action=\"/post/{number}\"><label for=\"text\">Your reply</label>\
             <textarea id=\"text\" name=\"text\" rows=\"4\" maxlength=\"{REPLY_MAX}\" required></textarea>\
             <button>Reply</button></form><p>The box looks for replies every five minutes, or when a colleague presses \
             \u{201c}Look for replies now\u{201d} in the staff room \u{201c}Talk\u{201d}. There it waits until \
             somebody lets it through; then it stands on the page of the place.</p>"
        );
        Some(page)
    }

    fn letters_with(&self, with: &str) -> String {
        let (taken, found) = self.letters.list(with, LISTED_MAX);
        format!(
            "<p><a href=\"/\">What left the box</a></p><h1>Letters</h1><p>{taken} so far.</p><form>\
             <input name=\"q\" value=\"{}\" aria-label=\"Address or subject\" placeholder=\"Address or subject\"> \
             <button>Find</button></form>{}",
            escaped(with),
            list_of(&found)
        )
    }
}

/// The minute of a moment after RFC 3339, for people.
fn minute(at: &str) -> String {
    escaped(&at.chars().take("2026-11-22T19:30".len()).collect::<String>().replace('T', " ")) + " UTC"
}

fn shown(page: &str) -> Says {
    Says::Answer(200, headers(""), whole(page))
}

fn to(path: &str) -> Says {
    Says::Answer(303, format!("Location: {path}\r\n"), String::new())
}

fn nothing() -> Says {
    says(404, "Nothing here.")
}

fn headers(more: &str) -> String {
    format!(
        "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'\r\n{more}"
    )
}

fn whole(page: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>What left the box</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/style.css\"></head>\n<body><main>{page}</main></body></html>\n"
    )
}

/// What is looked for: `/letters?q=kari%40`.
fn wanted(path: &str) -> String {
    let query = path.split_once("q=").map_or("", |(_, query)| query);
    plain(query.split('&').next().unwrap_or_default())
}

fn or_none(none: bool, words: &'static str) -> &'static str {
    if none { words } else { "" }
}

fn list_of(letters: &[(u64, Letter)]) -> String {
    let mut page = String::new();
    for (number, letter) in letters {
        let (subject, to) = (escaped(&letter.subject), escaped(&letter.to));
        let _ = write!(page, "<li><a href=\"/letter/{number}\">{subject}</a><br><small>to {to}</small></li>");
    }
    if page.is_empty() { "<p>No letters.</p>".to_owned() } else { format!("<ul>{page}</ul>") }
}

fn one_letter(letter: &Letter) -> String {
    let way_out = letter.unsubscribe.as_ref().map(|way| format!("<br>way out: {}", linked(way)));
    format!(
        "<p><a href=\"/letters\">Letters</a></p><h1>{}</h1><p><small>from {}<br>to {}{}</small></p><pre>{}</pre>",
        escaped(&letter.subject),
        escaped(&letter.from),
        escaped(&letter.to),
        way_out.unwrap_or_default(),
        linked(&letter.text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for_is_read_from_the_address() {
        assert_eq!(wanted("/letters?q=kari%40a+b&x=1"), "kari@a b");
        assert_eq!(wanted("/letters"), "");
    }
}
