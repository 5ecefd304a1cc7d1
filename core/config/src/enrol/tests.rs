//! Lists as networks, makers and people write them.

use super::*;
use crate::{Colour, File, Folder};
use std::fmt::Write as _;

const PLACES: &str =
    "# Our places\n[[place]]\nid = \"library\"\nname = { sv = \"Biblioteket\" }\n\n[[place]]\nid = \"pool\"\n";
const SENSORS: &str = "# Sensors\n[[sensor]]\nid = \"door\" # front\nplace = \"library\"\n\
                       dev_eui = \"a81758fffe000001\"\ndecoder = \"elsys\"\n";
const SECRETS: &str = "# Keys\n[sensor.door]\napp_key = \"1f2e3d4c5b6a79880716253443526170\"\n\n\
                       [sensor.gone]\napp_key = \"1f2e3d4c5b6a79880716253443526171\"\n";
const KEY: &str = "3f2e3d4c5b6a79880716253443526170";

fn folder() -> Folder {
    [("places.toml", PLACES), ("sensors.toml", SENSORS), ("secrets.toml", SECRETS)].into_iter().collect()
}

fn try_with(text: &str, choices: &Choices) -> Result<Enrolment, Vec<Diagnostic>> {
    let list = List::read("list.csv", text.as_bytes()).map_err(|why| vec![*why])?;
    enrol(&folder(), &list, choices)
}

#[track_caller]
fn taken(text: &str) -> Enrolment {
    try_with(text, &Choices::default()).unwrap_or_else(|wrong| {
        panic!("{}", wrong.iter().map(|d| d.render(Colour::Plain)).collect::<Vec<_>>().join("\n"))
    })
}

/// All that is wrong with a text, each as `line:column message / expected / help`.
fn wrong_with(text: &str, choices: &Choices) -> Vec<String> {
    let said = |d: &Diagnostic| {
        let words =
            [Some(d.message.clone()), d.expected.clone(), d.help.clone()].into_iter().flatten().collect::<Vec<_>>();
        format!("{}:{} {}", d.line.unwrap_or(0), d.column.unwrap_or(0), words.join(" / "))
    };
    try_with(text, choices).unwrap_err().iter().map(said).collect()
}

#[track_caller]
fn refuses(text: &str, expect: &[&str]) {
    let wrong = wrong_with(text, &Choices::default());
    assert_eq!(wrong.len(), expect.len(), "{wrong:#?}");
    for (wrong, expect) in wrong.iter().zip(expect) {
        expect.split(" .. ").for_each(|part| assert!(wrong.contains(part), "{wrong}\nhas no {part}"));
    }
}

/// One row below the usual headings.
fn row(name: &str, dev_eui: &str, key: &str) -> String {
    format!("name;dev_eui;app_key;decoder;place\n{name};{dev_eui};{key};elsys;library\n")
}

fn file(enrolment: &Enrolment, wanted: File) -> &str {
    enrolment.files.get(wanted.name()).map_or("", String::as_str)
}

#[test]
fn a_list_comes_below_what_stands_there_and_every_comment_stays() {
    let enrolment = taken(&format!(
        "name;dev_eui;join_eui;app_key;decoder;place;lorawan_version\n\
         Badhusets d\u{f6}rr;A81758FFFE000002;70B3D57ED0000000;{KEY};elsys;Biblioteket;1.0.4\n"
    ));
    let sensors = file(&enrolment, File::Sensors);
    assert_eq!(
        sensors,
        format!(
            "{SENSORS}\n[[sensor]]\nid = \"badhusets-dorr\"\nname = \"Badhusets d\u{f6}rr\"\nplace = \"library\"\n\
             dev_eui = \"a81758fffe000002\"\ndecoder = \"elsys\"\nmac_version = \"1.0.4\"\n\
             join_eui = \"70b3d57ed0000000\"\n"
        )
    );
    assert_eq!(file(&enrolment, File::Secrets), format!("{SECRETS}\n[sensor.badhusets-dorr]\napp_key = \"{KEY}\"\n"));
}

#[test]
fn the_things_stack_is_read_as_csv_and_as_json() {
    let csv = taken(&format!(
        "id;dev_eui;join_eui;name;frequency_plan_id;lorawan_version;lorawan_phy_version;brand_id;model_id;\
         app_key;place\n\
         gate-1;24E124136B502217;24E124C0002A0001;Gate;EU_863_870_TTN;MAC_V1_0_3;PHY_V1_0_3_REV_A;milesight-iot;\
         vs133;{KEY};pool\n"
    ));
    let json = taken(&format!(
        r#"{{ "ids": {{ "device_id": "gate-1", "application_ids": {{ "application_id": "town" }},
               "dev_eui": "24E124136B502217", "join_eui": "24E124C0002A0001", "dev_addr": "260B1234" }},
             "name": "Gate", "lorawan_version": "MAC_V1_0_3", "supports_join": true,
             "version_ids": {{ "brand_id": "milesight-iot", "model_id": "vs133" }},
             "attributes": {{ "place": "pool" }},
             "root_keys": {{ "root_key_id": "x", "app_key": {{ "key": "{KEY}" }} }},
             "session": {{ "dev_addr": "260B1234", "keys": {{ "app_s_key": {{ "key": "{KEY}" }} }} }} }}"#
    ));
    assert_eq!(csv.sensors, json.sensors);
    let [gate] = &csv.sensors[..] else { panic!("one sensor") };
    assert_eq!(
        (gate.id.as_str(), gate.decoder.as_str(), gate.settings["model"].as_str()),
        ("gate-1", "milesight", "vs133")
    );
    assert!(matches!(gate.activation, Activation::Otaa { .. }));
}

#[test]
fn chirpstack_keeps_the_app_key_of_1_0_as_nwk_key() {
    let json = format!(
        r#"{{ "totalCount": 2, "result": [
             {{ "device": {{ "devEui": "a81758fffe000003", "name": "Rink", "joinEui": "70b3d57ed0000000",
                  "tags": {{ "place": "pool" }} }},
                "deviceKeys": {{ "nwkKey": "{KEY}", "appKey": "00000000000000000000000000000000" }} }},
             {{ "device": {{ "devEui": "a81758fffe000004", "name": "Rink", "tags": {{ "place": "pool" }} }},
                "deviceActivation": {{ "devAddr": "01020304", "appSKey": "{KEY}",
                  "nwkSEncKey": "4f2e3d4c5b6a79880716253443526170",
                  "fNwkSIntKey": "4f2e3d4c5b6a79880716253443526170" }} }} ] }}"#
    );
    let enrolment = taken(&json);
    let ids: Vec<&str> = enrolment.sensors.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["rink", "rink-0004"], "two of one name");
    let Activation::Otaa { app_key, .. } = &enrolment.sensors[0].activation else { panic!("it joins") };
    assert_eq!(*app_key, KEY.parse().unwrap());
    let Activation::Abp { dev_addr, .. } = &enrolment.sensors[1].activation else {
        panic!("it was born with a session")
    };
    assert_eq!(dev_addr.to_string(), "01020304");
    assert!(file(&enrolment, File::Sensors).contains("activation = \"abp\"\ndev_addr = \"01020304\"\n"));
    let two_keys = row("a", "a81758fffe000005", KEY)
        .replace("app_key;", "app_key;nwk_key;")
        .replace(&format!("{KEY};"), &format!("{KEY};4f2e3d4c5b6a79880716253443526170;"));
    refuses(&two_keys, &["2:53 this sensor has an AppKey and another NwkKey .. LoRaWAN 1.0 has one root key"]);
}

#[test]
fn a_device_of_1_1_joins_with_its_nwk_key_by_the_rules_of_1_0_4() {
    let other = "4f2e3d4c5b6a79880716253443526170";
    let enrolment = taken(&format!(
        "dev_eui,app_key,nwk_key,lorawan_version,decoder,place\na81758fffe000005,{KEY},{other},1.1.0,elsys,pool\n"
    ));
    let [sensor] = &enrolment.sensors[..] else { panic!("one sensor") };
    assert_eq!(sensor.mac_version, MacVersion::V1_0_4);
    assert!(matches!(&sensor.activation, Activation::Otaa { app_key, .. } if *app_key == other.parse().unwrap()));
}

#[test]
fn a_makers_delivery_list_with_a_title_needs_no_decoder_and_no_names() {
    let list = format!(
        "Delivery note 4711\t\t\t\t\n\t\t\t\t\nModel\tSerial No.\tDevEUI\tAppEUI (JoinEUI)\tAppKey\n\
         ERS Eye\t0012\t=\"A81758FFFE000006\"\tA8-17-58-FF-FF-00-00-01\t{}\n",
        KEY.to_uppercase()
    );
    let choices = Choices { place: Some("pool".into()), stage: Stage::Test, ..Choices::default() };
    let enrolment = try_with(&list, &choices).unwrap();
    let [sensor] = &enrolment.sensors[..] else { panic!("one sensor") };
    assert_eq!((sensor.id.as_str(), sensor.name.as_str(), sensor.test), ("elsys-0012", "elsys 0012", true));
}

#[test]
fn digits_that_a_spreadsheet_spoiled_are_explained() {
    refuses(&row("a", "2.4E+18", KEY), &["2:3 the DevEUI cannot be read .. a spreadsheet has made a number of it"]);
    refuses(
        &row("a", "18131000000123", KEY),
        &["2:3 the DevEUI cannot be read .. found 14 .. dropped zeros at its front"],
    );
    refuses(&row("a", "A81758FFFE00000O", KEY), &["letter O: the digit zero was meant"]);
    refuses(&row("a", KEY, KEY), &["it is as long as a key: have two columns been mixed up?"]);
    refuses(&row("a", "a81758fffe000007", "a81758fffe000007"), &["the AppKey cannot be read .. as long as an EUI"]);
    refuses(
        &row("a", "a81758fffe000007", &KEY[1..]),
        &["2:20 the AppKey cannot be read .. expected 32 .. found 31 .. label"],
    );
    refuses(&row("a", "a81758fffe000007", ""), &["this sensor has no AppKey .. 32 hexadecimal digits"]);
    refuses(&row("a", "0000000000000000", KEY), &["is no device's DevEUI"]);
}

#[test]
fn an_eui_that_stands_back_to_front_is_recognized_by_its_maker() {
    refuses(
        &row("a", "170022 6b 13 24 e1 24".replace("170022", "17 22 50").as_str(), KEY),
        &["the DevEUI stands back to front .. most likely 24e124136b502217 .. look at JoinEUI and AppKey too"],
    );
}

#[test]
fn keys_that_are_no_secrets_are_warned_of_and_taken() {
    // The decoder is not installed here, which is a warning of its own.
    let folder_warns = |key: &str| {
        let enrolment = taken(&row("a", "a81758fffe000008", key));
        enrolment.warnings.into_iter().map(|d| d.message).collect::<Vec<_>>()
    };
    assert!(folder_warns(KEY)[0].contains("1 sensors wait for the decoder `elsys`"));
    assert!(
        folder_warns("5572404C696E6B4C6F52613230313823")
            .iter()
            .any(|w| w.contains("Milesight sets it in every device"))
    );
    assert!(folder_warns(&"00".repeat(16)).iter().any(|w| w.contains("all its bytes are the same")));
    assert!(folder_warns("a81758fffe000008a81758fffe000008").iter().any(|w| w.contains("made of the DevEUI")));
    let same = format!(
        "dev_eui,app_key,decoder,place\na81758fffe000008,{KEY},elsys,pool\na81758fffe000009,{KEY},elsys,pool\n"
    );
    let warnings = taken(&same).warnings;
    assert_eq!(warnings[0].message, "2 sensors have the same AppKey");
    assert_eq!(warnings[0].line, Some(2));
}

#[test]
fn every_mistake_is_told_at_once_and_nothing_is_taken() {
    let list = format!(
        "name;dev_eui;app_key;decoder;place;test\n\
         a;a81758fffe000010;{KEY};elsys;libary;\n\
         b;a81758fffe000001;{KEY};elsys;pool;\n\
         c;a81758fffe000011;{KEY};elsys;pool;perhaps\n\
         d;a81758fffe000011;{KEY};elsys;pool;no\n\
         e;0102030405060708;{KEY};;pool;\n"
    );
    refuses(
        &list,
        &[
            "2:59 there is no place `libary` .. did you mean `library`?",
            "3:3 the DevEUI a81758fffe000001 is that of the sensor `door` already .. --only-new",
            "4:64 `perhaps` is neither yes nor no",
            "5:3 the DevEUI a81758fffe000011 is in the list twice .. line 4",
            "6:1 it is not known who understands this sensor .. --decoder",
        ],
    );
}

#[test]
fn no_message_ever_shows_a_key() {
    for text in [row("a", "a81758fffe000007", &KEY[1..]), row("a", KEY, KEY), row(KEY, "x", KEY)] {
        let list = List::read("list.csv", text.as_bytes()).unwrap();
        let wrong = enrol(&folder(), &list, &Choices::default()).unwrap_err();
        let shown: String = wrong.iter().map(|d| d.render(Colour::Plain) + &d.to_json().to_string()).collect();
        assert!(!shown.contains(&KEY[4..30]), "{shown}");
        assert!(!format!("{list:?}").contains(&KEY[4..30]));
    }
}

#[test]
fn sensors_that_are_there_can_be_left_and_places_be_added() {
    let list = format!(
        "name;dev_eui;app_key;decoder;place;area;lat;lon\n\
         a;a81758fffe000001;{KEY};elsys;pool;;;\n\
         b;a81758fffe000012;{KEY};elsys;\u{c5}paviljongen;Centrum;64,912;19.481\n\
         c;a81758fffe000013;4{};elsys;apaviljongen;;;\n",
        &KEY[1..]
    );
    let choices = Choices { new_places: NewPlaces::Add, known: Known::Skip, ..Choices::default() };
    let enrolment = try_with(&list, &choices).unwrap();
    assert_eq!((enrolment.known, enrolment.sensors.len(), enrolment.places.len()), (1, 2, 1));
    let places = file(&enrolment, File::Places);
    assert_eq!(
        places.strip_prefix(PLACES).unwrap(),
        "\n[[place]]\nid = \"apaviljongen\"\nname = \"\u{c5}paviljongen\"\narea = \"Centrum\"\n\
         position = { latitude = 64.912, longitude = 19.481 }\n"
    );
}

#[test]
fn a_model_is_found_in_what_the_maker_prints() {
    let list = |model: &str| format!("dev_eui,app_key,model,place\n24e124136b502217,{KEY},{model},pool\n");
    let models = [("milesight".to_owned(), vec!["em300-th".to_owned(), "em300-mcs".to_owned()])].into_iter().collect();
    let choices = Choices { models, ..Choices::default() };
    let enrolment = try_with(&list("EM300-TH-868M"), &choices).unwrap();
    assert_eq!(enrolment.sensors[0].settings["model"], "em300-th");
    assert!(file(&enrolment, File::Sensors).ends_with("\n[sensor.settings]\nmodel = \"em300-th\"\n"));
    assert!(wrong_with(&list("EM300-TX"), &choices)[0].contains("did you mean `em300-th`?"));
    refuses(&list(""), &["the decoder `milesight` must be told the model"]);
}

#[test]
fn a_code_and_a_key_are_a_sensor() {
    let qr = Qr::parse("LW:D0:70B3D57ED0000000:A81758FFFE0000AA:00840001:S0042").unwrap();
    let mut values = qr.fields();
    values.extend([(Field::AppKey, KEY.to_owned()), (Field::Place, "library".to_owned())]);
    let enrolment = enrol(&folder(), &List::form("the code", &values), &Choices::default()).unwrap();
    let [sensor] = &enrolment.sensors[..] else { panic!("one sensor") };
    assert_eq!((sensor.id.as_str(), sensor.decoder.as_str()), ("elsys-0042", "elsys"));
    values.pop();
    let wrong = enrol(&folder(), &List::form("the code", &values), &Choices::default()).unwrap_err();
    assert!(wrong[0].message.contains("it is not said where"), "{wrong:?}");
}

#[test]
fn what_is_no_list_is_refused_in_words() {
    refuses("a,b\n1,2\n", &["no column is called DevEUI .. name;dev_eui;join_eui;app_key;decoder;place"]);
    refuses("dev_eui;name\n\"open;x\n", &["2:1 the text that begins here has no closing quotation mark"]);
    refuses("dev_eui;name\na;b;c\n", &["2:5 this row has more cells than there are headings"]);
    refuses("{\"ids\": oops}", &["1:9 this is no JSON"]);
    refuses("[]", &["no device is in it"]);
    refuses(
        &format!(
            "[{{\"name\": \"a ]\\\" {{\", \"dev_eui\": \"a81758fffe000012\"}},\n\
             {space}{{\"dev_eui\": \"x\", \"app_key\": \"{KEY}\"}}]",
            space = ' '
        ),
        &[
            "1:2 this sensor has no AppKey",
            "1:2 it is not said where this sensor is",
            "2:2 it is not said where",
            "2:14 the DevEUI cannot be read",
        ],
    );
    refuses("", &["no column is called DevEUI"]);
    assert!(List::read("big", &vec![b' '; LIST_BYTES_MAX + 1]).unwrap_err().message.contains("at most"));
    let broken: Folder = [("sensors.toml", "x")].into_iter().collect();
    let list = List::read("l", row("a", "a81758fffe000012", KEY).as_bytes()).unwrap();
    assert_eq!(enrol(&broken, &list, &Choices::default()).unwrap_err()[0].file, "sensors.toml");
    let inline: Folder = [("places.toml", PLACES), ("sensors.toml", "sensor = []\n")].into_iter().collect();
    let refused = enrol(&inline, &list, &Choices::default()).unwrap_err();
    assert!(refused[0].message.contains("written on one line"), "{refused:?}");
}

#[test]
fn names_that_would_break_the_file_do_not() {
    let name = "\"\"\"; [sensor] \u{0} # \\ '''";
    let list = List::form(
        "form",
        &[
            (Field::Name, name.to_owned()),
            (Field::DevEui, "a81758fffe000012".to_owned()),
            (Field::AppKey, KEY.to_owned()),
            (Field::Decoder, "elsys".to_owned()),
            (Field::Place, "pool".to_owned()),
            (Field::Setting("odd key.\"".to_owned()), "= [".to_owned()),
        ],
    );
    let enrolment = enrol(&folder(), &list, &Choices::default()).unwrap();
    assert_eq!(enrolment.sensors[0].name, "\"\"\"; [sensor]  # \\ '''");
    assert_eq!(enrolment.sensors[0].id.as_str(), "sensor");
}

/// A town of 2 000 sensors comes in one go, and the box still reads its folder afterwards.
#[test]
fn two_thousand_sensors_come_in_one_go() {
    let mut list = "name;dev_eui;join_eui;app_key;decoder;place\n".to_owned();
    for n in 0..2000 {
        writeln!(list, "Bay {n};a81758fffe01{n:04x};70b3d57ed0000000;{:032x};elsys;pool", n + 1_000_003).unwrap();
    }
    let enrolment = taken(&list);
    assert_eq!(enrolment.sensors.len(), 2000);
    let sensors = file(&enrolment, File::Sensors).len();
    assert!(sensors < crate::TOML_BYTES_MAX / 2, "{sensors} bytes");
}
