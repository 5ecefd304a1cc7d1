value-acceleration-x = Akselerasjonen langs x-aksen er { $value } m/s².
value-acceleration-y = Akselerasjonen langs y-aksen er { $value } m/s².
value-acceleration-z = Akselerasjonen langs z-aksen er { $value } m/s².
value-co2 = Lufta inneholder { $value } ppm CO₂.
value-contact-open = { $count ->
    [0] Døra eller vinduet er lukket.
   *[other] Døra eller vinduet er åpent.
}
value-dew-point = Duggpunktet er { $value } grader.
value-distance = Avstanden fra sensoren er { $value } mm.
value-fill-level = Det er { $value } prosent fullt.
value-formaldehyde = Lufta inneholder { $value } mg/m³ formaldehyd.
value-ice-temperature = Isen er { $value } grader.
value-ice-thickness = Isen er { $value } cm tykk.
value-light-intensity = Lyset er { $value } lux.
value-lightning = { $value } lyn siden forrige rapport.
value-ozone = Lufta inneholder { $value } ppm ozon.
value-parking-occupied = { $count ->
    [0] Plassen er ledig.
   *[other] Plassen er opptatt.
}
value-pm1 = Lufta inneholder { $value } µg/m³ svevestøv (PM1).
value-pm10 = Lufta inneholder { $value } µg/m³ svevestøv (PM10).
value-pm2-5 = Lufta inneholder { $value } µg/m³ svevestøv (PM2,5).
value-pm4 = Lufta inneholder { $value } µg/m³ svevestøv (PM4).
value-pressure = Lufttrykket er { $value } hPa.
value-rain = { $value } mm regn siden forrige rapport.
value-rain-intensity = Det regner { $value } mm i timen.
value-relative-humidity = Luftfuktigheten er { $value } prosent.
value-snow-depth = Snødybden er { $value } cm.
value-soil-conductivity = Jorda leder { $value } dS/m.
value-soil-moisture = Jorda inneholder { $value } prosent vann.
value-soil-nitrogen = Nitrogen i jorda: { $value } ppm.
value-soil-ph = Jordas pH er { $value }.
value-soil-phosphorus = Fosfor i jorda: { $value } ppm.
value-soil-potassium = Kalium i jorda: { $value } ppm.
value-soil-temperature = Jorda er { $value } grader.
value-solar-radiation = Sola gir { $value } watt per kvadratmeter.
value-sound-level = Lydnivået er { $value } desibel.
value-sound-level-peak = Den høyeste lyden var { $value } desibel.
value-surface-temperature = Overflaten er { $value } grader.
value-temperature = Temperaturen er { $value } grader.
value-vehicles = { $value } kjøretøy siden forrige rapport.
value-water = { $value } liter vann brukt siden forrige rapport.
value-water-conductivity = Vannet leder { $value } µS/cm.
value-water-leak = { $count ->
    [0] Ingen vannlekkasje.
   *[other] Sensoren melder om vannlekkasje.
}
value-water-level = Vannstanden er { $value } cm.
value-water-temperature = Vannet er { $value } grader.
value-wind-direction = Vinden kommer fra { $value } grader.
value-wind-gust = Det sterkeste vindkastet var { $value } m/s.
value-wind-speed = Vinden blåser { $value } m/s.
value-other = { $property }: { $value }
value-of-part = { $part }: { $sentence }
yes = ja
no = nei

class-water-icy = Iskaldt: gå bare uti hvis du er vant til det.
class-water-cold = Kaldt: et kort bad.
class-water-fresh = Friskt: greit å svømme.
class-water-warm = Varmt: godt for alle.
class-sound-quiet = Stille: her kan du lese.
class-sound-talk = Som når folk snakker sammen.
class-sound-loud = Høyt: du må heve stemmen.
class-sound-very-loud = Svært høyt: slitsomt for ørene.
class-ice-hard = Isen er hard.
class-ice-soft = Isen er myk og treg.
class-air-fresh = Lufta er frisk.
class-air-used = Lufta er litt tung.
class-air-stuffy = Lufta er tung: det er mange her, eller et vindu bør åpnes.
