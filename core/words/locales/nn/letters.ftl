letter-confirm-subject = Stadfest at du vil vere med i { $panel }
letter-confirm =
    Hei!

    Nokon, truleg du sjølv, vil vere med i { $panel } i { $municipality } med denne adressa. Du er med når du har stadfesta det:
letter-confirm-link = Stadfest at du vil vere med
letter-confirm-days = Lenkja gjeld i { $days ->
    [one] éin dag
   *[other] { $days } dagar
}. Stadfestar du ikkje, slettar vi adressa di.
letter-confirm-not-you = Var det ikkje deg? Då treng du ikkje gjere noko.
letter-already-subject = Du er alt med i { $panel }
letter-already =
    Hei!

    Nokon, truleg du sjølv, ville vere med i { $panel } i { $municipality } med denne adressa. Du er alt med. På sida di kan du sjå kva vi veit om deg, endre det, eller gå ut:
letter-link-subject = Lenkja til sida di
letter-link =
    Hei!

    Du bad om lenkja til sida di i { $panel } i { $municipality }:
letter-own-link = Sida di
letter-not-you = Var det ikkje deg? Då treng du ikkje gjere noko. Den som spurde, fekk ikkje vite om du er med.
letter-none-subject = Du er ikkje med i { $panel }
letter-none =
    Hei!

    Nokon, truleg du sjølv, bad om lenkja til ei side i { $panel } i { $municipality } med denne adressa. Ho er ikkje med. Kanskje bruker du ei anna adresse der? Vil du vere med, kan du melde deg inn:
letter-none-link = Bli med
letter-welcome-subject = Velkommen til { $panel }
letter-welcome =
    Hei, og velkommen!

    Du er med i { $panel } i { $municipality }. Vi skriv når det er noko å spørje om. Du bestemmer kvar gong om du vil svare.
letter-welcome-survey = Det første vi vil spørje deg om: «{ $title }».
letter-welcome-own = Ta vare på lenkja til sida di. Der kan du fortelje kva som vedkjem deg, ta med deg det vi veit om deg, eller gå ut. Då blir alt sletta med ein gong. Lenkja er berre for deg: send ho ikkje vidare.
letter-ask-subject = Vil du svare? { $title }
letter-ask =
    Hei!

    Du er med i { $panel }, og vi vil gjerne høyre kva du meiner: **{ $title }**.
letter-remind-subject = Du kan framleis svare: { $title }
letter-remind =
    Hei!

    Vi skreiv til deg om **{ $title }** og har ikkje sett at lenkja di er brukt. Vil du svare, er det framleis tid. Dette er den einaste påminninga. Har du byrja på eit svar, går du vidare med lenkja i det første brevet. { $panel }
letter-until = Du kan svare til og med { $date }.
letter-answer = Svar her
letter-ask-anonymous = Lenkja gjeld for eitt svar. Vi ser at ho er brukt, men ikkje kva du svarte.
letter-ask-own = Sjå eller endre det vi veit om deg, eller gå ut
letter-stop = Få ikkje fleire brev
letter-greeting = Helsing { $municipality }
letter-told =
    Hei!

    Du er med i { $panel }, og du svarte på **{ $title }**. Dette har skjedd sidan:
