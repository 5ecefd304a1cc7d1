outcome-carried-out = Genomfört
outcome-will-be = Kommer att genomföras
outcome-partly = Delvis
outcome-not = Blir inte av
outcome-being-looked-at = Vi tittar på det
happened = Vad hände
happened-of = Vad hände: { $name }
happened-none = Det är inte berättat ännu.
happened-all = Se alla svar
happened-share = { $answered } av { $count } synpunkter har fått svar.
happened-by = Svar kommer senast { $date }.
happened-days = { $count ->
    [one] Den som lämnar en synpunkt får svar inom en dag.
   *[other] Den som lämnar en synpunkt får svar inom { $count } dagar.
}
happened-late = Svaret borde ha kommit nu.
happened-evidence = Det bygger på:
happened-place = Siffror från { $name }
happened-before = { $count ->
    [one] Det som sades tidigare
   *[other] De { $count } svaren före detta
}
happened-proposals = Synpunkterna
happened-no-answer = Inte besvarad ännu.
happened-more = { $count ->
    [one] En synpunkt till finns i tabellen.
   *[other] { $count } synpunkter till finns i tabellen.
}
happened-csv = Som tabell (CSV)
happened-json = För program (JSON)
telling-ask = Vill du veta vad som hände?
telling-ask-text = Skriv din e-postadress, så får du ett brev när det finns något att berätta, högst ett i veckan. Adressen ligger för sig själv, inte ihop med det du sa.
telling-address = E-postadress
telling-do = Berätta för mig
telling-wrong = Skriv en e-postadress som namn@exempel.se
telling-kept = Du får veta vad som händer
telling-kept-text = Vi skickar ett brev när det finns något att berätta, högst ett i veckan. I varje brev finns en länk som stoppar dem.
telling-stop = Stoppa breven?
telling-stop-text = Din adress raderas här och du får inga fler brev om detta. Det du sa står kvar.
telling-stop-do = Ja, stoppa
telling-stopped = Breven är stoppade
telling-stopped-text = Adressen är raderad och det kommer inga fler brev om detta.
digest-subject = Vad hände: { $title }
digest-why = Du deltog i { $title } och ville veta vad som hände. Det här är nytt:
digest-proposals = { $count ->
    [one] En synpunkt har fått svar.
   *[other] { $count } synpunkter har fått svar.
}
digest-read = Läs vad som hände
digest-report = Läs rapporten
digest-greeting = Hälsningar { $name }
digest-stop = Du får högst ett sådant brev i veckan.
digest-stop-do = Stoppa breven och radera adressen
feed-outcome = { $state }: { $title }
feed-answers = { $count ->
    [one] En synpunkt har fått svar: { $title }
   *[other] { $count } synpunkter har fått svar: { $title }
}
staff-outcomes = Vad hände
staff-outcomes-lead = Berätta för dem som deltog vad som hände: med det hela och med varje synpunkt. Det du berättar står kvar; ett senare svar kommer bredvid.
staff-outcomes-late = { $count ->
    [one] Ett svar är försenat.
   *[other] { $count } svar är försenade.
}
staff-outcomes-due = Utlovat senast { $date }
staff-outcomes-about = Vad gäller det?
staff-outcomes-whole = Det hela
staff-outcomes-more = { $count ->
    [one] En synpunkt till visas när dessa har fått svar.
   *[other] { $count } synpunkter till visas när dessa har fått svar.
}
staff-outcomes-all = Visa även dem som har fått svar
staff-outcomes-open = Visa bara dem utan svar
staff-outcomes-state = Vad blev det?
staff-outcomes-text = Vad hände, och varför ({ $language })
staff-outcomes-by = Vem säger det?
staff-outcomes-by-hint = Enheten eller rollen, inte ditt namn: Park och idrott.
staff-outcomes-evidence = Vad bygger det på?
staff-outcomes-documents = Dokument
staff-outcomes-documents-hint = En adress på varje rad, ett mellanslag, och vad det är: https://arende.kommunen.se/17 Beslutet
staff-outcomes-tell = Berätta
staff-digest = Brev till dem som deltog
staff-digest-lead = { $count ->
    [one] En har lämnat en adress för att få veta vad som händer. Det som berättas en dag går ut i ett brev morgonen efter, högst ett i veckan.
   *[other] { $count } har lämnat en adress för att få veta vad som händer. Det som berättas en dag går ut i ett brev morgonen efter, högst ett i veckan.
}
staff-digest-last = Senast skickat { $at }.
staff-digest-next = Nästa brev går ut { $at }.
staff-digest-send = Skicka nu
staff-digest-no-mail = Boxen kan inte skicka e-post än. Ställ in [mail] i municipality.toml.
staff-digest-no-address = Brev behöver en adress som leder hit. Ange public_url i municipality.toml.
staff-done-outcome-told = Det är berättat
staff-done-outcome-gone = Synpunkten har raderats under tiden
staff-done-digest-sent = Breven är på väg
staff-done-digest-too-soon = Det senaste brevet är inte en vecka gammalt
staff-done-digest-nothing = Det finns inget nytt att skicka
staff-wrong-outcome-about = Välj vad det gäller
staff-wrong-outcome-state = Välj vad det blev
staff-wrong-outcome-text = Skriv vad som hände, åtminstone på det första språket
staff-wrong-outcome-long = Skriv högst 4000 tecken
staff-wrong-outcome-by = Skriv vilken enhet som säger det, högst 80 tecken
staff-wrong-outcome-documents = Skriv högst tio rader, var och en med en adress som börjar med https://
staff-wrong-answer-days = Skriv ett helt antal dagar från 1 till 3650
staff-about-answer-days = Folk får veta vad som hände inom så många dagar
staff-about-answer-days-hint = Räknat från sista dagen, eller från synpunkten om det inte finns någon. Vanligt är 90. Sidan lovar det.
staff-need-overdue = I ”{ $name }” borde { $count ->
    [one] en sak
   *[other] { $count } saker
} ha fått svar nu.
staff-need-overdue-do = Svara på dem
digest-why-drawn = Du lottades fram och deltog i { $title }. Det här är nytt:
