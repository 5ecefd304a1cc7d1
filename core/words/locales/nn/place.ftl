# Korleis det er no. Ei setning er sett saman av: dommen, talet, det vanlege.
calm = Rolegare enn vanleg no
as-usual = Som vanleg no
busy = Meir folk enn vanleg no
calm-bays = Færre bilar enn vanleg no
busy-bays = Fleire bilar enn vanleg no

people-now = { $amount } er her.
visits-now = { $amount } den siste timen.
bays-now = { $count ->
    [0] Ingen plassar er opptekne.
    [one] 1 plass er oppteken.
   *[other] { $count } plassar er opptekne.
}
bays-now-free = { $count ->
    [0] Ingen plassar er opptekne
    [one] 1 plass er oppteken
   *[other] { $count } plassar er opptekne
}, { $free ->
    [0] ingen er ledige.
    [one] 1 er ledig.
   *[other] { $free } er ledige.
}
usual = Det vanlege ein { $weekday } { $hour } er { $amount }.
usual-alike = Slik plar det vere ein { $weekday } { $hour }.
usual-bays = Ein vanleg { $weekday } { $hour } er { $amount } opptekne.

people = { $count ->
    [0] ingen personar
    [one] 1 person
   *[other] { $count } personar
}
people-fewer = færre enn { $limit } personar
visits = { $count ->
    [0] ingen besøk
   *[other] { $count } besøk
}
visits-fewer = færre enn { $limit } besøk
passages = { $count ->
    [0] ingen passeringar
    [one] 1 passering
   *[other] { $count } passeringar
}
passages-fewer = færre enn { $limit } passeringar
bays = { $count ->
    [0] ingen opptekne plassar
    [one] 1 oppteken plass
   *[other] { $count } opptekne plassar
}
bays-fewer = færre enn { $limit } opptekne plassar
fewer-than = færre enn { $limit }

unit-people = { $count ->
    [one] person er her no
   *[other] personar er her no
}
unit-visits = besøk den siste timen
unit-passages = { $count ->
    [one] passering den siste timen
   *[other] passeringar den siste timen
}
unit-bays = { $count ->
    [one] plass er oppteken no
   *[other] plassar er opptekne no
}

calmest = Resten av dagen er det vanlegvis rolegast { $hour }, med { $amount }.
calmest-now = Rolegare enn no plar det ikkje bli resten av dagen.

never = Vi har ikkje fått noka måling herifrå enno.
silent = Sensoren har vore stille sidan { $moment }, så vi veit ikkje korleis det er no.
measured = Siste måling kom { $ago }.
fresh-never = Ingen målingar enno
fresh = Oppdatert { $ago }
fresh-silent = Stille sidan { $moment }
