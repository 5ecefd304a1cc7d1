# Hur det är nu. En mening sätts ihop av: omdömet, antalet, det vanliga.
calm = Lugnare än vanligt nu
as-usual = Som vanligt nu
busy = Mer folk än vanligt nu
calm-bays = Färre bilar än vanligt nu
busy-bays = Fler bilar än vanligt nu

people-now = { $amount } är här.
visits-now = { $amount } den senaste timmen.
bays-now = { $count ->
    [0] Inga platser är upptagna.
    [one] 1 plats är upptagen.
   *[other] { $count } platser är upptagna.
}
bays-now-free = { $count ->
    [0] Inga platser är upptagna
    [one] 1 plats är upptagen
   *[other] { $count } platser är upptagna
}, { $free ->
    [0] inga är lediga.
    [one] 1 är ledig.
   *[other] { $free } är lediga.
}
usual = Det vanliga en { $weekday } { $hour } är { $amount }.
usual-alike = Så brukar det vara en { $weekday } { $hour }.
usual-bays = En vanlig { $weekday } { $hour } är { $amount } upptagna.

people = { $count ->
    [0] inga personer
    [one] 1 person
   *[other] { $count } personer
}
people-fewer = färre än { $limit } personer
visits = { $count ->
    [0] inga besök
   *[other] { $count } besök
}
visits-fewer = färre än { $limit } besök
passages = { $count ->
    [0] inga passeringar
    [one] 1 passering
   *[other] { $count } passeringar
}
passages-fewer = färre än { $limit } passeringar
bays = { $count ->
    [0] inga upptagna platser
    [one] 1 upptagen plats
   *[other] { $count } upptagna platser
}
bays-fewer = färre än { $limit } upptagna platser
fewer-than = färre än { $limit }

unit-people = { $count ->
    [one] person är här nu
   *[other] personer är här nu
}
unit-visits = besök den senaste timmen
unit-passages = { $count ->
    [one] passering den senaste timmen
   *[other] passeringar den senaste timmen
}
unit-bays = { $count ->
    [one] plats är upptagen nu
   *[other] platser är upptagna nu
}

calmest = Resten av dagen brukar det vara lugnast { $hour }, med { $amount }.
calmest-now = Lugnare än nu brukar det inte bli under resten av dagen.

never = Vi har inte fått någon mätning härifrån ännu.
silent = Sensorn har varit tyst sedan { $moment }, så vi vet inte hur det är nu.
measured = Den senaste mätningen kom { $ago }.
fresh-never = Inga mätningar ännu
fresh = Uppdaterad { $ago }
fresh-silent = Tyst sedan { $moment }
