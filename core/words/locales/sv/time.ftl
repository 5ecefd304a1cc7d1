time-of-day = kl.{"\u00A0"}{ $hour }.{ $minute }
hour-of-day = kl.{"\u00A0"}{ $hour }
moment = { $date } { $time }
ago-now = alldeles nyss
ago-minutes = { $count ->
    [one] för 1 minut sedan
   *[other] för { $count } minuter sedan
}
ago-hours = { $count ->
    [one] för 1 timme sedan
   *[other] för { $count } timmar sedan
}
ago-days = { $count ->
    [one] för 1 dag sedan
   *[other] för { $count } dagar sedan
}

holiday-new-year = nyårsdagen
holiday-epiphany = trettondedag jul
holiday-maundy-thursday = skärtorsdagen
holiday-good-friday = långfredagen
holiday-easter-eve = påskafton
holiday-easter-day = påskdagen
holiday-easter-monday = annandag påsk
holiday-labour-day = första maj
holiday-ascension = Kristi himmelsfärdsdag
holiday-norway-day = Norges nationaldag
holiday-sweden-day = nationaldagen
holiday-pentecost = pingstdagen
holiday-whit-monday = annandag pingst
holiday-midsummer-eve = midsommarafton
holiday-midsummer-day = midsommardagen
holiday-all-saints = alla helgons dag
holiday-christmas-eve = julafton
holiday-christmas-day = juldagen
holiday-boxing-day = annandag jul
holiday-new-years-eve = nyårsafton
