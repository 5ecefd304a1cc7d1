value-acceleration-x = Akselerasjonen langs x-aksen er { $value } m/s².
value-acceleration-y = Akselerasjonen langs y-aksen er { $value } m/s².
value-acceleration-z = Akselerasjonen langs z-aksen er { $value } m/s².
value-co2 = CO₂-nivået i lufta er { $value } ppm.
value-contact-open = { $count ->
    [0] Døra eller vinduet er lukket.
   *[other] Døra eller vinduet er åpent.
}
value-dew-point = Duggpunktet er { $value } grader.
value-distance = Avstanden fra sensoren er { $value } mm.
value-fill-level = Det er { $value } prosent fullt.
value-formaldehyde = Formaldehydnivået i lufta er { $value } mg/m³.
value-ice-temperature = Temperaturen i isen er { $value } grader.
value-ice-thickness = Isen er { $value } cm tykk.
value-light-intensity = Lysstyrken er { $value } lux.
value-lightning = { $value } lyn siden forrige måling.
value-ozone = Ozonnivået i lufta er { $value } ppm.
value-parking-occupied = { $count ->
    [0] Plassen er ledig.
   *[other] Plassen er opptatt.
}
value-pm1 = Nivået av svevestøv (PM1) er { $value } µg/m³.
value-pm10 = Nivået av svevestøv (PM10) er { $value } µg/m³.
value-pm2-5 = Nivået av svevestøv (PM2,5) er { $value } µg/m³.
value-pm4 = Nivået av svevestøv (PM4) er { $value } µg/m³.
value-pressure = Lufttrykket er { $value } hPa.
value-rain = { $value } mm regn siden forrige måling.
value-rain-intensity = Det regner { $value } mm i timen.
value-relative-humidity = Luftfuktigheten er { $value } prosent.
value-snow-depth = Snødybden er { $value } cm.
value-soil-conductivity = Ledningsevnen i jorda er { $value } dS/m.
value-soil-moisture = Jordfuktigheten er { $value } prosent.
value-soil-nitrogen = Nitrogeninnholdet i jorda er { $value } ppm.
value-soil-ph = pH-verdien i jorda er { $value }.
value-soil-phosphorus = Fosforinnholdet i jorda er { $value } ppm.
value-soil-potassium = Kaliuminnholdet i jorda er { $value } ppm.
value-soil-temperature = Temperaturen i jorda er { $value } grader.
value-solar-radiation = Sola gir { $value } watt per kvadratmeter.
value-sound-level = Lydnivået er { $value } desibel.
value-sound-level-peak = Den høyeste lyden var { $value } desibel.
value-surface-temperature = Temperaturen på overflaten er { $value } grader.
value-temperature = Temperaturen er { $value } grader.
value-vehicles = { $value } kjøretøy siden forrige måling.
value-water = { $value } liter vann brukt siden forrige måling.
value-water-conductivity = Ledningsevnen i vannet er { $value } µS/cm.
value-water-leak = { $count ->
    [0] Ingen vannlekkasje.
   *[other] Sensoren melder om vannlekkasje.
}
value-water-level = Vannstanden er { $value } cm.
value-water-temperature = Vannet er { $value } grader.
value-wind-direction = Vinden kommer fra { $count ->
    [0] nord
    [1] nordøst
    [2] øst
    [3] sørøst
    [4] sør
    [5] sørvest
    [6] vest
   *[7] nordvest
}.
value-wind-gust = Det kraftigste vindkastet var { $value } meter i sekundet.
value-wind-speed = Det blåser { $value } meter i sekundet.
value-people-count = { $count ->
    [one] { $value } person er der nå.
   *[other] { $value } personer er der nå.
}
value-people-in = { $value } kom inn siden forrige måling.
value-people-in-total = { $value } har kommet inn i alt.
value-people-out = { $value } gikk ut siden forrige måling.
value-people-out-total = { $value } har gått ut i alt.
value-bicycles = { $count ->
    [one] { $value } sykkel siden forrige måling.
   *[other] { $value } sykler siden forrige måling.
}
value-motion = { $count ->
    [0] Ingenting har beveget seg siden forrige måling.
    [one] Noe beveget seg { $value } gang siden forrige måling.
   *[other] Noe beveget seg { $value } ganger siden forrige måling.
}
value-occupied = { $count ->
    [0] Ingen er der.
   *[other] Noen er der.
}
value-votes = { $value } trykk siden forrige måling.
value-device-temperature = Temperaturen inne i sensoren er { $value } grader.
value-other = { $property }: { $value }
value-of-part = { $part }: { $sentence }
yes = ja
no = nei

class-water-icy = Iskaldt: gå bare uti hvis du er vant til det.
class-water-cold = Kaldt: passer for et kort bad.
class-water-fresh = Friskt: fint for en svømmetur.
class-water-warm = Varmt: godt for alle.
class-sound-quiet = Stille: her kan du lese.
class-sound-talk = Som når folk snakker sammen.
class-sound-loud = Høyt: du må heve stemmen.
class-sound-very-loud = Svært høyt: slitsomt for ørene.
class-ice-hard = Isen er hard.
class-ice-soft = Isen er myk, og det går tregt.
class-air-fresh = Lufta er frisk.
class-air-used = Lufta er litt tung.
class-air-stuffy = Lufta er tung: det er mange her, eller et vindu bør åpnes.
