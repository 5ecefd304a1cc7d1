//! `survey` and `crowd`: the pages of a survey with thousands of answers, and six hundred people who answer it while uplinks come.

use crate::answers::{fill, questions};
use crate::box_process::BoxProcess;
use crate::clock::{now, sleep_until};
use crate::folder::{Decoder, Folder, Window};
use crate::http::Connection;
use crate::page::{RATE, SPAN, at_rate};
use crate::say;
use crate::stage::Stage;
use crate::table::{Row, Spread, duration};
use crate::throughput::warm;
use anyhow::{Context, Result, anyhow, ensure};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

const SURVEY: &str = "/nb/take-part/many/answer";
const PAGES: u64 = 3;
const QUESTIONS_A_PAGE: u64 = 10;
/// How many people answer,
const PEOPLE: u32 = 600;
/// within this time: a tenth of what was promised, so ten times as many at once.
const WITHIN: Duration = Duration::from_mins(1);
/// So many of them are at it at once, at most.
const AT_ONCE: u32 = 24;
const UPLINKS_A_SECOND: f64 = 10.0;
/// Each has an address of their own, as behind a proxy.
const PROXY: &str = "trusted_proxies = [\"127.0.0.1\"]\n";

/// `survey`: the first page of a survey of thirty questions that ten thousand have answered.
pub(crate) fn survey(stage: &Stage) -> Result<Vec<Row>> {
    let (folder, data) = prepared(stage)?;
    let (app, _) = allting::assemble(&folder.path, &data)?;
    let activity = app.activity_list().into_iter().next().context("the survey of the bench is not open")?;
    fill(&app, &activity)?;
    drop(app);
    let running = BoxProcess::start(&stage.binary, &folder, &data)?;
    // The first look builds the survey from its answers.
    Connection::open(folder.web)?.get(SURVEY, "")?;
    let before = running.processor_time()?;
    let ask = |line: &mut Connection, turn: u32| line.get(SURVEY, &address(turn)).map(drop);
    let spread = at_rate(&folder, ask)?;
    let spent = running.processor_time()?.saturating_sub(before);
    running.stop()?;
    let pages = u32::try_from(SPAN.as_secs())? * RATE;
    let times = format!("p50 {}, p99 {}", duration(spread.median()), duration(spread.percentile(99)));
    let what = format!("page of a survey with 10 000 answers at {RATE}/s");
    Ok(vec![Row::new(what, format!("{times}, CPU {}", duration(spent / pages)), "p99 <= 15 ms")])
}

/// `crowd`: everybody answers at once, and nobody is turned away.
pub(crate) fn crowd(stage: &Stage) -> Result<Vec<Row>> {
    let (folder, data) = prepared(stage)?;
    let running = BoxProcess::start(&stage.binary, &folder, &data)?;
    let mut load = warm(&folder)?;
    let (next, begun) = (&AtomicU32::new(0), now());
    let folder_of_all = &folder;
    let (uplinks, times) = thread::scope(|scope| {
        let radio = scope.spawn(move || load.run(UPLINKS_A_SECOND, WITHIN));
        let people: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(move || {
                    let mut times = Vec::new();
                    loop {
                        let who = next.fetch_add(1, Ordering::Relaxed);
                        if who >= PEOPLE {
                            return Ok::<_, anyhow::Error>(times);
                        }
                        sleep_until(begun + WITHIN * who / PEOPLE)?;
                        answer(folder_of_all, who, &mut times).with_context(|| format!("person {who}"))?;
                    }
                })
            })
            .collect();
        let joined = people.into_iter().map(|one| one.join().map_err(|_| anyhow!("a thread of the bench panicked"))?);
        let times = joined.collect::<Result<Vec<_>>>()?.concat();
        let uplinks = radio.join().map_err(|_| anyhow!("a thread of the bench panicked"))??;
        Ok::<_, anyhow::Error>((uplinks, times))
    })?;
    let took = now().saturating_duration_since(begun);
    running.stop()?;
    let (app, _) = allting::assemble(&folder.path, &data)?;
    let id = model::Slug::new("many")?;
    let kept = app.store().read()?.entries(&id, model::activity::EntryId(0))?.count();
    let sent = usize::try_from(u64::from(PEOPLE) * PAGES)?;
    ensure!(kept == sent, "{sent} forms were thanked for, and {kept} are in the data file");
    say(&format!("{PEOPLE} people answered in {}: {}", duration(took), uplinks.told()));
    let spread = Spread::of(times);
    let figure = format!("0 of {} failed, p99 {}", sent + PEOPLE as usize, duration(spread.percentile(99)));
    let what = format!("requests of {PEOPLE} people who answer {PAGES} pages within {} s", WITHIN.as_secs());
    let lost = format!("{} of {} lost", uplinks.lost, uplinks.sent);
    Ok(vec![Row::new(what, figure, "0 failed"), Row::new("uplinks at 10/s meanwhile", lost, "0 lost")])
}

/// One person, from the first page to the thanks, as a browser without JavaScript would. Anything but a page is an error.
fn answer(folder: &Folder, who: u32, times: &mut Vec<Duration>) -> Result<()> {
    let (mut line, address) = (Connection::open(folder.web)?, address(who));
    let mut clocked = |ask: &mut dyn FnMut() -> Result<String>| {
        let begun = now();
        let page = ask();
        times.push(now().saturating_duration_since(begun));
        page
    };
    let mut page = clocked(&mut || line.page(SURVEY, &address))?;
    for number in 0..PAGES {
        let form = Form::of(&page).with_context(|| format!("page {number} has no form"))?;
        let keys = number * QUESTIONS_A_PAGE..(number + 1) * QUESTIONS_A_PAGE;
        let chosen = keys.map(|key| format!("&f.q{key}=o{}", (u64::from(who) + key) % 5)).collect::<Vec<_>>().concat();
        let filled = format!("{}&press=send{chosen}", form.hidden);
        page = clocked(&mut || line.send(&form.action, &address, &filled))?;
    }
    ensure!(page.contains("receipt-code"), "the last page thanks nobody");
    Ok(())
}

/// What a browser knows of a form.
#[derive(Debug, PartialEq, Eq)]
struct Form {
    action: String,
    /// Fields nobody sees, as they are sent. Their texts are codes and numbers, so nothing in them has to be quoted.
    hidden: String,
}

impl Form {
    fn of(page: &str) -> Option<Self> {
        let (tag, rest) = page.split("<form ").skip(1).find_map(|form| {
            let (tag, rest) = form.split_once('>')?;
            tag.contains("asking").then_some((tag, rest))
        })?;
        let within = rest.split("</form>").next()?;
        let pair = |field: &str| {
            let (name, rest) = field.split_once('"')?;
            let value = rest.split_once("value=\"")?.1.split_once('"')?.0;
            Some(format!("{name}={value}"))
        };
        let hidden = within.split("<input type=\"hidden\" name=\"").skip(1).filter_map(pair).collect::<Vec<_>>();
        let action = tag.split_once("action=\"")?.1.split_once('"')?.0.to_owned();
        Some(Self { action, hidden: hidden.join("&") })
    }
}

fn address(who: u32) -> String {
    format!("X-Forwarded-For: 10.{}.{}.7\r\n", who / 250 % 250, who % 250)
}

/// The folder of five hundred sensors with a survey in it, and a data folder with nothing in it: people do not ask for last year.
fn prepared(stage: &Stage) -> Result<(Folder, PathBuf)> {
    let folder = stage.folder("run", Decoder::Elsys, Window::Default)?;
    let municipality = folder.path.join("municipality.toml");
    fs::write(&municipality, fs::read_to_string(&municipality)? + PROXY)?;
    fs::create_dir_all(folder.path.join("activities"))?;
    fs::write(folder.path.join("activities/many.toml"), activity())?;
    let plugin = stage.plugin("survey");
    allting::install_plugin(&plugin, &folder.path)
        .map_err(anyhow::Error::msg)
        .context("the plugins are missing; `cargo xtask plugins` builds them")?;
    let data = stage.root().join("survey");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    fs::create_dir_all(&data)?;
    Ok((folder, data))
}

fn activity() -> String {
    let pages = (0..PAGES).map(|page| {
        let keys = page * QUESTIONS_A_PAGE..(page + 1) * QUESTIONS_A_PAGE;
        format!("[[settings.page]]\n{}", questions(keys))
    });
    let head = "method = \"survey\"\ntitle.nb = \"Mange\"\nlanguages = [\"nb\"]\n[settings]\n".to_owned();
    head + &pages.collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_sends_it() {
        let hidden = |name, value| format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
        let other = "<form method=\"post\" action=\"/x\"></form>";
        let asking = "<form method=\"post\" action=\"/nb/a\" class=\"asking\">";
        let page =
            [other, asking, &hidden("me", "7K3M"), &hidden("token", "0f"), "<input name=\"website\"></form>"].concat();
        let form = Form { action: "/nb/a".to_owned(), hidden: "me=7K3M&token=0f".to_owned() };
        assert_eq!(Form::of(&page), Some(form));
        assert_eq!(Form::of("<p>Takk</p>"), None);
    }
}
