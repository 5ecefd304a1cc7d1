//! Members of the panel, and what it was used for.

use crate::record::{Reader, Stored, Writer};
use model::{Asked, Consent, Language, Member, MemberId, Membership, PanelUse, Words};
use std::collections::BTreeSet;

/// Layout 2: number, address, language, membership, since, consent, consented, profile, interests, took part, links, asked, letters, written.
/// In layout 1 one option was told of an item of the profile at most.
impl Stored for Member {
    const VERSION: u8 = 2;

    fn write(&self, out: &mut Writer) {
        out.u64(self.id.0);
        out.text(self.address.as_str());
        out.text(self.language.tag());
        out.u8(match self.membership {
            Membership::Waiting => 0,
            Membership::Active => 1,
            Membership::Resting => 2,
        });
        out.time(self.since);
        let listed = if let Consent::Listed(words) = &self.consent { Some(words) } else { None };
        out.option(listed, |out, words| out.text(words));
        out.time(self.consented_at);
        out.list(self.profile.iter(), |out, (item, options)| {
            out.text(item);
            out.list(options.iter(), |out, option| out.text(option));
        });
        out.list(self.interests.iter(), |out, interest| out.text(interest));
        out.list(self.took_part.iter(), |out, activity| out.text(activity.as_str()));
        out.list(self.links.iter(), |out, digest| out.array(*digest));
        out.list(self.asked.iter(), |out, (activity, asked)| {
            out.text(activity.as_str());
            out.array(asked.invitation);
            out.time(asked.at);
            out.option(asked.reminded, Writer::time);
        });
        out.list(self.letters.iter(), |out, at| out.time(*at));
        out.u32(self.letters_written);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        let told: fn(&mut Reader<'_>) -> Option<BTreeSet<String>> = match version {
            1 => |input| Some(BTreeSet::from([input.text()?])),
            2 => |input| input.list(Reader::text),
            _ => return None,
        };
        Some(Self {
            id: MemberId(input.u64()?),
            address: input.text()?.parse().ok()?,
            language: input.text()?.parse().ok()?,
            membership: match input.u8()? {
                0 => Membership::Waiting,
                1 => Membership::Active,
                2 => Membership::Resting,
                _ => return None,
            },
            since: input.time()?,
            consent: input.option(Reader::text)?.map_or(Consent::Confirmed, Consent::Listed),
            consented_at: input.time()?,
            profile: input.list(|input| Some((input.text()?, told(input)?)))?,
            interests: input.list(Reader::text)?,
            took_part: input.list(Reader::slug)?,
            links: input.list(Reader::array)?,
            asked: input.list(|input| {
                let activity = input.slug()?;
                let (invitation, at) = (input.array()?, input.time()?);
                Some((activity, Asked { invitation, at, reminded: input.option(Reader::time)? }))
            })?,
            letters: input.list(Reader::time)?,
            letters_written: input.u32()?,
        })
    }
}

/// Layout 1: activity, title by language, first asked, how many asked and answered.
impl Stored for PanelUse {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.text(self.activity.as_str());
        let titles: Vec<_> = Language::ALL.into_iter().filter_map(|tag| Some((tag, self.title.own(tag)?))).collect();
        out.list(titles.into_iter(), |out, (tag, title)| {
            out.text(tag.tag());
            out.text(title);
        });
        out.time(self.first_asked_at);
        out.u32(self.asked);
        out.u32(self.answered);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let activity = input.slug()?;
        let titles: Vec<(Language, String)> = input.list(|input| Some((input.text()?.parse().ok()?, input.text()?)))?;
        let title: Words = titles.into_iter().collect();
        Some(Self { activity, title, first_asked_at: input.time()?, asked: input.u32()?, answered: input.u32()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;

    /// A member as layout 1 wrote them, who told one option of an item at most, is read by whoever writes layout 2.
    #[test]
    fn a_member_of_an_older_file_keeps_what_they_told() {
        let mut out = Writer::after(Vec::new());
        out.u64(7);
        out.text("kari@example.org");
        out.text("nb");
        out.u8(1);
        out.time(Timestamp::from_ms(5));
        out.option(None::<&str>, Writer::text);
        out.time(Timestamp::from_ms(5));
        out.list([("age", "40")].into_iter(), |out, (item, option)| {
            out.text(item);
            out.text(option);
        });
        (0..5).for_each(|_| out.u32(0));
        out.u32(3);
        let bytes = out.into_bytes();
        let member = Member::read(1, &mut Reader::over(&bytes)).unwrap();
        assert_eq!((member.profile["age"].clone(), member.letters_written), (["40".to_owned()].into(), 3));
        let several = Member { profile: [("age".to_owned(), ["1", "2"].map(str::to_owned).into())].into(), ..member };
        let mut out = Writer::after(Vec::new());
        several.write(&mut out);
        let bytes = out.into_bytes();
        let read = Member::read(2, &mut Reader::over(&bytes));
        assert!(read == Some(several));
        assert!(Member::read(3, &mut Reader::over(&bytes)).is_none());
    }
}
