time-of-day = { $hour }:{ $minute }
hour-of-day = { $hour }:00
moment = { $date } at { $time }
ago-now = just now
ago-minutes = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
}

holiday-new-year = New Year’s Day
holiday-epiphany = Epiphany
holiday-maundy-thursday = Maundy Thursday
holiday-good-friday = Good Friday
holiday-easter-eve = Easter Eve
holiday-easter-day = Easter Day
holiday-easter-monday = Easter Monday
holiday-labour-day = Labour Day
holiday-ascension = Ascension Day
holiday-norway-day = Norway’s Constitution Day
holiday-sweden-day = Sweden’s National Day
holiday-pentecost = Whit Sunday
holiday-whit-monday = Whit Monday
holiday-midsummer-eve = Midsummer Eve
holiday-midsummer-day = Midsummer Day
holiday-all-saints = All Saints’ Day
holiday-christmas-eve = Christmas Eve
holiday-christmas-day = Christmas Day
holiday-boxing-day = Boxing Day
holiday-new-years-eve = New Year’s Eve
