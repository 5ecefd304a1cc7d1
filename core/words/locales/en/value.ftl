value-acceleration-x = The acceleration along the x axis is { $value } m/s².
value-acceleration-y = The acceleration along the y axis is { $value } m/s².
value-acceleration-z = The acceleration along the z axis is { $value } m/s².
value-co2 = The air holds { $value } ppm of CO₂.
value-contact-open = { $count ->
    [0] The door or window is closed.
   *[other] The door or window is open.
}
value-distance = The distance from the sensor is { $value } mm.
value-ice-temperature = The ice is { $value } degrees.
value-light-intensity = The light is { $value } lux.
value-parking-occupied = { $count ->
    [0] The space is free.
   *[other] The space is taken.
}
value-pressure = The air pressure is { $value } hPa.
value-relative-humidity = The humidity is { $value } per cent.
value-snow-depth = The snow is { $value } cm deep.
value-sound-level = The sound level is { $value } decibels.
value-sound-level-peak = The loudest sound was { $value } decibels.
value-temperature = The temperature is { $value } degrees.
value-water-leak = { $count ->
    [0] No water leak.
   *[other] The sensor reports a water leak.
}
value-water-temperature = The water is { $value } degrees.
value-other = { $property }: { $value }
value-of-part = { $part }: { $sentence }
yes = yes
no = no
