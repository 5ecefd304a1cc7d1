use crate::Rollup;

/// What kind of quantity a property is: it decides what the values of an hour or a day come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something that stands at a level: a temperature, how many are inside. Hours have a mean.
    Level,
    /// A bearing, degrees clockwise from north. Its mean would be wrong (half of 350 and 10 is not south), so hours have the last.
    Direction,
    /// How many or how much since the last report: visits, passages, rain. Hours have a sum.
    Count,
    /// How many ever: what a counter stands at that only goes up. It is no figure for the public; what it adds to the word that
    /// it counts ([`ObservedProperty::counts`]) is said by [`Total::gain`](crate::Total::gain). Hours have the last.
    Total,
    /// Yes or no: a parking bay is taken. Hours have the share of reports that said yes.
    State,
}

impl Kind {
    /// What the values of a span come to, in the unit of the property; a state gives a share from 0 to 1.
    pub fn summary(self, of: &Rollup) -> f64 {
        match self {
            Self::Level | Self::State => of.mean(),
            Self::Count => of.sum,
            Self::Direction | Self::Total => of.last.1,
        }
    }

    /// The same in words, for documentation.
    pub const fn summary_in_words(self) -> &'static str {
        match self {
            Self::Level => "mean",
            Self::State => "share of yes",
            Self::Count => "sum",
            Self::Direction | Self::Total => "last",
        }
    }
}

/// A word of the vocabulary of observed properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservedProperty {
    /// The word: `people-in`.
    pub name: &'static str,
    /// UCUM; `1` for counts and flags.
    pub unit: &'static str,
    /// What an hour of it comes to.
    pub kind: Kind,
    /// Tells of people: as a count it passes the gate, and else it never reaches the public, for it would tell that one person is there.
    pub of_people: bool,
    /// About the device and not the place: shown to staff only.
    pub of_device: bool,
    /// What it is, for whoever writes a decoder.
    pub meaning: &'static str,
}

type Text = &'static str;

const fn about_place(name: Text, unit: Text, kind: Kind, meaning: Text) -> ObservedProperty {
    ObservedProperty { name, unit, kind, of_people: false, of_device: false, meaning }
}

const fn about_people(name: Text, kind: Kind, meaning: Text) -> ObservedProperty {
    ObservedProperty { name, unit: "1", kind, of_people: true, of_device: false, meaning }
}

const fn about_device(name: Text, unit: Text, meaning: Text) -> ObservedProperty {
    ObservedProperty { name, unit, kind: Kind::Level, of_people: false, of_device: true, meaning }
}

impl ObservedProperty {
    /// The count that a total is the sum of: `people-in` for `people-in-total`.
    pub fn counts(&self) -> Option<&'static str> {
        self.name.strip_suffix("-total").filter(|_| self.kind == Kind::Total)
    }
}

/// The words the box understands, sorted. Units follow the Things Stack's normalized payload where it has the word.
const VOCABULARY: &[ObservedProperty] = &[
    about_place("acceleration-x", "m/s2", Kind::Level, "Acceleration along the first axis of the device"),
    about_place("acceleration-y", "m/s2", Kind::Level, "Acceleration along its second axis"),
    about_place("acceleration-z", "m/s2", Kind::Level, "Acceleration along its third axis"),
    about_device("battery-level", "%", "What is left in the battery"),
    about_device("battery-voltage", "V", "Voltage of the battery"),
    about_people("bicycles", Kind::Count, "Bicycles that passed since the last report, either way"),
    about_people("bicycles-in", Kind::Count, "Bicycles that came in since the last report"),
    about_people("bicycles-in-total", Kind::Total, "Bicycles that ever came in"),
    about_people("bicycles-out", Kind::Count, "Bicycles that went out since the last report"),
    about_people("bicycles-out-total", Kind::Total, "Bicycles that ever went out"),
    about_place("co2", "[ppm]", Kind::Level, "Carbon dioxide in the air"),
    about_place("contact-open", "1", Kind::State, "A door, gate or window is open"),
    about_device("device-temperature", "Cel", "Temperature within the device: the sun warms it"),
    about_place("dew-point", "Cel", Kind::Level, "Temperature at which the air would be full of water"),
    about_place("distance", "mm", Kind::Level, "From the sensor to what is in front of it"),
    about_place("fill-level", "%", Kind::Level, "How full a bin, a tank or a box of sand is"),
    about_place("formaldehyde", "mg/m3", Kind::Level, "Formaldehyde in the air"),
    about_place("ice-temperature", "Cel", Kind::Level, "Temperature of ice, at or below its surface"),
    about_place("ice-thickness", "cm", Kind::Level, "How thick the ice is"),
    about_device("latitude", "deg", "Where the device says it is, north of the equator"),
    about_place("light-intensity", "lx", Kind::Level, "How light it is"),
    about_place("lightning", "1", Kind::Count, "Flashes of lightning since the last report"),
    about_device("longitude", "deg", "Where the device says it is, east of Greenwich"),
    about_people("motion", Kind::Count, "Times something moved since the last report"),
    about_people("motion-total", Kind::Total, "Times something ever moved"),
    about_people("occupied", Kind::State, "Somebody is in the room or at the desk"),
    about_place("ozone", "[ppm]", Kind::Level, "Ozone in the air"),
    about_place("parking-occupied", "1", Kind::State, "A parking bay is taken"),
    about_people("people-count", Kind::Level, "How many people are there"),
    about_people("people-in", Kind::Count, "People who came in since the last report"),
    about_people("people-in-total", Kind::Total, "People who ever came in"),
    about_people("people-out", Kind::Count, "People who went out since the last report"),
    about_people("people-out-total", Kind::Total, "People who ever went out"),
    about_place("pm1", "ug/m3", Kind::Level, "Dust in the air, grains up to 1 um"),
    about_place("pm10", "ug/m3", Kind::Level, "Dust in the air, grains up to 10 um"),
    about_place("pm2-5", "ug/m3", Kind::Level, "Dust in the air, grains up to 2.5 um"),
    about_place("pm4", "ug/m3", Kind::Level, "Dust in the air, grains up to 4 um"),
    about_place("pressure", "hPa", Kind::Level, "Pressure of the air where the sensor is"),
    about_place("rain", "mm", Kind::Count, "Rain since the last report"),
    about_place("rain-intensity", "mm/h", Kind::Level, "How hard it rains"),
    about_place("rain-total", "mm", Kind::Total, "Rain that ever fell into the gauge"),
    about_place("relative-humidity", "%", Kind::Level, "Water in the air, of what it can hold"),
    about_place("snow-depth", "cm", Kind::Level, "How deep the snow is"),
    about_place("soil-conductivity", "dS/m", Kind::Level, "Electrical conductivity of the soil: its salts"),
    about_device("soil-depth", "cm", "How deep in the soil the probe is"),
    about_place("soil-moisture", "%", Kind::Level, "Water in the soil, of its volume"),
    about_place("soil-nitrogen", "[ppm]", Kind::Level, "Nitrogen in the soil"),
    about_place("soil-ph", "[pH]", Kind::Level, "Acidity of the soil"),
    about_place("soil-phosphorus", "[ppm]", Kind::Level, "Phosphorus in the soil"),
    about_place("soil-potassium", "[ppm]", Kind::Level, "Potassium in the soil"),
    about_place("soil-temperature", "Cel", Kind::Level, "Temperature of the soil"),
    about_place("solar-radiation", "W/m2", Kind::Level, "Power of the sunshine"),
    about_place("sound-level", "dB[A]", Kind::Level, "How loud it is, A-weighted, on average"),
    about_place("sound-level-peak", "dB[A]", Kind::Level, "How loud it was at most since the last report"),
    about_place("surface-temperature", "Cel", Kind::Level, "Temperature of a road, floor or other surface"),
    about_place("temperature", "Cel", Kind::Level, "Temperature of the air"),
    about_place("tvoc", "[ppb]", Kind::Level, "Volatile organic compounds in the air, all together"),
    about_place("vehicles", "1", Kind::Count, "Vehicles that passed since the last report"),
    about_place("vehicles-total", "1", Kind::Total, "Vehicles that ever passed"),
    about_place("vibration", "1", Kind::Count, "Times it shook since the last report"),
    about_people(
        "votes",
        Kind::Count,
        "Times a feedback button was pressed since the last report; the part says which button",
    ),
    about_place("water", "L", Kind::Count, "Water used since the last report"),
    about_place("water-conductivity", "uS/cm", Kind::Level, "Electrical conductivity of water: its salts"),
    about_place("water-leak", "1", Kind::State, "There is water where none should be"),
    about_place("water-level", "cm", Kind::Level, "How high the water stands"),
    about_place("water-temperature", "Cel", Kind::Level, "Temperature of water"),
    about_place("water-total", "L", Kind::Total, "Water that ever went through the meter"),
    about_place("wind-direction", "deg", Kind::Direction, "Where the wind comes from, clockwise from north"),
    about_place("wind-gust", "m/s", Kind::Level, "The strongest wind since the last report"),
    about_place("wind-speed", "m/s", Kind::Level, "The wind on average"),
];

/// All words, sorted: `docs/VOCABULARY.md` prints them.
pub fn vocabulary() -> impl Iterator<Item = &'static ObservedProperty> {
    VOCABULARY.iter()
}

/// Looks a word up. Unknown words are kept raw and never shown to the public.
pub fn property(name: &str) -> Option<&'static ObservedProperty> {
    let index = VOCABULARY.binary_search_by(|p| p.name.cmp(name)).ok()?;
    VOCABULARY.get(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn the_vocabulary_is_sorted_so_that_every_word_is_found() {
        for word in VOCABULARY {
            assert_eq!(property(word.name), Some(word));
        }
        assert_eq!(property("people"), None);
    }

    #[test]
    fn the_wind_of_an_hour_is_its_last_direction_and_never_the_mean_of_north_and_north() {
        let (early, late) = (Timestamp::from_ms(1), Timestamp::from_ms(2));
        let hour = Rollup::of(early, 350.0).with(late, 10.0);
        assert_eq!(property("wind-direction").unwrap().kind.summary(&hour), 10.0);
        let summary = |word: &str| property(word).unwrap().kind.summary(&hour);
        assert_eq!((summary("temperature"), summary("rain"), summary("rain-total")), (180.0, 360.0, 10.0));
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
