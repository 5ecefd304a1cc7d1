use allting_plugin_sdk::method::Phrase;

macro_rules! phrases {
    ($($name:ident: $nb:literal, $nn:literal, $sv:literal, $en:literal;)*) => {$(
        pub(crate) const $name: Phrase = Phrase { nb: $nb, nn: $nn, sv: $sv, en: $en };
    )*};
}

phrases! {
    GUIDE: "Veilederen", "Rettleiaren", "Vägledningen", "The guide";
    STEPS: "Trinnene", "Trinna", "Stegen", "The steps";
    PRINCIPLES: "Prinsipper for arbeidet", "Prinsipp for arbeidet", "Principer för arbetet", "Principles of the work";
    IN_USE: "tatt i bruk", "teke i bruk", "i bruk", "in use";
    WHICH_PRINCIPLES:
        "Hvilke prinsipper følger arbeidet nå?",
        "Kva prinsipp følgjer arbeidet no?",
        "Vilka principer följer arbetet nu?",
        "Which principles does the work keep to now?";
    BARRIERS:
        "Det som hindrer og det som hjelper",
        "Det som hindrar og det som hjelper",
        "Det som hindrar och det som hjälper",
        "What hinders and what helps";
    BARRIER: "Noe som hindrer", "Noko som hindrar", "Något som hindrar", "Something that hinders";
    PROMOTER: "Noe som hjelper", "Noko som hjelper", "Något som hjälper", "Something that helps";
    WHICH: "Hva er det?", "Kva er det?", "Vad är det?", "What is it?";
    DESCRIBE: "Beskriv det", "Skildra det", "Beskriv det", "Describe it";
    TEMPLATE: "Mal", "Mal", "Mall", "Template";
    EVIDENCE: "Det trinnet bygger på", "Det trinnet byggjer på", "Det steget bygger på", "What the step rests on";
    ADD_EVIDENCE:
        "Hva har dere sett, hørt eller målt?",
        "Kva har de sett, høyrt eller målt?",
        "Vad har ni sett, hört eller mätt?",
        "What have you seen, heard or measured?";
    CITES: "Det bygger på", "Det byggjer på", "Det bygger på", "It rests on";
    STATE:
        "Hvor langt er trinnet kommet?",
        "Kor langt er trinnet kome?",
        "Hur långt har steget kommit?",
        "How far has the step come?";
    DONE: "Ferdig", "Ferdig", "Klart", "Done";
    AT_WORK: "Under arbeid", "Under arbeid", "Pågår", "At work";
    BOARD: "Tavla", "Tavla", "Tavlan", "The board";
    CLOCK: "Klokka", "Klokka", "Klockan", "The clock";
    START: "Start runden", "Start runden", "Starta rundan", "Start the round";
    STOP: "Stopp runden", "Stopp runden", "Stoppa rundan", "Stop the round";
    LEFT: "Tid igjen", "Tid att", "Tid kvar", "Time left";
    TIME_IS_UP:
        "Tiden er ute. Skriv ferdig setningen.",
        "Tida er ute. Skriv ferdig setninga.",
        "Tiden är ute. Skriv klart meningen.",
        "Time is up. Finish your sentence.";
    WAIT:
        "Den som leder møtet, starter runden. Da kan du skrive.",
        "Den som leier møtet, startar runden. Då kan du skrive.",
        "Den som leder mötet startar rundan. Då kan du skriva.",
        "Whoever leads the meeting starts the round. Then you can write.";
    NOTE: "Én ting per lapp", "Éin ting per lapp", "En sak per lapp", "One thing a note";
    NOTE_KIND:
        "Er det et problem eller en løsning?",
        "Er det eit problem eller ei løysing?",
        "Är det ett problem eller en lösning?",
        "Is it a problem or a solution?";
    PROBLEM: "Problem", "Problem", "Problem", "Problem";
    SOLUTION: "Løsning", "Løysing", "Lösning", "Solution";
    GROUP: "Hvem sier det?", "Kven seier det?", "Vem säger det?", "Who says it?";
    PARKED:
        "Løsninger vi tar vare på til senere",
        "Løysingar vi tek vare på til seinare",
        "Lösningar vi sparar till senare",
        "Solutions kept for later";
    THEME: "Nytt tema", "Nytt tema", "Nytt tema", "New theme";
    A_THEME: "Tema", "Tema", "Tema", "Theme";
    MOVE: "Flytt til", "Flytt til", "Flytta till", "Move to";
    PRIORITY: "Hvor viktig er det?", "Kor viktig er det?", "Hur viktigt är det?", "How important is it?";
    HIGH: "Viktigst", "Viktigast", "Viktigast", "Most important";
    MEDIUM: "Viktig", "Viktig", "Viktigt", "Important";
    LOW: "Kan vente", "Kan vente", "Kan vänta", "Can wait";
    COVERAGE: "Hvem som er hørt", "Kven som er høyrde", "Vilka som har hörts", "Who has been heard";
    NEEDS: "Problemene på tavla", "Problema på tavla", "Problemen på tavlan", "The problems on the board";
    NOTES: "Lapper", "Lappar", "Lappar", "Notes";
    PEOPLE: "Personer", "Personar", "Personer", "People";
    STATUS: "Status", "Status", "Status", "State";
    CLOSED: "Arbeidet er avsluttet.", "Arbeidet er avslutta.", "Arbetet är avslutat.", "The work has ended.";
    ONLY_STAFF:
        "Bare den som leder arbeidet, kan gjøre dette.",
        "Berre den som leier arbeidet, kan gjere dette.",
        "Bara den som leder arbetet kan göra detta.",
        "Only those who lead the work can do this.";
    NO_WORDS: "Teksten mangler.", "Teksten manglar.", "Texten saknas.", "The text is missing.";
    TOO_LONG:
        "Teksten er for lang: høyst 500 tegn, i innledning, formål, mal og oppgave 20 000.",
        "Teksten er for lang: høgst 500 teikn, i innleiing, føremål, mal og oppgåve 20 000.",
        "Texten är för lång: högst 500 tecken, i inledning, syfte, mall och uppgift 20 000.",
        "The text is too long: at most 500 characters, in introduction, purpose, template and task 20 000.";
    TOO_MUCH_TEXT:
        "Tekstene er til sammen for lange (150 KiB). Kort ned malene, eller legg dem i filer.",
        "Tekstane er til saman for lange (150 KiB). Kort ned malane, eller legg dei i filer.",
        "Texterna är tillsammans för långa (150 KiB). Korta mallarna eller lägg dem i filer.",
        "All texts together are too long (150 KiB). Shorten the templates, or keep them in files.";
    UNTRANSLATED:
        "Teksten mangler på et av språkene; der vises et annet språk.",
        "Teksten manglar på eitt av språka; der blir eit anna språk vist.",
        "Texten saknas på ett av språken; där visas ett annat språk.",
        "The text is missing in one of the languages; another is shown there.";
    BAD_KEY:
        "Nøkkelen skal ha 1 til 28 tegn av a-z, 0-9 og - og stå én gang. «at», «whole», «barriers», «board» og «t» \
        med tall er opptatt.",
        "Nøkkelen skal ha 1 til 28 teikn av a-z, 0-9 og - og stå éin gong. «at», «whole», «barriers», «board» og «t» \
        med tal er opptekne.",
        "Nyckeln ska ha 1 till 28 tecken av a-z, 0-9 och - och stå en gång. ”at”, ”whole”, ”barriers”, ”board” och \
        ”t” med tal är upptagna.",
        "The key has 1 to 28 characters of a-z, 0-9 and - and stands once. at, whole, barriers, board and t with a \
        number are taken.";
    HOW_MANY_STEPS:
        "En veileder har 1 til 12 trinn.",
        "Ein rettleiar har 1 til 12 trinn.",
        "En vägledning har 1 till 12 steg.",
        "A guide has 1 to 12 steps.";
    HOW_MANY:
        "Listen skal ha høyst 20, og en tavle minst én kolonne.",
        "Lista skal ha høgst 20, og ei tavle minst éi kolonne.",
        "Listan ska ha högst 20, och en tavla minst en kolumn.",
        "The list has at most 20, and a board at least one column.";
    NO_SUCH_STEP:
        "Tavla viser til et trinn som ikke finnes.",
        "Tavla viser til eit trinn som ikkje finst.",
        "Tavlan hänvisar till ett steg som inte finns.",
        "The board names a step that does not exist.";
    HOW_LONG:
        "En runde varer 1 til 240 minutter.",
        "Ein runde varer 1 til 240 minutt.",
        "En runda varar 1 till 240 minuter.",
        "A round lasts 1 to 240 minutes.";
}
