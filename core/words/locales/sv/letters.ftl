letter-confirm-subject = Bekräfta att du vill vara med i { $panel }
letter-confirm =
    Hej!

    Någon, troligen du själv, vill vara med i { $panel } i { $municipality } med den här adressen. Du är med när du har bekräftat det:
letter-confirm-link = Bekräfta att du vill vara med
letter-confirm-days = Länken gäller i { $days ->
    [one] en dag
   *[other] { $days } dagar
}. Bekräftar du inte raderar vi din adress.
letter-confirm-not-you = Var det inte du? Då behöver du inte göra något.
letter-already-subject = Du är redan med i { $panel }
letter-already =
    Hej!

    Någon, troligen du själv, ville vara med i { $panel } i { $municipality } med den här adressen. Du är redan med. På din sida kan du se vad vi vet om dig, ändra det eller gå ur:
letter-link-subject = Länken till din sida
letter-link =
    Hej!

    Du bad om länken till din sida i { $panel } i { $municipality }:
letter-own-link = Din sida
letter-not-you = Var det inte du? Då behöver du inte göra något. Den som frågade fick inte veta om du är med.
letter-none-subject = Du är inte med i { $panel }
letter-none =
    Hej!

    Någon, troligen du själv, bad om länken till en sida i { $panel } i { $municipality } med den här adressen. Den är inte med. Kanske använder du en annan adress där? Vill du vara med kan du anmäla dig:
letter-none-link = Gå med
letter-welcome-subject = Välkommen till { $panel }
letter-welcome =
    Hej och välkommen!

    Du är med i { $panel } i { $municipality }. Vi skriver när det finns något att fråga om. Du bestämmer varje gång om du vill svara.
letter-welcome-survey = Det första vi vill fråga dig om: ”{ $title }”.
letter-welcome-own = Spara länken till din sida. Där kan du berätta vad som rör dig, ta med dig det vi vet om dig eller gå ur. Då raderas allt genast. Länken är bara för dig: skicka den inte vidare.
letter-ask-subject = Vill du svara? { $title }
letter-ask =
    Hej!

    Du är med i { $panel }, och vi vill gärna höra vad du tycker: **{ $title }**.
letter-remind-subject = Du kan fortfarande svara: { $title }
letter-remind =
    Hej!

    Vi skrev till dig om **{ $title }** och har inte sett att din länk har använts. Vill du svara finns det fortfarande tid. Det här är den enda påminnelsen. Har du börjat på ett svar går du vidare med länken i det första brevet. { $panel }
letter-until = Du kan svara till och med { $date }.
letter-answer = Svara här
letter-ask-anonymous = Länken gäller för ett svar. Vi ser att den har använts, men inte vad du svarade.
letter-ask-own = Se eller ändra det vi vet om dig, eller gå ur
letter-stop = Få inga fler brev
letter-greeting = Hälsningar { $municipality }
letter-told =
    Hej!

    Du är med i { $panel }, och du svarade på **{ $title }**. Det här har hänt sedan dess:
