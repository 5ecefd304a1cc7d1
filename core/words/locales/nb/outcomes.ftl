outcome-carried-out = Gjennomført
outcome-will-be = Blir gjennomført
outcome-partly = Delvis
outcome-not = Blir ikke noe av
outcome-being-looked-at = Vi ser på det
happened = Hva skjedde
happened-of = Hva skjedde: { $name }
happened-none = Det er ikke fortalt ennå.
happened-all = Se alle svar
happened-share = { $answered } av { $count } innspill har fått svar.
happened-by = Svar kommer senest { $date }.
happened-days = { $count ->
    [one] Den som kommer med et innspill, får svar innen én dag.
   *[other] Den som kommer med et innspill, får svar innen { $count } dager.
}
happened-late = Svaret skulle ha vært her nå.
happened-evidence = Det bygger på:
happened-place = Tall fra { $name }
happened-before = { $count ->
    [one] Det som ble sagt før
   *[other] De { $count } svarene før dette
}
happened-proposals = Innspillene
happened-no-answer = Ikke svart ennå.
happened-more = { $count ->
    [one] Ett innspill til står i tabellen.
   *[other] { $count } innspill til står i tabellen.
}
happened-csv = Som tabell (CSV)
happened-json = For programmer (JSON)
telling-ask = Vil du vite hva som skjedde?
telling-ask-text = Skriv e-postadressen din, så får du et brev når det er noe å fortelle, høyst ett i uka. Adressen ligger for seg selv, ikke sammen med det du sa.
telling-address = E-postadresse
telling-do = Si fra til meg
telling-wrong = Skriv en e-postadresse som navn@eksempel.no
telling-kept = Du får vite hva som skjer
telling-kept-text = Vi sender et brev når det er noe å fortelle, høyst ett i uka. I hvert brev er det en lenke som stopper dem.
telling-stop = Stoppe brevene?
telling-stop-text = Adressen din blir slettet her, og du får ikke flere brev om dette. Det du sa, blir stående.
telling-stop-do = Ja, stopp
telling-stopped = Brevene er stoppet
telling-stopped-text = Adressen er slettet, og det kommer ingen flere brev om dette.
digest-subject = Hva skjedde: { $title }
digest-why = Du tok del i { $title }, og ville vite hva som skjedde. Dette er nytt:
digest-proposals = { $count ->
    [one] Ett innspill har fått svar.
   *[other] { $count } innspill har fått svar.
}
digest-read = Les hva som skjedde
digest-report = Les rapporten
digest-greeting = Hilsen { $name }
digest-stop = Du får høyst ett slikt brev i uka.
digest-stop-do = Stopp brevene og slett adressen
feed-outcome = { $state }: { $title }
feed-answers = { $count ->
    [one] Ett innspill har fått svar: { $title }
   *[other] { $count } innspill har fått svar: { $title }
}
staff-outcomes = Hva skjedde
staff-outcomes-lead = Fortell dem som tok del, hva som skjedde: med det hele, og med hvert innspill. Det du forteller, blir stående; et senere svar kommer ved siden av.
staff-outcomes-late = { $count ->
    [one] Ett svar er for sent.
   *[other] { $count } svar er for sent ute.
}
staff-outcomes-due = Lovet senest { $date }
staff-outcomes-about = Hva gjelder det?
staff-outcomes-whole = Det hele
staff-outcomes-more = { $count ->
    [one] Ett innspill til vises når disse har fått svar.
   *[other] { $count } innspill til vises når disse har fått svar.
}
staff-outcomes-all = Vis også dem som har fått svar
staff-outcomes-open = Vis bare dem uten svar
staff-outcomes-state = Hva ble det til?
staff-outcomes-text = Hva skjedde, og hvorfor ({ $language })
staff-outcomes-by = Hvem sier det?
staff-outcomes-by-hint = Enheten eller rollen, ikke navnet ditt: Park og idrett.
staff-outcomes-evidence = Hva bygger det på?
staff-outcomes-documents = Dokumenter
staff-outcomes-documents-hint = En adresse på hver linje, et mellomrom, og hva det er: https://sak.kommunen.no/17 Vedtaket
staff-outcomes-tell = Fortell det
staff-digest = Brev til dem som tok del
staff-digest-lead = { $count ->
    [one] Én har lagt igjen en adresse for å få vite hva som skjer. Det som fortelles en dag, går ut i ett brev morgenen etter, høyst ett i uka.
   *[other] { $count } har lagt igjen en adresse for å få vite hva som skjer. Det som fortelles en dag, går ut i ett brev morgenen etter, høyst ett i uka.
}
staff-digest-last = Sist sendt { $at }.
staff-digest-next = Neste brev går ut { $at }.
staff-digest-send = Send nå
staff-digest-no-mail = Boksen kan ikke sende e-post ennå. Sett opp [mail] i municipality.toml.
staff-digest-no-address = Brev trenger en adresse som fører hit. Sett public_url i municipality.toml.
staff-done-outcome-told = Det er fortalt
staff-done-outcome-gone = Innspillet er slettet i mellomtiden
staff-done-digest-sent = Brevene er på vei
staff-done-digest-too-soon = Det siste brevet er ikke en uke gammelt
staff-done-digest-nothing = Det er ikke noe nytt å sende
staff-wrong-outcome-about = Velg hva det gjelder
staff-wrong-outcome-state = Velg hva det ble til
staff-wrong-outcome-text = Skriv hva som skjedde, i det minste på det første språket
staff-wrong-outcome-long = Skriv høyst 4000 tegn
staff-wrong-outcome-by = Skriv hvilken enhet som sier det, høyst 80 tegn
staff-wrong-outcome-documents = Skriv høyst ti linjer, hver med en adresse som begynner med https://
staff-wrong-answer-days = Skriv et helt antall dager fra 1 til 3650
staff-about-answer-days = Folk får vite hva som skjedde innen så mange dager
staff-about-answer-days-hint = Regnet fra siste dag, eller fra innspillet der det ikke er noen. Vanlig er 90. Siden lover det.
staff-need-overdue = I «{ $name }» skulle { $count ->
    [one] én sak
   *[other] { $count } saker
} ha fått svar nå.
staff-need-overdue-do = Svar på dem
digest-why-drawn = Du ble trukket ut og tok del i { $title }. Dette er nytt:
