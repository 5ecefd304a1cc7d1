//! Letters to those who subscribe to news on the portal: one text in each language, and the box knows to whom.

use allting_plugin_sdk::channel::{
    Channel, Description, Job, Mail, Picture, Post, Power, Publication, Receipt, Reply, Step, Text, Turn,
};
use allting_plugin_sdk::export_channel;
use serde::Deserialize;

/// Everybody who subscribes and wants to hear about this. Who that is the box knows alone.
const AUDIENCE: &str = "subscribers";
/// Mail programs cut what is longer, characters.
const SUBJECT_CHARS_MAX: usize = 120;

/// What the municipality sets.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    subject_prefix: String,
}

/// The channel.
#[derive(Debug)]
pub struct Newsletter;

impl Channel for Newsletter {
    type Settings = Settings;
    /// What the letters are called.
    type State = String;

    fn describe() -> Description {
        let door = "https://allting.norsjo.se/go/library";
        let publication =
            Publication::new("rule/1", Text::new("sv", "Lugnt på biblioteket", "Det finns plats nu: 5 * 4."))
                .text(Text::new("en", "Calm at the library", "There is room now."))
                .door(door)
                .picture(Picture::png("sv", "En kulle och en sol."));
        let letter = |language: &str, subject: &str, page: &str| {
            Post::new(language, page).titled(subject).linked(Some(door.to_owned()))
        };
        let (swedish, english) = ("Det finns plats nu: 5 * 4.", "There is room now.");
        let posts = vec![
            letter("sv", "Norsjö: Lugnt på biblioteket", swedish),
            letter("en", "Norsjö: Calm at the library", english),
        ];
        Description::new("newsletter", env!("CARGO_PKG_VERSION"))
            .title("nb", "Nyhetsbrev")
            .title("nn", "Nyheitsbrev")
            .title("sv", "Nyhetsbrev")
            .title("en", "Newsletter")
            .help("nb", "Brev til dem som har bedt om dem på portalen: med det samme, hver dag eller hver uke.")
            .help("nn", "Brev til dei som har bede om dei på portalen: med det same, kvar dag eller kvar veke.")
            .help("sv", "Brev till dem som har bett om dem på portalen: genast, varje dag eller varje vecka.")
            .help("en", "Letters to those who asked for them on the portal: at once, daily or weekly.")
            .schema(include_str!("settings.schema.json"))
            .power(Power::Mail)
            .example("a letter in two languages", publication, r#"{"subject_prefix":"Norsjö:"}"#, Ok(posts))
    }

    fn compose(publication: &Publication, settings: &Settings) -> Result<Vec<Post>, String> {
        publication.texts.iter().map(|text| letter(text, publication.door.as_deref(), settings)).collect()
    }

    fn start(post: &Post, _: &Settings, job: &Job) -> Turn {
        let mail = Mail {
            audience: AUDIENCE.to_owned(),
            language: post.language.clone(),
            subject: post.title.clone(),
            page: page(post),
        };
        Turn::next(&job.idempotency_key, Step::Mail(mail))
    }

    fn resume(name: String, reply: &Reply, _: &Settings, _: &Job) -> Turn {
        match reply {
            Reply::Sent(people) => Turn::receipt(Receipt { handle: name, link: None, people: Some(*people) }),
            other => Turn::refused(other),
        }
    }
}

fn letter(text: &Text, door: Option<&str>, settings: &Settings) -> Result<Post, String> {
    let subject = format!("{} {}", settings.subject_prefix.trim(), text.title.trim()).trim().to_owned();
    if text.title.trim().is_empty() || subject.chars().count() > SUBJECT_CHARS_MAX {
        return Err(format!(
            "A letter needs a title, of at most {SUBJECT_CHARS_MAX} characters with what stands before it."
        ));
    }
    Ok(Post::new(&text.language, text.body.trim()).titled(&subject).linked(door.map(str::to_owned)))
}

/// The text and a link to the door, as `CommonMark`.
fn page(post: &Post) -> String {
    let link = post.link.as_ref().map(|door| format!("[{}]({door})", more(&post.language)));
    let page = [escaped(&post.body), link.unwrap_or_default()];
    page.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// What the link says. A picture is not sent along: it is at the address that the link leads to.
fn more(language: &str) -> &'static str {
    match language {
        "nb" => "Les mer eller svar",
        "nn" => "Les meir eller svar",
        "sv" => "Läs mer eller svara",
        _ => "Read more, or answer",
    }
}

/// Plain text as `CommonMark` that says just that: what would be markup is none (0.31, sections 2.4 and 6.7).
fn escaped(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let paragraphs = lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty());
    let paragraph = |lines: &[&str]| lines.iter().map(|line| escaped_line(line)).collect::<Vec<_>>().join("\\\n");
    paragraphs.map(paragraph).collect::<Vec<_>>().join("\n\n")
}

fn escaped_line(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mut out = String::with_capacity(line.len());
    for (at, sign) in line.char_indices() {
        let begins_a_list = (at == 0 && "+-=".contains(sign)) || (at > 0 && at == digits && ".)".contains(sign));
        if begins_a_list || "\\`*_{}[]<>#!|~&".contains(sign) {
            out.push('\\');
        }
        out.push(sign);
    }
    out
}

export_channel!(Newsletter);

#[cfg(test)]
mod tests;
