//! The portal as its readers meet it: requests in, answers out, no socket.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "this is a test: it may fail")]

mod town;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio_stream::StreamExt;
use tower::ServiceExt;
use town::{Site, has, header, said, text};

const BROWSER: [(&str, &str); 1] = [("accept-encoding", "gzip, deflate, br")];

const PAGES: [&str; 14] = [
    "/nb/",
    "/nb/data",
    "/nb/about",
    "/nb/places/library",
    "/nb/places/pool",
    "/nb/places/museum",
    "/nb/places/rink",
    "/nb/places/path",
    "/nb/places/parking",
    "/nb/places/beach",
    "/nb/places/hall",
    "/nb/places/library/data",
    "/nb/places/library/poster",
    "/nb/places/museum/embed",
];

#[tokio::test]
async fn the_front_door_leads_to_the_language_of_the_reader() {
    let portal = Site::new();
    let response = portal.ask("/", &[("accept-language", "sv-SE,sv;q=0.9")]).await;
    assert_eq!((response.status(), header(&response, "location")), (StatusCode::SEE_OTHER, "/sv/"));
    assert_eq!(header(&response, "vary"), "accept-language");
    assert_eq!(header(&portal.ask("/", &[("accept-language", "fi")]).await, "location"), "/nb/");
    assert_eq!(header(&portal.ask("/nn", &[]).await, "location"), "/nn/");
}

#[tokio::test]
async fn the_home_page_tells_how_every_place_is_by_area() {
    let page = Site::new().page("/nb/").await;
    has(&page, "Sentrum</h3>");
    has(&page, "Ved sjøen</h3>");
    has(&page, "Roligere enn vanlig nå. 8 personer er her. Det vanlige en torsdag kl.\u{a0}15 er 20.");
    has(&page, "Mer folk enn vanlig nå. 97 personer er her.");
    has(&page, "Sensoren har vært stille siden kl.\u{a0}14.05");
    has(&page, "13 er ledige.");
    has(&page, "Vi har ikke fått noen måling herfra ennå.");
    has(&page, "<span lang=\"sv\">Åsgårds bruksmuseum</span>");
}

#[tokio::test]
async fn the_place_page_answers_before_it_explains() {
    let page = Site::new().page("/nb/places/library").await;
    let order =
        ["<h1>Biblioteket</h1>", "polite\">Roligere enn vanlig nå.", ">8</span>", "En vanlig uke", "Siste 30 dager"];
    let at: Vec<_> = order.iter().map(|words| page.find(words).unwrap_or_else(|| panic!("no {words}"))).collect();
    assert!(at.is_sorted(), "{at:?}");
    has(&page, "Oppdatert for 4 minutter siden");
    has(&page, "Resten av dagen er det vanligvis roligst kl.\u{a0}19, med 16 personer.");
    has(&page, "<dd data-live=\"free\">52</dd>");
    has(&page, "Temperaturen er 21,4 grader.");
    has(&page, "<th scope=\"row\">15</th>");
    has(&page, "<td class=\"l5 present\">20<span class=\"unseen\">, timen nå</span></td>");
    has(&page, "<span aria-hidden=\"true\">&lt;5</span><span class=\"unseen\">færre enn 5</span>");
    has(&page, "Flest var det torsdag 12. november: 25 personer.");
    has(&page, "<td>ikke målt</td>");
}

#[tokio::test]
async fn a_part_of_a_place_is_read_aloud_in_the_language_its_name_is_in() {
    let portal = Site::new();
    has(&portal.page("/nb/places/library").await, "<p>Lesesalen: Temperaturen er 21,4 grader.</p>");
    has(
        &portal.page("/en/places/library").await,
        "<p><span lang=\"nb\">Lesesalen</span>: The temperature is 21.4 degrees.</p>",
    );
}

#[tokio::test]
async fn a_hidden_count_is_nowhere_on_the_page_nor_in_the_data() {
    let portal = Site::new();
    let page = portal.page("/en/places/museum").await;
    has(&page, "Fewer than 5 people are here.");
    let json = portal.json("/api/v1/places/museum").await;
    assert_eq!(json["now"]["amount"], serde_json::Value::Null);
    assert_eq!(json["now"]["fewerThan"], 5);
    assert_eq!(json["smallestCount"], 5);
}

#[tokio::test]
async fn a_silent_place_shows_no_old_number_as_new() {
    let portal = Site::new();
    let page = portal.page("/sv/places/rink").await;
    has(&page, "Sensorn har varit tyst sedan kl.\u{a0}14.05, så vi vet inte hur det är nu.");
    has(&page, "data-live-box hidden");
    let json = portal.json("/api/v1/places/rink").await;
    assert_eq!((&json["now"], &json["silent"]), (&serde_json::Value::Null, &true.into()));
}

#[tokio::test]
async fn a_place_without_a_count_lets_its_other_sensors_speak() {
    let page = Site::new().page("/nn/places/beach").await;
    has(&page, "aria-live=\"polite\">Vatnet er 4,2 grader. Temperaturen er \u{2212}1,6 grader.</p>");
    assert!(!page.contains("id=\"week\""), "nothing is counted here");
}

#[tokio::test]
async fn every_page_is_there_in_every_language_and_offers_the_others() {
    let portal = Site::new();
    for path in PAGES {
        for language in ["nb", "nn", "sv", "en"] {
            let path = path.replacen("nb", language, 1);
            let page = portal.page(&path).await;
            has(&page, &format!("<html lang=\"{language}\">"));
            has(
                &page,
                &format!("<a href=\"{path}\" lang=\"{language}\" hreflang=\"{language}\" aria-current=\"true\">"),
            );
            assert_eq!(page.matches("<h1").count(), 1, "{path}");
        }
    }
}

#[tokio::test]
async fn no_page_has_an_inline_style_or_script_or_an_address_of_somebody_else() {
    let portal = Site::new();
    for path in PAGES {
        let page = portal.page(path).await;
        for bad in [" style=", "<style", "<script>", " onclick", "javascript:"] {
            assert!(!page.contains(bad), "{path} has {bad}");
        }
        for (at, _) in page.match_indices("//").filter(|(at, _)| page[..*at].ends_with(':')) {
            let address = &page[at..];
            let own = address.starts_with("//allting.local/") || address.starts_with("//creativecommons.org/");
            assert!(own, "{path}: {}", &address[..40]);
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_strict_headers_and_no_cookie() {
    let portal = Site::new();
    for path in
        ["/", "/nb/", "/nb/nowhere", "/api/v1/places", "/api/v1/uplinks/live", "/healthz", "/nb/places/library/live"]
    {
        let response = portal.ask(path, &[]).await;
        let policy = header(&response, "content-security-policy");
        let forbidden = policy.contains(concat!("un", "safe"));
        assert!(policy.starts_with("default-src 'none'; script-src 'self'") && !forbidden, "{path}");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header(&response, "set-cookie"), "", "{path}");
    }
}

/// What pages bring along is as small as it gets soon after the first visitor.
async fn smallest(portal: &Site, path: &str) -> Response {
    for _ in 0..500 {
        let response = portal.ask(path, &BROWSER).await;
        if header(&response, "content-encoding") == "br" {
            return response;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{path} did not get smaller")
}

#[tokio::test]
async fn what_pages_bring_along_comes_as_the_browser_can_read_it() {
    let portal = Site::new();
    let page = portal.page("/nb/").await;
    let style = page.split('"').find(|part| part.starts_with("/assets/style-")).unwrap();
    let plain = portal.page(style).await;
    let small = to_bytes(smallest(&portal, style).await.into_body(), 1 << 20).await.unwrap();
    let mut read = Vec::new();
    brotli::BrotliDecompress(&mut &*small, &mut read).unwrap();
    assert_eq!(String::from_utf8(read).unwrap(), plain);
    for (codings, wanted) in [("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", ""), ("gzip;q=0", "")] {
        let response = portal.ask(style, &[("accept-encoding", codings)]).await;
        assert_eq!(header(&response, "content-encoding"), wanted, "{codings}");
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        assert!(!wanted.is_empty() || bytes == plain, "{codings}");
    }
}

#[tokio::test]
async fn a_place_page_with_all_it_brings_along_fits_in_thirty_kilobytes() {
    let portal = Site::new();
    let page = portal.page("/nb/places/library").await;
    // The interactive map is fetched when it is looked at.
    let later = |part: &&str| !part.contains("/leaflet-") && !part.contains("/protomaps-");
    let assets = page.split('"').filter(|part| part.starts_with("/assets/")).filter(later);
    let all: Vec<_> = assets.chain(["/nb/places/library"]).collect();
    assert!((4..=6).contains(&all.len()), "with or without the typeface and the map: {all:?}");
    let mut bytes = 0;
    for path in all {
        let is_text = [".css", ".js"].iter().any(|ending| path.contains(ending));
        let response = if is_text { smallest(&portal, path).await } else { portal.ask(path, &BROWSER).await };
        assert_eq!(response.status(), StatusCode::OK);
        assert!(header(&response, "vary").contains("accept-encoding") || path.contains(".woff2"), "{path}");
        bytes += to_bytes(response.into_body(), 1 << 20).await.unwrap().len();
    }
    assert!(bytes < 30 * 1024, "{bytes} bytes");
    assert!(include_str!("../assets/live-place.js").len() <= 3 * 1024);
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_pages_are_asked_for_again() {
    let portal = Site::new();
    let page = portal.ask("/nb/places/library", &[]).await;
    assert_eq!(header(&page, "cache-control"), "no-cache");
    let tag = header(&page, "etag").to_owned();
    let again = portal.ask("/nb/places/library", &[("if-none-match", &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let page = text(page).await;
    let style = page.split('"').find(|part| part.starts_with("/assets/style-")).unwrap();
    let style = portal.ask(style, &[]).await;
    assert_eq!(header(&style, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(portal.ask("/assets/style-0.css", &[]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_not_there_is_told_in_the_language_of_the_reader() {
    let portal = Site::new();
    for (path, words) in [
        ("/nb/places/nowhere", "Siden finnes ikke"),
        ("/sv/nowhere", "Sidan finns inte"),
        ("/nn/places/..%2f..%2fetc", "Sida finst ikkje"),
        ("/en/places/library/nowhere", "This page does not exist"),
        ("/fi/", "Siden finnes ikke"),
        ("/%ff%fe", "Siden finnes ikke"),
    ] {
        let response = portal.ask(path, &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        has(&text(response).await, words);
    }
    let asked = portal.ask("/nowhere", &[("accept-language", "en")]).await;
    has(&text(asked).await, "This page does not exist");
}

#[tokio::test]
async fn a_page_can_only_be_read() {
    let portal = Site::new();
    let request = Request::post("/nb/places/library").body(Body::from("x=1")).unwrap();
    let response = web::router(portal.portal).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    has(&text(response).await, "Denne adressen kan bare leses.");
}

#[tokio::test]
async fn a_failure_of_the_store_is_told_as_ours_and_its_reason_is_not_told() {
    let portal = Site::new();
    portal.town.broken.store(true, Ordering::Relaxed);
    let response = portal.ask("/nb/places/library", &[]).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let page = text(response).await;
    has(&page, "Noe gikk galt hos oss");
    assert!(!page.contains("checksum"), "{page}");
}

#[tokio::test]
async fn a_live_page_hears_how_it_is_and_what_changes() {
    tokio::time::pause();
    let portal = Site::new();
    let response = portal.ask("/nb/places/library/live", &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(&response, "content-type"), "text/event-stream");
    assert_eq!(header(&response, "content-encoding"), "", "a compressed stream would be held back");
    portal.town.set("pool", 40);
    let mut stream = response.into_body().into_data_stream();
    let first = stream.next().await.unwrap().unwrap();
    has(
        std::str::from_utf8(&first).unwrap(),
        "event: place\ndata: {\"state\":\"calm\",\"sentence\":\"Roligere enn vanlig",
    );
    portal.town.set("library", 31);
    let second = stream.next().await.unwrap().unwrap();
    has(std::str::from_utf8(&second).unwrap(), "31 personer er her.");
}

#[tokio::test]
async fn closing_the_portal_ends_the_streams_and_sends_new_viewers_away_kindly() {
    let portal = Site::new();
    let response = portal.ask("/nb/places/library/live", &[]).await;
    portal.portal.close();
    said(response, usize::MAX).await;
    let late = portal.ask("/nb/places/library/live", &[]).await;
    assert_eq!(late.status(), StatusCode::SERVICE_UNAVAILABLE);
    has(&text(late).await, "Mange følger med akkurat nå");
}

#[tokio::test]
async fn the_home_page_says_first_what_is_calm_and_what_is_busy() {
    let page = Site::new().page("/nb/").await;
    let order =
        ["Rolig nå", "Biblioteket", "Travelt nå", "Svømmehallen", "id=\"places\"", "id=\"map\"", "Si din mening"];
    let mut rest = page.as_str();
    for words in order {
        rest = rest.split_once(words).unwrap_or_else(|| panic!("no {words} in its turn")).1;
    }
}

#[tokio::test]
async fn places_of_one_sort_can_be_asked_for_and_a_sort_there_is_none_of_shows_all() {
    let portal = Site::new();
    let cards = |page: &str| page.matches("<li class=\"card ").count();
    assert_eq!(cards(&portal.page("/nb/?kind=trail").await), 1);
    assert_eq!(cards(&portal.page("/nb/?kind=volcano").await), 8);
    assert_eq!(cards(&portal.page("/nb/?kind=a&kind=b").await), 8);
}

#[tokio::test]
async fn the_same_weeks_last_year_are_told_with_holidays_apart() {
    let page = Site::new().page("/nb/places/library").await;
    has(&page, "<tr><th scope=\"row\">Vanlige dager</th><td>16 personer</td><td>14 personer</td></tr>");
    has(&page, "<tr><th scope=\"row\">Skoleferie</th><td>20 personer</td><td>22 personer</td></tr>");
}

#[tokio::test]
async fn a_shared_link_brings_a_picture_that_says_what_the_page_says() {
    let portal = Site::new();
    let page = portal.page("/nb/places/library").await;
    let response = portal.ask("/nb/places/library/card.png", &[]).await;
    if !page.contains("og:image") {
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        return println!("skipped: pictures: the typeface was not brought; `cargo xtask assets` does");
    }
    has(&page, "og:image\" content=\"http://allting.local/nb/places/library/card.png\"");
    has(&page, "og:image:alt\" content=\"Biblioteket: Roligere enn vanlig nå. 8 personer er her.");
    assert_eq!(header(&response, "content-type"), "image/png");
    let png = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    // Width and height stand in the first chunk.
    assert_eq!((&png[16..20], &png[20..24]), (&1200_u32.to_be_bytes()[..], &630_u32.to_be_bytes()[..]));
}

#[tokio::test]
async fn a_poster_brings_its_code_and_its_address_in_plain_letters() {
    let response = Site::new().ask("/nb/places/library/poster", &[("host", "norsjo.example")]).await;
    let page = text(response).await;
    has(&page, "Kode som fører til norsjo.example/nb/places/library");
    has(&page, "Er det rolig her nå?");
    has(&page, ">norsjo<wbr>.example/<wbr>nb/<wbr>places/<wbr>library</a>");
    assert!(page.matches("v1h-").count() > 100, "a code has hundreds of dark squares, in rows");
}

#[tokio::test]
async fn a_host_that_is_no_host_gets_into_no_address() {
    let response = Site::new().ask("/nb/places/library/poster", &[("host", "x\"><script>")]).await;
    has(&text(response).await, "http://allting.local/nb/places/library");
}

#[tokio::test]
async fn other_pages_may_frame_the_box_for_them_and_nothing_else() {
    let portal = Site::new();
    let framed = portal.ask("/embed/nb/library", &[]).await;
    assert!(header(&framed, "content-security-policy").ends_with("frame-ancestors *"));
    assert_eq!(header(&framed, "x-frame-options"), "");
    has(&text(framed).await, "<live-place src=\"/nb/places/library/live\"");
    let page = portal.ask("/nb/places/library", &[]).await;
    assert_eq!(header(&page, "x-frame-options"), "DENY");
    let picture = portal.ask("/embed/sv/library/picture.svg", &[]).await;
    assert_eq!(header(&picture, "content-type"), "image/svg+xml");
    has(&text(picture).await, "<title>Biblioteket: Lugnare än vanligt nu.");
    assert_eq!(portal.ask("/embed/fi/library", &[]).await.status(), StatusCode::NOT_FOUND);
    let snippets = portal.page("/nb/places/library/embed").await;
    has(&snippets, "&lt;iframe src=&quot;http://allting.local/embed/nb/library&quot;");
}

#[tokio::test]
async fn a_screen_shows_its_places_in_turn_and_hears_of_them() {
    tokio::time::pause();
    let portal = Site::new();
    let page = portal.page("/screen/lobby?at=1&lang=sv").await;
    has(&page, "content=\"15;url=/screen/lobby?lang=sv&amp;at=2\"");
    assert_eq!(page.matches("class=\"slide\"").count(), 3);
    has(&page, "data-place=\"pool\" data-state=\"busy\">");
    has(&page, "Ingen kontakt med boxen. De här talen är från {time}.");
    let live = said(portal.ask("/screen/lobby/live?lang=nb", &[]).await, 1).await;
    has(&live[0], "event: places\ndata: [{\"id\":\"library\",\"state\":\"calm\"");
    for path in ["/screen/nowhere", "/screen/nowhere/live"] {
        assert_eq!(portal.ask(path, &[]).await.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(portal.ask("/screen/lobby?at=-1", &[]).await.status(), StatusCode::OK);
}
