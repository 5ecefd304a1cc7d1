# When it is usually crowded, and when there is room.
free-unknown = We do not yet know enough about a usual week here.
free-crowded = It is usually most crowded on { $spans }.
free-crowded-none = No hours are usually crowded.
free-unused = There is usually plenty of room on { $spans }.
free-unused-none = No hours usually have much more room than others.
free-hours = { $from }–{ $to }
free-span = { $weekday } { $hours } ({ $amount })
free-up-to = up to { $amount }
free-weeks = This rests on { $count ->
    [one] 1 week
   *[other] { $count } weeks
}, and in half of them the figures lay within what is said here.
free-weeks-between = This rests on { $low } to { $high } weeks, and in half of them the figures lay within what is said here.
free-title = When there is room
free-table-crowded = Most crowded
free-table-unused = Plenty of room

# What a rule says.
rule-percent = { $number }%
rule-news-opens = You can answer now.
rule-news-closes = The time to answer is over. Thank you to everybody who did.
rule-news-reported = You can read now what was answered.
rule-news-outcome = You can read now what came of the answers.

# Rules in the steward rooms.
staff-room-rules = Rules
staff-rules-lead = A rule makes the box say something by itself when something comes true: a place is full, it is Friday at 14:00, a survey opens.
staff-rules-none = There are no rules yet.
staff-rule-new = New rule
staff-rule-edit = Change the rule
staff-rule-lead = Before the rule is saved you see what it would have said in the last month.
staff-rule-name = Short name
staff-rule-name-hint = For example “library is full”. It becomes the name of the file.
staff-rule-when = When
staff-rule-when-hint = For example: library.occupancy > 80 % for 20 min · library.visits > usual by 50 % · library is busy for 30 min · every Friday at 14:00 · every Monday at 08:00, summary · any activity opens
staff-rule-until = Not again until
staff-rule-until-hint = For example library.occupancy < 60 %. Empty: when it has been over for a while.
staff-rule-place = Place
staff-rule-place-hint = Only where “When” names no place.
staff-rule-place-none = None or all
staff-rule-title = Title
staff-rule-title-hint = For example: Many people at the library. Empty: what the page of the place says.
staff-rule-body = Text
staff-rule-body-hint = Words in curly brackets are filled in: value, age, usual, best, share, free, place, sentence, summary. What stands in square brackets is left out when it is not known.
staff-rule-reply = Where people can answer
staff-rule-reply-page = On the page it is about
staff-rule-reply-none = Nowhere
staff-rule-picture = With a picture of the place
staff-rule-approval = A colleague has to approve each post
staff-rule-quiet = Quiet hours
staff-rule-quiet-hint = For example 21:00-07:00
staff-rule-at-most = At most so many times a day
staff-rule-at-most-hint = A number from 1 to 24. Empty: 3.
staff-wrong-at-most = Write a whole number from 1 to 24.
staff-wrong-rule-when = Say when the box shall speak, such as library.occupancy > 80 % for 20 min.
staff-rule-valid-for = Worth sending for
staff-rule-valid-for-hint = For example 2 h. What is not out by then stays here.
staff-rule-channels = Channels
staff-rule-channels-hint = Names with commas between them. Empty: all.
staff-rule-off = Switched off
staff-rule-try = See what it would have said
staff-rule-review = This is what the rule would have said
staff-rule-would = The rule would have posted { $count ->
    [one] 1 time
   *[other] { $count } times
} in the last { $days } days.
staff-rule-would-none = It would have said nothing.
staff-rule-again = Change it
staff-rule-last = Last spoke
staff-rule-by = From
staff-rule-switch-on = Switch on
staff-rule-switch-off = Switch off
staff-rule-is-off = Switched off
staff-rule-is-silent = The sensor is silent, so we do not know
staff-rule-is-time-unknown = The box does not know what time it is
staff-rule-is-no = It is not so now
staff-rule-is-soon = It is so now, and has to be until { $moment }
staff-rule-is-told = Told; it has lasted since { $moment }
staff-rule-is-quiet = Quiet until { $moment }
staff-rule-is-enough = Has said enough for today; again from { $moment }
staff-rule-is-next = Next { $moment }
staff-rule-is-waits = Waits for something to happen
staff-rule-is-spoke = Spoke just now
staff-rule-is-new = Has not looked yet
staff-rule-is-unfilled = Says nothing, for { $slot } is not known now
staff-posts-waiting = Waits for approval
staff-posts-past = What was said
staff-posts-none = Nothing has been said yet.
staff-post-of-rule = Rule { $name }
staff-post-title = Post
staff-post-door = Where people can answer
staff-post-picture = The picture shows
staff-post-expires = Worth sending until
staff-post-looked-by = Looked at by
staff-post-approve = Approve
staff-post-refuse = Do not send
staff-post-is-waiting = Waits for approval
staff-post-is-queued = In the outbox
staff-post-is-refused = Not sent
staff-post-is-expired = Too late
staff-post-is-withdrawn = Taken back
staff-done-rule-added = The rule is saved
staff-done-rule-changed = The rule is changed
staff-done-rule-removed = The rule is removed
staff-done-rule-on = The rule is switched on
staff-done-rule-off = The rule is switched off
staff-done-post-approved = The post is approved
staff-done-post-refused = The post is not sent
staff-done-post-own = Somebody else has to look at it
staff-need-posts-wait = Posts that wait for approval: { $count }
staff-need-posts-wait-do = Look at them
