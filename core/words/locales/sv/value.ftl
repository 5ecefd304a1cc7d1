value-acceleration-x = Accelerationen längs x-axeln är { $value } m/s².
value-acceleration-y = Accelerationen längs y-axeln är { $value } m/s².
value-acceleration-z = Accelerationen längs z-axeln är { $value } m/s².
value-co2 = Koldioxidhalten i luften är { $value } ppm.
value-contact-open = { $count ->
    [0] Dörren eller fönstret är stängt.
   *[other] Dörren eller fönstret är öppet.
}
value-dew-point = Daggpunkten är { $value } grader.
value-distance = Avståndet från sensorn är { $value } mm.
value-fill-level = Det är { $value } procent fullt.
value-formaldehyde = Formaldehydhalten i luften är { $value } mg/m³.
value-ice-temperature = Temperaturen i isen är { $value } grader.
value-ice-thickness = Isen är { $value } cm tjock.
value-light-intensity = Ljusstyrkan är { $value } lux.
value-lightning = { $count ->
    [one] { $value } blixt sedan förra mätningen.
   *[other] { $value } blixtar sedan förra mätningen.
}
value-ozone = Ozonhalten i luften är { $value } ppm.
value-parking-occupied = { $count ->
    [0] Platsen är ledig.
   *[other] Platsen är upptagen.
}
value-pm1 = Halten av partiklar (PM1) är { $value } µg/m³.
value-pm10 = Halten av partiklar (PM10) är { $value } µg/m³.
value-pm2-5 = Halten av partiklar (PM2,5) är { $value } µg/m³.
value-pm4 = Halten av partiklar (PM4) är { $value } µg/m³.
value-pressure = Lufttrycket är { $value } hPa.
value-rain = { $value } mm regn sedan förra mätningen.
value-rain-intensity = Det regnar { $value } mm i timmen.
value-relative-humidity = Luftfuktigheten är { $value } procent.
value-snow-depth = Snödjupet är { $value } cm.
value-soil-conductivity = Ledningsförmågan i marken är { $value } dS/m.
value-soil-moisture = Markfuktigheten är { $value } procent.
value-soil-nitrogen = Kvävehalten i marken är { $value } ppm.
value-soil-ph = Markens pH-värde är { $value }.
value-soil-phosphorus = Fosforhalten i marken är { $value } ppm.
value-soil-potassium = Kaliumhalten i marken är { $value } ppm.
value-soil-temperature = Temperaturen i marken är { $value } grader.
value-solar-radiation = Solen ger { $value } watt per kvadratmeter.
value-sound-level = Ljudnivån är { $value } decibel.
value-sound-level-peak = Det högsta ljudet var { $value } decibel.
value-surface-temperature = Temperaturen på ytan är { $value } grader.
value-temperature = Temperaturen är { $value } grader.
value-vehicles = { $value } fordon sedan förra mätningen.
value-water = { $value } liter vatten har använts sedan förra mätningen.
value-water-conductivity = Ledningsförmågan i vattnet är { $value } µS/cm.
value-water-leak = { $count ->
    [0] Ingen vattenläcka.
   *[other] Sensorn larmar om en vattenläcka.
}
value-water-level = Vattenståndet är { $value } cm.
value-water-temperature = Vattnet är { $value } grader.
value-wind-direction = Vinden kommer från { $count ->
    [0] norr
    [1] nordost
    [2] öster
    [3] sydost
    [4] söder
    [5] sydväst
    [6] väster
   *[7] nordväst
}.
value-wind-gust = Den kraftigaste vindbyn var { $value } meter per sekund.
value-wind-speed = Det blåser { $value } meter per sekund.
value-people-count = { $count ->
    [one] { $value } person är där nu.
   *[other] { $value } personer är där nu.
}
value-people-in = { $value } kom in sedan förra mätningen.
value-people-in-total = { $value } har kommit in totalt.
value-people-out = { $value } gick ut sedan förra mätningen.
value-people-out-total = { $value } har gått ut totalt.
value-bicycles = { $count ->
    [one] { $value } cykel sedan förra mätningen.
   *[other] { $value } cyklar sedan förra mätningen.
}
value-motion = { $count ->
    [0] Inget har rört sig sedan förra mätningen.
    [one] Något rörde sig { $value } gång sedan förra mätningen.
   *[other] Något rörde sig { $value } gånger sedan förra mätningen.
}
value-occupied = { $count ->
    [0] Ingen är där.
   *[other] Någon är där.
}
value-votes = { $count ->
    [one] { $value } tryckning sedan förra mätningen.
   *[other] { $value } tryckningar sedan förra mätningen.
}
value-device-temperature = Temperaturen inne i sensorn är { $value } grader.
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
class-ice-soft = Isen är mjuk och trögåkt.
class-air-fresh = Luften är frisk.
class-air-used = Luften är lite instängd.
class-air-stuffy = Luften är instängd: många är här, eller så behöver ett fönster öppnas.
