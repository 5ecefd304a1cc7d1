use super::{Failure, complain, say};
use crate::clock::now;
use crate::running::assemble;
use app::WouldPost;
use clap::Subcommand;
use model::{Calendar, Rule};
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Says what the rules would have said in the last days, and when
    Replay {
        /// The municipality's folder of TOML
        folder: PathBuf,
        /// Where the data lies; the box that uses it must be stopped
        #[arg(long)]
        data: PathBuf,
        /// How many days are lived through again
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=366))]
        days: u32,
        /// Only this rule: the name of its file, without `.toml`
        #[arg(long)]
        rule: Option<String>,
    },
}

pub(crate) fn run(what: &What) -> Result<(), Failure> {
    let What::Replay { folder, data, days, rule } = what;
    let (app, warnings) = assemble(folder, data)?;
    for warning in &warnings {
        complain(warning);
    }
    let all = app.rule_list();
    let chosen: Vec<Rule> =
        all.iter().filter(|known| rule.as_ref().is_none_or(|name| known.id.as_str() == name)).cloned().collect();
    if let (Some(name), true) = (rule, chosen.is_empty()) {
        let names: Vec<&str> = all.iter().map(|rule| rule.id.as_str()).collect();
        return Err(Failure::Wrong(format!("there is no rule `{name}`; there are: {}", names.join(", "))));
    }
    let posts = app.replay_rules(&chosen, *days, now())?;
    say(told(&chosen, &posts, *days, &app.municipality().calendar).trim_end());
    Ok(())
}

/// One paragraph a rule, those that are switched off included, as if they were not.
fn told(rules: &[Rule], posts: &[WouldPost], days: u32, calendar: &Calendar) -> String {
    let mut text = String::new();
    if rules.is_empty() {
        text.push_str("There are no rules; each is a file in the folder rules/.");
    }
    for rule in rules {
        let own: Vec<&WouldPost> = posts.iter().filter(|post| post.rule == rule.id).collect();
        let count = own.iter().filter(|post| post.texts.is_ok()).count();
        let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
        let off = if rule.off { " (it is switched off)" } else { "" };
        _ = writeln!(text, "{}{off}: would have posted {times} in {days} days", rule.id);
        for post in own {
            let at = calendar.civil(post.at).strftime("%Y-%m-%d %H:%M");
            match &post.texts {
                Ok(texts) => {
                    for said in texts {
                        let body = said.body.replace('\n', "\n    ");
                        _ = writeln!(text, "  {at} [{}] {}\n    {body}", said.language, said.title);
                    }
                }
                Err(slot) => {
                    _ = writeln!(text, "  {at} silent: `{{{}}}` in its text was not known", slot.word());
                }
            }
        }
        text.push('\n');
    }
    text
}
