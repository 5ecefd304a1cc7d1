letter-confirm-subject = Confirm that you want to join { $panel }
letter-confirm =
    Hello,

    Somebody, probably you, wants to join { $panel } of { $municipality } with this address. You are in once you have confirmed it:
letter-confirm-link = Confirm that you want to join
letter-confirm-days = The link holds for { $days ->
    [one] one day
   *[other] { $days } days
}. If you do not confirm, we erase your address.
letter-confirm-not-you = Was it not you? Then you need not do anything.
letter-already-subject = You are already a member of { $panel }
letter-already =
    Hello,

    Somebody, probably you, wanted to join { $panel } of { $municipality } with this address. You are a member already. On your page you can see what we know of you, change it, or leave:
letter-link-subject = The link to your page
letter-link =
    Hello,

    You asked for the link to your page in { $panel } of { $municipality }:
letter-own-link = Your page
letter-not-you = Was it not you? Then you need not do anything. Whoever asked did not learn whether you are a member.
letter-none-subject = You are not a member of { $panel }
letter-none =
    Hello,

    Somebody, probably you, asked for the link to a page in { $panel } of { $municipality } with this address. It belongs to no member. Perhaps you use another address there? If you want to join, you can:
letter-none-link = Join
letter-welcome-subject = Welcome to { $panel }
letter-welcome =
    Hello, and welcome!

    You are a member of { $panel } of { $municipality }. We write when there is something to ask. Each time you decide whether to answer.
letter-welcome-survey = The first thing we would like to ask you: “{ $title }”.
letter-welcome-own = Keep the link to your page. There you can tell what concerns you, take along what we know of you, or leave. Then all of it is erased at once. The link is for you alone: do not pass it on.
letter-ask-subject = Will you answer? { $title }
letter-ask =
    Hello,

    You are a member of { $panel }, and we would like to hear what you think: **{ $title }**.
letter-remind-subject = You can still answer: { $title }
letter-remind =
    Hello,

    We wrote to you about **{ $title }** and have not seen that your link was used. If you want to answer, there is still time. This is the only reminder. If you have begun an answer, go on by the link in the first letter. { $panel }
letter-until = You can answer until { $date }.
letter-answer = Answer here
letter-ask-anonymous = The link is good for one answer. We see that it was used, but not what you answered.
letter-ask-own = See or change what we know of you, or leave
letter-stop = Get no more letters
letter-greeting = Kind regards, { $municipality }
letter-told =
    Hello,

    You are a member of { $panel }, and you answered **{ $title }**. This is what has happened since:
