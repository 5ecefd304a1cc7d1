use allting_plugin_sdk::method::Phrase;

macro_rules! phrases {
    ($($name:ident: $nb:literal, $nn:literal, $sv:literal, $en:literal;)*) => {$(
        pub(crate) const $name: Phrase = Phrase { nb: $nb, nn: $nn, sv: $sv, en: $en };
    )*};
}

phrases! {
    INPUTS: "Innspill", "Innspel", "Synpunkter", "Inputs";
    PEOPLE: "Personer", "Personar", "Personer", "People";
    WHERE: "Hvor gjelder det?", "Kvar gjeld det?", "Var gäller det?", "Where is it?";
    IN_WORDS:
        "Beskriv stedet med ord",
        "Skildra staden med ord",
        "Beskriv platsen med ord",
        "Describe the place in words";
    IN_WORDS_HELP:
        "Adresse, veikryss, navn på stedet. Vi setter det på kartet.",
        "Adresse, vegkryss, namn på staden. Vi set det på kartet.",
        "Adress, vägkorsning, platsens namn. Vi sätter det på kartan.",
        "Address, crossing, name of the place. We put it on the map.";
    KIND:
        "Hva slags innspill er det?",
        "Kva slags innspel er det?",
        "Vad för slags synpunkt är det?",
        "What kind of input is it?";
    ABOUT:
        "Hva handler det om? Velg så mange du vil.",
        "Kva handlar det om? Vel så mange du vil.",
        "Vad handlar det om? Välj så många du vill.",
        "What is it about? Choose as many as you like.";
    PHOTO: "Bilde", "Bilete", "Bild", "Photo";
    SEND: "Send innspillet", "Send innspelet", "Skicka synpunkten", "Send";
    WRITE: "Skriv hva du mener.", "Skriv kva du meiner.", "Skriv vad du tycker.", "Write what you think.";
    POINT:
        "Pek på kartet, eller gå til lista og beskriv stedet med ord.",
        "Peik på kartet, eller gå til lista og skildra staden med ord.",
        "Peka på kartan, eller gå till listan och beskriv platsen med ord.",
        "Point at the map, or go to the list and describe the place in words.";
    THANKS:
        "Takk. Innspillet vises når det er lest gjennom.",
        "Takk. Innspelet blir vist når det er lese gjennom.",
        "Tack. Synpunkten visas när den har lästs igenom.",
        "Thank you. What you wrote is shown when it has been read.";
    AGAIN: "Gi et innspill til", "Gi eit innspel til", "Lämna en synpunkt till", "Give another";
    LIST:
        "Alle innspill som liste, og skjema uten kart",
        "Alle innspel som liste, og skjema utan kart",
        "Alla synpunkter som lista, och formulär utan karta",
        "All inputs as a list, and a form without a map";
    MAP: "Kartet", "Kartet", "Kartan", "The map";
    FOUND: "Så langt", "Så langt", "Så här långt", "So far";
    CLOSED:
        "Kartet tar ikke imot flere innspill.",
        "Kartet tek ikkje imot fleire innspel.",
        "Kartan tar inte emot fler synpunkter.",
        "The map takes no more inputs.";
    SUPPORT: "Støtter du dette?", "Støttar du dette?", "Stöder du detta?", "Do you support this?";
    YES: "Ja, jeg støtter det", "Ja, eg støttar det", "Ja, jag stöder det", "Yes, I support it";
    NO: "Trekk støtten", "Trekk støtta", "Dra tillbaka stödet", "Take it back";
    SUPPORTERS: "støtter", "støttar", "stöder", "support this";
    BY_CATEGORY:
        "Etter kategori. Ett innspill kan ha flere.",
        "Etter kategori. Eitt innspel kan ha fleire.",
        "Efter kategori. En synpunkt kan ha flera.",
        "By category. One input may have several.";
    BY_LAYER: "Etter type", "Etter type", "Efter typ", "By kind";
    BY_WEEK:
        "Uke for uke, fra mandag",
        "Veke for veke, frå måndag",
        "Vecka för vecka, från måndag",
        "Week by week, from Monday";
    NO_CATEGORY: "Uten kategori", "Utan kategori", "Utan kategori", "No category";
    SHOWN:
        "De nyeste vises. Velg en kategori for å se færre om gangen.",
        "Dei nyaste blir viste. Vel ein kategori for å sjå færre om gongen.",
        "De nyaste visas. Välj en kategori för att se färre åt gången.",
        "The newest are shown. Choose a category to see fewer at a time.";
}
