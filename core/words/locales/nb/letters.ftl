letter-confirm-subject = Bekreft at du vil være med i { $panel }
letter-confirm =
    Hei!

    Noen, trolig du selv, vil være med i { $panel } i { $municipality } med denne adressen. Du er med når du har bekreftet det:
letter-confirm-link = Bekreft at du vil være med
letter-confirm-days = Lenken gjelder i { $days ->
    [one] én dag
   *[other] { $days } dager
}. Bekrefter du ikke, sletter vi adressen din.
letter-confirm-not-you = Var det ikke deg? Da trenger du ikke gjøre noe.
letter-already-subject = Du er allerede med i { $panel }
letter-already =
    Hei!

    Noen, trolig du selv, ville være med i { $panel } i { $municipality } med denne adressen. Du er allerede med. På siden din kan du se hva vi vet om deg, endre det, eller gå ut:
letter-link-subject = Lenken til siden din
letter-link =
    Hei!

    Du ba om lenken til siden din i { $panel } i { $municipality }:
letter-own-link = Siden din
letter-not-you = Var det ikke deg? Da trenger du ikke gjøre noe. Den som spurte, fikk ikke vite om du er med.
letter-none-subject = Du er ikke med i { $panel }
letter-none =
    Hei!

    Noen, trolig du selv, ba om lenken til en side i { $panel } i { $municipality } med denne adressen. Den er ikke med. Kanskje bruker du en annen adresse der? Vil du være med, kan du melde deg inn:
letter-none-link = Bli med
letter-welcome-subject = Velkommen til { $panel }
letter-welcome =
    Hei, og velkommen!

    Du er med i { $panel } i { $municipality }. Vi skriver når det er noe å spørre om. Du bestemmer hver gang om du vil svare.
letter-welcome-survey = Det første vi vil spørre deg om: «{ $title }».
letter-welcome-own = Ta vare på lenken til siden din. Der kan du fortelle hva som angår deg, ta med deg det vi vet om deg, eller gå ut. Da slettes alt med en gang. Lenken er bare for deg: send den ikke videre.
letter-ask-subject = Vil du svare? { $title }
letter-ask =
    Hei!

    Du er med i { $panel }, og vi vil gjerne høre hva du mener: **{ $title }**.
letter-remind-subject = Du kan fortsatt svare: { $title }
letter-remind =
    Hei!

    Vi skrev til deg om **{ $title }** og har ikke sett at lenken din er brukt. Vil du svare, er det fortsatt tid. Dette er den eneste påminnelsen. Har du begynt på et svar, går du videre med lenken i det første brevet. { $panel }
letter-until = Du kan svare til og med { $date }.
letter-answer = Svar her
letter-ask-anonymous = Lenken gjelder for ett svar. Vi ser at den er brukt, men ikke hva du svarte.
letter-ask-own = Se eller endre det vi vet om deg, eller gå ut
letter-stop = Få ikke flere brev
letter-greeting = Hilsen { $municipality }
letter-told =
    Hei!

    Du er med i { $panel }, og du svarte på **{ $title }**. Dette har skjedd siden:
