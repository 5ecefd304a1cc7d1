value-acceleration-x = Accelerationen längs x-axeln är { $value } m/s².
value-acceleration-y = Accelerationen längs y-axeln är { $value } m/s².
value-acceleration-z = Accelerationen längs z-axeln är { $value } m/s².
value-co2 = Luften innehåller { $value } ppm CO₂.
value-contact-open = { $count ->
    [0] Dörren eller fönstret är stängt.
   *[other] Dörren eller fönstret är öppet.
}
value-distance = Avståndet från sensorn är { $value } mm.
value-ice-temperature = Isen är { $value } grader.
value-light-intensity = Ljuset är { $value } lux.
value-parking-occupied = { $count ->
    [0] Platsen är ledig.
   *[other] Platsen är upptagen.
}
value-pressure = Lufttrycket är { $value } hPa.
value-relative-humidity = Luftfuktigheten är { $value } procent.
value-snow-depth = Snödjupet är { $value } cm.
value-sound-level = Ljudnivån är { $value } decibel.
value-sound-level-peak = Det högsta ljudet var { $value } decibel.
value-temperature = Temperaturen är { $value } grader.
value-water-leak = { $count ->
    [0] Ingen vattenläcka.
   *[other] Sensorn larmar om en vattenläcka.
}
value-water-temperature = Vattnet är { $value } grader.
value-other = { $property }: { $value }
value-of-part = { $part }: { $sentence }
yes = ja
no = nej
