value-acceleration-x = Accelerationen längs x-axeln är { $value } m/s².
value-acceleration-y = Accelerationen längs y-axeln är { $value } m/s².
value-acceleration-z = Accelerationen längs z-axeln är { $value } m/s².
value-co2 = Luften innehåller { $value } ppm CO₂.
value-contact-open = { $count ->
    [0] Dörren eller fönstret är stängt.
   *[other] Dörren eller fönstret är öppet.
}
value-dew-point = Daggpunkten är { $value } grader.
value-distance = Avståndet från sensorn är { $value } mm.
value-fill-level = Det är { $value } procent fullt.
value-formaldehyde = Luften innehåller { $value } mg/m³ formaldehyd.
value-ice-temperature = Isen är { $value } grader.
value-ice-thickness = Isen är { $value } cm tjock.
value-light-intensity = Ljuset är { $value } lux.
value-lightning = { $count ->
    [one] { $value } blixt sedan förra rapporten.
   *[other] { $value } blixtar sedan förra rapporten.
}
value-ozone = Luften innehåller { $value } ppm ozon.
value-parking-occupied = { $count ->
    [0] Platsen är ledig.
   *[other] Platsen är upptagen.
}
value-pm1 = Luften innehåller { $value } µg/m³ partiklar (PM1).
value-pm10 = Luften innehåller { $value } µg/m³ partiklar (PM10).
value-pm2-5 = Luften innehåller { $value } µg/m³ partiklar (PM2,5).
value-pm4 = Luften innehåller { $value } µg/m³ partiklar (PM4).
value-pressure = Lufttrycket är { $value } hPa.
value-rain = { $value } mm regn sedan förra rapporten.
value-rain-intensity = Det regnar { $value } mm i timmen.
value-relative-humidity = Luftfuktigheten är { $value } procent.
value-snow-depth = Snödjupet är { $value } cm.
value-soil-conductivity = Jorden leder { $value } dS/m.
value-soil-moisture = Jorden innehåller { $value } procent vatten.
value-soil-nitrogen = Kväve i jorden: { $value } ppm.
value-soil-ph = Jordens pH är { $value }.
value-soil-phosphorus = Fosfor i jorden: { $value } ppm.
value-soil-potassium = Kalium i jorden: { $value } ppm.
value-soil-temperature = Jorden är { $value } grader.
value-solar-radiation = Solen ger { $value } watt per kvadratmeter.
value-sound-level = Ljudnivån är { $value } decibel.
value-sound-level-peak = Det högsta ljudet var { $value } decibel.
value-surface-temperature = Ytan är { $value } grader.
value-temperature = Temperaturen är { $value } grader.
value-vehicles = { $value } fordon sedan förra rapporten.
value-water = { $value } liter vatten använt sedan förra rapporten.
value-water-conductivity = Vattnet leder { $value } µS/cm.
value-water-leak = { $count ->
    [0] Ingen vattenläcka.
   *[other] Sensorn larmar om en vattenläcka.
}
value-water-level = Vattenståndet är { $value } cm.
value-water-temperature = Vattnet är { $value } grader.
value-wind-direction = Vinden kommer från { $value } grader.
value-wind-gust = Den starkaste vindbyn var { $value } m/s.
value-wind-speed = Vinden blåser { $value } m/s.
value-other = { $property }: { $value }
value-of-part = { $part }: { $sentence }
yes = ja
no = nej

class-water-icy = Iskallt: gå bara i om du är van.
class-water-cold = Kallt: ett snabbt dopp.
class-water-fresh = Friskt: bra för en simtur.
class-water-warm = Varmt: skönt för alla.
class-sound-quiet = Tyst: här går det att läsa.
class-sound-talk = Som när folk pratar.
class-sound-loud = Högt: du måste höja rösten.
class-sound-very-loud = Mycket högt: tröttsamt för öronen.
class-ice-hard = Isen är hård.
class-ice-soft = Isen är mjuk och trög.
class-air-fresh = Luften är frisk.
class-air-used = Luften är lite instängd.
class-air-stuffy = Luften är instängd: många är här, eller så behöver ett fönster öppnas.
