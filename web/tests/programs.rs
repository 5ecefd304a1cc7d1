//! The portal as programs meet it: open data, feeds, figures of the box.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "this is a test: it may fail")]

mod town;

use app::LiveUplink;
use axum::http::StatusCode;
use model::{Blame, DataRate, Decoded, DecodedObservation, PluginFault, Reception, Slug, Uplink, Value};
use std::sync::Arc;
use town::{NOW, Site, TOKEN, has, header, said, text};

#[tokio::test]
async fn the_hours_of_a_place_come_as_csv_and_json_with_small_counts_hidden() {
    let portal = Site::new();
    let response = portal.ask("/api/v1/places/library/hours.csv?from=2026-11-19&to=2026-11-19", &[]).await;
    assert_eq!(header(&response, "content-disposition"), "attachment; filename=\"library.csv\"");
    assert_eq!(header(&response, "allting-gate"), "public");
    let csv = text(response).await;
    assert!(
        csv.starts_with("place,hour,measure,amount,fewer_than\nlibrary,2026-11-18T23:00:00.000Z,people-now,,5\n"),
        "{csv}"
    );
    has(&csv, "library,2026-11-19T14:00:00.000Z,people-now,20,\n");
    let json = portal.json("/api/v1/places/library/hours.json").await;
    assert_eq!(json["hours"][0]["fewerThan"], 5);
    assert_eq!(json["hours"][15]["amount"], 20);
}

#[tokio::test]
async fn days_that_do_not_fit_are_refused_with_words_for_a_program() {
    let portal = Site::new();
    for query in ["from=tomorrow", "from=2026-11-20&to=2026-11-19", "from=2020-01-01", "from=1&from=2"] {
        let response = portal.ask(&format!("/api/v1/places/library/hours.json?{query}"), &[]).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(header(&response, "content-type"), "application/problem+json");
        has(&text(response).await, "Write days like 2026-11-21.");
    }
}

#[tokio::test]
async fn the_list_of_places_is_data() {
    let json = Site::new().json("/api/v1/places").await;
    assert_eq!(json["places"].as_array().unwrap().len(), 8);
    let library = &json["places"][0];
    assert_eq!(library["id"], "library");
    assert_eq!(library["name"]["nb"], "Biblioteket");
    assert_eq!(library["now"]["busyness"], "calm");
    assert_eq!(library["updatedAt"], "2026-11-19T14:01:00.000Z");
}

fn uplink(outcome: Result<Decoded, PluginFault>) -> Arc<LiveUplink> {
    let reception = Reception {
        gateway: "a84041fffe000001".parse().unwrap(),
        rssi_dbm: -97.0,
        snr_db: Some(8.5),
        received_at: NOW,
    };
    let uplink = Uplink {
        dev_eui: "a840410001020304".parse().unwrap(),
        dev_addr: "26011bda".parse().unwrap(),
        f_cnt: 65_537,
        f_port: Some(5),
        frm_payload: vec![1, 2],
        confirmed: false,
        adr: true,
        received_at: NOW,
        frequency_hz: 868_100_000,
        data_rate: DataRate::Lora { spreading_factor: 7, bandwidth_khz: 125 },
        receptions: vec![reception],
    };
    let slug = |name| Slug::new(name).unwrap();
    Arc::new(LiveUplink { uplink, sensor: slug("library-door"), place: slug("library"), test: false, outcome })
}

fn decoded() -> Decoded {
    Decoded {
        observations: vec![DecodedObservation {
            property: "people-in".into(),
            value: Value::Integer(3),
            unit: Some("1".into()),
            age_s: 60,
            part: None,
        }],
        warnings: vec!["clock drifts".into()],
        raw: Some("{\n \"in\": 3\n}".into()),
    }
}

#[tokio::test]
async fn the_feed_of_uplinks_asks_for_a_token_and_says_how_to_get_one() {
    let portal = Site::new();
    for headers in [
        vec![],
        vec![("authorization", "Bearer wrong")],
        vec![("authorization", "Basic YTpi")],
        vec![("authorization", "Bearer ")],
    ] {
        let response = portal.ask(&format!("/api/v1/uplinks/live?token={TOKEN}"), &headers).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{headers:?}");
        assert_eq!(header(&response, "www-authenticate"), "Bearer");
        let problem: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!((&problem["status"], &problem["title"]), (&401.into(), &"You need a token".into()));
    }
}

#[tokio::test]
async fn the_figures_of_the_box_are_for_those_who_hold_a_token() {
    let portal = Site::new();
    let response = portal.ask("/metrics", &[]).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(portal.ask("/metrics", &[("authorization", "Bearer wrong")]).await.status(), StatusCode::UNAUTHORIZED);
    let bearer = format!("Bearer {TOKEN}");
    let response = portal.ask("/metrics", &[("authorization", &bearer)]).await;
    assert_eq!(header(&response, "content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert_eq!(header(&response, "allting-gate"), "none");
    assert!(text(response).await.ends_with("# EOF\n"));
}

#[tokio::test]
async fn the_feed_of_uplinks_is_a_line_of_json_each_and_says_it_passed_no_gate() {
    let portal = Site::new();
    let bearer = format!("bearer {TOKEN}");
    let response = portal.ask("/api/v1/uplinks/live", &[("authorization", &bearer)]).await;
    assert_eq!(header(&response, "content-type"), "application/x-ndjson");
    assert_eq!(header(&response, "allting-gate"), "none");
    portal.town.uplinks.send(uplink(Ok(decoded()))).unwrap();
    let lines = said(response, 1).await;
    assert_eq!(lines[0].matches('\n').count(), 1);
    let json: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(json["devEui"], "a840410001020304");
    assert_eq!(json["fCnt"], 65_537);
    assert_eq!(json["receivedAt"], "2026-11-19T14:05:00.000Z");
    assert_eq!(json["codecOutput"]["in"], 3);
    assert_eq!(json["observations"][0]["phenomenonTime"], "2026-11-19T14:04:00.000Z");
    assert_eq!(json["receptions"][0]["rssiDbm"], -97.0);
    assert_eq!(json["error"], serde_json::Value::Null);
}

#[tokio::test]
async fn the_feed_speaks_events_when_asked_and_names_the_plugin_at_fault() {
    let portal = Site::new();
    let headers = [("authorization", &*format!("Bearer {TOKEN}")), ("accept", "text/event-stream")];
    let response = portal.ask("/api/v1/uplinks/live", &headers).await;
    let fault = PluginFault {
        plugin: "elsys".into(),
        version: "0.1.0".into(),
        blame: Blame::Device,
        what: "too\nshort".into(),
    };
    portal.town.uplinks.send(uplink(Err(fault))).unwrap();
    let events = said(response, 1).await;
    has(&events[0], "event: uplink\ndata: {");
    has(&events[0], r#""error":{"plugin":"elsys","version":"0.1.0","what":"too\nshort"}"#);
    assert_eq!(events[0].lines().count(), 3, "a line break within the data would end it");
}

#[tokio::test]
async fn a_reader_too_slow_for_the_feed_is_told_how_much_it_missed() {
    let portal = Site::new();
    let bearer = format!("Bearer {TOKEN}");
    let response = portal.ask("/api/v1/uplinks/live", &[("authorization", &bearer)]).await;
    for _ in 0..40 {
        portal.town.uplinks.send(uplink(Ok(Decoded::default()))).unwrap();
    }
    has(&said(response, 1).await[0], "{\"missed\":24}");
}

#[tokio::test]
async fn the_health_check_answers() {
    let site = Site::new();
    assert_eq!(site.page("/healthz").await, "ok, 8 places\n");
    *site.town.troubles.lock().unwrap() = vec![app::Trouble::TimeUnknown];
    assert_eq!(site.page("/healthz").await, "ok, 8 places\ntime-unknown\n");
    *site.town.troubles.lock().unwrap() = vec![app::Trouble::NotStoring];
    let response = site.ask("/healthz", &[]).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(text(response).await, "not well, 8 places\nnot-storing\n");
}

#[tokio::test]
async fn how_it_is_now_comes_as_csv_and_geojson_for_all_places_and_for_each() {
    let portal = Site::new();
    let csv = portal.page("/api/v1/places.csv").await;
    assert!(csv.starts_with("place,name,kind,latitude"), "{csv}");
    assert_eq!(csv.lines().count(), 9);
    let rink = csv.lines().find(|line| line.starts_with("rink,")).unwrap();
    assert!(rink.ends_with(",visits,,,,,2026-11-19T13:05:00.000Z,true"), "a silent place has no number: {rink}");
    assert_eq!(portal.page("/api/v1/places/museum/now.csv").await.lines().count(), 2);
    let map = portal.json("/api/v1/places.geojson").await;
    assert_eq!(map["type"], "FeatureCollection");
    assert_eq!(map["features"][0]["properties"]["amount"], 8);
    let one = portal.json("/api/v1/places/museum/now.geojson").await;
    assert_eq!((&one["type"], &one["properties"]["fewer_than"]), (&"Feature".into(), &5.into()));
}

#[tokio::test]
async fn every_way_of_the_open_data_is_described() {
    let described = Site::new().json("/api/v1/openapi.json").await;
    let streams = |address: &&str| !address.ends_with("/live");
    for address in web::addresses().into_iter().filter(|a| a.starts_with("/api/v1/")).filter(streams) {
        assert!(described["paths"][address]["get"].is_object(), "{address} is not in openapi.json");
    }
}
