use allting_plugin_sdk::method::Phrase;

macro_rules! phrases {
    ($($name:ident: $nb:literal, $nn:literal, $sv:literal, $en:literal;)*) => {$(
        pub(crate) const $name: Phrase = Phrase { nb: $nb, nn: $nn, sv: $sv, en: $en };
    )*};
}

phrases! {
    NO_QUESTION:
        "Undersøkelsen har ingen spørsmål. Legg til en side med minst ett.",
        "Undersøkinga har ingen spørsmål. Legg til ei side med minst eitt.",
        "Enkäten har inga frågor. Lägg till en sida med minst en.",
        "The survey asks nothing. Add a page with at least one question.";
    TOO_MANY_PAGES:
        "Flere enn 60 sider. Slå sammen noen.",
        "Fleire enn 60 sider. Slå saman nokre.",
        "Fler än 60 sidor. Slå ihop några.",
        "More than 60 pages. Join some.";
    TOO_MANY_QUESTIONS:
        "Mer enn 300 spørsmål (hver rad i en matrise er ett) eller 3000 svaralternativer. Del undersøkelsen i flere.",
        "Meir enn 300 spørsmål (kvar rad i ei matrise er eitt) eller 3000 svaralternativ. Del undersøkinga i fleire.",
        "Mer än 300 frågor (varje rad i en matris är en) eller 3000 svarsalternativ. Dela enkäten i flera.",
        "More than 300 questions (each row of a matrix is one) or 3000 options. Make several surveys of it.";
    TOO_MUCH_TEXT:
        "Tekstene er til sammen for lange for én side på papir og skjerm (180 KiB). Kort dem ned.",
        "Tekstane er til saman for lange for éi side på papir og skjerm (180 KiB). Kort dei ned.",
        "Texterna är tillsammans för långa för en sida på papper och skärm (180 KiB). Korta dem.",
        "All texts together are too long for one page on paper and screen (180 KiB). Shorten them.";
    BAD_PAGE_KEY:
        "Sidens nøkkel skal ha 1 til 64 tegn av a-z, 0-9 og -, være den eneste, og ikke være «thanks», «whole» eller \
        «at».",
        "Nøkkelen til sida skal ha 1 til 64 teikn av a-z, 0-9 og -, vere den einaste, og ikkje vere «thanks», \
        «whole» eller «at».",
        "Sidans nyckel ska ha 1 till 64 tecken av a-z, 0-9 och -, vara den enda och inte vara ”thanks”, ”whole” \
        eller ”at”.",
        "The key of a page has 1 to 64 characters of a-z, 0-9 and -, stands once, and is not thanks, whole or at.";
    EMPTY_PAGE:
        "Siden har verken spørsmål eller tekst.",
        "Sida har verken spørsmål eller tekst.",
        "Sidan har varken frågor eller text.",
        "The page has neither questions nor text.";
    NOTHING_TO_MIX:
        "Det er ikke noe å blande: siden har færre enn to spørsmål.",
        "Det er ikkje noko å blande: sida har færre enn to spørsmål.",
        "Det finns inget att blanda: sidan har färre än två frågor.",
        "There is nothing to mix: the page has fewer than two questions.";
    BAD_KEY:
        "Nøkkelen skal ha 1 til 64 tegn av a-z, 0-9 og -, og ingen andre spørsmål eller rader kan ha den samme. (En \
        rad heter matrise-rad.)",
        "Nøkkelen skal ha 1 til 64 teikn av a-z, 0-9 og -, og ingen andre spørsmål eller rader kan ha den same. (Ei \
        rad heiter matrise-rad.)",
        "Nyckeln ska ha 1 till 64 tecken av a-z, 0-9 och -, och ingen annan fråga eller rad kan ha samma. (En rad \
        heter matris-rad.)",
        "The key has 1 to 64 characters of a-z, 0-9 and -, and no other question or row has the same. (A row is \
        called matrix-row.)";
    BAD_OPTION_KEY:
        "Nøkkelen skal ha 1 til 64 tegn av a-z, 0-9 og -, og ingen andre svar på spørsmålet kan ha den samme.",
        "Nøkkelen skal ha 1 til 64 teikn av a-z, 0-9 og -, og ingen andre svar på spørsmålet kan ha den same.",
        "Nyckeln ska ha 1 till 64 tecken av a-z, 0-9 och -, och inget annat svar på frågan kan ha samma.",
        "The key has 1 to 64 characters of a-z, 0-9 and -, and no other option of the question has the same.";
    NO_ROWS:
        "Matrisen har ingen rader.",
        "Matrisa har ingen rader.",
        "Matrisen har inga rader.",
        "The matrix has no rows.";
    HOW_MANY_OPTIONS:
        "Spørsmålet skal ha 2 til 100 svaralternativer (i en matrise 2 til 20).",
        "Spørsmålet skal ha 2 til 100 svaralternativ (i ei matrise 2 til 20).",
        "Frågan ska ha 2 till 100 svarsalternativ (i en matris 2 till 20).",
        "The question has 2 to 100 options (in a matrix 2 to 20).";
    LEAST_OVER_MOST:
        "Det minste er større enn det største, så ingen kan svare.",
        "Det minste er større enn det største, så ingen kan svare.",
        "Det minsta är större än det största, så ingen kan svara.",
        "The least is more than the most, so nobody can answer.";
    ALONE_IN_RANKING:
        "I en rangering kan ikke et svar stå alene.",
        "I ei rangering kan ikkje eit svar stå åleine.",
        "I en rangordning kan inget svar stå ensamt.",
        "In a ranking no option stands alone.";
    NO_NUMBER:
        "Tallene skal ligge mellom minus og pluss en billion.",
        "Tala skal liggje mellom minus og pluss ein billion.",
        "Talen ska ligga mellan minus och plus en biljon.",
        "Numbers lie between minus and plus a million million.";
    BAD_STEPS:
        "En skala går i hele trinn, med minst to og høyst 21 trinn.",
        "Ein skala går i heile trinn, med minst to og høgst 21 trinn.",
        "En skala går i hela steg, med minst två och högst 21 steg.",
        "A scale has whole steps: at least two, at most 21.";
    BAD_CLASSES:
        "Klassene skal stå i stigende rekkefølge, høyst 30.",
        "Klassane skal stå i stigande rekkjefølgje, høgst 30.",
        "Klasserna ska stå i stigande ordning, högst 30.",
        "Classes rise, and there are at most 30.";
    BAD_DATE:
        "Det er ingen dato. Skriv år-måned-dag: 2026-07-02.",
        "Det er ingen dato. Skriv år-månad-dag: 2026-07-02.",
        "Det är inget datum. Skriv år-månad-dag: 2026-07-02.",
        "This is no date. Write year-month-day: 2026-07-02.";
    TOO_MANY_CHARACTERS:
        "En kort tekst har 1 til 1000 tegn, en lang 1 til 20 000; høyst 10 bilder.",
        "Ein kort tekst har 1 til 1000 teikn, ein lang 1 til 20 000; høgst 10 bilete.",
        "En kort text har 1 till 1000 tecken, en lång 1 till 20 000; högst 10 bilder.",
        "A short text has 1 to 1000 characters, a long one 1 to 20 000; at most 10 photos.";
    TOO_MANY_CONDITIONS:
        "Flere enn 10 vilkår. Del spørsmålet, eller legg det på en egen side.",
        "Fleire enn 10 vilkår. Del spørsmålet, eller legg det på ei eiga side.",
        "Fler än 10 villkor. Dela frågan eller lägg den på en egen sida.",
        "More than 10 conditions. Split the question, or give it a page of its own.";
    NO_WORDS: "Teksten mangler.", "Teksten manglar.", "Texten saknas.", "The text is missing.";
    TOO_LONG:
        "Teksten er for lang: høyst 1000 tegn, i tekst over spørsmålene 20 000.",
        "Teksten er for lang: høgst 1000 teikn, i tekst over spørsmåla 20 000.",
        "Texten är för lång: högst 1000 tecken, i text ovanför frågorna 20 000.",
        "The text is too long: at most 1000 characters, above the questions 20 000.";
    UNTRANSLATED:
        "Teksten mangler på et av språkene; der vises et annet språk.",
        "Teksten manglar på eitt av språka; der blir eit anna språk vist.",
        "Texten saknas på ett av språken; där visas ett annat språk.",
        "The text is missing in one of the languages; another is shown there.";
    OF_ANOTHER_KIND:
        "Dette hører til en annen spørsmålstype og blir ikke brukt.",
        "Dette høyrer til ein annan spørsmålstype og blir ikkje brukt.",
        "Det här hör till en annan frågetyp och används inte.",
        "This belongs to another kind of question, and is not used.";
    UNKNOWN_QUESTION:
        "Vilkåret viser til et spørsmål som ikke finnes. En rad i en matrise heter matrise-rad.",
        "Vilkåret viser til eit spørsmål som ikkje finst. Ei rad i ei matrise heiter matrise-rad.",
        "Villkoret hänvisar till en fråga som inte finns. En rad i en matris heter matris-rad.",
        "The condition names a question that does not exist. A row of a matrix is called matrix-row.";
    LATER_QUESTION:
        "Vilkåret viser til et spørsmål som kommer senere. Flytt det spørsmålet foran dette.",
        "Vilkåret viser til eit spørsmål som kjem seinare. Flytt det spørsmålet framfor dette.",
        "Villkoret hänvisar till en fråga som kommer senare. Flytta den frågan före den här.",
        "The condition names a question that comes later. Move that question before this one.";
    CYCLE:
        "Vilkårene går i ring: dette spørsmålet henger til slutt på seg selv.",
        "Vilkåra går i ring: dette spørsmålet heng til slutt på seg sjølv.",
        "Villkoren går i cirkel: frågan beror till slut på sig själv.",
        "The conditions go in a circle: in the end this question hangs on itself.";
    UNKNOWN_OPTION:
        "Spørsmålet som vilkåret viser til, har ikke dette svaret.",
        "Spørsmålet som vilkåret viser til, har ikkje dette svaret.",
        "Frågan som villkoret hänvisar till har inte det här svaret.",
        "The question that the condition names has no such option.";
    NO_OPTIONS:
        "Spørsmålet som vilkåret viser til, har ingen svaralternativer å velge mellom.",
        "Spørsmålet som vilkåret viser til, har ingen svaralternativ å velje mellom.",
        "Frågan som villkoret hänvisar till har inga svarsalternativ.",
        "The question that the condition names has no options to choose from.";
    NOT_A_NUMBER:
        "Spørsmålet som vilkåret viser til, har ikke et tall til svar.",
        "Spørsmålet som vilkåret viser til, har ikkje eit tal til svar.",
        "Frågan som villkoret hänvisar till besvaras inte med ett tal.",
        "The question that the condition names is not answered with a number.";
    CONTRADICTION:
        "Vilkårene utelukker hverandre: de kan aldri holde samtidig.",
        "Vilkåra utelukkar kvarandre: dei kan aldri halde samstundes.",
        "Villkoren utesluter varandra: de kan aldrig gälla samtidigt.",
        "The conditions exclude each other: they can never hold at once.";
    UNREACHABLE:
        "Ingen kommer hit: vilkåret krever et svar på et spørsmål som da ikke blir stilt.",
        "Ingen kjem hit: vilkåret krev eit svar på eit spørsmål som då ikkje blir stilt.",
        "Ingen kommer hit: villkoret kräver svar på en fråga som då inte ställs.",
        "Nobody gets here: the condition needs an answer to a question that is then not asked.";
    MIXED_CONDITION:
        "På en side i tilfeldig rekkefølge kan ikke ett spørsmål henge på et annet. Legg dem på hver sin side.",
        "På ei side i tilfeldig rekkjefølgje kan ikkje eitt spørsmål henge på eit anna. Legg dei på kvar si side.",
        "På en sida i slumpmässig ordning kan inte en fråga bero på en annan. Lägg dem på var sin sida.",
        "On a page in random order no question can hang on another. Put them on pages of their own.";
}
