time-of-day = kl.{"\u00A0"}{ $hour }.{ $minute }
hour-of-day = kl.{"\u00A0"}{ $hour }
moment = { $date } { $time }
ago-now = akkurat no
ago-minutes = { $count ->
    [one] for 1 minutt sidan
   *[other] for { $count } minutt sidan
}
ago-hours = { $count ->
    [one] for 1 time sidan
   *[other] for { $count } timar sidan
}
ago-days = { $count ->
    [one] for 1 dag sidan
   *[other] for { $count } dagar sidan
}

holiday-new-year = første nyttårsdag
holiday-epiphany = heilagtrekongarsdag
holiday-maundy-thursday = skjertorsdag
holiday-good-friday = langfredag
holiday-easter-eve = påskeaftan
holiday-easter-day = første påskedag
holiday-easter-monday = andre påskedag
holiday-labour-day = første mai
holiday-ascension = Kristi himmelfartsdag
holiday-norway-day = grunnlovsdagen
holiday-sweden-day = Sveriges nasjonaldag
holiday-pentecost = første pinsedag
holiday-whit-monday = andre pinsedag
holiday-midsummer-eve = midtsommaraftan
holiday-midsummer-day = midtsommardagen
holiday-all-saints = allehelgensdag
holiday-christmas-eve = julaftan
holiday-christmas-day = første juledag
holiday-boxing-day = andre juledag
holiday-new-years-eve = nyttårsaftan
