# När det brukar vara fullt, och när det finns plats.
free-unknown = Vi vet ännu inte tillräckligt om en vanlig vecka här.
free-crowded = Mest folk brukar det vara { $spans }.
free-crowded-none = Inga timmar brukar vara fulla.
free-unused = Gott om plats brukar det vara { $spans }.
free-unused-none = Inga timmar brukar ha mycket mer plats än andra.
free-hours = kl.{"\u00A0"}{ $from }–{ $to }
free-span = { $weekday } { $hours } ({ $amount })
free-up-to = upp till { $amount }
free-weeks = Det bygger på { $count ->
    [one] 1 vecka
   *[other] { $count } veckor
}, och i hälften av dem låg siffrorna inom det som står här.
free-weeks-between = Det bygger på { $low } till { $high } veckor, och i hälften av dem låg siffrorna inom det som står här.
free-title = När det finns plats
free-table-crowded = Mest folk
free-table-unused = Gott om plats

# Det en regel säger.
rule-percent = { $number }{"\u00A0"}%
rule-news-opens = Nu kan du svara.
rule-news-closes = Nu är svarstiden slut. Tack till alla som svarade.
rule-news-reported = Nu kan du läsa vad som svarades.
rule-news-outcome = Nu kan du läsa vad som blev av svaren.

# Reglerna hos personalen.
staff-room-rules = Regler
staff-rules-lead = En regel får boxen att säga något av sig själv när något blir sant: att en plats är full, att det är fredag kl. 14, att en enkät öppnar.
staff-rules-none = Det finns inga regler ännu.
staff-rule-new = Ny regel
staff-rule-edit = Ändra regeln
staff-rule-lead = Innan regeln sparas ser du vad den skulle ha sagt den senaste månaden.
staff-rule-name = Kort namn
staff-rule-name-hint = Till exempel ”biblioteket är fullt”. Det blir filens namn.
staff-rule-when = När
staff-rule-when-hint = På engelska: library.occupancy > 80 % for 20 min · library.visits > usual by 50 % · library is busy for 30 min · every Friday at 14:00 · every Monday at 08:00, summary · any activity opens
staff-rule-until = Först igen efter
staff-rule-until-hint = Till exempel library.occupancy < 60 %. Tomt: när det har varit över en stund.
staff-rule-place = Plats
staff-rule-place-hint = Bara när ”När” inte nämner någon plats.
staff-rule-place-none = Ingen eller alla
staff-rule-title = Rubrik
staff-rule-title-hint = Till exempel: Mycket folk på biblioteket. Tomt: det platsens sida säger.
staff-rule-body = Text
staff-rule-body-hint = Ord inom krullparenteser fylls i: value, age, usual, best, share, free, place, sentence, summary. Det som står inom hakparenteser utelämnas när det inte är känt.
staff-rule-reply = Där folk kan svara
staff-rule-reply-page = På sidan det handlar om
staff-rule-reply-none = Ingenstans
staff-rule-picture = Med en bild av platsen
staff-rule-approval = En kollega måste godkänna varje inlägg
staff-rule-quiet = Tysta timmar
staff-rule-quiet-hint = Till exempel 21:00-07:00
staff-rule-at-most = Högst så många gånger om dagen
staff-rule-at-most-hint = Ett tal från 1 till 24. Tomt: 3.
staff-wrong-at-most = Skriv ett heltal från 1 till 24.
staff-wrong-rule-when = Skriv när boxen ska säga något, som library.occupancy > 80 % for 20 min.
staff-rule-valid-for = Värt att skicka så länge
staff-rule-valid-for-hint = Till exempel 2 h. Det som inte är ute innan dess blir kvar här.
staff-rule-channels = Kanaler
staff-rule-channels-hint = Namn med komma emellan. Tomt: alla.
staff-rule-off = Avstängd
staff-rule-try = Se vad den skulle ha sagt
staff-rule-review = Detta skulle regeln ha sagt
staff-rule-would = Regeln skulle ha sagt något { $count ->
    [one] 1 gång
   *[other] { $count } gånger
} de senaste { $days } dagarna.
staff-rule-would-none = Den skulle inte ha sagt något.
staff-rule-again = Ändra den
staff-rule-last = Senast
staff-rule-by = Från
staff-rule-switch-on = Sätt på
staff-rule-switch-off = Stäng av
staff-rule-is-off = Avstängd
staff-rule-is-silent = Sensorn är tyst, så vi vet inte
staff-rule-is-time-unknown = Boxen vet inte vad klockan är
staff-rule-is-no = Så är det inte nu
staff-rule-is-soon = Så är det nu, och måste vara det till { $moment }
staff-rule-is-told = Sagt; det har varat sedan { $moment }
staff-rule-is-quiet = Tyst till { $moment }
staff-rule-is-enough = Har sagt nog för i dag; igen från { $moment }
staff-rule-is-next = Nästa gång { $moment }
staff-rule-is-waits = Väntar på att något händer
staff-rule-is-spoke = Sa det alldeles nyss
staff-rule-is-new = Har inte tittat ännu
staff-rule-is-unfilled = Säger inget, för { $slot } är inte känt nu
staff-posts-waiting = Väntar på godkännande
staff-posts-past = Det som sades
staff-posts-none = Inget har sagts ännu.
staff-post-of-rule = Regeln { $name }
staff-post-title = Inlägg
staff-post-door = Där folk kan svara
staff-post-picture = Bilden visar
staff-post-expires = Gäller till
staff-post-looked-by = Sett av
staff-post-approve = Godkänn
staff-post-refuse = Skicka inte
staff-post-is-waiting = Väntar på godkännande
staff-post-is-queued = I utkorgen
staff-post-is-refused = Inte skickat
staff-post-is-expired = För sent
staff-post-is-withdrawn = Återtaget
staff-done-rule-added = Regeln är sparad
staff-done-rule-changed = Regeln är ändrad
staff-done-rule-removed = Regeln är borttagen
staff-done-rule-on = Regeln är på
staff-done-rule-off = Regeln är av
staff-done-post-approved = Inlägget är godkänt
staff-done-post-refused = Inlägget skickas inte
staff-done-post-own = Någon annan måste titta på det
staff-need-posts-wait = Inlägg som väntar på godkännande: { $count }
staff-need-posts-wait-do = Titta på dem
