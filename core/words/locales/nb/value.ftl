value-acceleration-x = Akselerasjonen langs x-aksen er { $value } m/s².
value-acceleration-y = Akselerasjonen langs y-aksen er { $value } m/s².
value-acceleration-z = Akselerasjonen langs z-aksen er { $value } m/s².
value-co2 = Lufta inneholder { $value } ppm CO₂.
value-contact-open = { $count ->
    [0] Døra eller vinduet er lukket.
   *[other] Døra eller vinduet er åpent.
}
value-distance = Avstanden fra sensoren er { $value } mm.
value-ice-temperature = Isen er { $value } grader.
value-light-intensity = Lyset er { $value } lux.
value-parking-occupied = { $count ->
    [0] Plassen er ledig.
   *[other] Plassen er opptatt.
}
value-pressure = Lufttrykket er { $value } hPa.
value-relative-humidity = Luftfuktigheten er { $value } prosent.
value-snow-depth = Snødybden er { $value } cm.
value-sound-level = Lydnivået er { $value } desibel.
value-sound-level-peak = Den høyeste lyden var { $value } desibel.
value-temperature = Temperaturen er { $value } grader.
value-water-leak = { $count ->
    [0] Ingen vannlekkasje.
   *[other] Sensoren melder om vannlekkasje.
}
value-water-temperature = Vannet er { $value } grader.
value-other = { $property }: { $value }
value-of-part = { $part }: { $sentence }
yes = ja
no = nei
