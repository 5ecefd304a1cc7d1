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
