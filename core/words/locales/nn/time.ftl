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
