//! Frame counters: 32 bits, of which the air carries 16 (LoRaWAN 1.0.4 section 4.3.1.5).

use model::{CounterRule, MacVersion, Session};

/// How far a counter may jump, in the versions that limit it (`MAX_FCNT_GAP`, dropped with 1.0.4).
const GAP_MAX: u32 = 16_384;

/// Downlink counters written to disk ahead of use: one write for so many downlinks, and so many burnt by a power cut.
const BLOCK: u32 = 16;

/// A device that begins again was heard within so many uplinks. A recording of a later one is still a replay.
const RESTART_MAX: u32 = 16;

/// What a frame is if its counter is read so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Later than the newest.
    New,
    /// The newest, sent again.
    Repeat,
    /// Earlier than the newest: a replay.
    Old,
    /// Later by more than the version allows.
    Gap,
    /// Earlier than the newest, of a device that begins again with each battery.
    Restart,
}

/// What the counter on the air can mean, likeliest first. The MIC covers all 32 bits and decides.
pub(crate) fn readings(
    newest: Option<u32>,
    version: MacVersion,
    rule: CounterRule,
    wire: u16,
) -> impl Iterator<Item = (u32, Reading)> + use<> {
    const EPOCH: u32 = 0x1_0000;
    let wire = u32::from(wire);
    let Some(newest) = newest else { return [Some((wire, Reading::New)), None, None].into_iter().flatten() };
    let same_epoch = newest & !(EPOCH - 1) | wire;
    let (later, earlier) = if same_epoch > newest {
        (Some(same_epoch), same_epoch.checked_sub(EPOCH))
    } else {
        // At the end of 32 bits there is no later one: a counter never comes round.
        (same_epoch.checked_add(EPOCH), Some(same_epoch))
    };
    let gap_max = if version < MacVersion::V1_0_4 { GAP_MAX } else { EPOCH };
    let later = later.map(|f_cnt| (f_cnt, if f_cnt - newest <= gap_max { Reading::New } else { Reading::Gap }));
    let restart = (rule == CounterRule::MayRestart && wire < RESTART_MAX).then_some(wire);
    let earlier = earlier.map(|f_cnt| match f_cnt {
        _ if f_cnt == newest => (f_cnt, Reading::Repeat),
        _ if Some(f_cnt) == restart => (f_cnt, Reading::Restart),
        _ => (f_cnt, Reading::Old),
    });
    let restart = restart.filter(|f_cnt| *f_cnt < newest && earlier.is_none_or(|(earlier, _)| earlier != *f_cnt));
    let restart = restart.map(|f_cnt| (f_cnt, Reading::Restart));
    let repeat_first = earlier.is_some_and(|(_, reading)| reading == Reading::Repeat);
    let [first, second] = if repeat_first { [earlier, later] } else { [later, earlier] };
    [first, second, restart].into_iter().flatten()
}

/// Takes the next downlink counter; none when all are used. When `f_cnt_down_reserved` moved, a block was begun, and must be on disk first.
pub(crate) fn take_f_cnt_down(session: &mut Session) -> Option<u32> {
    let f_cnt = session.f_cnt_down;
    let next = f_cnt.checked_add(1)?;
    if f_cnt >= session.f_cnt_down_reserved {
        session.f_cnt_down_reserved = f_cnt.checked_add(BLOCK)?;
    }
    session.f_cnt_down = next;
    Some(f_cnt)
}

/// After a restart nobody knows which of the reserved counters were used, so none of them is.
pub(crate) fn burn_reserved(session: &mut Session) {
    session.f_cnt_down = session.f_cnt_down_reserved;
}

#[cfg(test)]
mod tests {
    use super::*;
    use Reading::{Gap, New, Old, Repeat, Restart};
    use model::{AppSKey, DevAddr, LinkSettings, NwkSKey, Timestamp};
    use std::time::Duration;

    #[track_caller]
    fn check(newest: Option<u32>, wire: u16, expect: &[(u32, Reading)]) {
        let found: Vec<_> = readings(newest, MacVersion::V1_0_3, CounterRule::OnlyRises, wire).collect();
        assert_eq!(found, expect, "{newest:?} {wire}");
    }

    #[test]
    fn the_first_frame_of_a_session_may_have_any_counter() {
        check(None, 0, &[(0, New)]);
        check(None, 40_000, &[(40_000, New)]);
    }

    #[test]
    fn a_counter_goes_up_by_at_most_the_gap() {
        check(Some(10), 11, &[(11, New)]);
        check(Some(10), 16_394, &[(16_394, New)]);
        check(Some(10), 16_395, &[(16_395, Gap)]);
        assert_eq!(
            readings(Some(10), MacVersion::V1_0_4, CounterRule::OnlyRises, 60_000).collect::<Vec<_>>(),
            [(60_000, New)]
        );
    }

    #[test]
    fn the_newest_counter_is_a_repetition_first() {
        check(Some(10), 10, &[(10, Repeat), (65_546, Gap)]);
    }

    #[test]
    fn a_counter_rolls_over_after_16_bits() {
        check(Some(65_535), 0, &[(65_536, New), (0, Old)]);
        check(Some(0x2_fff0), 5, &[(0x3_0005, New), (0x2_0005, Old)]);
    }

    #[test]
    fn a_replay_does_not_move_the_upper_bits() {
        check(Some(0x1_0005), 4, &[(0x2_0004, Gap), (0x1_0004, Old)]);
        check(Some(0x1_0005), 0xfff0, &[(0x1_fff0, Gap), (0xfff0, Old)]);
    }

    #[test]
    fn a_counter_at_the_end_of_32_bits_never_comes_round() {
        check(Some(u32::MAX), 0, &[(0xffff_0000, Old)]);
        check(Some(u32::MAX), 0xffff, &[(u32::MAX, Repeat)]);
    }

    #[track_caller]
    fn check_restart(newest: u32, wire: u16, expect: &[(u32, Reading)]) {
        let found: Vec<_> = readings(Some(newest), MacVersion::V1_0_2, CounterRule::MayRestart, wire).collect();
        assert_eq!(found, expect, "{newest} {wire}");
    }

    #[test]
    fn a_device_without_memory_may_begin_again_and_nowhere_else() {
        check_restart(5_000, 0, &[(65_536, Gap), (0, Restart)]);
        check_restart(5_000, 15, &[(65_551, Gap), (15, Restart)]);
        check_restart(5_000, 16, &[(65_552, Gap), (16, Old)]);
        check_restart(0x2_0005, 3, &[(0x3_0003, Gap), (0x2_0003, Old), (3, Restart)]);
        check_restart(9, 9, &[(9, Repeat), (65_545, Gap)]);
        check_restart(65_530, 2, &[(65_538, New), (2, Restart)]);
    }

    fn session(f_cnt_down: u32, f_cnt_down_reserved: u32) -> Session {
        Session {
            dev_addr: DevAddr(1),
            nwk_s_key: NwkSKey::new([1; 16]),
            app_s_key: AppSKey::new([2; 16]),
            f_cnt_up: None,
            f_cnt_down,
            f_cnt_down_reserved,
            rx1_delay: Duration::from_secs(1),
            since: Timestamp::default(),
            link: LinkSettings::default(),
        }
    }

    #[test]
    fn downlink_counters_are_reserved_in_blocks_and_burnt_by_a_restart() {
        let mut session = session(0, 0);
        let blocks: Vec<_> =
            (0..20).map(|_| (take_f_cnt_down(&mut session).unwrap(), session.f_cnt_down_reserved)).collect();
        assert_eq!((blocks[0], blocks[15], blocks[16]), ((0, 16), (15, 16), (16, 32)));
        burn_reserved(&mut session);
        assert_eq!(take_f_cnt_down(&mut session), Some(32));
    }

    #[test]
    fn a_downlink_counter_at_its_end_is_refused() {
        assert_eq!(take_f_cnt_down(&mut session(u32::MAX, u32::MAX)), None);
        assert_eq!(take_f_cnt_down(&mut session(u32::MAX - 3, u32::MAX - 3)), None);
    }
}
