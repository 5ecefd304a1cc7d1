value-acceleration-x = Akselerasjonen langs x-aksen er { $value } m/s².
value-acceleration-y = Akselerasjonen langs y-aksen er { $value } m/s².
value-acceleration-z = Akselerasjonen langs z-aksen er { $value } m/s².
value-co2 = Lufta inneheld { $value } ppm CO₂.
value-contact-open = { $count ->
    [0] Døra eller vindauget er lukka.
   *[other] Døra eller vindauget er ope.
}
value-dew-point = Doggpunktet er { $value } grader.
value-distance = Avstanden frå sensoren er { $value } mm.
value-fill-level = Det er { $value } prosent fullt.
value-formaldehyde = Lufta inneheld { $value } mg/m³ formaldehyd.
value-ice-temperature = Isen er { $value } grader.
value-ice-thickness = Isen er { $value } cm tjukk.
value-light-intensity = Lyset er { $value } lux.
value-lightning = { $value } lyn sidan førre rapport.
value-ozone = Lufta inneheld { $value } ppm ozon.
value-parking-occupied = { $count ->
    [0] Plassen er ledig.
   *[other] Plassen er oppteken.
}
value-pm1 = Lufta inneheld { $value } µg/m³ svevestøv (PM1).
value-pm10 = Lufta inneheld { $value } µg/m³ svevestøv (PM10).
value-pm2-5 = Lufta inneheld { $value } µg/m³ svevestøv (PM2,5).
value-pm4 = Lufta inneheld { $value } µg/m³ svevestøv (PM4).
value-pressure = Lufttrykket er { $value } hPa.
value-rain = { $value } mm regn sidan førre rapport.
value-rain-intensity = Det regnar { $value } mm i timen.
value-relative-humidity = Luftfukta er { $value } prosent.
value-snow-depth = Snødjupna er { $value } cm.
value-soil-conductivity = Jorda leier { $value } dS/m.
value-soil-moisture = Jorda inneheld { $value } prosent vatn.
value-soil-nitrogen = Nitrogen i jorda: { $value } ppm.
value-soil-ph = pH i jorda er { $value }.
value-soil-phosphorus = Fosfor i jorda: { $value } ppm.
value-soil-potassium = Kalium i jorda: { $value } ppm.
value-soil-temperature = Jorda er { $value } grader.
value-solar-radiation = Sola gir { $value } watt per kvadratmeter.
value-sound-level = Lydnivået er { $value } desibel.
value-sound-level-peak = Den høgaste lyden var { $value } desibel.
value-surface-temperature = Overflata er { $value } grader.
value-temperature = Temperaturen er { $value } grader.
value-vehicles = { $value } køyretøy sidan førre rapport.
value-water = { $value } liter vatn brukt sidan førre rapport.
value-water-conductivity = Vatnet leier { $value } µS/cm.
value-water-leak = { $count ->
    [0] Ingen vasslekkasje.
   *[other] Sensoren melder om vasslekkasje.
}
value-water-level = Vasstanden er { $value } cm.
value-water-temperature = Vatnet er { $value } grader.
value-wind-direction = Vinden kjem frå { $value } grader.
value-wind-gust = Det sterkaste vindkastet var { $value } m/s.
value-wind-speed = Vinden bles { $value } m/s.
value-other = { $property }: { $value }
value-of-part = { $part }: { $sentence }
yes = ja
no = nei

class-water-icy = Iskaldt: gå berre uti om du er van med det.
class-water-cold = Kaldt: eit kort bad.
class-water-fresh = Friskt: greitt å symje.
class-water-warm = Varmt: godt for alle.
class-sound-quiet = Stille: her kan du lese.
class-sound-talk = Som når folk snakkar saman.
class-sound-loud = Høgt: du må heve røysta.
class-sound-very-loud = Svært høgt: slitsamt for øyra.
class-ice-hard = Isen er hard.
class-ice-soft = Isen er mjuk og treg.
class-air-fresh = Lufta er frisk.
class-air-used = Lufta er litt tung.
class-air-stuffy = Lufta er tung: det er mange her, eller eit vindauge bør opnast.
