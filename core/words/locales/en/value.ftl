value-acceleration-x = The acceleration along the x axis is { $value } m/s².
value-acceleration-y = The acceleration along the y axis is { $value } m/s².
value-acceleration-z = The acceleration along the z axis is { $value } m/s².
value-co2 = The air holds { $value } ppm of CO₂.
value-contact-open = { $count ->
    [0] The door or window is closed.
   *[other] The door or window is open.
}
value-dew-point = The dew point is { $value } degrees.
value-distance = The distance from the sensor is { $value } mm.
value-fill-level = It is { $value } per cent full.
value-formaldehyde = The air holds { $value } mg/m³ of formaldehyde.
value-ice-temperature = The ice is { $value } degrees.
value-ice-thickness = The ice is { $value } cm thick.
value-light-intensity = The light is { $value } lux.
value-lightning = { $count ->
    [one] { $value } flash of lightning since the last report.
   *[other] { $value } flashes of lightning since the last report.
}
value-ozone = The air holds { $value } ppm of ozone.
value-parking-occupied = { $count ->
    [0] The space is free.
   *[other] The space is taken.
}
value-pm1 = The air holds { $value } µg/m³ of PM1 particles.
value-pm10 = The air holds { $value } µg/m³ of PM10 particles.
value-pm2-5 = The air holds { $value } µg/m³ of PM2.5 particles.
value-pm4 = The air holds { $value } µg/m³ of PM4 particles.
value-pressure = The air pressure is { $value } hPa.
value-rain = { $value } mm of rain since the last report.
value-rain-intensity = It rains { $value } mm an hour.
value-relative-humidity = The humidity is { $value } per cent.
value-snow-depth = The snow is { $value } cm deep.
value-soil-conductivity = The soil conducts { $value } dS/m.
value-soil-moisture = The soil holds { $value } per cent of water.
value-soil-nitrogen = Nitrogen in the soil: { $value } ppm.
value-soil-ph = The soil has a pH of { $value }.
value-soil-phosphorus = Phosphorus in the soil: { $value } ppm.
value-soil-potassium = Potassium in the soil: { $value } ppm.
value-soil-temperature = The soil is { $value } degrees.
value-solar-radiation = The sun gives { $value } watts per square metre.
value-sound-level = The sound level is { $value } decibels.
value-sound-level-peak = The loudest sound was { $value } decibels.
value-surface-temperature = The surface is { $value } degrees.
value-temperature = The temperature is { $value } degrees.
value-vehicles = { $value } vehicles since the last report.
value-water = { $value } litres of water used since the last report.
value-water-conductivity = The water conducts { $value } µS/cm.
value-water-leak = { $count ->
    [0] No water leak.
   *[other] The sensor reports a water leak.
}
value-water-level = The water stands at { $value } cm.
value-water-temperature = The water is { $value } degrees.
value-wind-direction = The wind comes from { $value } degrees.
value-wind-gust = The strongest gust was { $value } m/s.
value-wind-speed = The wind blows at { $value } m/s.
value-other = { $property }: { $value }
value-of-part = { $part }: { $sentence }
yes = yes
no = no

class-water-icy = Ice-cold: go in only if you are used to it.
class-water-cold = Cold: a quick dip.
class-water-fresh = Fresh: fine for a swim.
class-water-warm = Warm: pleasant for all.
class-sound-quiet = Quiet: you can read here.
class-sound-talk = As loud as people talking.
class-sound-loud = Loud: you have to raise your voice.
class-sound-very-loud = Very loud: tiring for the ears.
class-ice-hard = The ice is hard.
class-ice-soft = The ice is soft and slow.
class-air-fresh = The air is fresh.
class-air-used = The air is a little stuffy.
class-air-stuffy = The air is stuffy: many are here, or a window needs opening.
