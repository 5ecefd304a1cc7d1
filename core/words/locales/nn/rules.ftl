# Når det vanlegvis er fullt, og når det er plass.
free-unknown = Vi veit enno ikkje nok om ei vanleg veke her.
free-crowded = Mest folk er det vanlegvis { $spans }.
free-crowded-none = Ingen timar er vanlegvis fulle.
free-unused = God plass er det vanlegvis { $spans }.
free-unused-none = Ingen timar har vanlegvis mykje betre plass enn andre.
free-hours = kl.{"\u00A0"}{ $from }–{ $to }
free-span = { $weekday } { $hours } ({ $amount })
free-up-to = opptil { $amount }
free-weeks = Dette byggjer på { $count ->
    [one] 1 veke
   *[other] { $count } veker
}, og i halvparten av dei låg tala innanfor det som står her.
free-weeks-between = Dette byggjer på { $low } til { $high } veker, og i halvparten av dei låg tala innanfor det som står her.
free-title = Når det er plass
free-table-crowded = Mest folk
free-table-unused = God plass

# Det ein regel seier.
rule-percent = { $number }{"\u00A0"}%
rule-news-opens = No kan du svare.
rule-news-closes = No er svartida over. Takk til alle som svara.
rule-news-reported = No kan du lese kva som vart svara.
rule-news-outcome = No kan du lese kva som vart gjort med svara.

# Reglane hos dei tilsette.
staff-room-rules = Reglar
staff-rules-lead = Ein regel får boksen til å seie noko av seg sjølv når noko blir sant: at ein stad er full, at det er fredag kl. 14, at ei undersøking opnar.
staff-rules-none = Det er ingen reglar enno.
staff-rule-new = Ny regel
staff-rule-edit = Endre regelen
staff-rule-lead = Før regelen blir lagra, ser du kva han ville ha sagt den siste månaden.
staff-rule-name = Kort namn
staff-rule-name-hint = Til dømes «biblioteket er fullt». Det blir namnet på fila.
staff-rule-when = Når
staff-rule-when-hint = På engelsk: library.occupancy > 80 % for 20 min · library.visits > usual by 50 % · library is busy for 30 min · every Friday at 14:00 · every Monday at 08:00, summary · any activity opens
staff-rule-until = Først igjen etter
staff-rule-until-hint = Til dømes library.occupancy < 60 %. Tomt: når det har vore over ei stund.
staff-rule-place = Stad
staff-rule-place-hint = Berre når «Når» ikkje nemner nokon stad.
staff-rule-place-none = Ingen eller alle
staff-rule-title = Overskrift
staff-rule-title-hint = Til dømes: Mykje folk på biblioteket. Tomt: det sida til staden seier.
staff-rule-body = Tekst
staff-rule-body-hint = Ord i krøllparentes blir fylte ut: value, age, usual, best, share, free, place, sentence, summary. Det som står i hakeparentes, blir utelate når det ikkje er kjent.
staff-rule-reply = Der folk kan svare
staff-rule-reply-page = På sida det handlar om
staff-rule-reply-none = Ingen stader
staff-rule-picture = Med eit bilete av staden
staff-rule-approval = Ein kollega må godkjenne kvart innlegg
staff-rule-quiet = Stille timar
staff-rule-quiet-hint = Til dømes 21:00-07:00
staff-rule-at-most = Høgst så mange gonger om dagen
staff-rule-at-most-hint = Eit tal frå 1 til 24. Tomt: 3.
staff-wrong-at-most = Skriv eit heilt tal frå 1 til 24.
staff-wrong-rule-when = Skriv når boksen skal seie noko, som library.occupancy > 80 % for 20 min.
staff-rule-valid-for = Verd å sende så lenge
staff-rule-valid-for-hint = Til dømes 2 h. Det som ikkje er ute innan då, blir her.
staff-rule-channels = Kanalar
staff-rule-channels-hint = Namn med komma mellom. Tomt: alle.
staff-rule-off = Slått av
staff-rule-try = Sjå kva han ville ha sagt
staff-rule-review = Dette ville regelen ha sagt
staff-rule-would = Regelen ville ha sagt noko { $count ->
    [one] 1 gong
   *[other] { $count } gonger
} dei siste { $days } dagane.
staff-rule-would-none = Han ville ikkje ha sagt noko.
staff-rule-again = Endre han
staff-rule-last = Sist
staff-rule-by = Frå
staff-rule-switch-on = Slå på
staff-rule-switch-off = Slå av
staff-rule-is-off = Slått av
staff-rule-is-silent = Sensoren er stille, så vi veit ikkje
staff-rule-is-time-unknown = Boksen veit ikkje kva klokka er
staff-rule-is-no = Det er ikkje slik no
staff-rule-is-soon = Det er slik no, og må vere det til { $moment }
staff-rule-is-told = Sagt; det har vart sidan { $moment }
staff-rule-is-quiet = Stille til { $moment }
staff-rule-is-enough = Har sagt nok for i dag; igjen frå { $moment }
staff-rule-is-next = Neste gong { $moment }
staff-rule-is-waits = Ventar på at noko skjer
staff-rule-is-spoke = Sa det akkurat no
staff-rule-is-new = Har ikkje sett etter enno
staff-rule-is-unfilled = Seier ikkje noko, for { $slot } er ikkje kjent no
staff-posts-waiting = Ventar på godkjenning
staff-posts-past = Det som vart sagt
staff-posts-none = Det er ikkje sagt noko enno.
staff-post-of-rule = Regelen { $name }
staff-post-title = Innlegg
staff-post-door = Der folk kan svare
staff-post-picture = Biletet viser
staff-post-expires = Har verdi til
staff-post-looked-by = Sett av
staff-post-approve = Godkjenn
staff-post-refuse = Ikkje send
staff-post-is-waiting = Ventar på godkjenning
staff-post-is-queued = I utboksen
staff-post-is-refused = Ikkje sendt
staff-post-is-expired = For seint
staff-post-is-withdrawn = Teke tilbake
staff-done-rule-added = Regelen er lagra
staff-done-rule-changed = Regelen er endra
staff-done-rule-removed = Regelen er fjerna
staff-done-rule-on = Regelen er slått på
staff-done-rule-off = Regelen er slått av
staff-done-post-approved = Innlegget er godkjent
staff-done-post-refused = Innlegget blir ikkje sendt
staff-done-post-own = Nokon andre må sjå på det
staff-need-posts-wait = Innlegg som ventar på godkjenning: { $count }
staff-need-posts-wait-do = Sjå på dei
