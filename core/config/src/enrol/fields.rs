//! What a list can say of a sensor, and by which headings it is known.

/// What a list, a form or a code says of a sensor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Its short name in the box.
    Id,
    /// What staff call it.
    Name,
    /// Number on its label: it stands in for a name.
    Serial,
    /// `DevEUI`.
    DevEui,
    /// `JoinEUI`, once called `AppEUI`.
    JoinEui,
    /// Root key of a device that joins.
    AppKey,
    /// What LoRaWAN 1.1 calls the root key of the network; in exports of 1.0.x devices often the `AppKey` under another name.
    NwkKey,
    /// Address of a device that was born with a session.
    DevAddr,
    /// Network session key.
    NwkSKey,
    /// Application session key.
    AppSKey,
    /// Whether it joins.
    Activation,
    /// LoRaWAN version.
    MacVersion,
    /// The plugin that understands it.
    Decoder,
    /// Who made it.
    Maker,
    /// Which model it is.
    Model,
    /// Where it is.
    Place,
    /// The part of the municipality that a new place lies in.
    Area,
    /// Degrees north of a new place.
    Latitude,
    /// Degrees east of a new place.
    Longitude,
    /// Whether it is still being tested.
    Test,
    /// A setting of its plugin.
    Setting(String),
}

use Field as F;

/// Headings, small letters and digits only. Those of the Things Stack, of `ChirpStack`, of makers' delivery lists, and what people write.
const HEADINGS: &[(Field, &[&str])] = &[
    (F::Id, &["id", "deviceid", "sensorid", "enddeviceid"]),
    (F::Name, &["name", "devicename", "sensorname", "navn", "namn", "label"]),
    (F::Serial, &["serial", "serialnumber", "serialno", "sn", "serienummer", "serienr"]),
    (F::DevEui, &["deveui", "deviceeui", "eui", "eui64", "hardwareeui"]),
    (F::JoinEui, &["joineui", "appeui", "applicationeui", "joineuiappeui", "appeuijoineui"]),
    (F::AppKey, &["appkey", "applicationkey", "otaakey", "otaaappkey"]),
    (F::NwkKey, &["nwkkey", "networkkey", "nwkrootkey"]),
    (F::DevAddr, &["devaddr", "deviceaddress", "deviceaddr"]),
    (F::NwkSKey, &["nwkskey", "networksessionkey", "fnwksintkey", "nwksenckey", "nwksessionkey"]),
    (F::AppSKey, &["appskey", "applicationsessionkey", "appsessionkey"]),
    (F::Activation, &["activation", "activationmode", "activationtype", "supportsjoin", "joinmode", "jointype"]),
    (F::MacVersion, &["lorawanversion", "macversion", "lorawanmacversion"]),
    (F::Decoder, &["decoder", "plugin", "avkodare", "dekoder"]),
    (F::Maker, &["maker", "vendor", "brand", "brandid", "manufacturer", "vendorname"]),
    (
        F::Model,
        &["model", "modelid", "product", "productname", "devicemodel", "type", "devicetype", "modell", "modelname"],
    ),
    (F::Place, &["place", "placeid", "location", "site", "sted", "plats", "stad"]),
    (F::Area, &["area", "omrade", "district", "zone", "bydel", "stadsdel"]),
    (F::Latitude, &["latitude", "lat", "breddegrad", "latitud"]),
    (F::Longitude, &["longitude", "lng", "lon", "long", "lengdegrad", "longitud"]),
    (F::Test, &["test", "undertest"]),
];

/// Parts of headings that leave no doubt: `LoRaWAN DevEUI (hex)`. Session keys first, for `appskey` holds no `appkey`.
const WITHIN: &[(&str, Field)] = &[
    ("deveui", F::DevEui),
    ("joineui", F::JoinEui),
    ("appeui", F::JoinEui),
    ("appskey", F::AppSKey),
    ("nwkskey", F::NwkSKey),
    ("appkey", F::AppKey),
    ("nwkkey", F::NwkKey),
    ("devaddr", F::DevAddr),
];

impl Field {
    /// What a heading means; none when it is about something else.
    pub fn of_heading(heading: &str) -> Option<Self> {
        if let Some(setting) = heading.trim().strip_prefix("settings.").filter(|setting| !setting.is_empty()) {
            return Some(Self::Setting(setting.to_owned()));
        }
        let plain: String = heading.chars().filter_map(plain_letter).collect();
        let exact = HEADINGS.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(field, _)| field);
        let within = || WITHIN.iter().find(|(part, _)| plain.contains(part)).map(|(_, field)| field);
        exact.or_else(within).cloned()
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Serial => "serial number",
            Self::DevEui => "DevEUI",
            Self::JoinEui => "JoinEUI",
            Self::AppKey => "AppKey",
            Self::NwkKey => "NwkKey",
            Self::DevAddr => "DevAddr",
            Self::NwkSKey => "NwkSKey",
            Self::AppSKey => "AppSKey",
            Self::Activation => "activation",
            Self::MacVersion => "LoRaWAN version",
            Self::Decoder => "decoder",
            Self::Maker => "maker",
            Self::Model => "model",
            Self::Place => "place",
            Self::Area => "area",
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
            Self::Test => "test",
            Self::Setting(name) => name,
        }
    }
}

fn plain_letter(letter: char) -> Option<char> {
    match letter.to_lowercase().next()? {
        '\u{e5}' | '\u{e4}' | '\u{e6}' => Some('a'),
        '\u{f6}' | '\u{f8}' => Some('o'),
        letter => letter.is_ascii_alphanumeric().then_some(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn means(heading: &str, field: impl Into<Option<Field>>) {
        assert_eq!(Field::of_heading(heading), field.into(), "{heading}");
    }

    #[test]
    fn headings_of_networks_makers_and_people_are_known() {
        for heading in ["dev_eui", "DevEUI", "Device EUI", "devEui", "LoRaWAN DevEUI (hex)"] {
            means(heading, Some(F::DevEui));
        }
        for heading in ["App EUI / Join EUI", "AppEUI", "join_eui", "JoinEUI (AppEUI)"] {
            means(heading, Some(F::JoinEui));
        }
        means("f_nwk_s_int_key", Some(F::NwkSKey));
        means("nwkSEncKey", Some(F::NwkSKey));
        means("AppSKey (ABP)", Some(F::AppSKey));
        means("Application Key", Some(F::AppKey));
        means("supports_join", Some(F::Activation));
        means("Omr\u{e5}de", Some(F::Area));
        means("settings.model", Some(F::Setting("model".to_owned())));
        means("frequency_plan_id", None);
        means("application_id", None);
        means("", None);
    }
}
