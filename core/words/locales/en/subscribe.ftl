subscribe = News by e-mail
subscribe-feed = { $name }: news by e-mail
subscribe-lead = Choose what you want to hear about and how often. You need no account, and every letter has a way out.
subscribe-what = What do you want to hear about?
subscribe-everything = Everything
subscribe-areas = Parts of the municipality
subscribe-kinds = Sorts of places
subscribe-places = Places
subscribe-often = How often?
subscribe-how-at-once = A letter for each piece of news, at once
subscribe-how-daily = One letter in the morning, when there is something to tell
subscribe-how-weekly = One letter on Monday morning, when there is something to tell
subscribe-address-hint = We use it for these letters only. It is kept locked, and apart from everything else.
subscribe-law = You agree that the municipality writes to you. One press in any letter stops them, and erases all we know of you.
subscribe-do = Subscribe
subscribe-wrong-what = Choose at least one thing you want to hear about
subscribe-sent-then = Follow the link in the letter within { $count } days. Only then do you get news. If you get some already, the link changes what you get.
subscribe-same = This page looks the same for everybody. So nobody can find out who gets news.
subscribe-confirm = Do you want to get this by e-mail?
subscribe-confirm-do = Yes, I want to get it
subscribe-confirm-not = If you do not, close this page. Then nothing changes, and an address we did not know is erased.
subscribe-done = You get news by e-mail
subscribe-done-text = This is what you get:
subscribe-done-change = To change it, fill in the form once more with the same address.
subscribe-old = This link does not work any more. Fill in the form once more, and a new one comes.
subscribe-stop = Get no more news
subscribe-stop-text = One press, and no more letters come. Your address, and what you wanted to hear about, are erased at once.
subscribe-stop-do = Stop the letters
subscribe-stopped = No more letters come
subscribe-stopped-text = All we knew of you for these letters is erased.
subscribe-again = Subscribe again
subscribe-letter-subject = Confirm that you want news from { $municipality }
subscribe-letter =
    Hello,

    Somebody, probably you, wants news from { $municipality } at this address, about this:
subscribe-letter-link = Confirm that you want it
subscribe-letter-days = The link holds for { $days ->
    [one] one day
   *[other] { $days } days
}. If you do not confirm, nothing is sent, and an address we did not know is erased.
subscribe-digest = News from { $municipality }: { $count ->
    [one] one thing
   *[other] { $count } things
}
subscribe-why = You get this because you asked { $municipality } for news by e-mail.
subscribe-change = Change what you get
subscribe-both = Get news
subscribe-here = Get news
subscribe-feed-both = { $name }: news by e-mail, or on this device
subscribe-feed-here = { $name }: news on this device
subscribe-lead-both = Choose what you want to hear about, and how: letters by e-mail, or notices on this device. You need no account, and every one has a way out.
subscribe-lead-here = Choose what you want to hear about. You need no account, and every notice has a way out.
subscribe-by-mail = By e-mail
push-here = On this device
push-here-lead = A short notice on the phone or computer you are sitting with, as soon as there is news. We need no address of yours.
push-law = Notices come by way of the company that makes your browser. It sees that one comes and when, but not what it says.
push-get = Get notices here
push-stop-here = No more notices here
push-cannot = Notices on this device cannot be had here: it takes a browser that shows notices, with scripts, and an address that begins with https. The feeds on our pages of news and places tell the same.
push-cannot-mail = Notices on this device cannot be had here: it takes a browser that shows notices, with scripts, and an address that begins with https. Letters by e-mail tell the same.
push-asked = A first notice is on its way. Once it is shown on this device, you get news here.
push-stopped = No more notices come, and all we knew of this browser is erased.
push-denied = This browser is set to show no notices from us. You can change that in its settings for this page.
push-failed = That did not work. Try again in a while.
push-service = This browser gets its notices by a service that the municipality does not use. Try another browser, or another way to get news.
push-first = You get news from { $municipality } here
push-stop = No more of these
