use super::*;

const COUNTER: &str = "function decodeUplink(input) { return { data: { in: input.bytes[0], battery_voltage: 3.6 } }; }";

fn texts(files: &[(&str, &str)]) -> Texts {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn chirpstack() -> Texts {
    texts(&[
        ("vendor.toml", "[vendor]\nid = \"x\"\nname = \"Fjord\"\ndevices = [\"gate.toml\"]\n"),
        (
            "devices/gate.toml",
            "[device]\nname = \"Gate 1\"\ndescription = \"Counts people\"\n\n[[device.firmware]]\nversion = \"1.0\"\n\
             profiles = [\"US915.toml\", \"EU868.toml\"]\ncodec = \"gate_1.js\"\n",
        ),
        ("devices/bare.toml", "[device]\nname = \"Fjord Bare\"\nfirmware = []\n"),
        ("profiles/EU868.toml", "[profile]\nregion = \"EU868\"\nmac_version = \"1.0.4\"\n"),
        ("profiles/US915.toml", "[profile]\nregion = \"US915\"\nmac_version = \"1.0.2\"\n"),
        ("codecs/gate_1.js", COUNTER),
        (
            "codecs/test_decode_gate_1.json",
            "[{ \"name\": \"three\", \"input\": { \"fPort\": 0x02, \"bytes\": [0x03] }, // three people\n\
             \"expected\": { \"data\": { \"in\": 3, \"battery_voltage\": 3.6 } } }]",
        ),
        (
            "codecs/test_encode_gate_1.json",
            r#"[{ "name": "reset", "input": { "data": { "reset": 1 } }, "expected": { "bytes": [1] } }]"#,
        ),
        ("codecs/unused.js", "?"),
    ])
}

fn things_network() -> Texts {
    texts(&[
        ("index.yaml", "name: Fjord\nendDevices:\n  - gate\n"),
        (
            "gate.yaml",
            "name: Gate 1\ndescription: Counts people\nfirmwareVersions:\n  - version: '1.0'\n    profiles:\n\
            \x20     US902-928:\n        id: us\n      EU863-870:\n        id: eu\n        codec: gate-codec\n",
        ),
        ("eu.yaml", "macVersion: 1.0.4\nregionalParametersVersion: RP002-1.0.0\n"),
        (
            "gate-codec.yaml",
            "uplinkDecoder:\n  fileName: gate_1.js\n  examples:\n    - description: three\n      input:\n\
            \x20       fPort: 2\n\
            \x20       bytes: [0x03]\n      output:\n        data:\n          in: 3\n          battery_voltage: 3.6\n\
             downlinkEncoder:\n  fileName: down.js\n  examples:\n    - description: reset\n      input:\n\
            \x20       data:\n\
            \x20         reset: 1\n      output:\n        bytes: [1]\n        fPort: 4\n",
        ),
        ("gate_1.js", COUNTER),
        ("down.js", "function encodeDownlink() { return { bytes: [1], fPort: 4 } }"),
    ])
}

#[test]
fn a_folder_of_chirpstack_becomes_codec_examples_and_a_sensor_to_fill_in() {
    let import = import_devices(&chirpstack()).unwrap();
    assert_eq!(import.files.keys().collect::<Vec<_>>(), ["codecs/gate-1.js", "codecs/gate-1.test.json"]);
    assert_eq!(import.files["codecs/gate-1.js"], COUNTER);
    assert_eq!(read_vectors(&import.files["codecs/gate-1.test.json"]).unwrap().len(), 2);
    assert_eq!(import.left_out, ["Fjord Bare: it has no codec"]);
    let [device] = &import.devices[..] else { panic!("one device") };
    assert_eq!(device.name, "Fjord Gate 1");
    let expected = "# Fjord Gate 1\n# Counts people\n[[sensor]]\nid = \"fjord-gate-1\"\n\
        place = \"\" # the `id` of its place in places.toml\ndev_eui = \"\" # on its label\ndecoder = \"js-codec\"\n\
        mac_version = \"1.0.4\"\n\n[sensor.settings]\ncodec = { file = \"codecs/gate-1.js\" }\n\n\
        # What its keys mean here. Take the # away where you know the word.\n[sensor.settings.map]\n\
        \"battery_voltage\" = \"battery-voltage\" # such as 3.6\n# \"in\" = \"\" # such as 3\n";
    assert_eq!(device.toml, expected);
}

#[test]
fn a_folder_of_the_things_network_gives_the_same_with_the_codec_for_downlinks_apart() {
    let import = import_devices(&things_network()).unwrap();
    let files = ["codecs/down.js", "codecs/down.test.json", "codecs/gate-1.js", "codecs/gate-1.test.json"];
    assert_eq!(import.files.keys().collect::<Vec<_>>(), files);
    assert_eq!(read_vectors(&import.files["codecs/gate-1.test.json"]).unwrap()[0].title, "three");
    assert_eq!(import.left_out, [] as [&str; 0]);
    let toml = &import.devices[0].toml;
    assert!(toml.contains("mac_version = \"1.0.4\"\n"), "{toml}");
    assert!(toml.contains("downlink_codec = { file = \"codecs/down.js\" }\n"), "{toml}");
    assert!(toml.contains("\"battery_voltage\" = \"battery-voltage\""), "{toml}");
}

#[test]
fn a_codec_for_downlinks_that_is_missing_is_said_and_not_named() {
    let mut files = things_network();
    files.remove("down.js");
    let import = import_devices(&files).unwrap();
    assert_eq!(import.left_out, ["Gate 1: its codec for downlinks, down.js, is not in the folder"]);
    assert!(!import.devices[0].toml.contains("downlink_codec"), "{}", import.devices[0].toml);
}

#[test]
fn what_is_proposed_can_be_read_as_toml_whatever_the_vendor_wrote() {
    let mut hostile = chirpstack();
    let name = "[device]\nname = \"\"\"Gate \\\" \\n[[sensor]]\"\"\"\ndescription = \"a\\nb = 1\"\n\
                [[device.firmware]]\ncodec = \"../../gate_1.js\"\n";
    hostile.insert("devices/gate.toml".to_owned(), name.to_owned());
    hostile.insert("codecs/../../gate_1.js".to_owned(), "normalizeUplink".to_owned());
    let import = import_devices(&hostile).unwrap();
    assert_eq!(import.files.keys().collect::<Vec<_>>(), ["codecs/------gate-1.js"]);
    let table: toml::Table = toml::from_str(&import.devices[0].toml).unwrap();
    assert_eq!(table.keys().collect::<Vec<_>>(), ["sensor"]);
    assert_eq!(table["sensor"].as_array().unwrap().len(), 1);
}

#[test]
fn another_folder_is_refused_and_a_broken_file_is_left_out_with_its_name() {
    assert_eq!(import_devices(&texts(&[("a.toml", ""), ("b.js", "")])), Err(ImportError::NoVendor));
    let mut broken = things_network();
    broken.insert("other.yaml".to_owned(), "a: [".to_owned());
    broken.insert("gate-codec.yaml".to_owned(), "uplinkDecoder:\n  fileName: none.js\n".to_owned());
    let import = import_devices(&broken).unwrap();
    assert_eq!(
        import.left_out,
        ["other.yaml cannot be read as YAML", "Gate 1: its codec none.js is not in the folder"]
    );
    let mut wrong = chirpstack();
    wrong.insert(
        "codecs/test_decode_gate_1.json".to_owned(),
        "[{\"name\": \"no output\", \"input\": {\"bytes\": []}}]".to_owned(),
    );
    let import = import_devices(&wrong).unwrap();
    assert!(import.left_out[0].contains("says nothing of what it gives"), "{:?}", import.left_out);
    assert!(import.files.contains_key("codecs/gate-1.js"));
}
