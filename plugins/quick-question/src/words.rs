use allting_plugin_sdk::method::{Language, Phrase};

pub(crate) const THANKS: Phrase =
    Phrase { nb: "Takk for svaret.", nn: "Takk for svaret.", sv: "Tack för svaret.", en: "Thank you for answering." };
pub(crate) const CLOSED: Phrase = Phrase {
    nb: "Spørsmålet er lukket og tar ikke imot flere svar.",
    nn: "Spørsmålet er lukka og tek ikkje imot fleire svar.",
    sv: "Frågan är stängd och tar inte emot fler svar.",
    en: "The question is closed and takes no more answers.",
};
pub(crate) const WHERE: Phrase =
    Phrase { nb: "Hvor er du?", nn: "Kvar er du?", sv: "Var är du?", en: "Where are you?" };
pub(crate) const LAST_WEEK: Phrase = Phrase {
    nb: "Svar de siste sju dagene",
    nn: "Svar dei siste sju dagane",
    sv: "Svar de senaste sju dagarna",
    en: "Answers in the last seven days",
};
pub(crate) const PEOPLE: Phrase = Phrase { nb: "Personer", nn: "Personar", sv: "Personer", en: "People" };
pub(crate) const BY_DOOR: Phrase = Phrase {
    nb: "Hvor svarene kom fra",
    nn: "Kvar svara kom frå",
    sv: "Varifrån svaren kom",
    en: "Where answers came from",
};
pub(crate) const LATELY_BY_DOOR: Phrase = Phrase {
    nb: "Hvor svarene de siste åtte ukene kom fra",
    nn: "Kvar svara dei siste åtte vekene kom frå",
    sv: "Varifrån svaren de senaste åtta veckorna kom",
    en: "Where the answers of the last eight weeks came from",
};
pub(crate) const BY_HOUR: Phrase =
    Phrase { nb: "Time for time", nn: "Time for time", sv: "Timme för timme", en: "Hour by hour" };
pub(crate) const LATELY_BY_HOUR: Phrase = Phrase {
    nb: "Svar de siste åtte ukene, time for time",
    nn: "Svar dei siste åtte vekene, time for time",
    sv: "Svar de senaste åtta veckorna, timme för timme",
    en: "Answers in the last eight weeks, hour by hour",
};
pub(crate) const BY_PLACE: Phrase =
    Phrase { nb: "Sted for sted", nn: "Stad for stad", sv: "Plats för plats", en: "Place by place" };
pub(crate) const NO_DOOR: Phrase = Phrase { nb: "Nettsiden", nn: "Nettsida", sv: "Webbplatsen", en: "The web page" };
pub(crate) const ELSEWHERE: Phrase = Phrase { nb: "Uten sted", nn: "Utan stad", sv: "Utan plats", en: "No place" };
pub(crate) const CHOOSE: Phrase = Phrase {
    nb: "Velg ett av svarene.",
    nn: "Vel eitt av svara.",
    sv: "Välj ett av svaren.",
    en: "Choose one of the answers.",
};

/// The doors that the box names; another is told as it stands.
const DOORS: [(&str, Phrase); 7] = [
    ("poster", Phrase { nb: "Plakat", nn: "Plakat", sv: "Affisch", en: "Poster" }),
    ("post", Phrase { nb: "Brev", nn: "Brev", sv: "Brev", en: "Letter" }),
    ("mail", Phrase { nb: "E-post", nn: "E-post", sv: "E-post", en: "E-mail" }),
    ("screen", Phrase { nb: "Skjerm", nn: "Skjerm", sv: "Skärm", en: "Screen" }),
    ("place", Phrase { nb: "Stedets side", nn: "Sida til staden", sv: "Platsens sida", en: "The page of the place" }),
    ("meeting", Phrase { nb: "Møte", nn: "Møte", sv: "Möte", en: "Meeting" }),
    ("social", Phrase { nb: "Sosiale medier", nn: "Sosiale medium", sv: "Sociala medier", en: "Social media" }),
];

/// The name of a door for people.
pub(crate) fn door<'a>(named: &'a str, languages: &'a [Language]) -> &'a str {
    let known = DOORS.iter().find(|(name, _)| *name == named);
    known.map_or(named, |(_, phrase)| phrase.to(languages))
}
