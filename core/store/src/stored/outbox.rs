use crate::record::{Reader, Stored, Writer};
use model::{Delivery, DeliveryId, DeliveryKey, DeliveryState};

/// Layout 1: number, channel, cause, key, queued, due, expires, state, tries, changed, said, cost, handle, link.
impl Stored for Delivery {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u64(self.id.0);
        out.text(self.channel.as_str());
        out.text(&self.cause);
        out.array(self.key.0);
        out.time(self.queued_at);
        out.time(self.due_at);
        out.option(self.expires_at, Writer::time);
        out.u8(match self.state {
            DeliveryState::Waiting => 0,
            DeliveryState::Sent => 1,
            DeliveryState::Dead => 2,
            DeliveryState::Withdrawn => 3,
            DeliveryState::Expired => 4,
        });
        out.u32(self.tries);
        out.time(self.changed_at);
        out.text(&self.said);
        out.u32(self.cost);
        out.option(self.handle.as_deref(), Writer::text);
        out.option(self.link.as_deref(), Writer::text);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self {
            id: DeliveryId(input.u64()?),
            channel: input.slug()?,
            cause: input.text()?,
            key: DeliveryKey(input.array()?),
            queued_at: input.time()?,
            due_at: input.time()?,
            expires_at: input.option(Reader::time)?,
            state: match input.u8()? {
                0 => DeliveryState::Waiting,
                1 => DeliveryState::Sent,
                2 => DeliveryState::Dead,
                3 => DeliveryState::Withdrawn,
                4 => DeliveryState::Expired,
                _ => return None,
            },
            tries: input.u32()?,
            changed_at: input.time()?,
            said: input.text()?,
            cost: input.u32()?,
            handle: input.option(Reader::text)?,
            link: input.option(Reader::text)?,
        })
    }
}
