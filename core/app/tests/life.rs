//! What a box shows of what it hears, at its boundary: uplinks go in through `Ingest`, pages come out of `App`.

mod test_box;

use app::Freshness;
use engagement::PublicCount;
use model::{GatewayEui, Reception};
use netserver::Action;
use test_box::{MINUTE, THURSDAY_AT_15, slug, test_box};

#[test]
fn doors_say_how_many_are_inside() {
    let Some(mut b) = test_box() else { return };
    b.passes("door", THURSDAY_AT_15, 12, 3);
    b.passes("door", THURSDAY_AT_15 + MINUTE, 2, 1);
    assert_eq!(b.amount("library", THURSDAY_AT_15 + MINUTE), Some(PublicCount::Exactly(10)));
}

#[test]
fn fewer_than_five_people_are_never_counted_out() {
    let Some(mut b) = test_box() else { return };
    for (minute, people_in) in [4, 0].into_iter().enumerate() {
        let at = THURSDAY_AT_15 + MINUTE * u32::try_from(minute).unwrap();
        b.passes("door", at, people_in, 0);
        assert_eq!(b.amount("library", at), Some(PublicCount::FewerThan(5)));
    }
    let hours = b.app.hours(&slug("library"), b.today()..model::Day(b.today().0 + 1)).unwrap().unwrap();
    assert!(hours.iter().all(|h| h.amount == PublicCount::FewerThan(5)), "{hours:?}");
}

#[test]
fn a_sensor_under_test_is_never_shown_as_fact() {
    let Some(mut b) = test_box() else { return };
    let mut places = b.app.follow_places();
    b.passes("door-under-test", THURSDAY_AT_15, 40, 0);
    assert_eq!(b.card("library", THURSDAY_AT_15).freshness, Freshness::Never);
    assert!(places.try_recv().is_err(), "its place is not woken");
}

#[test]
fn a_silent_sensor_is_said_openly() {
    let Some(mut b) = test_box() else { return };
    b.passes("door", THURSDAY_AT_15, 12, 3);
    let card = b.card("library", THURSDAY_AT_15 + MINUTE * 180);
    assert_eq!((card.now, card.freshness), (None, Freshness::SilentSince(THURSDAY_AT_15)));
}

#[test]
fn the_balance_of_the_doors_outlives_a_restart() {
    let Some(mut b) = test_box() else { return };
    b.passes("door", THURSDAY_AT_15, 12, 3);
    let mut b = b.restarted();
    b.passes("door", THURSDAY_AT_15 + MINUTE, 2, 1);
    assert_eq!(b.amount("library", THURSDAY_AT_15 + MINUTE), Some(PublicCount::Exactly(10)));
}

#[test]
fn a_frame_its_decoder_does_not_understand_is_kept_with_the_reason() {
    let Some(mut b) = test_box() else { return };
    let mut feed = b.app.follow_uplinks();
    b.says("door", THURSDAY_AT_15, &[0x0a, 0x00]);
    let told = feed.try_recv().unwrap();
    assert!(told.outcome.as_ref().unwrap_err().to_string().contains("elsys"), "{:?}", told.outcome);
    let snapshot = b.app.store().read().unwrap();
    let kept = snapshot.uplinks(THURSDAY_AT_15..THURSDAY_AT_15 + MINUTE).unwrap().next().unwrap().unwrap();
    assert_eq!((kept.uplink.frm_payload.as_slice(), kept.fault.is_some()), (&[0x0a, 0x00][..], true));
}

#[test]
fn a_second_gateways_copy_adds_its_reception_to_the_stored_frame() {
    let Some(mut b) = test_box() else { return };
    let uplink = b.uplink("door", THURSDAY_AT_15, &[0x0a, 0x00, 0x07]);
    let reception = Reception { gateway: GatewayEui([2; 8]), ..uplink.receptions[0].clone() };
    let (dev_eui, f_cnt) = (uplink.dev_eui, uplink.f_cnt);
    b.ingest.take(THURSDAY_AT_15, &[Action::Uplink(uplink)]).unwrap();
    b.ingest.take(THURSDAY_AT_15, &[Action::Reception { dev_eui, f_cnt, reception }]).unwrap();
    let snapshot = b.app.store().read().unwrap();
    let kept: Vec<_> = snapshot.uplinks(THURSDAY_AT_15..THURSDAY_AT_15 + MINUTE).unwrap().map(Result::unwrap).collect();
    assert_eq!((kept.len(), kept[0].uplink.receptions.len()), (1, 2));
}

#[test]
fn usual_is_what_the_last_weeks_were_at_this_hour() {
    let Some(mut b) = test_box() else { return };
    for week in (1..=4).rev() {
        b.passes("trail", THURSDAY_AT_15 - MINUTE * (week * 7 * 24 * 60), 20, 0);
    }
    b.passes("trail", THURSDAY_AT_15, 40, 0);
    let now = b.card("forest", THURSDAY_AT_15 + MINUTE * 30).now.unwrap();
    assert_eq!(now.amount, PublicCount::Exactly(40));
    assert_eq!(now.usual, Some(PublicCount::Exactly(20)));
    assert_eq!(now.busyness, Some(model::Busyness::Busy));
}
