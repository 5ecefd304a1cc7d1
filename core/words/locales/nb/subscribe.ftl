subscribe = Nyheter på e-post
subscribe-feed = { $name }: nyheter på e-post
subscribe-lead = Velg hva du vil høre om, og hvor ofte. Du trenger ingen konto, og hvert brev har en vei ut.
subscribe-what = Hva vil du høre om?
subscribe-everything = Alt
subscribe-areas = Deler av kommunen
subscribe-kinds = Typer steder
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
subscribe-both = Få nyheter
subscribe-here = Få nyheter
subscribe-feed-both = { $name }: nyheter på e-post eller på denne enheten
subscribe-feed-here = { $name }: nyheter på denne enheten
subscribe-lead-both = Velg hva du vil høre om, og hvordan: brev på e-post eller varsler på denne enheten. Du trenger ingen konto, og alle har en vei ut.
subscribe-lead-here = Velg hva du vil høre om. Du trenger ingen konto, og hvert varsel har en vei ut.
subscribe-by-mail = På e-post
push-here = På denne enheten
push-here-lead = Et kort varsel på telefonen eller datamaskinen du sitter med, så snart det er noe nytt. Vi trenger ingen adresse.
push-law = Varslene kommer gjennom firmaet som lager nettleseren din. Det ser at et varsel kommer og når, men ikke hva som står i det.
push-get = Få varsler her
push-stop-here = Ikke flere varsler her
push-cannot = Her kan du ikke få varsler på enheten: det krever en nettleser som viser varsler, med skript, og en adresse som begynner med https. Strømmene på sidene for nyheter og steder forteller det samme.
push-cannot-mail = Her kan du ikke få varsler på enheten: det krever en nettleser som viser varsler, med skript, og en adresse som begynner med https. Brevene på e-post forteller det samme.
push-asked = Et første varsel er på vei. Når det vises på denne enheten, får du nyheter her.
push-stopped = Det kommer ikke flere varsler, og alt vi visste om denne nettleseren, er slettet.
push-denied = Denne nettleseren er stilt inn til ikke å vise varsler fra oss. Du kan endre det i innstillingene for denne siden.
push-failed = Det gikk ikke. Prøv igjen om en stund.
push-service = Denne nettleseren får varslene sine gjennom en tjeneste som kommunen ikke bruker. Prøv en annen nettleser, eller en annen måte å få nyheter på.
push-first = Du får nyheter fra { $municipality } her
push-stop = Ikke flere av disse
