use super::*;

const MARGIN_DB: f32 = 10.0;

/// A device whose last uplinks were heard with this signal-to-noise ratio.
fn heard(count: u32, data_rate: u8, snr_db: f32) -> Adr {
    let mut adr = Adr::default();
    for f_cnt in 0..count {
        adr.hear(f_cnt, Some(data_rate), Some(snr_db));
    }
    adr
}

fn link(tx_power: u8, nb_trans: u8) -> LinkSettings {
    LinkSettings { tx_power, nb_trans, ..LinkSettings::default() }
}

/// What becomes of full power and one transmission.
#[track_caller]
fn check(adr: &Adr, expect: Option<(u8, u8, u8)>) {
    let found = adr.proposal(&link(0, 1), MARGIN_DB);
    assert_eq!(found.map(|p| (p.data_rate, p.tx_power, p.nb_trans)), expect);
}

#[test]
fn a_device_close_by_goes_fast_and_then_quiet() {
    check(&heard(20, 0, 9.0), Some((5, 3, 1)));
    check(&heard(20, 5, 9.0), Some((5, 3, 1)));
    check(&heard(20, 3, 2.5), Some((5, 0, 1)));
}

#[test]
fn a_device_that_is_as_it_should_be_is_left_alone() {
    check(&heard(20, 5, 3.0), None);
    check(&heard(20, 0, -10.0), None);
    assert_eq!(heard(20, 5, 1.0).proposal(&link(2, 1), MARGIN_DB), None);
}

#[test]
fn the_best_of_twenty_uplinks_decides() {
    let mut adr = heard(20, 0, -12.0);
    adr.hear(20, Some(0), Some(-4.9));
    check(&adr, Some((2, 0, 1)));
    for f_cnt in 21..41 {
        adr.hear(f_cnt, Some(0), Some(-12.0));
    }
    check(&adr, None);
}

#[test]
fn the_gateway_that_heard_best_counts() {
    let mut adr = heard(20, 0, -12.0);
    adr.hear_copy(19, Some(-4.9));
    adr.hear_copy(18, Some(9.0));
    check(&adr, Some((2, 0, 1)));
}

/// A device joined at its slowest rate, spoke once an hour, and was left there for days with 18 dB to spare.
#[test]
fn a_device_at_its_slowest_rate_is_not_left_there_for_days() {
    check(&heard(1, 0, -2.0), Some((1, 0, 1)));
    check(&heard(5, 0, -2.0), Some((3, 0, 1)));
}

#[test]
fn few_uplinks_make_nobody_quieter() {
    check(&heard(19, 5, 9.0), None);
}

#[test]
fn a_device_that_is_heard_worse_becomes_louder_but_not_for_a_leaf() {
    let power = |snr_db| heard(20, 5, snr_db).proposal(&link(4, 1), MARGIN_DB).map(|p| p.tx_power);
    assert_eq!(power(0.0), None);
    assert_eq!(power(-1.0), Some(3));
    assert_eq!(power(-6.0), Some(1));
    assert_eq!(power(-20.0), Some(0));
}

/// Hears every n-th of a hundred uplinks.
fn with_loss(every: u32) -> Adr {
    let mut adr = Adr::default();
    for f_cnt in (0..100).step_by(every.try_into().unwrap()) {
        adr.hear(f_cnt, Some(5), Some(3.0));
    }
    adr
}

#[test]
fn loss_is_met_with_repetition_and_good_times_end_it() {
    let mut some = heard(18, 5, 3.0);
    some.hear(20, Some(5), Some(3.0));
    some.hear(22, Some(5), Some(3.0));
    assert_eq!((some.lost_percent(), with_loss(2).lost_percent()), (Some(13), Some(48)));
    check(&some, Some((5, 0, 2)));
    check(&with_loss(2), Some((5, 0, 3)));
    assert_eq!(heard(20, 5, 3.0).proposal(&link(0, 3), MARGIN_DB).unwrap().nb_trans, 2);
}

fn asked(adr: &Adr, link: &LinkSettings) -> LinkAdr {
    adr.proposal(link, MARGIN_DB).unwrap()
}

/// A device refused a power it does not have, twice; from then on it was asked nothing, and stayed at its slowest rate for days.
#[test]
fn a_power_the_device_does_not_have_never_costs_it_its_data_rate() {
    let (mut adr, link) = (heard(20, 0, 15.0), link(0, 1));
    let mut tried = Vec::new();
    loop {
        let proposal = asked(&adr, &link);
        assert_eq!(proposal.data_rate, 5);
        tried.push(proposal.tx_power);
        if proposal.tx_power <= 2 {
            adr.accepted(proposal);
            break;
        }
        adr.refused(proposal, &link, 0b011);
        adr.hear(20 + u32::try_from(tried.len()).unwrap(), Some(0), Some(15.0));
    }
    assert_eq!(tried, [6, 5, 4, 3, 2]);
}

#[test]
fn a_data_rate_that_is_refused_is_not_asked_again() {
    let mut adr = heard(20, 0, 0.0);
    let first = asked(&adr, &link(0, 1));
    adr.refused(first, &link(0, 1), 0b101);
    assert_eq!((first.data_rate, asked(&adr, &link(0, 1)).data_rate), (4, 3));
}

#[test]
fn a_device_without_full_power_is_asked_for_the_next() {
    let mut adr = heard(20, 5, -20.0);
    let loud = asked(&adr, &link(2, 1));
    assert_eq!(loud.tx_power, 0);
    adr.refused(loud, &link(2, 1), 0b011);
    assert_eq!(asked(&adr, &link(2, 1)).tx_power, 1);
}

/// How many uplinks pass until it is asked again.
fn pause_of(adr: &mut Adr) -> u32 {
    let waits = |adr: &mut Adr| {
        adr.hear(0, Some(0), Some(9.0));
        adr.proposal(&link(0, 1), MARGIN_DB).is_none()
    };
    (1..2000).find(|_| !waits(adr)).unwrap()
}

#[test]
fn a_refusal_that_teaches_nothing_is_met_with_ever_longer_pauses_that_end() {
    let mut adr = heard(20, 0, 9.0);
    let pauses: Vec<_> = (0..7)
        .map(|_| {
            let no = asked(&adr, &link(0, 1));
            adr.refused(no, &link(0, 1), 0b110);
            pause_of(&mut adr)
        })
        .collect();
    assert_eq!(pauses, [20, 40, 80, 160, 320, 640, 640]);
}

#[test]
fn a_device_that_says_yes_and_does_not_do_it_is_not_asked_at_each_uplink() {
    let mut adr = heard(20, 0, 9.0);
    adr.accepted(asked(&adr, &link(0, 1)));
    assert_eq!(pause_of(&mut adr), 21);
}

#[test]
fn a_device_that_slows_down_by_itself_is_noticed() {
    let mut adr = heard(20, 5, 9.0);
    assert!(!adr.hear(20, Some(5), Some(9.0)));
    assert!(adr.hear(21, Some(4), Some(9.0)));
    assert_eq!(adr.history.len(), 1);
}

#[test]
fn a_modulation_that_is_not_adapted_is_left_alone() {
    let mut adr = heard(20, 0, 9.0);
    for data_rate in [None, Some(6), Some(7)] {
        adr.hear(20, data_rate, Some(9.0));
        check(&adr, None);
    }
}
