use crate::record::{Reader, Stored, Writer};
use model::RuleState;

/// Layout 1: wording, since, told, over since, handled, posts.
impl Stored for RuleState {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.text(&self.wording);
        for moment in [self.since, self.told, self.over_since, self.handled] {
            out.option(moment, Writer::time);
        }
        out.list(self.posts.iter(), |out, at| out.time(*at));
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self {
            wording: input.text()?,
            since: input.option(Reader::time)?,
            told: input.option(Reader::time)?,
            over_since: input.option(Reader::time)?,
            handled: input.option(Reader::time)?,
            posts: input.list(Reader::time)?,
        })
    }
}
