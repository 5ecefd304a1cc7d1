# How it is now. A sentence is put together from: the verdict, the number, what is usual.
calm = Quieter than usual now
as-usual = As usual now
busy = Busier than usual now
calm-bays = Fewer cars than usual now
busy-bays = More cars than usual now

people-now = { $amount } { $count ->
    [one] is here.
   *[other] are here.
}
visits-now = { $amount } in the last hour.
bays-now = { $count ->
    [0] No spaces are taken.
    [one] 1 space is taken.
   *[other] { $count } spaces are taken.
}
bays-now-free = { $count ->
    [0] No spaces are taken
    [one] 1 space is taken
   *[other] { $count } spaces are taken
}, { $free ->
    [0] none are free.
    [one] 1 is free.
   *[other] { $free } are free.
}
usual = The usual number on a { $weekday } at { $hour } is { $amount }.
usual-alike = That is usual on a { $weekday } at { $hour }.
usual-bays = On a usual { $weekday } at { $hour }, { $amount } are taken.

people = { $count ->
    [0] no people
    [one] 1 person
   *[other] { $count } people
}
people-fewer = fewer than { $limit } people
visits = { $count ->
    [0] no visits
    [one] 1 visit
   *[other] { $count } visits
}
visits-fewer = fewer than { $limit } visits
passages = { $count ->
    [0] nobody passing
    [one] 1 person passing
   *[other] { $count } people passing
}
passages-fewer = fewer than { $limit } people passing
bays = { $count ->
    [0] no spaces taken
    [one] 1 space taken
   *[other] { $count } spaces taken
}
bays-fewer = fewer than { $limit } spaces taken
fewer-than = fewer than { $limit }

unit-people = { $count ->
    [one] person is here now
   *[other] people are here now
}
unit-visits = { $count ->
    [one] visit in the last hour
   *[other] visits in the last hour
}
unit-passages = { $count ->
    [one] person passing in the last hour
   *[other] people passing in the last hour
}
unit-bays = { $count ->
    [one] space is taken now
   *[other] spaces are taken now
}

calmest = For the rest of the day it is usually quietest at { $hour }, with { $amount }.
calmest-now = It does not usually get quieter than now for the rest of the day.

never = We have not had a measurement from here yet.
silent = The sensor has been silent since { $moment }, so we do not know how it is now.
measured = The latest measurement came { $ago }.
fresh-never = No measurements yet
fresh = Updated { $ago }
fresh-silent = Silent since { $moment }
