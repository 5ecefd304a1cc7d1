use allting_plugin_sdk::method::Phrase;

macro_rules! phrases {
    ($($name:ident: $nb:literal, $nn:literal, $sv:literal, $en:literal;)*) => {$(
        pub(crate) const $name: Phrase = Phrase { nb: $nb, nn: $nn, sv: $sv, en: $en };
    )*};
}

phrases! {
    NEXT: "Neste", "Neste", "Nästa", "Next";
    SEND: "Send svarene", "Send svara", "Skicka svaren", "Send answers";
    THANKS: "Takk for svarene.", "Takk for svara.", "Tack för svaren.", "Thank you for answering.";
    HEARD:
        "Svarene dine er tatt imot. Du kan endre dem så lenge undersøkelsen er åpen.",
        "Svara dine er tekne imot. Du kan endre dei så lenge undersøkinga er open.",
        "Dina svar har tagits emot. Du kan ändra dem så länge undersökningen är öppen.",
        "Your answers have been received. You can change them as long as the survey is open.";
    CHANGE: "Endre svarene", "Endre svara", "Ändra svaren", "Change your answers";
    BEGUN:
        "Du har begynt. Det du har svart, er tatt vare på.",
        "Du har byrja. Det du har svart, er teke vare på.",
        "Du har börjat. Det du har svarat finns kvar.",
        "You have begun. What you have answered is kept.";
    GO_ON: "Fortsett der du slapp", "Hald fram der du slapp", "Fortsätt där du slutade", "Go on where you left off";
    FROM_START:
        "Se gjennom fra starten",
        "Sjå gjennom frå starten",
        "Gå igenom från början",
        "Look through from the start";
    CLOSED:
        "Undersøkelsen er lukket og tar ikke imot flere svar.",
        "Undersøkinga er lukka og tek ikkje imot fleire svar.",
        "Undersökningen är stängd och tar inte emot fler svar.",
        "The survey is closed and takes no more answers.";
    NOT_YET:
        "Undersøkelsen har ikke åpnet ennå.",
        "Undersøkinga har ikkje opna enno.",
        "Undersökningen har inte öppnat än.",
        "The survey has not opened yet.";
    NOT_ASKED:
        "Denne siden gjelder ikke deg, ut fra det du har svart.",
        "Denne sida gjeld ikkje deg, ut frå det du har svart.",
        "Den här sidan gäller inte dig, utifrån det du har svarat.",
        "This page does not concern you, going by what you have answered.";
    PEOPLE: "Personer", "Personar", "Personer", "People";
    AVERAGE: "Gjennomsnitt", "Gjennomsnitt", "Medelvärde", "Average";
    MEAN_RANK:
        "Plass i snitt (1 er øverst)",
        "Plass i snitt (1 er øvst)",
        "Plats i snitt (1 är överst)",
        "Mean rank (1 is top)";
    FIRST_CHOICE: "Satt som nummer 1", "Sett som nummer 1", "Satt som nummer 1", "Ranked first";
    TICKED: "Krysset av", "Kryssa av", "Kryssade i", "Ticked";
    IN_WORDS:
        "Svart med egne ord. Svarene er talt, ikke gjengitt.",
        "Svart med eigne ord. Svara er talde, ikkje gjengjevne.",
        "Svarat med egna ord. Svaren är räknade, inte återgivna.",
        "Answered in their own words; counted here, not quoted.";
    TAKEN_PART: "Hvem som har svart", "Kven som har svara", "Vilka som har svarat", "Who has answered";
    STOPPED:
        "Begynte, men er ikke ferdige. Siste side de sendte:",
        "Byrja, men er ikkje ferdige. Siste sida dei sende:",
        "Började men är inte klara. Sista sidan de skickade:",
        "Began and have not finished. The last page they sent:";
    NO_PAGE: "Ingen side sendt", "Inga side send", "Ingen sida skickad", "No page sent";
    BY_WEEK: "Uke fra mandag", "Veke frå måndag", "Vecka från måndag", "Week from Monday";
    BY_MONTH: "Måned", "Månad", "Månad", "Month";
    BY_YEAR: "År", "År", "År", "Year";
}
