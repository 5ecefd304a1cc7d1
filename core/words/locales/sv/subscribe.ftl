subscribe = Nyheter med e-post
subscribe-feed = { $name }: nyheter med e-post
subscribe-lead = Välj vad du vill höra om och hur ofta. Du behöver inget konto, och varje brev har en väg ut.
subscribe-what = Vad vill du höra om?
subscribe-everything = Allt
subscribe-areas = Delar av kommunen
subscribe-kinds = Typer av platser
subscribe-places = Platser
subscribe-often = Hur ofta?
subscribe-how-at-once = Ett brev för varje nyhet, genast
subscribe-how-daily = Ett brev på morgonen, när det finns något att berätta
subscribe-how-weekly = Ett brev på måndag morgon, när det finns något att berätta
subscribe-address-hint = Vi använder den bara till de här breven. Den ligger låst och för sig själv.
subscribe-law = Du samtycker till att kommunen skriver till dig. Ett tryck i vilket brev som helst stoppar dem och raderar allt vi vet om dig.
subscribe-do = Prenumerera
subscribe-wrong-what = Välj minst en sak som du vill höra om
subscribe-sent-then = Följ länken i brevet inom { $count } dagar. Först då får du nyheter. Får du redan några ändrar länken vad du får.
subscribe-same = Den här sidan ser likadan ut för alla. På så sätt kan ingen ta reda på vem som får nyheter.
subscribe-confirm = Vill du få det här med e-post?
subscribe-confirm-do = Ja, jag vill ha det
subscribe-confirm-not = Vill du inte, stäng sidan. Då ändras ingenting, och en adress som vi inte kände till raderas.
subscribe-done = Du får nyheter med e-post
subscribe-done-text = Det här får du:
subscribe-done-change = Vill du ändra det fyller du i formuläret en gång till med samma adress.
subscribe-old = Den här länken fungerar inte längre. Fyll i formuläret en gång till, så kommer det en ny.
subscribe-stop = Få inga fler nyheter
subscribe-stop-text = Ett tryck, så kommer det inga fler brev. Din adress, och vad du ville höra om, raderas genast.
subscribe-stop-do = Stoppa breven
subscribe-stopped = Det kommer inga fler brev
subscribe-stopped-text = Allt vi visste om dig för de här breven är raderat.
subscribe-again = Prenumerera igen
subscribe-letter-subject = Bekräfta att du vill ha nyheter från { $municipality }
subscribe-letter =
    Hej,

    Någon, troligen du, vill ha nyheter från { $municipality } till den här adressen, om det här:
subscribe-letter-link = Bekräfta att du vill ha det
subscribe-letter-days = Länken fungerar i { $days ->
    [one] en dag
   *[other] { $days } dagar
}. Bekräftar du inte skickas ingenting, och en adress som vi inte kände till raderas.
subscribe-digest = Nytt från { $municipality }: { $count ->
    [one] en sak
   *[other] { $count } saker
}
subscribe-why = Du får det här för att du har bett { $municipality } om nyheter med e-post.
subscribe-change = Ändra vad du får
subscribe-both = Få nyheter
subscribe-here = Få nyheter
subscribe-feed-both = { $name }: nyheter med e-post eller på den här enheten
subscribe-feed-here = { $name }: nyheter på den här enheten
subscribe-lead-both = Välj vad du vill höra om, och hur: brev med e-post eller aviseringar på den här enheten. Du behöver inget konto, och alla har en väg ut.
subscribe-lead-here = Välj vad du vill höra om. Du behöver inget konto, och varje avisering har en väg ut.
subscribe-by-mail = Med e-post
push-here = På den här enheten
push-here-lead = En kort avisering på telefonen eller datorn du sitter med, så snart det finns något nytt. Vi behöver ingen adress.
push-law = Aviseringarna kommer genom företaget som gör din webbläsare. Det ser att en kommer och när, men inte vad som står i den.
push-get = Få aviseringar här
push-stop-here = Inga fler aviseringar här
push-cannot = Här går det inte att få aviseringar på enheten: det kräver en webbläsare som visar aviseringar, med skript, och en adress som börjar med https. Flödena på sidorna för nyheter och platser berättar samma sak.
push-cannot-mail = Här går det inte att få aviseringar på enheten: det kräver en webbläsare som visar aviseringar, med skript, och en adress som börjar med https. Breven med e-post berättar samma sak.
push-asked = En första avisering är på väg. När den visas på den här enheten får du nyheter här.
push-stopped = Det kommer inga fler aviseringar, och allt vi visste om den här webbläsaren är raderat.
push-denied = Den här webbläsaren är inställd på att inte visa aviseringar från oss. Du kan ändra det i inställningarna för den här sidan.
push-failed = Det gick inte. Försök igen om en stund.
push-service = Den här webbläsaren får sina aviseringar genom en tjänst som kommunen inte använder. Prova en annan webbläsare, eller ett annat sätt att få nyheter.
push-first = Du får nyheter från { $municipality } här
push-stop = Inga fler sådana
