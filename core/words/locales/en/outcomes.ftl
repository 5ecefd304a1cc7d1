outcome-carried-out = Carried out
outcome-will-be = Will be carried out
outcome-partly = Partly
outcome-not = Will not be done
outcome-being-looked-at = We are looking at it
happened = What happened
happened-of = What happened: { $name }
happened-none = It has not been told yet.
happened-all = See all answers
happened-share = { $answered } of { $count } proposals have an answer.
happened-by = An answer comes by { $date }.
happened-days = { $count ->
    [one] Whoever puts something forward gets an answer within one day.
   *[other] Whoever puts something forward gets an answer within { $count } days.
}
happened-late = The answer should be here by now.
happened-evidence = It rests on:
happened-place = Figures from { $name }
happened-before = { $count ->
    [one] What was said before
   *[other] The { $count } answers before this
}
happened-proposals = The proposals
happened-no-answer = No answer yet.
happened-more = { $count ->
    [one] One more stands in the table.
   *[other] { $count } more stand in the table.
}
happened-csv = As a table (CSV)
happened-json = For programs (JSON)
telling-ask = Do you want to know what happened?
telling-ask-text = Write your e-mail address and you get a letter when there is something to tell, at most one a week. The address lies by itself, not with what you said.
telling-address = E-mail address
telling-do = Tell me
telling-wrong = Write an e-mail address such as name@example.org
telling-kept = You will be told what happens
telling-kept-text = We send a letter when there is something to tell, at most one a week. Each letter has a link that stops them.
telling-stop = Stop the letters?
telling-stop-text = Your address is erased here, and you get no more letters about this. What you said stays.
telling-stop-do = Yes, stop
telling-stopped = The letters are stopped
telling-stopped-text = The address is erased, and no more letters about this will come.
digest-subject = What happened: { $title }
digest-why = You took part in { $title } and wanted to know what happened. This is new:
digest-proposals = { $count ->
    [one] One proposal has an answer.
   *[other] { $count } proposals have an answer.
}
digest-read = Read what happened
digest-report = Read the report
digest-greeting = Regards, { $name }
digest-stop = You get at most one such letter a week.
digest-stop-do = Stop the letters and erase the address
feed-outcome = { $state }: { $title }
feed-answers = { $count ->
    [one] One proposal has an answer: { $title }
   *[other] { $count } proposals have an answer: { $title }
}
staff-outcomes = What happened
staff-outcomes-lead = Tell those who took part what happened: to the whole, and to each proposal. What you tell stays; a later answer stands beside it.
staff-outcomes-late = { $count ->
    [one] One answer is late.
   *[other] { $count } answers are late.
}
staff-outcomes-due = Promised by { $date }
staff-outcomes-about = What is it about?
staff-outcomes-whole = The whole
staff-outcomes-more = { $count ->
    [one] One more is shown once these have an answer.
   *[other] { $count } more are shown once these have an answer.
}
staff-outcomes-all = Show those with an answer too
staff-outcomes-open = Show only those without an answer
staff-outcomes-state = What came of it?
staff-outcomes-text = What happened, and why ({ $language })
staff-outcomes-by = Who says so?
staff-outcomes-by-hint = The office or the role, not your name: Parks and sports.
staff-outcomes-evidence = What does it rest on?
staff-outcomes-documents = Documents
staff-outcomes-documents-hint = An address on each line, a blank, and what it is: https://case.town.example/17 The decision
staff-outcomes-tell = Tell it
staff-digest = Letters to those who took part
staff-digest-lead = { $count ->
    [one] One left an address to be told what happens. What is told on a day leaves in one letter the next morning, at most one a week.
   *[other] { $count } left an address to be told what happens. What is told on a day leaves in one letter the next morning, at most one a week.
}
staff-digest-last = Last sent { $at }.
staff-digest-next = The next letter leaves { $at }.
staff-digest-send = Send now
staff-digest-no-mail = The box cannot send mail yet. Set up [mail] in municipality.toml.
staff-digest-no-address = Letters need an address that leads here. Set public_url in municipality.toml.
staff-done-outcome-told = It is told
staff-done-outcome-gone = It was erased in the meantime
staff-done-digest-sent = The letters are on their way
staff-done-digest-too-soon = The last letter is not a week old
staff-done-digest-nothing = There is nothing new to send
staff-wrong-outcome-about = Choose what it is about
staff-wrong-outcome-state = Choose what came of it
staff-wrong-outcome-text = Write what happened, in the first language at least
staff-wrong-outcome-long = Write at most 4000 characters
staff-wrong-outcome-by = Write which office says so, at most 80 characters
staff-wrong-outcome-documents = Write at most ten lines, each with an address that begins with https://
staff-wrong-answer-days = Write a whole number of days from 1 to 3650
staff-about-answer-days = People are told what happened within so many days
staff-about-answer-days-hint = Counted from the last day, or from the proposal where there is none. Usual is 90. The page promises it.
staff-need-overdue = In “{ $name }”, { $count ->
    [one] one thing
   *[other] { $count } things
} should have an answer by now.
staff-need-overdue-do = Answer them
digest-why-drawn = You were drawn and took part in { $title }. This is new:
