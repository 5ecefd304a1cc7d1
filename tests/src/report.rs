//! What a sensor has to say.

/// What a sensor would measure, whether or not its device has an organ for it. The vocabulary's words and units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// People who came since the last report.
    pub people_in: u32,
    /// People who left since the last report.
    pub people_out: u32,
    /// People there now.
    pub people_count: u32,
    /// Where a car stands: one bay or more that this sensor watches, the nearest to the door first.
    pub bays: Vec<bool>,
    /// Air, degrees Celsius.
    pub temperature: f64,
    /// Air, percent.
    pub relative_humidity: f64,
    /// Parts per million.
    pub co2: f64,
    /// Lux.
    pub light_intensity: f64,
    /// Times something moved since the last report.
    pub motion: u32,
    /// dB(A), mean and peak.
    pub sound_level: (f64, f64),
    /// Degrees Celsius.
    pub water_temperature: f64,
    /// Degrees Celsius.
    pub ice_temperature: f64,
    /// Centimetres.
    pub snow_depth: f64,
    /// Volt, slowly falling.
    pub battery_voltage: f64,
}

impl Report {
    /// The value that a word of the vocabulary names; none for words no sensor of the town knows.
    pub fn value(&self, word: &str) -> Option<f64> {
        Some(match word {
            "people-in" => self.people_in.into(),
            "people-out" => self.people_out.into(),
            "people-count" => self.people_count.into(),
            "parking-occupied" => f64::from(u8::from(*self.bays.first()?)),
            "temperature" => self.temperature,
            "relative-humidity" => self.relative_humidity,
            "co2" => self.co2,
            "light-intensity" => self.light_intensity,
            "motion" => self.motion.into(),
            "sound-level" => self.sound_level.0,
            "sound-level-peak" => self.sound_level.1,
            "water-temperature" => self.water_temperature,
            "ice-temperature" => self.ice_temperature,
            "snow-depth" => self.snow_depth,
            // From a mast of three metres down to the snow.
            "distance" => 3000.0 - 10.0 * self.snow_depth,
            "battery-voltage" => self.battery_voltage,
            _ => return None,
        })
    }
}
