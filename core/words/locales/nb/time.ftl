time-of-day = kl. { $hour }.{ $minute }
hour-of-day = kl. { $hour }
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
