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

fn routes_with(link: &LinkSettings, now: Uptime, copies: &[Copy]) -> Result<Vec<Route>, Rejection> {
    let region = Region::eu868();
    let timing = Timing { region: &region, rx1_delay: Duration::from_secs(1), link, margin: MARGIN };
    routes(now, timing, copies, |gateway| gateway != GatewayEui([9; 8]))
}

fn routes_of(now: Uptime, copies: &[Copy]) -> Result<Vec<Route>, Rejection> {
    routes_with(&LinkSettings::default(), now, copies)
}

/// Gateway, time on its clock and frequency, in MHz, of each way.
fn ways(routes: &[Route]) -> Vec<(u8, u32, f64)> {
    let way = |r: &Route| (r.gateway.0[0], r.window.tmst, f64::from(r.window.frequency_hz) / 1e6);
    routes.iter().map(way).collect()
}

#[test]
fn the_gateway_that_heard_best_answers_in_rx1_then_in_rx2_then_the_others() {
    let found = routes_of(at(200), &[copy(1, 3.0, 5), copy(2, 9.0, 7), copy(3, -4.0, 8)]).unwrap();
    let expect = [
        (2, 1_000_007, 868.1),
        (2, 2_000_007, 869.525),
        (1, 1_000_005, 868.1),
        (1, 2_000_005, 869.525),
        (3, 1_000_008, 868.1),
        (3, 2_000_008, 869.525),
    ];
    assert_eq!(ways(&found), expect);
    assert_eq!((found[0].window.eirp_dbm, found[1].window.eirp_dbm), (16, 29));
}

#[test]
fn the_clock_of_a_gateway_wraps() {
    let found = routes_of(at(0), &[copy(1, 3.0, u32::MAX - 400_000)]).unwrap();
    assert_eq!(found[0].window.tmst, 599_999);
}

#[test]
fn a_gateway_that_takes_no_downlinks_or_has_no_clock_is_passed_over() {
    let mut clockless = copy(2, 8.0, 0);
    clockless.tmst = None;
    let found = routes_of(at(0), &[copy(9, 9.0, 0), clockless, copy(1, 1.0, 0)]).unwrap();
    assert!(found.iter().all(|route| route.gateway == GatewayEui([1; 8])));
    assert_eq!(routes_of(at(0), &[copy(9, 9.0, 0)]), Err(Rejection::NoDownlinkPath));
}

#[test]
fn rx2_is_taken_when_rx1_is_too_near_and_nothing_when_both_are() {
    let late = routes_of(at(901), &[copy(1, 3.0, 0)]).unwrap();
    assert_eq!(ways(&late), [(1, 2_000_000, 869.525)]);
    assert!(routes_of(at(1900), &[copy(1, 3.0, 0)]).is_ok());
    assert_eq!(routes_of(at(1901), &[copy(1, 3.0, 0)]), Err(Rejection::DownlinkTooLate));
}

#[test]
fn an_uplink_without_rx1_is_answered_in_rx2() {
    let mut hopping = copy(1, 3.0, 0);
    hopping.data_rate = DataRate::LrFhss;
    assert_eq!(routes_of(at(0), &[hopping]).unwrap()[0].window.frequency_hz, 869_525_000);
}

#[test]
fn a_device_is_met_where_it_was_told_to_listen() {
    let link = LinkSettings {
        rx1_dr_offset: 2,
        rx2: Some(Rx2 { frequency_hz: 868_500_000, data_rate: 3 }),
        rx1_frequencies_hz: [(0, 867_100_000)].into(),
        ..LinkSettings::default()
    };
    let found = routes_with(&link, at(0), &[copy(1, 3.0, 0)]).unwrap();
    let lora = |spreading_factor| DataRate::Lora { spreading_factor, bandwidth_khz: 125 };
    let heard = |route: &Route| (route.window.frequency_hz, route.window.data_rate, route.window.eirp_dbm);
    assert_eq!(heard(&found[0]), (867_100_000, lora(9), 16));
    assert_eq!(heard(&found[1]), (868_500_000, lora(9), 16));
}

fn sent(route: Route) -> Sent {
    Sent { dev_eui: DevEui([0; 8]), carries: None, phy_payload: vec![], route, fallbacks: VecDeque::new() }
}

#[test]
fn only_the_gateway_that_was_asked_can_speak_of_a_downlink() {
    let mut in_flight = InFlight::default();
    let token = in_flight.note(at(0), sent(routes_of(at(0), &[copy(1, 1.0, 0)]).unwrap()[0]));
    assert!(in_flight.take(token, GatewayEui([2; 8])).is_none());
    assert!(in_flight.take(token, GatewayEui([1; 8])).is_some());
    assert!(in_flight.take(token, GatewayEui([1; 8])).is_none());
}

#[test]
fn downlinks_without_a_word_do_not_pile_up() {
    let mut in_flight = InFlight::default();
    let route = routes_of(at(0), &[copy(1, 1.0, 0)]).unwrap()[0];
    for n in 0..70_000 {
        in_flight.note(at(n / 100), sent(route));
    }
    assert_eq!(in_flight.sent.len(), IN_FLIGHT_MAX);
    in_flight.note(at(60_000), sent(route));
    assert_eq!(in_flight.sent.len(), 1);
}
