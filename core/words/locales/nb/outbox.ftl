staff-room-outbox = Utboks
staff-outbox-lead = Det som skal ut av boksen, og hvordan det gikk. Hvem et brev er til, står ikke her.
staff-outbox-none = Ingenting har forlatt boksen ennå.
staff-outbox-waiting = Venter
staff-outbox-sent = Sendt de siste 30 dagene
staff-outbox-dead = Gitt opp
staff-outbox-oldest = Det eldste som venter
staff-outbox-subscribers = Får nyheter på e-post
staff-outbox-channel = Vei ut
staff-outbox-state = Tilstand
staff-outbox-changed = Sist endret
staff-outbox-tries = Forsøk
staff-outbox-said = Svar fra mottakeren
staff-outbox-is-waiting = Venter
staff-outbox-is-sent = Sendt
staff-outbox-is-dead = Gitt opp
staff-outbox-is-withdrawn = Trukket tilbake
staff-outbox-is-expired = For sent
staff-outbox-resend = Send på nytt
staff-outbox-drop = Trekk tilbake
staff-done-resent = Den sendes på nytt
staff-done-taken-back = Den er trukket tilbake
staff-done-outbox-too-late = Det var for sent: slik står det nå
staff-need-outbox-stuck = { $channel } står stille, og det som skal ut, venter: { $why }
staff-need-outbox-stuck-do = Se på utboksen
staff-need-outbox-dead = Gitt opp og ikke sendt: { $count }
staff-need-outbox-dead-do = Se hvorfor
mail-test-subject = Prøve fra boksen
mail-test =
    Hei!

    { $name } har satt opp boksen sin til å sende e-post, og dette er prøven. Du trenger ikke gjøre noe.
