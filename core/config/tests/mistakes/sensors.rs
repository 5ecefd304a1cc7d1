//! Sensors that cannot be.

use super::check;

#[test]
fn a_sensor_at_a_place_that_is_not_there() {
    check(
        &[
            (
                "places.toml",
                r#"[[place]]
id = "library"
"#,
            ),
            (
                "sensors.toml",
                r#"[[sensor]]
id = "door"
place = "libary"
dev_eui = "a840410000000001"
decoder = "elsys"
"#,
            ),
            (
                "secrets.toml",
                r#"[sensor.door]
app_key = "00112233445566778899aabbccddeeff"
"#,
            ),
            (
                "plugins.toml",
                r#"[[plugin]]
id = "elsys"
file = "plugins/elsys.wasm"
sha256 = "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e"
"#,
            ),
        ],
        r#"
error: there is no place `libary`
 --> sensors.toml:3:9
  |
3 | place = "libary"
  |         ^^^^^^^^ did you mean `library`?
"#,
    );
}

#[test]
fn a_short_eui_and_a_missing_key() {
    check(
        &[
            (
                "places.toml",
                r#"[[place]]
id = "library"
"#,
            ),
            (
                "sensors.toml",
                r#"[[sensor]]
id = "door"
place = "library"
dev_eui = "a84041"
decoder = "elsys"
"#,
            ),
        ],
        r#"
error: `door` has no `app_key`
 --> sensors.toml:2:6
  |
2 | id = "door"
  |      ^^^^^^ keys stand in secrets.toml
  |
  = help: add to secrets.toml: [sensor.door] and below it app_key = "..." with 32 hexadecimal digits

error: `dev_eui` cannot be read
 --> sensors.toml:4:11
  |
4 | dev_eui = "a84041"
  |           ^^^^^^^^ expected 16 hexadecimal digits (spaces, `-` and `:` between them are fine), found 6
  |
  = help: compare with the label or data sheet; digits are 0-9 and a-f

warning: the decoder `elsys` is not installed
 --> sensors.toml:5:11
  |
5 | decoder = "elsys"
  |           ^^^^^^^ no plugin of this name is in plugins.toml
  |
  = help: `allting plugin install elsys.wasm FOLDER` installs it; what its sensors send is kept until then
"#,
    );
}

#[test]
fn a_codec_file_that_is_not_there() {
    check(
        &[
            (
                "places.toml",
                r#"[[place]]
id = "pool"
"#,
            ),
            ("codecs/counter.js", "function decodeUplink() {}"),
            (
                "sensors.toml",
                r#"[[sensor]]
id = "pool-door"
place = "pool"
dev_eui = "a840410000000001"
decoder = "js-codec"
activation = "abp"
dev_addr = "260b0001"
[sensor.settings]
codec = { file = "codecs/conter.js" }
"#,
            ),
            (
                "secrets.toml",
                r#"[sensor.pool-door]
nwk_s_key = "00112233445566778899aabbccddeeff"
app_s_key = "00112233445566778899aabbccddeeff"
"#,
            ),
        ],
        r#"
warning: the decoder `js-codec` is not installed
 --> sensors.toml:5:11
  |
5 | decoder = "js-codec"
  |           ^^^^^^^^^^ no plugin of this name is in plugins.toml
  |
  = help: `allting plugin install js-codec.wasm FOLDER` installs it; what its sensors send is kept until then

error: there is no file `codecs/conter.js`
 --> sensors.toml:9:18
  |
9 | codec = { file = "codecs/conter.js" }
  |                  ^^^^^^^^^^^^^^^^^^ did you mean `codecs/counter.js`?
"#,
    );
}

#[test]
fn a_counter_that_may_restart_belongs_to_a_sensor_that_does_not_join() {
    check(
        &[
            ("places.toml", "[[place]]\nid = \"pool\"\n"),
            ("plugins.toml", ""),
            (
                "sensors.toml",
                r#"[[sensor]]
id = "pool-door"
place = "pool"
dev_eui = "a840410000000001"
decoder = "elsys"
counter = "may-restart"
"#,
            ),
            ("secrets.toml", "[sensor.pool-door]\napp_key = \"00112233445566778899aabbccddeeff\"\n"),
        ],
        r#"
warning: the decoder `elsys` is not installed
 --> sensors.toml:5:11
  |
5 | decoder = "elsys"
  |           ^^^^^^^ no plugin of this name is in plugins.toml
  |
  = help: `allting plugin install elsys.wasm FOLDER` installs it; what its sensors send is kept until then

error: `counter` belongs to activation `abp`
 --> sensors.toml:6:11
  |
6 | counter = "may-restart"
  |           ^^^^^^^^^^^^^
  |
  = help: remove it, or write activation = "abp"
"#,
    );
}
