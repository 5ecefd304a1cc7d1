staff-room-outbox = Utboks
staff-outbox-lead = Det som skal ut av boksen, og korleis det gjekk. Kven eit brev er til, står ikkje her.
staff-outbox-none = Ingenting har forlate boksen enno.
staff-outbox-waiting = Ventar
staff-outbox-sent = Sendt dei siste 30 dagane
staff-outbox-dead = Gitt opp
staff-outbox-oldest = Det eldste som ventar
staff-outbox-subscribers = Får nyhende på e-post
staff-outbox-channel = Veg ut
staff-outbox-state = Tilstand
staff-outbox-changed = Sist endra
staff-outbox-tries = Forsøk
staff-outbox-said = Svar frå mottakaren
staff-outbox-is-waiting = Ventar
staff-outbox-is-sent = Sendt
staff-outbox-is-dead = Gitt opp
staff-outbox-is-withdrawn = Trekt tilbake
staff-outbox-is-expired = For seint
staff-outbox-resend = Send på nytt
staff-outbox-drop = Trekk tilbake
staff-done-resent = Ho blir send på nytt
staff-done-taken-back = Ho er trekt tilbake
staff-done-outbox-too-late = Det var for seint: slik står det no
staff-need-outbox-stuck = { $channel } står stille, og det som skal ut, ventar: { $why }
staff-need-outbox-stuck-do = Sjå på utboksen
staff-need-outbox-dead = Gitt opp og ikkje sendt: { $count }
staff-need-outbox-dead-do = Sjå kvifor
mail-test-subject = Prøve frå boksen
mail-test =
    Hei!

    { $name } har sett opp boksen sin til å sende e-post, og dette er prøva. Du treng ikkje gjere noko.
