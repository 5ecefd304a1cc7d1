//! What caused something to leave: a word that staff are told in their language, and what it is about.

use std::fmt;

/// What causes something to leave the box. A row of the outbox has it as one text: the word, and behind a space what it is about. It names
/// no person but a colleague.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody wants to join the panel.
    PanelJoin,
    /// A member, or who may be one, asked for a link.
    PanelLink,
    /// A member is welcome.
    PanelWelcome,
    /// The panel is asked; about an activity.
    PanelAsk,
    /// The panel is reminded; about an activity.
    PanelRemind,
    /// The panel is told what happened; about an activity.
    PanelTold,
    /// Who took part without being a member is told what happened; about an activity.
    Told,
    /// Somebody put themselves on a list, or was drawn; about an activity.
    Draw,
    /// Somebody subscribes to news.
    Subscribe,
    /// News, at once.
    News,
    /// News of a day or a week.
    Digest,
    /// A browser asks for news.
    PushAsk,
    /// News for a browser.
    PushNews,
    /// A rule says something; about the rule.
    Rule,
    /// A colleague says something; about the colleague.
    Staff,
    /// What is out is put right; about the rule or the colleague.
    Correction,
    /// What is out is taken back; about the rule or the colleague.
    Withdrawal,
    /// A remark is answered; about its number.
    Answer,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::PanelJoin,
        Self::PanelLink,
        Self::PanelWelcome,
        Self::PanelAsk,
        Self::PanelRemind,
        Self::PanelTold,
        Self::Told,
        Self::Draw,
        Self::Subscribe,
        Self::News,
        Self::Digest,
        Self::PushAsk,
        Self::PushNews,
        Self::Rule,
        Self::Staff,
        Self::Correction,
        Self::Withdrawal,
        Self::Answer,
    ];

    /// Its word, by which the texts for people know it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PanelJoin => "panel-join",
            Self::PanelLink => "panel-link",
            Self::PanelWelcome => "panel-welcome",
            Self::PanelAsk => "panel-ask",
            Self::PanelRemind => "panel-remind",
            Self::PanelTold => "panel-told",
            Self::Told => "told",
            Self::Draw => "draw",
            Self::Subscribe => "subscribe",
            Self::News => "news",
            Self::Digest => "digest",
            Self::PushAsk => "push-ask",
            Self::PushNews => "push-news",
            Self::Rule => "rule",
            Self::Staff => "staff",
            Self::Correction => "correction",
            Self::Withdrawal => "withdrawal",
            Self::Answer => "answer",
        }
    }

    /// Whether it is about an activity.
    pub const fn is_of_activity(self) -> bool {
        matches!(self, Self::PanelAsk | Self::PanelRemind | Self::PanelTold | Self::Told | Self::Draw)
    }

    /// With what it is about.
    pub(crate) fn about(self, what: impl fmt::Display) -> String {
        format!("{} {what}", self.word())
    }

    /// What a row says; none of what an older box, or a program, wrote in words of its own.
    pub fn read(row: &str) -> Option<(Self, &str)> {
        let (word, about) = row.split_once(' ').unwrap_or((row, ""));
        Self::ALL.into_iter().find(|cause| cause.word() == word).map(|cause| (cause, about))
    }
}

#[cfg(test)]
mod tests {
    use super::Cause;
    use model::Language;
    use words::Speaker;

    #[test]
    fn a_row_is_read_as_it_was_written() {
        for cause in Cause::ALL {
            assert_eq!(Cause::read(&cause.about("Kari Nes")), Some((cause, "Kari Nes")));
            assert_eq!(Cause::read(cause.word()), Some((cause, "")));
        }
        assert_eq!(Cause::read("newsletter: a digest"), None, "an older box wrote sentences");
    }

    #[test]
    fn staff_are_told_each_cause_in_their_language() {
        for (cause, language) in
            Cause::ALL.into_iter().flat_map(|cause| Language::ALL.map(|language| (cause, language)))
        {
            let key = format!("staff-outbox-by-{}", cause.word());
            assert!(Speaker::of(language).knows(&key), "{key} in {language}");
        }
    }
}
