staff-room-outbox = Utkorg
staff-outbox-lead = Det som ska ut ur boxen, och hur det gick. Vem ett brev är till står inte här.
staff-outbox-none = Inget har lämnat boxen ännu.
staff-outbox-waiting = Väntar
staff-outbox-sent = Skickat de senaste 30 dagarna
staff-outbox-dead = Uppgivet
staff-outbox-oldest = Det äldsta som väntar
staff-outbox-subscribers = Får nyheter med e-post
staff-outbox-channel = Väg ut
staff-outbox-state = Tillstånd
staff-outbox-changed = Senast ändrat
staff-outbox-tries = Försök
staff-outbox-said = Svar från mottagaren
staff-outbox-is-waiting = Väntar
staff-outbox-is-sent = Skickat
staff-outbox-is-dead = Uppgivet
staff-outbox-is-withdrawn = Tillbakadraget
staff-outbox-is-expired = För sent
staff-outbox-resend = Skicka igen
staff-outbox-drop = Dra tillbaka
staff-done-resent = Den skickas igen
staff-done-taken-back = Den är tillbakadragen
staff-done-outbox-too-late = Det var för sent: så här är det nu
staff-need-outbox-stuck = { $channel } står stilla, och det som ska ut väntar: { $why }
staff-need-outbox-stuck-do = Titta i utkorgen
staff-need-outbox-dead = Uppgivet och inte skickat: { $count }
staff-need-outbox-dead-do = Se varför
mail-test-subject = Prov från boxen
mail-test =
    Hej!

    { $name } har ställt in sin box för att skicka e-post, och det här är provet. Du behöver inte göra något.
