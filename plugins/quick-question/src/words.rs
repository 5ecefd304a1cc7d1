use allting_plugin_sdk::method::Phrase;

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
pub(crate) const BY_HOUR: Phrase =
    Phrase { nb: "Time for time", nn: "Time for time", sv: "Timme för timme", en: "Hour by hour" };
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
