value-acceleration-x = The acceleration along the x axis is { $value } m/s².
value-acceleration-y = The acceleration along the y axis is { $value } m/s².
value-acceleration-z = The acceleration along the z axis is { $value } m/s².
value-co2 = The CO₂ level in the air is { $value } ppm.
value-contact-open = { $count ->
    [0] The door or window is closed.
   *[other] The door or window is open.
}
value-dew-point = The dew point is { $value } degrees.
value-distance = The distance from the sensor is { $value } mm.
value-fill-level = It is { $value } per cent full.
value-formaldehyde = The formaldehyde level in the air is { $value } mg/m³.
value-ice-temperature = The temperature in the ice is { $value } degrees.
value-ice-thickness = The ice is { $value } cm thick.
value-light-intensity = The light level is { $value } lux.
value-lightning = { $count ->
    [one] { $value } flash of lightning since the last reading.
   *[other] { $value } flashes of lightning since the last reading.
}
value-ozone = The ozone level in the air is { $value } ppm.
value-parking-occupied = { $count ->
    [0] The space is free.
   *[other] The space is taken.
}
value-pm1 = The level of fine particles (PM1) is { $value } µg/m³.
value-pm10 = The level of fine particles (PM10) is { $value } µg/m³.
value-pm2-5 = The level of fine particles (PM2.5) is { $value } µg/m³.
value-pm4 = The level of fine particles (PM4) is { $value } µg/m³.
value-pressure = The air pressure is { $value } hPa.
value-rain = { $value } mm of rain since the last reading.
value-rain-intensity = It is raining { $value } mm an hour.
value-relative-humidity = The humidity is { $value } per cent.
value-snow-depth = The snow is { $value } cm deep.
value-soil-conductivity = The conductivity of the soil is { $value } dS/m.
value-soil-moisture = The soil moisture is { $value } per cent.
value-soil-nitrogen = The nitrogen level in the soil is { $value } ppm.
value-soil-ph = The pH of the soil is { $value }.
value-soil-phosphorus = The phosphorus level in the soil is { $value } ppm.
value-soil-potassium = The potassium level in the soil is { $value } ppm.
value-soil-temperature = The temperature in the soil is { $value } degrees.
value-solar-radiation = The sun gives { $value } watts per square metre.
value-sound-level = The sound level is { $value } decibels.
value-sound-level-peak = The loudest sound was { $value } decibels.
value-surface-temperature = The temperature of the surface is { $value } degrees.
value-temperature = The temperature is { $value } degrees.
value-vehicles = { $count ->
    [one] { $value } vehicle since the last reading.
   *[other] { $value } vehicles since the last reading.
}
value-water = { $count ->
    [one] { $value } litre of water used since the last reading.
   *[other] { $value } litres of water used since the last reading.
}
value-water-conductivity = The conductivity of the water is { $value } µS/cm.
value-water-leak = { $count ->
    [0] No water leak.
   *[other] The sensor reports a water leak.
}
value-water-level = The water level is { $value } cm.
value-water-temperature = The water is { $value } degrees.
value-wind-direction = The wind is coming from { $count ->
    [0] the north
    [1] the north-east
    [2] the east
    [3] the south-east
    [4] the south
    [5] the south-west
    [6] the west
   *[7] the north-west
}.
value-wind-gust = The strongest gust was { $value } metres per second.
value-wind-speed = The wind is blowing at { $value } metres per second.
value-people-count = { $count ->
    [one] { $value } person is there now.
   *[other] { $value } people are there now.
}
value-people-in = { $value } came in since the last reading.
value-people-in-total = { $value } have come in altogether.
value-people-out = { $value } went out since the last reading.
value-people-out-total = { $value } have gone out altogether.
value-bicycles = { $count ->
    [one] { $value } bicycle since the last reading.
   *[other] { $value } bicycles since the last reading.
}
value-motion = { $count ->
    [0] Nothing has moved since the last reading.
    [one] Something moved { $value } time since the last reading.
   *[other] Something moved { $value } times since the last reading.
}
value-occupied = { $count ->
    [0] Nobody is there.
   *[other] Somebody is there.
}
value-votes = { $count ->
    [one] { $value } press since the last reading.
   *[other] { $value } presses since the last reading.
}
value-device-temperature = The temperature inside the sensor is { $value } degrees.
value-other = { $property }: { $value }
value-of-part = { $part }: { $sentence }
yes = yes
no = no

class-water-icy = Ice-cold: go in only if you are used to it.
class-water-cold = Cold: a quick dip.
class-water-fresh = Cool: fine for a swim.
class-water-warm = Warm: pleasant for everyone.
class-sound-quiet = Quiet: you can read here.
class-sound-talk = As loud as people talking.
class-sound-loud = Loud: you have to raise your voice.
class-sound-very-loud = Very loud: tiring for the ears.
class-ice-hard = The ice is hard.
class-ice-soft = The ice is soft and slow to skate on.
class-air-fresh = The air is fresh.
class-air-used = The air is a little stuffy.
class-air-stuffy = The air is stuffy: there are many people here, or a window needs opening.
