//! How the portal looks, and what is shown on it.

use super::check;

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
  |        ^^^^^^^^^^ expected an SVG or PNG file in this folder
"#,
    );
}

#[test]
fn a_file_of_places_that_cannot_be_read_is_told_and_not_each_screen_that_names_one() {
    check(
        &[
            ("places.toml", "[[place]]\nid = \"library\"\nbroken = [\n"),
            ("municipality.toml", "[[screen]]\nid = \"lobby\"\nplaces = [\"library\", \"pool\"]\n"),
        ],
        r#"
error: a list is not finished: a comma or the closing `]` is missing here or above
 --> places.toml:3:1
  |
3 | broken = [
  | ^^^^^^^^^^
  |
  = help: a list is written `["sv", "nb", "en"]`
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
error: `map.geojson` cannot be drawn: shape 1: `kind` is one of: water, forest, built, stream, road, rail, path, label
 --> municipality.toml:2:11
  |
2 | drawing = "map.geojson"
  |           ^^^^^^^^^^^^^
  |
  = help: each feature needs a property `kind`; examples/norsjo has such a map

error: `map` has no `raster_attribution`
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
