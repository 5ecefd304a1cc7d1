staff-room-outbox = Outbox
staff-outbox-lead = What is to leave the box, and how it went. Whom a letter is for is not shown here.
staff-outbox-none = Nothing has left the box yet.
staff-outbox-waiting = Waiting
staff-outbox-sent = Sent in the last 30 days
staff-outbox-dead = Given up
staff-outbox-oldest = The oldest that waits
staff-outbox-subscribers = Get news by e-mail
staff-outbox-channel = Way out
staff-outbox-state = State
staff-outbox-changed = Last changed
staff-outbox-tries = Tries
staff-outbox-said = Answer of the receiver
staff-outbox-is-waiting = Waiting
staff-outbox-is-sent = Sent
staff-outbox-is-dead = Given up
staff-outbox-is-withdrawn = Taken back
staff-outbox-is-expired = Too late
staff-outbox-resend = Send again
staff-outbox-drop = Take back
staff-done-resent = It is sent again
staff-done-taken-back = It was taken back
staff-done-outbox-too-late = It was too late: this is how it stands now
staff-need-outbox-stuck = { $channel } stands still, and what is to leave waits: { $why }
staff-need-outbox-stuck-do = Look at the outbox
staff-need-outbox-dead = Given up and not sent: { $count }
staff-need-outbox-dead-do = See why
mail-test-subject = A try from the box
mail-test =
    Hello!

    { $name } has set up its box to send mail, and this is the try. You need not do anything.
