subscribe = Nyheter på e-post
subscribe-feed = { $name }: nyheter på e-post
subscribe-lead = Velg hva du vil høre om, og hvor ofte. Du trenger ingen konto, og hvert brev har en vei ut.
subscribe-what = Hva vil du høre om?
subscribe-everything = Alt
subscribe-areas = Deler av kommunen
subscribe-kinds = Slags steder
subscribe-places = Steder
subscribe-often = Hvor ofte?
subscribe-how-at-once = Et brev for hver nyhet, med det samme
subscribe-how-daily = Ett brev om morgenen, når det er noe å fortelle
subscribe-how-weekly = Ett brev mandag morgen, når det er noe å fortelle
subscribe-address-hint = Vi bruker den bare til disse brevene. Den ligger låst, og for seg selv.
subscribe-law = Du samtykker i at kommunen skriver til deg. Ett trykk i et hvilket som helst brev stopper dem og sletter alt vi vet om deg.
subscribe-do = Abonner
subscribe-wrong-what = Velg minst én ting du vil høre om
subscribe-sent-then = Følg lenken i brevet innen { $count } dager. Først da får du nyheter. Får du noen fra før, endrer lenken hva du får.
subscribe-same = Denne siden ser lik ut for alle. Slik kan ingen finne ut hvem som får nyheter.
subscribe-confirm = Vil du få dette på e-post?
subscribe-confirm-do = Ja, jeg vil ha det
subscribe-confirm-not = Vil du ikke, så lukk siden. Da endres ingenting, og en adresse vi ikke kjente, slettes.
subscribe-done = Du får nyheter på e-post
subscribe-done-text = Dette får du:
subscribe-done-change = Vil du endre det, fyller du ut skjemaet en gang til med samme adresse.
subscribe-old = Denne lenken virker ikke lenger. Fyll ut skjemaet en gang til, så kommer det en ny.
subscribe-stop = Få ikke flere nyheter
subscribe-stop-text = Ett trykk, så kommer det ikke flere brev. Adressen din, og hva du ville høre om, slettes med en gang.
subscribe-stop-do = Stopp brevene
subscribe-stopped = Det kommer ikke flere brev
subscribe-stopped-text = Alt vi visste om deg for disse brevene, er slettet.
subscribe-again = Abonner igjen
subscribe-letter-subject = Bekreft at du vil ha nyheter fra { $municipality }
subscribe-letter =
    Hei,

    Noen, trolig du, vil ha nyheter fra { $municipality } til denne adressen, om dette:
subscribe-letter-link = Bekreft at du vil ha det
subscribe-letter-days = Lenken virker i { $days ->
    [one] én dag
   *[other] { $days } dager
}. Bekrefter du ikke, sendes ingenting, og en adresse vi ikke kjente, slettes.
subscribe-digest = Nytt fra { $municipality }: { $count ->
    [one] én ting
   *[other] { $count } ting
}
subscribe-why = Du får dette fordi du har bedt { $municipality } om nyheter på e-post.
subscribe-change = Endre hva du får
