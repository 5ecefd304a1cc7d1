//! What applications want to say to a device: kept until it speaks, sent after its uplink, repeated until it is done.

use model::{Downlink, DownlinkFailure, DownlinkId, DownlinkQueue, GatewayEui, QueuedDownlink};

/// Downlinks that wait for one device. It takes one after each uplink; who queues more has not thought of that.
pub(crate) const WAITING_MAX: usize = 16;

/// How often a gateway is asked to send the same downlink.
const ATTEMPTS_MAX: u8 = 5;

/// Longest payload that fits the fastest data rates (RP002-1.0.4 section 2.2.6).
pub(crate) const PAYLOAD_MAX: usize = 242;

/// Why a downlink cannot be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// No such device is configured.
    #[error("device not configured")]
    UnknownDevice,
    /// Port 0 is for MAC commands, those from 224 on are reserved.
    #[error("port must be 1 to 223")]
    BadPort,
    /// More than any frame takes.
    #[error("payload longer than 242 bytes")]
    TooLong,
    /// The device has enough to listen to.
    #[error("16 downlinks wait for this device already")]
    QueueFull,
}

/// What became of a downlink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DownlinkEvent {
    /// A gateway sent it. Whether the device heard it is known only of a confirmed one.
    Sent {
        /// Which one.
        gateway: GatewayEui,
    },
    /// The device has it.
    Acknowledged,
    /// It was given up.
    Failed(DownlinkFailure),
}

/// What is to be told of a downlink.
pub(crate) type News = (DownlinkId, DownlinkEvent);

/// The downlink that left and is not done: none while the queue waits for an uplink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Underway {
    pub(crate) id: DownlinkId,
    gateway: GatewayEui,
    /// Its gateway said that it will send it.
    sent: bool,
}

/// Queues a downlink.
pub(crate) fn enqueue(queue: &mut DownlinkQueue, downlink: Downlink) -> Result<DownlinkId, SendError> {
    if !(1..=223).contains(&downlink.f_port) {
        return Err(SendError::BadPort);
    }
    if downlink.payload.len() > PAYLOAD_MAX {
        return Err(SendError::TooLong);
    }
    if queue.waiting.len() >= WAITING_MAX {
        return Err(SendError::QueueFull);
    }
    let id = DownlinkId(queue.next_id);
    queue.next_id = queue.next_id.wrapping_add(1);
    queue.waiting.push(QueuedDownlink { id, downlink, attempts: 0 });
    Ok(id)
}

/// Takes back one downlink, or all; gives their numbers. One that is on its way may still be heard.
pub(crate) fn withdraw(queue: &mut DownlinkQueue, id: Option<DownlinkId>) -> Vec<DownlinkId> {
    let taken = queue.waiting.extract_if(.., |queued| id.is_none_or(|id| queued.id == id));
    taken.map(|queued| queued.id).collect()
}

/// The device spoke: what was underway arrived or did not.
pub(crate) fn hear(queue: &mut DownlinkQueue, underway: Option<Underway>, acknowledges: bool) -> Vec<News> {
    let mut news = Vec::new();
    let Some(head) = queue.waiting.first() else { return news };
    let (id, confirmed, attempts) = (head.id, head.downlink.confirmed, head.attempts);
    let underway = underway.filter(|underway| underway.id == id);
    if let Some(Underway { gateway, sent: false, .. }) = underway {
        // Gateways of the first protocol version say nothing at all, and a TX_ACK can be lost.
        news.push((id, DownlinkEvent::Sent { gateway }));
    }
    let done = if !confirmed {
        underway.is_some()
    } else if attempts > 0 && acknowledges {
        news.push((id, DownlinkEvent::Acknowledged));
        true
    } else if attempts >= ATTEMPTS_MAX {
        news.push((id, DownlinkEvent::Failed(DownlinkFailure::NotAcknowledged)));
        true
    } else {
        false
    };
    if done {
        queue.waiting.remove(0);
    }
    news
}

/// Gives up what does not fit into a frame with this much room.
pub(crate) fn drop_too_long(queue: &mut DownlinkQueue, room: usize) -> Vec<News> {
    let too_long = |queued: &QueuedDownlink| queued.downlink.payload.len() > room;
    let count = queue.waiting.iter().take_while(|queued| too_long(queued)).count();
    let failed = DownlinkEvent::Failed(DownlinkFailure::TooLong { room });
    queue.waiting.drain(..count).map(|queued| (queued.id, failed)).collect()
}

/// The first of the queue leaves.
pub(crate) fn depart(queue: &mut DownlinkQueue, gateway: GatewayEui) -> Option<Underway> {
    let head = queue.waiting.first_mut()?;
    head.attempts = head.attempts.saturating_add(1);
    Some(Underway { id: head.id, gateway, sent: false })
}

/// A gateway said that it will send what is underway.
pub(crate) fn accepted(
    queue: &mut DownlinkQueue,
    underway: &mut Option<Underway>,
    id: DownlinkId,
    gateway: GatewayEui,
) -> Option<News> {
    underway.as_ref().filter(|underway| underway.id == id && !underway.sent)?;
    let head = queue.waiting.first().filter(|head| head.id == id)?;
    if head.downlink.confirmed {
        *underway = Some(Underway { id, gateway, sent: true });
    } else {
        queue.waiting.remove(0);
        *underway = None;
    }
    Some((id, DownlinkEvent::Sent { gateway }))
}

/// No gateway would send what was underway; it waits for the next uplink.
pub(crate) fn refused(queue: &mut DownlinkQueue, underway: &mut Option<Underway>, id: DownlinkId) -> Option<News> {
    underway.take_if(|underway| underway.id == id)?;
    let head = queue.waiting.first().filter(|head| head.id == id)?;
    if head.attempts < ATTEMPTS_MAX {
        return None;
    }
    queue.waiting.remove(0);
    Some((id, DownlinkEvent::Failed(DownlinkFailure::Refused)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOF: GatewayEui = GatewayEui([1; 8]);

    fn downlink(f_port: u8, length: usize) -> Downlink {
        Downlink { f_port, payload: vec![7; length], confirmed: false }
    }

    #[track_caller]
    fn check(f_port: u8, length: usize, expect: Result<(), SendError>) {
        let found = enqueue(&mut DownlinkQueue::default(), downlink(f_port, length));
        assert_eq!(found.map(|_| ()), expect, "{f_port} {length}");
    }

    #[test]
    fn only_what_an_application_may_say_is_queued() {
        check(1, 0, Ok(()));
        check(223, 242, Ok(()));
        check(0, 1, Err(SendError::BadPort));
        check(224, 1, Err(SendError::BadPort));
        check(9, 243, Err(SendError::TooLong));
    }

    #[test]
    fn a_queue_has_an_end_and_no_number_comes_twice() {
        let mut queue = DownlinkQueue::default();
        let ids: Vec<_> = (0..20).filter_map(|_| enqueue(&mut queue, downlink(1, 1)).ok()).collect();
        assert_eq!((ids.len(), ids[15]), (16, DownlinkId(15)));
        assert_eq!(enqueue(&mut queue, downlink(1, 1)), Err(SendError::QueueFull));
        queue.waiting.clear();
        assert_eq!(enqueue(&mut queue, downlink(1, 1)), Ok(DownlinkId(16)));
    }

    #[test]
    fn what_does_not_fit_is_given_up_and_what_follows_is_not() {
        let mut queue = DownlinkQueue::default();
        for length in [100, 60, 51, 200] {
            enqueue(&mut queue, downlink(1, length)).unwrap();
        }
        let failed = DownlinkEvent::Failed(DownlinkFailure::TooLong { room: 51 });
        assert_eq!(drop_too_long(&mut queue, 51), [(DownlinkId(0), failed), (DownlinkId(1), failed)]);
        assert_eq!(queue.waiting.len(), 2);
    }

    #[test]
    fn a_late_word_of_a_gateway_about_what_is_done_is_nothing() {
        let mut queue = DownlinkQueue::default();
        enqueue(&mut queue, downlink(1, 1)).unwrap();
        let mut underway = depart(&mut queue, ROOF);
        assert_eq!(hear(&mut queue, underway, false), [(DownlinkId(0), DownlinkEvent::Sent { gateway: ROOF })]);
        assert_eq!(accepted(&mut queue, &mut underway, DownlinkId(0), ROOF), None);
        assert_eq!(refused(&mut queue, &mut underway, DownlinkId(0)), None);
        assert!(queue.waiting.is_empty());
    }
}
