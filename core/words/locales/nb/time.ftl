time-of-day = kl.{"\u00A0"}{ $hour }.{ $minute }
hour-of-day = kl.{"\u00A0"}{ $hour }
moment = { $date } { $time }
ago-now = akkurat nå
ago-minutes = { $count ->
    [one] for 1 minutt siden
   *[other] for { $count } minutter siden
}
ago-hours = { $count ->
    [one] for 1 time siden
   *[other] for { $count } timer siden
}
ago-days = { $count ->
    [one] for 1 dag siden
   *[other] for { $count } dager siden
}

holiday-new-year = første nyttårsdag
holiday-epiphany = helligtrekongersdag
holiday-maundy-thursday = skjærtorsdag
holiday-good-friday = langfredag
holiday-easter-eve = påskeaften
holiday-easter-day = første påskedag
holiday-easter-monday = andre påskedag
holiday-labour-day = første mai
holiday-ascension = Kristi himmelfartsdag
holiday-norway-day = grunnlovsdagen
holiday-sweden-day = Sveriges nasjonaldag
holiday-pentecost = første pinsedag
holiday-whit-monday = andre pinsedag
holiday-midsummer-eve = midtsommeraften
holiday-midsummer-day = midtsommerdagen
holiday-all-saints = allehelgensdag
holiday-christmas-eve = julaften
holiday-christmas-day = første juledag
holiday-boxing-day = andre juledag
holiday-new-years-eve = nyttårsaften
