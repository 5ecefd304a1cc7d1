use crate::diagnostic::Fault;
use crate::drawing;
use crate::file::Toml;
use crate::folder::{Folder, SETTING_FILE_BYTES_MAX};
use crate::nearest::nearest;
use crate::said::{Said, say};
use crate::settings::leaves_folder;
use crate::written::Written;
use model::{BaseMap, Drawing, RasterService};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the places are drawn on. Each may be left out; without any, places stand on plain paper.
#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MapTable {
    /// A map drawn by hand, a `GeoJSON` file in this folder: `map.geojson`.
    drawing: Option<Written<String>>,
    /// A file of vector map tiles (`PMTiles`, version 3) in this folder: `norsjo.pmtiles`.
    tiles: Option<Written<String>>,
    /// A service elsewhere that gives map pictures: `https://tiles.example/{z}/{x}/{y}.png`.
    /// A reader's browser then asks it, and it learns who reads.
    raster: Option<Written<String>>,
    /// Whom to thank for the map of that service. It must be there with `raster`.
    raster_attribution: Option<String>,
}

pub(crate) fn read(file: &mut Toml<'_>, table: &MapTable, folder: &Folder) -> BaseMap {
    BaseMap {
        drawing: table.drawing.as_ref().and_then(|name| drawn(file, name, folder)),
        tiles: table.tiles.as_ref().and_then(|name| tiles(file, name)),
        raster: table.raster.as_ref().and_then(|url| raster(file, url, table.raster_attribution.as_deref())),
    }
}

fn drawn(file: &mut Toml<'_>, name: &Written<String>, folder: &Folder) -> Option<Drawing> {
    let path = name.value.as_str();
    let fault = |message: Said| Fault::error(name.span.clone(), message);
    let wrong = match folder.text(path, SETTING_FILE_BYTES_MAX) {
        None => {
            let near = nearest(path, folder.names().filter(|name| name.ends_with(".geojson")));
            let expected = say!("expect-geojson", "expected the name of a .geojson file in this folder");
            fault(say!("no-file", "there is no file `{path}`", path)).meant(near, expected)
        }
        Some(Err(problem)) => {
            let (message, help) = problem.explain();
            fault(say!("in-file", "`{path}`: {what}", path, what = message)).help(help)
        }
        Some(Ok(text)) => match drawing::read(text) {
            Ok(drawing) => return Some(drawing),
            Err(what) => fault(say!("not-drawn", "`{path}` cannot be drawn: {what}", path, what))
                .help(say!("needs-kind", "each feature needs a property `kind`; examples/norsjo has such a map")),
        },
    };
    file.report(wrong);
    None
}

/// The name alone: the file is opened when the portal starts, for it may have gigabytes.
fn tiles(file: &mut Toml<'_>, name: &Written<String>) -> Option<String> {
    let path = &name.value;
    if leaves_folder(path) || !path.ends_with(".pmtiles") {
        let message = say!("no-tiles", "`{path}` is no file of map tiles within this folder", path);
        let expected = say!("expect-tiles", "expected a name such as norsjo.pmtiles");
        let help = say!("copy-file", "copy the file into the folder");
        file.report(Fault::error(name.span.clone(), message).expected(expected).help(help));
        return None;
    }
    Some(path.clone())
}

fn raster(file: &mut Toml<'_>, url: &Written<String>, attribution: Option<&str>) -> Option<RasterService> {
    let text = url.value.as_str();
    let host = text.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    let plain = |host: &str| !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b));
    let host = host.filter(|host| plain(host) && ["{z}", "{x}", "{y}"].iter().all(|part| text.contains(part)));
    let Some(host) = host else {
        let fault = Fault::error(url.span.clone(), say!("no-raster", "`raster` is no address of map pictures"));
        let example = "https://tiles.example/{z}/{x}/{y}.png";
        file.report(fault.expected(say!("expect-such", "expected one such as {example}", example)));
        return None;
    };
    let Some(attribution) = attribution.filter(|text| !text.trim().is_empty()) else {
        let message = say!("missing-key", "`{table}` has no `{key}`", table = "map", key = "raster_attribution");
        let help = say!("name-makers", "its makers ask to be named; write what their terms say");
        file.report(Fault::error(url.span.clone(), message).help(help));
        return None;
    };
    Some(RasterService { url: text.to_owned(), origin: format!("https://{host}"), attribution: attribution.to_owned() })
}
