value-acceleration-x = Akselerasjonen langs x-aksen er { $value } m/s².
value-acceleration-y = Akselerasjonen langs y-aksen er { $value } m/s².
value-acceleration-z = Akselerasjonen langs z-aksen er { $value } m/s².
value-co2 = CO₂-nivået i lufta er { $value } ppm.
value-contact-open = { $count ->
    [0] Døra eller vindauget er lukka.
   *[other] Døra eller vindauget er ope.
}
value-dew-point = Doggpunktet er { $value } grader.
value-distance = Avstanden frå sensoren er { $value } mm.
value-fill-level = Det er { $value } prosent fullt.
value-formaldehyde = Formaldehydnivået i lufta er { $value } mg/m³.
value-ice-temperature = Temperaturen i isen er { $value } grader.
value-ice-thickness = Isen er { $value } cm tjukk.
value-light-intensity = Lysstyrken er { $value } lux.
value-lightning = { $value } lyn sidan førre måling.
value-ozone = Ozonnivået i lufta er { $value } ppm.
value-parking-occupied = { $count ->
    [0] Plassen er ledig.
   *[other] Plassen er oppteken.
}
value-pm1 = Nivået av svevestøv (PM1) er { $value } µg/m³.
value-pm10 = Nivået av svevestøv (PM10) er { $value } µg/m³.
value-pm2-5 = Nivået av svevestøv (PM2,5) er { $value } µg/m³.
value-pm4 = Nivået av svevestøv (PM4) er { $value } µg/m³.
value-pressure = Lufttrykket er { $value } hPa.
value-rain = { $value } mm regn sidan førre måling.
value-rain-intensity = Det regnar { $value } mm i timen.
value-relative-humidity = Luftfukta er { $value } prosent.
value-snow-depth = Snødjupna er { $value } cm.
value-soil-conductivity = Leiingsevna i jorda er { $value } dS/m.
value-soil-moisture = Jordfukta er { $value } prosent.
value-soil-nitrogen = Nitrogeninnhaldet i jorda er { $value } ppm.
value-soil-ph = pH-verdien i jorda er { $value }.
value-soil-phosphorus = Fosforinnhaldet i jorda er { $value } ppm.
value-soil-potassium = Kaliuminnhaldet i jorda er { $value } ppm.
value-soil-temperature = Temperaturen i jorda er { $value } grader.
value-solar-radiation = Sola gir { $value } watt per kvadratmeter.
value-sound-level = Lydnivået er { $value } desibel.
value-sound-level-peak = Den høgaste lyden var { $value } desibel.
value-surface-temperature = Temperaturen på overflata er { $value } grader.
value-temperature = Temperaturen er { $value } grader.
value-vehicles = { $value } køyretøy sidan førre måling.
value-water = { $value } liter vatn brukt sidan førre måling.
value-water-conductivity = Leiingsevna i vatnet er { $value } µS/cm.
value-water-leak = { $count ->
    [0] Ingen vasslekkasje.
   *[other] Sensoren melder om vasslekkasje.
}
value-water-level = Vasstanden er { $value } cm.
value-water-temperature = Vatnet er { $value } grader.
value-wind-direction = Vinden kjem frå { $count ->
    [0] nord
    [1] nordaust
    [2] aust
    [3] søraust
    [4] sør
    [5] sørvest
    [6] vest
   *[7] nordvest
}.
value-wind-gust = Det kraftigaste vindkastet var { $value } meter i sekundet.
value-wind-speed = Det bles { $value } meter i sekundet.
value-people-count = { $count ->
    [one] { $value } person er der no.
   *[other] { $value } personar er der no.
}
value-people-in = { $value } kom inn sidan førre måling.
value-people-in-total = { $value } har kome inn i alt.
value-people-out = { $value } gjekk ut sidan førre måling.
value-people-out-total = { $value } har gått ut i alt.
value-bicycles = { $count ->
    [one] { $value } sykkel sidan førre måling.
   *[other] { $value } syklar sidan førre måling.
}
value-motion = { $count ->
    [0] Ingenting har rørt seg sidan førre måling.
    [one] Noko rørte seg { $value } gong sidan førre måling.
   *[other] Noko rørte seg { $value } gonger sidan førre måling.
}
value-occupied = { $count ->
    [0] Ingen er der.
   *[other] Nokon er der.
}
value-votes = { $value } trykk sidan førre måling.
value-device-temperature = Temperaturen inne i sensoren er { $value } grader.
value-other = { $property }: { $value }
value-of-part = { $part }: { $sentence }
yes = ja
no = nei

class-water-icy = Iskaldt: gå berre uti om du er van med det.
class-water-cold = Kaldt: passar for eit kort bad.
class-water-fresh = Friskt: fint for ein symjetur.
class-water-warm = Varmt: godt for alle.
class-sound-quiet = Stille: her kan du lese.
class-sound-talk = Som når folk snakkar saman.
class-sound-loud = Høgt: du må heve røysta.
class-sound-very-loud = Svært høgt: slitsamt for øyra.
class-ice-hard = Isen er hard.
class-ice-soft = Isen er mjuk, og det går tregt.
class-air-fresh = Lufta er frisk.
class-air-used = Lufta er litt tung.
class-air-stuffy = Lufta er tung: det er mange her, eller eit vindauge bør opnast.
