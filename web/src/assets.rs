use crate::problem::Problem;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

/// Addresses of what pages bring along. They change with the content, so a browser may keep each for ever.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Assets {
    style: String,
    live_place: String,
    icon: String,
}

struct Asset {
    address: String,
    kind: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(stem: &str, extension: &str, kind: &'static str, content: &'static str) -> Self {
        let mut hash = DefaultHasher::new();
        content.hash(&mut hash);
        Self { address: format!("/assets/{stem}-{:016x}.{extension}", hash.finish()), kind, content }
    }
}

static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("style", "css", "text/css; charset=utf-8", include_str!("../assets/style.css")));
static LIVE_PLACE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("live-place", "js", "text/javascript; charset=utf-8", include_str!("../assets/live-place.js"))
});
static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_str!("../assets/icon.svg")));

/// The addresses, for the frame of a page.
pub(crate) fn assets() -> Assets {
    Assets { style: STYLE.address.clone(), live_place: LIVE_PLACE.address.clone(), icon: ICON.address.clone() }
}

/// `GET /assets/{name}`.
pub(crate) async fn get(Path(name): Path<String>) -> Result<Response, Problem> {
    let asked = format!("/assets/{name}");
    let asset = [&*STYLE, &*LIVE_PLACE, &*ICON].into_iter().find(|asset| asset.address == asked);
    let asset = asset.ok_or_else(Problem::not_found)?;
    let headers = [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.content).into_response())
}
