value-acceleration-x = Akselerasjonen langs x-aksen er { $value } m/s².
value-acceleration-y = Akselerasjonen langs y-aksen er { $value } m/s².
value-acceleration-z = Akselerasjonen langs z-aksen er { $value } m/s².
value-co2 = Lufta inneheld { $value } ppm CO₂.
value-contact-open = { $count ->
    [0] Døra eller vindauget er lukka.
   *[other] Døra eller vindauget er ope.
}
value-distance = Avstanden frå sensoren er { $value } mm.
value-ice-temperature = Isen er { $value } grader.
value-light-intensity = Lyset er { $value } lux.
value-parking-occupied = { $count ->
    [0] Plassen er ledig.
   *[other] Plassen er oppteken.
}
value-pressure = Lufttrykket er { $value } hPa.
value-relative-humidity = Luftfukta er { $value } prosent.
value-snow-depth = Snødjupna er { $value } cm.
value-sound-level = Lydnivået er { $value } desibel.
value-sound-level-peak = Den høgaste lyden var { $value } desibel.
value-temperature = Temperaturen er { $value } grader.
value-water-leak = { $count ->
    [0] Ingen vasslekkasje.
   *[other] Sensoren melder om vasslekkasje.
}
value-water-temperature = Vatnet er { $value } grader.
value-other = { $property }: { $value }
value-of-part = { $part }: { $sentence }
yes = ja
no = nei
