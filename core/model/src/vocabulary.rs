/// What kind of quantity a property is: it decides how values add up over an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something that stands at a level: a temperature, how many are inside. Hours have a mean.
    Level,
    /// How many or how much since the last report: visits, passages, rain. Hours have a sum.
    Count,
    /// How many ever: what a counter stands at that only goes up. It is no figure for the public; what it adds to the word that
    /// it counts ([`ObservedProperty::counts`]) is said by [`Total::gain`](crate::Total::gain).
    Total,
    /// Yes or no: a parking bay is taken. Hours have a share.
    State,
}

/// A word of the vocabulary of observed properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservedProperty {
    /// The word: `people-in`.
    pub name: &'static str,
    /// UCUM; `1` for counts and flags.
    pub unit: &'static str,
    /// How values add up.
    pub kind: Kind,
    /// Tells of people: as a count it passes the gate, and else it never reaches the public, for it would tell that one person is there.
    pub of_people: bool,
    /// About the device and not the place: shown to staff only.
    pub of_device: bool,
}

const fn about_place(name: &'static str, unit: &'static str, kind: Kind) -> ObservedProperty {
    ObservedProperty { name, unit, kind, of_people: false, of_device: false }
}

const fn about_people(name: &'static str, kind: Kind) -> ObservedProperty {
    ObservedProperty { name, unit: "1", kind, of_people: true, of_device: false }
}

const fn about_device(name: &'static str, unit: &'static str) -> ObservedProperty {
    ObservedProperty { name, unit, kind: Kind::Level, of_people: false, of_device: true }
}

impl ObservedProperty {
    /// The count that a total is the sum of: `people-in` for `people-in-total`.
    pub fn counts(&self) -> Option<&'static str> {
        self.name.strip_suffix("-total").filter(|_| self.kind == Kind::Total)
    }
}

/// The words the box understands, sorted. Units follow the Things Stack's normalized payload where it has the word.
const VOCABULARY: &[ObservedProperty] = &[
    about_place("acceleration-x", "m/s2", Kind::Level),
    about_place("acceleration-y", "m/s2", Kind::Level),
    about_place("acceleration-z", "m/s2", Kind::Level),
    about_device("battery-level", "%"),
    about_device("battery-voltage", "V"),
    about_place("co2", "[ppm]", Kind::Level),
    about_place("contact-open", "1", Kind::State),
    about_place("dew-point", "Cel", Kind::Level),
    about_place("distance", "mm", Kind::Level),
    about_place("fill-level", "%", Kind::Level),
    about_place("formaldehyde", "mg/m3", Kind::Level),
    about_place("ice-temperature", "Cel", Kind::Level),
    about_place("light-intensity", "lx", Kind::Level),
    about_place("lightning", "1", Kind::Count),
    about_people("motion", Kind::Count),
    about_people("motion-total", Kind::Total),
    about_people("occupied", Kind::State),
    about_place("ozone", "[ppm]", Kind::Level),
    about_place("parking-occupied", "1", Kind::State),
    about_people("people-count", Kind::Level),
    about_people("people-in", Kind::Count),
    about_people("people-in-total", Kind::Total),
    about_people("people-out", Kind::Count),
    about_people("people-out-total", Kind::Total),
    about_place("pm1", "ug/m3", Kind::Level),
    about_place("pm10", "ug/m3", Kind::Level),
    about_place("pm2-5", "ug/m3", Kind::Level),
    about_place("pm4", "ug/m3", Kind::Level),
    about_place("pressure", "hPa", Kind::Level),
    about_place("rain", "mm", Kind::Count),
    about_place("relative-humidity", "%", Kind::Level),
    about_place("snow-depth", "cm", Kind::Level),
    about_place("soil-conductivity", "dS/m", Kind::Level),
    about_place("soil-moisture", "%", Kind::Level),
    about_place("soil-temperature", "Cel", Kind::Level),
    about_place("solar-radiation", "W/m2", Kind::Level),
    about_place("sound-level", "dB[A]", Kind::Level),
    about_place("sound-level-peak", "dB[A]", Kind::Level),
    about_place("surface-temperature", "Cel", Kind::Level),
    about_place("temperature", "Cel", Kind::Level),
    about_place("tvoc", "[ppb]", Kind::Level),
    about_place("vibration", "1", Kind::Count),
    about_people("votes", Kind::Count),
    about_place("water-conductivity", "uS/cm", Kind::Level),
    about_place("water-leak", "1", Kind::State),
    about_place("water-level", "cm", Kind::Level),
    about_place("water-temperature", "Cel", Kind::Level),
    about_place("wind-direction", "deg", Kind::Level),
    about_place("wind-gust", "m/s", Kind::Level),
    about_place("wind-speed", "m/s", Kind::Level),
];

/// Looks a word up. Unknown words are kept raw and never shown to the public.
pub fn property(name: &str) -> Option<&'static ObservedProperty> {
    let index = VOCABULARY.binary_search_by(|p| p.name.cmp(name)).ok()?;
    VOCABULARY.get(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_is_sorted_so_that_every_word_is_found() {
        for word in VOCABULARY {
            assert_eq!(property(word.name), Some(word));
        }
        assert_eq!(property("people"), None);
    }

    #[test]
    fn every_total_names_a_count_of_the_vocabulary() {
        let totals: Vec<_> = VOCABULARY.iter().filter(|word| word.kind == Kind::Total).collect();
        assert!(!totals.is_empty());
        for total in totals {
            let count = total.counts().and_then(property).unwrap();
            assert_eq!((count.kind, count.unit, count.of_people), (Kind::Count, total.unit, total.of_people));
        }
        assert_eq!(property("people-in").unwrap().counts(), None);
    }
}
