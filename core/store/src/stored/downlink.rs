use crate::record::{Reader, Stored, Writer};
use model::{DevEui, Downlink, DownlinkFailure, DownlinkId, DownlinkRecord, DownlinkState, GatewayEui};

/// Layout 1: device, number, port, confirmed, payload, command, by whom, queued at, state, changed at.
impl Stored for DownlinkRecord {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.array(self.dev_eui.0);
        out.u32(self.id.0);
        out.u8(self.downlink.f_port);
        out.flag(self.downlink.confirmed);
        out.bytes(&self.downlink.payload);
        out.option(self.command.as_deref(), Writer::text);
        out.text(&self.by);
        out.time(self.queued_at);
        write_state(out, self.state);
        out.time(self.changed_at);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let (dev_eui, id) = (DevEui(input.array()?), DownlinkId(input.u32()?));
        let (f_port, confirmed) = (input.u8()?, input.flag()?);
        let downlink = Downlink { f_port, confirmed, payload: input.bytes()?.to_vec() };
        Some(Self {
            dev_eui,
            id,
            downlink,
            command: input.option(Reader::text)?,
            by: input.text()?,
            queued_at: input.time()?,
            state: read_state(input)?,
            changed_at: input.time()?,
        })
    }
}

fn write_state(out: &mut Writer, state: DownlinkState) {
    match state {
        DownlinkState::Waiting => out.u8(0),
        DownlinkState::Sent(gateway) => {
            out.u8(1);
            out.array(gateway.0);
        }
        DownlinkState::Acknowledged => out.u8(2),
        DownlinkState::Failed(why) => {
            out.u8(3);
            write_failure(out, why);
        }
        DownlinkState::Withdrawn => out.u8(4),
    }
}

fn read_state(input: &mut Reader<'_>) -> Option<DownlinkState> {
    Some(match input.u8()? {
        0 => DownlinkState::Waiting,
        1 => DownlinkState::Sent(GatewayEui(input.array()?)),
        2 => DownlinkState::Acknowledged,
        3 => DownlinkState::Failed(read_failure(input)?),
        4 => DownlinkState::Withdrawn,
        _ => return None,
    })
}

fn write_failure(out: &mut Writer, why: DownlinkFailure) {
    match why {
        DownlinkFailure::TooLong { room } => {
            out.u8(0);
            out.u32(u32::try_from(room).unwrap_or(u32::MAX));
        }
        DownlinkFailure::NotAcknowledged => out.u8(1),
        DownlinkFailure::Refused => out.u8(2),
    }
}

fn read_failure(input: &mut Reader<'_>) -> Option<DownlinkFailure> {
    Some(match input.u8()? {
        0 => DownlinkFailure::TooLong { room: usize::try_from(input.u32()?).ok()? },
        1 => DownlinkFailure::NotAcknowledged,
        2 => DownlinkFailure::Refused,
        _ => return None,
    })
}
