# Hvordan det er nå. En setning settes sammen av: dommen, antallet, det vanlige.
calm = Roligere enn vanlig nå
as-usual = Som vanlig nå
busy = Mer folk enn vanlig nå
calm-bays = Færre biler enn vanlig nå
busy-bays = Flere biler enn vanlig nå

people-now = { $amount } er her.
visits-now = { $amount } den siste timen.
bays-now = { $count ->
    [0] Ingen plasser er opptatt.
    [one] 1 plass er opptatt.
   *[other] { $count } plasser er opptatt.
}
bays-now-free = { $count ->
    [0] Ingen plasser er opptatt
    [one] 1 plass er opptatt
   *[other] { $count } plasser er opptatt
}, { $free ->
    [0] ingen er ledige.
    [one] 1 er ledig.
   *[other] { $free } er ledige.
}
usual = Det vanlige en { $weekday } { $hour } er { $amount }.
usual-alike = Slik pleier det å være en { $weekday } { $hour }.
usual-bays = En vanlig { $weekday } { $hour } er { $amount } opptatt.

people = { $count ->
    [0] ingen personer
    [one] 1 person
   *[other] { $count } personer
}
people-fewer = færre enn { $limit } personer
visits = { $count ->
    [0] ingen besøk
   *[other] { $count } besøk
}
visits-fewer = færre enn { $limit } besøk
passages = { $count ->
    [0] ingen passeringer
    [one] 1 passering
   *[other] { $count } passeringer
}
passages-fewer = færre enn { $limit } passeringer
bays = { $count ->
    [0] ingen opptatte plasser
    [one] 1 opptatt plass
   *[other] { $count } opptatte plasser
}
bays-fewer = færre enn { $limit } opptatte plasser
fewer-than = færre enn { $limit }

unit-people = { $count ->
    [one] person er her nå
   *[other] personer er her nå
}
unit-visits = besøk den siste timen
unit-passages = { $count ->
    [one] passering den siste timen
   *[other] passeringer den siste timen
}
unit-bays = { $count ->
    [one] plass er opptatt nå
   *[other] plasser er opptatt nå
}

calmest = Resten av dagen er det vanligvis roligst { $hour }, med { $amount }.
calmest-now = Roligere enn nå pleier det ikke å bli resten av dagen.

never = Vi har ikke fått noen måling herfra ennå.
silent = Sensoren har vært stille siden { $moment }, så vi vet ikke hvordan det er nå.
measured = Siste måling kom { $ago }.
fresh-never = Ingen målinger ennå
fresh = Oppdatert { $ago }
fresh-silent = Stille siden { $moment }
