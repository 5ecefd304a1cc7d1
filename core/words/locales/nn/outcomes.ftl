outcome-carried-out = Gjennomført
outcome-will-be = Blir gjennomført
outcome-partly = Delvis
outcome-not = Blir ikkje noko av
outcome-being-looked-at = Vi ser på det
happened = Kva skjedde
happened-of = Kva skjedde: { $name }
happened-none = Det er ikkje fortalt enno.
happened-all = Sjå alle svar
happened-share = { $answered } av { $count } innspel har fått svar.
happened-by = Svar kjem seinast { $date }.
happened-days = { $count ->
    [one] Den som kjem med eit innspel, får svar innan éin dag.
   *[other] Den som kjem med eit innspel, får svar innan { $count } dagar.
}
happened-late = Svaret skulle ha vore her no.
happened-evidence = Det byggjer på:
happened-place = Tal frå { $name }
happened-before = { $count ->
    [one] Det som vart sagt før
   *[other] Dei { $count } svara før dette
}
happened-proposals = Innspela
happened-no-answer = Ikkje svart enno.
happened-more = { $count ->
    [one] Eitt innspel til står i tabellen.
   *[other] { $count } innspel til står i tabellen.
}
happened-csv = Som tabell (CSV)
happened-json = For program (JSON)
telling-ask = Vil du vite kva som skjedde?
telling-ask-text = Skriv e-postadressa di, så får du eit brev når det er noko å fortelje, høgst eitt i veka. Adressa ligg for seg sjølv, ikkje saman med det du sa.
telling-address = E-postadresse
telling-do = Sei frå til meg
telling-wrong = Skriv ei e-postadresse som namn@eksempel.no
telling-kept = Du får vite kva som skjer
telling-kept-text = Vi sender eit brev når det er noko å fortelje, høgst eitt i veka. I kvart brev er det ei lenkje som stoppar dei.
telling-stop = Stoppe breva?
telling-stop-text = Adressa di blir sletta her, og du får ikkje fleire brev om dette. Det du sa, blir ståande.
telling-stop-do = Ja, stopp
telling-stopped = Breva er stoppa
telling-stopped-text = Adressa er sletta, og det kjem ingen fleire brev om dette.
digest-subject = Kva skjedde: { $title }
digest-why = Du tok del i { $title }, og ville vite kva som skjedde. Dette er nytt:
digest-proposals = { $count ->
    [one] Eitt innspel har fått svar.
   *[other] { $count } innspel har fått svar.
}
digest-read = Les kva som skjedde
digest-report = Les rapporten
digest-greeting = Helsing { $name }
digest-stop = Du får høgst eitt slikt brev i veka.
digest-stop-do = Stopp breva og slett adressa
feed-outcome = { $state }: { $title }
feed-answers = { $count ->
    [one] Eitt innspel har fått svar: { $title }
   *[other] { $count } innspel har fått svar: { $title }
}
staff-outcomes = Kva skjedde
staff-outcomes-lead = Fortel dei som tok del, kva som skjedde: med det heile, og med kvart innspel. Det du fortel, blir ståande; eit seinare svar kjem ved sida av.
staff-outcomes-late = { $count ->
    [one] Eitt svar er for seint.
   *[other] { $count } svar er for seint ute.
}
staff-outcomes-due = Lova seinast { $date }
staff-outcomes-about = Kva gjeld det?
staff-outcomes-whole = Det heile
staff-outcomes-more = { $count ->
    [one] Eitt innspel til blir vist når desse har fått svar.
   *[other] { $count } innspel til blir viste når desse har fått svar.
}
staff-outcomes-all = Vis òg dei som har fått svar
staff-outcomes-open = Vis berre dei utan svar
staff-outcomes-state = Kva vart det til?
staff-outcomes-text = Kva skjedde, og kvifor ({ $language })
staff-outcomes-by = Kven seier det?
staff-outcomes-by-hint = Eininga eller rolla, ikkje namnet ditt: Park og idrett.
staff-outcomes-evidence = Kva byggjer det på?
staff-outcomes-documents = Dokument
staff-outcomes-documents-hint = Ei adresse på kvar linje, eit mellomrom, og kva det er: https://sak.kommunen.no/17 Vedtaket
staff-outcomes-tell = Fortel det
staff-digest = Brev til dei som tok del
staff-digest-lead = { $count ->
    [one] Éin har lagt att ei adresse for å få vite kva som skjer. Det som blir fortalt ein dag, går ut i eitt brev morgonen etter, høgst eitt i veka.
   *[other] { $count } har lagt att ei adresse for å få vite kva som skjer. Det som blir fortalt ein dag, går ut i eitt brev morgonen etter, høgst eitt i veka.
}
staff-digest-last = Sist sendt { $at }.
staff-digest-next = Neste brev går ut { $at }.
staff-digest-send = Send no
staff-digest-no-mail = Boksen kan ikkje sende e-post enno. Set opp [mail] i municipality.toml.
staff-digest-no-address = Brev treng ei adresse som fører hit. Set public_url i municipality.toml.
staff-done-outcome-told = Det er fortalt
staff-done-outcome-gone = Innspelet er sletta i mellomtida
staff-done-digest-sent = Breva er på veg
staff-done-digest-too-soon = Det siste brevet er ikkje ei veke gammalt
staff-done-digest-nothing = Det er ikkje noko nytt å sende
staff-wrong-outcome-about = Vel kva det gjeld
staff-wrong-outcome-state = Vel kva det vart til
staff-wrong-outcome-text = Skriv kva som skjedde, i det minste på det første språket
staff-wrong-outcome-long = Skriv høgst 4000 teikn
staff-wrong-outcome-by = Skriv kva eining som seier det, høgst 80 teikn
staff-wrong-outcome-documents = Skriv høgst ti linjer, kvar med ei adresse som byrjar med https://
staff-wrong-answer-days = Skriv eit heilt tal dagar frå 1 til 3650
staff-about-answer-days = Folk får vite kva som skjedde innan så mange dagar
staff-about-answer-days-hint = Rekna frå siste dag, eller frå innspelet der det ikkje er nokon. Vanleg er 90. Sida lovar det.
staff-need-overdue = I «{ $name }» skulle { $count ->
    [one] éi sak
   *[other] { $count } saker
} ha fått svar no.
staff-need-overdue-do = Svar på dei
digest-why-drawn = Du vart trekt ut og tok del i { $title }. Dette er nytt:
