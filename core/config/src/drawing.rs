//! Reads a drawn map: a `GeoJSON` file (RFC 7946) whose features say what they stand for in the property `kind`.

use crate::said::{Said, say};
use model::{Drawing, Position, Shape, ShapeKind};
use serde_json::Value;

/// A map that a person drew has some hundreds of shapes; more is a survey, and belongs in a file of tiles.
const SHAPES_MAX: usize = 2_000;
/// Corners of all shapes together: each page with a map draws them.
const POINTS_MAX: usize = 20_000;

/// What `kind` can be.
const KINDS: &str = "water, forest, built, stream, road, rail, path, label";

/// The drawing, or what is wrong with the file in words.
pub(crate) fn read(text: &str) -> Result<Drawing, Said> {
    let map: Value = serde_json::from_str(text).map_err(|why| say!("map-no-json", "it is no JSON ({why})", why))?;
    let features = map.get("features").and_then(Value::as_array);
    let features = features.ok_or_else(|| say!("no-features", "it is no GeoJSON FeatureCollection (RFC 7946)"))?;
    if features.len() > SHAPES_MAX {
        let found = features.len();
        return Err(say!("many-shapes", "it has {found} shapes, at most {most} are drawn", found, most = SHAPES_MAX));
    }
    let shapes = features.iter().enumerate();
    let shapes = shapes.map(|(at, feature)| {
        shape(feature).map_err(|what| say!("of-shape", "shape {number}: {what}", number = at + 1, what))
    });
    let shapes = shapes.collect::<Result<Vec<_>, _>>()?;
    let points: usize = shapes.iter().flat_map(|shape| &shape.lines).map(Vec::len).sum();
    if points > POINTS_MAX {
        let most = POINTS_MAX;
        return Err(say!("many-corners", "its shapes have {points} corners, at most {most} are drawn", points, most));
    }
    let attribution = map.get("attribution").and_then(Value::as_str).map(str::to_owned);
    Ok(Drawing { shapes, attribution })
}

fn shape(feature: &Value) -> Result<Shape, Said> {
    let word = |name: &str| feature.get("properties").and_then(|p| p.get(name)?.as_str());
    let kind = match word("kind") {
        Some("water") => ShapeKind::Water,
        Some("forest") => ShapeKind::Forest,
        Some("built") => ShapeKind::Built,
        Some("stream") => ShapeKind::Stream,
        Some("road") => ShapeKind::Road,
        Some("rail") => ShapeKind::Rail,
        Some("path") => ShapeKind::Path,
        Some("label") => ShapeKind::Label,
        _ => return Err(say!("one-of", "`{key}` is one of: {words}", key = "kind", words = KINDS)),
    };
    let geometry = feature.get("geometry").ok_or_else(|| lacks("geometry"))?;
    let coordinates = geometry.get("coordinates").ok_or_else(|| lacks("coordinates"))?;
    let lines = match geometry.get("type").and_then(Value::as_str) {
        Some("Point") => vec![vec![position(coordinates)?]],
        Some("LineString") => vec![line(coordinates)?],
        Some("Polygon" | "MultiLineString") => lines(coordinates)?,
        Some("MultiPolygon") => {
            let parts = list(coordinates)?;
            parts.iter().map(lines).collect::<Result<Vec<_>, _>>()?.concat()
        }
        _ => return Err(say!("no-geometry", "its geometry is no point, line or area")),
    };
    Ok(Shape { kind, name: word("name").map(str::to_owned), lines })
}

fn lacks(key: &str) -> Said {
    say!("missing-key", "`{table}` has no `{key}`", table = "feature", key)
}

fn list(coordinates: &Value) -> Result<&Vec<Value>, Said> {
    coordinates.as_array().ok_or_else(|| say!("coordinates-no-list", "its coordinates are no list"))
}

fn lines(value: &Value) -> Result<Vec<Vec<Position>>, Said> {
    list(value)?.iter().map(line).collect()
}

fn line(value: &Value) -> Result<Vec<Position>, Said> {
    list(value)?.iter().map(position).collect()
}

/// RFC 7946 section 3.1.1: east first.
fn position(value: &Value) -> Result<Position, Said> {
    let degrees = |at: usize, max: f64| value.get(at)?.as_f64().filter(|d| d.abs() <= max);
    let position = degrees(0, 180.0).zip(degrees(1, 90.0));
    let (longitude, latitude) =
        position.ok_or_else(|| say!("no-corner", "a corner is no [longitude, latitude] in degrees"))?;
    Ok(Position { latitude, longitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lake_and_a_road_are_read() {
        let drawing = read(
            r#"{"type": "FeatureCollection", "attribution": "drawn by hand", "features": [
                {"properties": {"kind": "water", "name": "Sjön"},
                 "geometry": {"type": "Polygon", "coordinates": [[[19.4, 64.9], [19.5, 64.9], [19.4, 65.0]]]}},
                {"properties": {"kind": "road"},
                 "geometry": {"type": "LineString", "coordinates": [[19.4, 64.9], [19.5, 64.95]]}}]}"#,
        )
        .unwrap();
        assert_eq!(drawing.shapes.len(), 2);
        assert_eq!(drawing.shapes[0].name.as_deref(), Some("Sjön"));
        assert_eq!(drawing.shapes[1].lines[0][1], Position { latitude: 64.95, longitude: 19.5 });
    }

    #[test]
    fn a_file_that_is_no_drawing_says_why() {
        let feature = |kind: &str, geometry: &str| {
            format!(r#"{{"features": [{{"properties": {{"kind": "{kind}"}}, "geometry": {geometry}}}]}}"#)
        };
        for (text, why) in [
            ("[", "it is no JSON (EOF while parsing a list at line 1"),
            ("{}", "no GeoJSON FeatureCollection"),
            (&feature("lava", r#"{"type": "Point", "coordinates": [1, 2]}"#), "shape 1: `kind` is one of: water"),
            (&feature("road", r#"{"type": "LineString", "coordinates": [[1, 2], [3]]}"#), "shape 1: a corner is no"),
            (&feature("road", r#"{"type": "LineString", "coordinates": [[1, 91]]}"#), "shape 1: a corner is no"),
            (&feature("road", r#"{"type": "Circle", "coordinates": []}"#), "no point, line or area"),
        ] {
            let wrong = read(text).unwrap_err().english;
            assert!(wrong.contains(why), "{wrong}");
        }
    }
}
