//! `POST /{lang}/take-part/{id}/tell-me`: whoever took part leaves an address to be told what happened. `.../stop/{mark}`: the way out that
//! stands in each letter.

use super::hall;
use super::read::Arrived;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use axum::extract::Path;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use model::MailAddress;
use model::activity::{Activity, Code};
use serde::Serialize;

/// The page of either.
#[derive(Debug, Default, Serialize)]
struct Page {
    name: Option<Fragment>,
    about: String,
    action: String,
    /// `ask`, `kept`, `stop` or `stopped`.
    step: &'static str,
    /// The code they hold.
    me: String,
    /// What was typed, and is no address.
    typed: Option<String>,
}

pub(crate) async fn tell_me(
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
    arrived: Arrived,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(&id)?;
    let code = Code::parse(arrived.pairs.get("me")).ok_or_else(Problem::bad_form)?;
    let typed = arrived.pairs.get("address").trim();
    let page = Page::of(&activity, &reader, "tell-me");
    let Ok(address) = typed.parse::<MailAddress>() else {
        let typed = Some(typed.chars().take(254).collect());
        return answer(&reader, &Page { step: "ask", me: code.to_string(), typed, ..page });
    };
    let (name, language) = (activity.id.clone(), reader.language());
    // Whoever made a code up is told the same: nobody learns here which codes there are.
    hall.work(move |app| app.tell_me(&name, &code, &address, language)).await?;
    answer(&reader, &Page { step: "kept", ..page })
}

/// A page with a button: what looks at links before people do must not end anything.
pub(crate) async fn ask_stop(
    reader: Reader,
    Path((_, id, mark)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let activity = hall(&reader.portal)?.public(&id)?;
    let page = Page::of(&activity, &reader, &format!("stop/{}", plain(&mark)?));
    answer(&reader, &Page { step: "stop", ..page })
}

/// By the button, or by a mail program itself (RFC 8058): no cookie, no other question. A mark that nobody has gets the same answer.
pub(crate) async fn stop(
    reader: Reader,
    Path((_, id, mark)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(&id)?;
    let (name, mark, now) = (activity.id.clone(), plain(&mark)?.to_owned(), reader.now);
    hall.work(move |app| app.stop_telling(&name, &mark, now)).await?;
    answer(&reader, &Page { step: "stopped", ..Page::of(&activity, &reader, "") })
}

fn plain(mark: &str) -> Result<&str, Problem> {
    let fits = mark.len() == 32 && mark.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then_some(mark).ok_or_else(Problem::not_found)
}

impl Page {
    fn of(activity: &Activity, reader: &Reader, path: &str) -> Self {
        let about = format!("/{}/take-part/{}", reader.language(), activity.id);
        let name = Some(Fragment::of(&activity.title, reader.language()));
        Self { name, action: format!("{about}/{path}"), about, ..Self::default() }
    }
}

fn answer(reader: &Reader, page: &Page) -> Result<Response, Problem> {
    let title = reader.text(&format!("telling-{}", page.step));
    let title = if page.typed.is_some() { reader.text("wrong-title-prefix") + &title } else { title };
    let frame = Frame { title, section: "take-part", ..reader.frame() };
    let html = reader.render("take_part/telling.html", &frame, page)?;
    Ok(([(CACHE_CONTROL, "no-store")], Html(html)).into_response())
}
