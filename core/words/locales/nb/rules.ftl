# Når det vanligvis er fullt, og når det er plass.
free-unknown = Vi vet ennå ikke nok om en vanlig uke her.
free-crowded = Mest folk er det vanligvis { $spans }.
free-crowded-none = Ingen timer er vanligvis fulle.
free-unused = God plass er det vanligvis { $spans }.
free-unused-none = Ingen timer har vanligvis mye bedre plass enn andre.
free-hours = kl.{"\u00A0"}{ $from }–{ $to }
free-span = { $weekday } { $hours } ({ $amount })
free-up-to = opptil { $amount }
free-weeks = Dette bygger på { $count ->
    [one] 1 uke
   *[other] { $count } uker
}, og i halvparten av dem lå tallene innenfor det som står her.
free-weeks-between = Dette bygger på { $low } til { $high } uker, og i halvparten av dem lå tallene innenfor det som står her.
free-title = Når det er plass
free-table-crowded = Mest folk
free-table-unused = God plass

# Det en regel sier.
rule-percent = { $number }{"\u00A0"}%
rule-news-opens = Nå kan du svare.
rule-news-closes = Nå er svartiden over. Takk til alle som svarte.
rule-news-reported = Nå kan du lese hva som ble svart.
rule-news-outcome = Nå kan du lese hva som ble gjort med svarene.

# Reglene hos de ansatte.
staff-room-rules = Regler
staff-rules-lead = En regel får boksen til å si noe av seg selv når noe blir sant: at et sted er fullt, at det er fredag kl. 14, at en undersøkelse åpner.
staff-rules-none = Det er ingen regler ennå.
staff-rule-new = Ny regel
staff-rule-edit = Endre regelen
staff-rule-lead = Før regelen blir lagret, ser du hva den ville ha sagt den siste måneden.
staff-rule-name = Kort navn
staff-rule-name-hint = For eksempel «biblioteket er fullt». Det blir navnet på fila.
staff-rule-when = Når
staff-rule-when-hint = På engelsk: library.occupancy > 80 % for 20 min · library.visits > usual by 50 % · library is busy for 30 min · every Friday at 14:00 · every Monday at 08:00, summary · any activity opens
staff-rule-until = Først igjen etter
staff-rule-until-hint = For eksempel library.occupancy < 60 %. Tomt: når det har vært over en stund.
staff-rule-place = Sted
staff-rule-place-hint = Bare når «Når» ikke nevner noe sted.
staff-rule-place-none = Ingen eller alle
staff-rule-title = Overskrift
staff-rule-title-hint = For eksempel: Mye folk på biblioteket. Tomt: det stedets side sier.
staff-rule-body = Tekst
staff-rule-body-hint = Ord i krøllparentes blir fylt ut: value, age, usual, best, share, free, place, sentence, summary. Det som står i hakeparentes, blir utelatt når det ikke er kjent.
staff-rule-reply = Der folk kan svare
staff-rule-reply-page = På siden det handler om
staff-rule-reply-none = Ingen steder
staff-rule-picture = Med et bilde av stedet
staff-rule-approval = En kollega må godkjenne hvert innlegg
staff-rule-quiet = Stille timer
staff-rule-quiet-hint = For eksempel 21:00-07:00
staff-rule-at-most = Høyst så mange ganger om dagen
staff-rule-at-most-hint = Et tall fra 1 til 24. Tomt: 3.
staff-wrong-at-most = Skriv et helt tall fra 1 til 24.
staff-wrong-rule-when = Skriv når boksen skal si noe, som library.occupancy > 80 % for 20 min.
staff-rule-valid-for = Verdt å sende så lenge
staff-rule-valid-for-hint = For eksempel 2 h. Det som ikke er ute innen da, blir her.
staff-rule-channels = Kanaler
staff-rule-channels-hint = Navn med komma mellom. Tomt: alle.
staff-rule-off = Slått av
staff-rule-try = Se hva den ville ha sagt
staff-rule-review = Dette ville regelen ha sagt
staff-rule-would = Regelen ville ha sagt noe { $count ->
    [one] 1 gang
   *[other] { $count } ganger
} de siste { $days } dagene.
staff-rule-would-none = Den ville ikke ha sagt noe.
staff-rule-again = Endre den
staff-rule-last = Sist
staff-rule-by = Fra
staff-rule-switch-on = Slå på
staff-rule-switch-off = Slå av
staff-rule-is-off = Slått av
staff-rule-is-silent = Sensoren er stille, så vi vet ikke
staff-rule-is-time-unknown = Boksen vet ikke hva klokka er
staff-rule-is-no = Det er ikke slik nå
staff-rule-is-soon = Det er slik nå, og må være det til { $moment }
staff-rule-is-told = Sagt; det har vart siden { $moment }
staff-rule-is-quiet = Stille til { $moment }
staff-rule-is-enough = Har sagt nok for i dag; igjen fra { $moment }
staff-rule-is-next = Neste gang { $moment }
staff-rule-is-waits = Venter på at noe skjer
staff-rule-is-spoke = Sa det akkurat nå
staff-rule-is-new = Har ikke sett etter ennå
staff-rule-is-unfilled = Sier ikke noe, for { $slot } er ikke kjent nå
staff-posts-waiting = Venter på godkjenning
staff-posts-past = Det som ble sagt
staff-posts-none = Det er ikke sagt noe ennå.
staff-post-of-rule = Regelen { $name }
staff-post-title = Innlegg
staff-post-door = Der folk kan svare
staff-post-picture = Bildet viser
staff-post-expires = Har verdi til
staff-post-looked-by = Sett av
staff-post-approve = Godkjenn
staff-post-refuse = Ikke send
staff-post-is-waiting = Venter på godkjenning
staff-post-is-queued = I utboksen
staff-post-is-refused = Ikke sendt
staff-post-is-expired = For sent
staff-post-is-withdrawn = Tatt tilbake
staff-done-rule-added = Regelen er lagret
staff-done-rule-changed = Regelen er endret
staff-done-rule-removed = Regelen er fjernet
staff-done-rule-on = Regelen er slått på
staff-done-rule-off = Regelen er slått av
staff-done-post-approved = Innlegget er godkjent
staff-done-post-refused = Innlegget blir ikke sendt
staff-done-post-own = Noen andre må se på det
staff-need-posts-wait = Innlegg som venter på godkjenning: { $count }
staff-need-posts-wait-do = Se på dem
