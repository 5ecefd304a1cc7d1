subscribe = Nyheiter på e-post
subscribe-feed = { $name }: nyheiter på e-post
subscribe-lead = Vel kva du vil høyre om, og kor ofte. Du treng ingen konto, og kvart brev har ein veg ut.
subscribe-what = Kva vil du høyre om?
subscribe-everything = Alt
subscribe-areas = Delar av kommunen
subscribe-kinds = Typar stader
subscribe-places = Stader
subscribe-often = Kor ofte?
subscribe-how-at-once = Eit brev for kvar nyheit, med det same
subscribe-how-daily = Eitt brev om morgonen, når det er noko å fortelje
subscribe-how-weekly = Eitt brev måndag morgon, når det er noko å fortelje
subscribe-address-hint = Vi bruker ho berre til desse breva. Ho ligg låst, og for seg sjølv.
subscribe-law = Du samtykkjer i at kommunen skriv til deg. Eitt trykk i kva brev som helst stoppar dei og slettar alt vi veit om deg.
subscribe-do = Abonner
subscribe-wrong-what = Vel minst éin ting du vil høyre om
subscribe-sent-then = Følg lenkja i brevet innan { $count } dagar. Først då får du nyheiter. Får du nokon frå før, endrar lenkja kva du får.
subscribe-same = Denne sida ser lik ut for alle. Slik kan ingen finne ut kven som får nyheiter.
subscribe-confirm = Vil du få dette på e-post?
subscribe-confirm-do = Ja, eg vil ha det
subscribe-confirm-not = Vil du ikkje, så lukk sida. Då blir ingenting endra, og ei adresse vi ikkje kjende, blir sletta.
subscribe-done = Du får nyheiter på e-post
subscribe-done-text = Dette får du:
subscribe-done-change = Vil du endre det, fyller du ut skjemaet ein gong til med same adresse.
subscribe-old = Denne lenkja verkar ikkje lenger. Fyll ut skjemaet ein gong til, så kjem det ei ny.
subscribe-stop = Få ikkje fleire nyheiter
subscribe-stop-text = Eitt trykk, så kjem det ikkje fleire brev. Adressa di, og kva du ville høyre om, blir sletta med ein gong.
subscribe-stop-do = Stopp breva
subscribe-stopped = Det kjem ikkje fleire brev
subscribe-stopped-text = Alt vi visste om deg for desse breva, er sletta.
subscribe-again = Abonner igjen
subscribe-letter-subject = Stadfest at du vil ha nyheiter frå { $municipality }
subscribe-letter =
    Hei,

    Nokon, truleg du, vil ha nyheiter frå { $municipality } til denne adressa, om dette:
subscribe-letter-link = Stadfest at du vil ha det
subscribe-letter-days = Lenkja verkar i { $days ->
    [one] éin dag
   *[other] { $days } dagar
}. Stadfestar du ikkje, blir ingenting sendt, og ei adresse vi ikkje kjende, blir sletta.
subscribe-digest = Nytt frå { $municipality }: { $count ->
    [one] éin ting
   *[other] { $count } ting
}
subscribe-why = Du får dette fordi du har bedt { $municipality } om nyheiter på e-post.
subscribe-change = Endre kva du får
subscribe-both = Få nyheiter
subscribe-here = Få nyheiter
subscribe-feed-both = { $name }: nyheiter på e-post eller på denne eininga
subscribe-feed-here = { $name }: nyheiter på denne eininga
subscribe-lead-both = Vel kva du vil høyre om, og korleis: brev på e-post eller varsel på denne eininga. Du treng ingen konto, og alle har ein veg ut.
subscribe-lead-here = Vel kva du vil høyre om. Du treng ingen konto, og kvart varsel har ein veg ut.
subscribe-by-mail = På e-post
push-here = På denne eininga
push-here-lead = Eit kort varsel på telefonen eller datamaskina du sit med, så snart det er noko nytt. Vi treng inga adresse.
push-law = Varsla kjem gjennom firmaet som lagar nettlesaren din. Det ser at eit varsel kjem og når, men ikkje kva som står i det.
push-get = Få varsel her
push-stop-here = Ikkje fleire varsel her
push-cannot = Her kan du ikkje få varsel på eininga: det krev ein nettlesar som viser varsel, med skript, og ei adresse som byrjar med https. Straumane på sidene for nyheiter og stader fortel det same.
push-cannot-mail = Her kan du ikkje få varsel på eininga: det krev ein nettlesar som viser varsel, med skript, og ei adresse som byrjar med https. Breva på e-post fortel det same.
push-asked = Eit første varsel er på veg. Når det blir vist på denne eininga, får du nyheiter her.
push-stopped = Det kjem ikkje fleire varsel, og alt vi visste om denne nettlesaren, er sletta.
push-denied = Denne nettlesaren er stilt inn til ikkje å vise varsel frå oss. Du kan endre det i innstillingane for denne sida.
push-failed = Det gjekk ikkje. Prøv igjen om ei stund.
push-service = Denne nettlesaren får varsla sine gjennom ei teneste som kommunen ikkje bruker. Prøv ein annan nettlesar, eller ein annan måte å få nyheiter på.
push-first = Du får nyheiter frå { $municipality } her
push-stop = Ikkje fleire av desse
