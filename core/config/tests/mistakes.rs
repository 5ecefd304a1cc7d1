//! The mistakes people make most, and every word they are answered with.

use config::{Colour, Folder, read};

#[track_caller]
fn check(files: &[(&str, &str)], expected: &str) {
    let folder: Folder = files.iter().copied().collect();
    let (Ok((_, found)) | Err(found)) = read(&folder);
    let rendered: Vec<String> = found.iter().map(|d| d.render(Colour::Plain)).collect();
    let lines = |text: &str| text.trim().lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(lines(&rendered.join("\n\n")), lines(expected), "the answer changed:\n{}", rendered.join("\n\n"));
}

#[test]
fn text_without_quotation_marks_is_quoted_for_the_clerk() {
    check(
        &[(
            "municipality.toml",
            r"# Ours
name = Norsjö
",
        )],
        r#"
error: the text of `name` must stand in quotation marks
 --> municipality.toml:2:8
  |
2 | name = Norsjö
  |        ^^^^^^ expected straight quotation marks around it
  |
  = help: write `name = "Norsjö"`
"#,
    );
}

#[test]
fn a_lost_quotation_mark_is_found_where_it_should_open() {
    check(
        &[(
            "places.toml",
            r#"[[place]]
id = "library"
name = "Biblioteket
capacity = 60
"#,
        )],
        r#"
error: the text that begins here has no closing quotation mark
 --> places.toml:3:8
  |
3 | name = "Biblioteket
  |        ^^^^^^^^^^^^ expected the same quotation mark at its end
"#,
    );
}

#[test]
fn a_misspelt_key_is_named_with_the_one_that_was_meant() {
    check(
        &[(
            "places.toml",
            r#"[[place]]
id = "library"
capasity = 60
"#,
        )],
        r"
error: unknown key `capasity`
 --> places.toml:3:1
  |
3 | capasity = 60
  | ^^^^^^^^ did you mean `capacity`?
  |
  = help: keys that may stand here: area, capacity, id, kind, measure, name, position, talk
",
    );
}

#[test]
fn a_number_in_quotation_marks_and_one_out_of_range() {
    check(
        &[(
            "municipality.toml",
            r#"smallest_count = "5"
uplink_commit_seconds = 86400
"#,
        )],
        r#"
error: `smallest_count` must be a whole number
 --> municipality.toml:1:18
  |
1 | smallest_count = "5"
  |                  ^^^ expected a whole number, found a text
  |
  = help: write `smallest_count = 5`

error: `uplink_commit_seconds` is out of range
 --> municipality.toml:2:25
  |
2 | uplink_commit_seconds = 86400
  |                         ^^^^^ expected a number from 0 to 600
"#,
    );
}

#[test]
fn a_decimal_comma_becomes_a_point() {
    check(
        &[(
            "places.toml",
            r#"[[place]]
id = "beach"
[place.position]
latitude = 64,91
longitude = 19.48
"#,
        )],
        r"
error: `latitude` is not written as a number
 --> places.toml:4:12
  |
4 | latitude = 64,91
  |            ^^^^^ numbers have a decimal point, and no spaces and no zeros in front
  |
  = help: write `latitude = 64.91`
",
    );
}

#[test]
fn an_unknown_word_brings_the_nearest_known_one() {
    check(
        &[(
            "places.toml",
            r#"[[place]]
id = "pool"
measure = "visit"
"#,
        )],
        r#"
error: `measure` cannot be `visit`
 --> places.toml:3:11
  |
3 | measure = "visit"
  |           ^^^^^^^ did you mean `visits`?
  |
  = help: `measure` is one of: people_now, visits, bays_taken
"#,
    );
}

#[test]
fn two_places_of_one_name_are_both_pointed_at() {
    check(
        &[(
            "places.toml",
            r#"[[place]]
id = "library"

[[place]]
id = "library"
"#,
        )],
        r#"
error: two places are called `library`
 --> places.toml:5:6
  |
2 | id = "library"
  |      --------- the first one
...
5 | id = "library"
  |      ^^^^^^^^^
  |
  = help: give one of them another `id`
"#,
    );
}

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
error: the sensor `door` has no `app_key`
 --> sensors.toml:2:6
  |
2 | id = "door"
  |      ^^^^^^ its keys stand in secrets.toml
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
  = help: `allting plugin install elsys.wasm` installs it; what the sensor sends is kept until then
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
  = help: `allting plugin install js-codec.wasm` installs it; what the sensor sends is kept until then

error: there is no file `codecs/conter.js`
 --> sensors.toml:9:18
  |
9 | codec = { file = "codecs/conter.js" }
  |                  ^^^^^^^^^^^^^^^^^^ did you mean `codecs/counter.js`?
"#,
    );
}

#[test]
fn one_bracket_where_two_belong() {
    check(
        &[(
            "gateways.toml",
            r#"[gateway]
eui = "a840410000000001"
"#,
        )],
        r"
error: `gateway` must be a list
 --> gateways.toml:1:1
  |
1 | [gateway]
  | ^^^^^^^^^ expected a list, found a table
  |
  = help: write `[[gateway]]`
",
    );
}

#[test]
fn a_file_under_a_wrong_name() {
    check(
        &[(
            "place.toml",
            r#"[[place]]
id = "library"
"#,
        )],
        r"
warning: no part of the box reads this file
--> place.toml
 = help: did you mean `places.toml`?
",
    );
}

#[test]
fn a_colour_in_which_links_cannot_be_read_is_measured_and_a_near_one_named() {
    check(
        &[("municipality.toml", "[look]\naccent = \"#ffd500\"\n")],
        r##"
warning: links in #ffd500 on the paper #f7f5ef have a contrast of 1.30 : 1
 --> municipality.toml:2:10
  |
2 | accent = "#ffd500"
  |          ^^^^^^^^^ expected at least 4.5 : 1 (WCAG 2.2 AA, 1.4.3)
  |
  = help: until then the portal uses the nearest that can be read: `accent = "#8d6b00"` (4.55 : 1)
"##,
    );
}

#[test]
fn a_logo_that_is_not_there_or_no_picture_is_told() {
    check(
        &[("municipality.toml", "[look]\nlogo = \"arms.svg\"\n"), ("arm.svg", "<svg/>")],
        r#"
error: there is no file `arms.svg`
 --> municipality.toml:2:8
  |
2 | logo = "arms.svg"
  |        ^^^^^^^^^^ did you mean `arm.svg`?
"#,
    );
    check(
        &[("municipality.toml", "[look]\nlogo = \"arms.svg\"\n"), ("arms.svg", "a photo that is none")],
        r#"
error: `arms.svg` is no picture
 --> municipality.toml:2:8
  |
2 | logo = "arms.svg"
  |        ^^^^^^^^^^ expected an SVG or PNG file
"#,
    );
}

#[test]
fn a_map_a_screen_and_a_holiday_that_cannot_be_are_told() {
    check(
        &[
            ("places.toml", "[[place]]\nid = \"library\"\n"),
            ("map.geojson", r#"{"features": [{"properties": {"kind": "lava"}}]}"#),
            (
                "municipality.toml",
                r#"[map]
drawing = "map.geojson"
raster = "https://tiles.example/{z}/{x}/{y}.png"
[[screen]]
id = "lobby"
places = ["libary"]
[[school_break]]
name = "Jul"
from = "2027-01-08"
to = "2026-12-21"
"#,
            ),
        ],
        r#"
error: `map.geojson` cannot be drawn: shape 1: `kind` is none of water, forest, built, stream, road, rail, path, label
 --> municipality.toml:2:11
  |
2 | drawing = "map.geojson"
  |           ^^^^^^^^^^^^^
  |
  = help: each feature needs a property `kind`; examples/norsjo has such a map

error: the map of `raster` has no `raster_attribution`
 --> municipality.toml:3:10
  |
3 | raster = "https://tiles.example/{z}/{x}/{y}.png"
  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: its makers ask to be named; write what their terms say

error: there is no place `libary`
 --> municipality.toml:6:11
  |
6 | places = ["libary"]
  |           ^^^^^^^^ did you mean `library`?

error: this school holiday ends before it begins
  --> municipality.toml:10:6
   |
 9 | from = "2027-01-08"
   |        ------------ it begins here
10 | to = "2026-12-21"
   |      ^^^^^^^^^^^^ expected a day after the first
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
  = help: `allting plugin install elsys.wasm` installs it; what the sensor sends is kept until then

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
