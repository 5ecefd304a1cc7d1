use super::*;

const MARGIN: Duration = Duration::from_millis(100);

fn copy(gateway: u8, snr_db: f32, tmst: u32) -> Copy {
    Copy {
        gateway: GatewayEui([gateway; 8]),
        arrived: Uptime::default(),
        tmst: Some(tmst),
        frequency_hz: 868_100_000,
        data_rate: DataRate::Lora { spreading_factor: 7, bandwidth_khz: 125 },
        rssi_dbm: -60.0,
        snr_db: Some(snr_db),
    }
}

fn at(ms: u64) -> Uptime {
    Uptime::default() + Duration::from_millis(ms)
}

fn route_of(now: Uptime, copies: &[Copy]) -> Result<Route, Rejection> {
    let region = Region::eu868();
    let timing = Timing { region: &region, rx1_delay: Duration::from_secs(1), margin: MARGIN };
    route(now, timing, copies, |gateway| gateway != GatewayEui([9; 8]))
}

#[test]
fn the_gateway_that_heard_best_answers_in_rx1() {
    let found = route_of(at(200), &[copy(1, 3.0, 5), copy(2, 9.0, 7), copy(3, -4.0, 8)]).unwrap();
    assert_eq!((found.gateway, found.first.tmst), (GatewayEui([2; 8]), 1_000_007));
    assert_eq!((found.first.frequency_hz, found.first.eirp_dbm), (868_100_000, 16));
    let fallback = found.fallback.unwrap();
    assert_eq!((fallback.tmst, fallback.frequency_hz, fallback.eirp_dbm), (2_000_007, 869_525_000, 29));
}

#[test]
fn the_clock_of_a_gateway_wraps() {
    let found = route_of(at(0), &[copy(1, 3.0, u32::MAX - 400_000)]).unwrap();
    assert_eq!(found.first.tmst, 599_999);
}

#[test]
fn a_gateway_that_takes_no_downlinks_or_has_no_clock_is_passed_over() {
    let mut clockless = copy(2, 8.0, 0);
    clockless.tmst = None;
    assert_eq!(route_of(at(0), &[copy(9, 9.0, 0), clockless, copy(1, 1.0, 0)]).unwrap().gateway, GatewayEui([1; 8]));
    assert_eq!(route_of(at(0), &[copy(9, 9.0, 0)]), Err(Rejection::NoDownlinkPath));
}

#[test]
fn rx2_is_taken_when_rx1_is_too_near_and_nothing_when_both_are() {
    let late = route_of(at(901), &[copy(1, 3.0, 0)]).unwrap();
    assert_eq!((late.first.tmst, late.fallback), (2_000_000, None));
    assert!(route_of(at(1900), &[copy(1, 3.0, 0)]).is_ok());
    assert_eq!(route_of(at(1901), &[copy(1, 3.0, 0)]), Err(Rejection::DownlinkTooLate));
}

#[test]
fn an_uplink_without_rx1_is_answered_in_rx2() {
    let mut hopping = copy(1, 3.0, 0);
    hopping.data_rate = DataRate::LrFhss;
    assert_eq!(route_of(at(0), &[hopping]).unwrap().first.frequency_hz, 869_525_000);
}

#[test]
fn only_the_gateway_that_was_asked_can_speak_of_a_downlink() {
    let mut in_flight = InFlight::default();
    let sent = |gateway| Sent { phy_payload: vec![], route: route_of(at(0), &[copy(gateway, 1.0, 0)]).unwrap() };
    let token = in_flight.note(at(0), sent(1));
    assert!(in_flight.take(token, GatewayEui([2; 8])).is_none());
    assert!(in_flight.take(token, GatewayEui([1; 8])).is_some());
    assert!(in_flight.take(token, GatewayEui([1; 8])).is_none());
}

#[test]
fn downlinks_without_a_word_do_not_pile_up() {
    let mut in_flight = InFlight::default();
    let route = route_of(at(0), &[copy(1, 1.0, 0)]).unwrap();
    for n in 0..70_000 {
        in_flight.note(at(n / 100), Sent { phy_payload: vec![], route });
    }
    assert_eq!(in_flight.sent.len(), IN_FLIGHT_MAX);
    in_flight.note(at(60_000), Sent { phy_payload: vec![], route });
    assert_eq!(in_flight.sent.len(), 1);
}
