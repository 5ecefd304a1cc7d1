use crate::diagnostic::Fault;
use crate::file::{Toml, Unique};
use crate::nearest::nearest;
use crate::said::say;
use crate::text::Text;
use crate::written::Written;
use model::{Language, Screen, Slug};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A screen on a wall that shows places in turn, at the address `/screen/ID`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScreenEntry {
    /// Short name for its address: a-z, 0-9 and `-`.
    id: Written<String>,
    /// What stands on top; the name of the municipality when there is none.
    title: Option<Text>,
    /// Which places of `places.toml`, in this order: `places = ["library", "ice-rink"]`.
    places: Vec<Written<String>>,
    /// How many seconds each is shown.
    #[serde(default = "seconds")]
    #[schemars(range(min = 5, max = 600))]
    seconds: u32,
}

/// Long enough to read a place from afar.
fn seconds() -> u32 {
    15
}

pub(crate) fn read(
    file: &mut Toml<'_>,
    entries: Vec<ScreenEntry>,
    places: Option<&[&str]>,
    first: Language,
) -> Vec<Screen> {
    let mut ids = Unique::default();
    entries.into_iter().filter_map(|entry| screen(file, entry, places, first, &mut ids)).collect()
}

fn screen(
    file: &mut Toml<'_>,
    entry: ScreenEntry,
    places: Option<&[&str]>,
    first: Language,
    ids: &mut Unique,
) -> Option<Screen> {
    let id = file.slug("id", &entry.id)?;
    if let Some(earlier) = ids.earlier(&id, entry.id.span.clone()) {
        let fault = Fault::twice(entry.id.span.clone(), &id, earlier);
        file.report(fault.help(say!("another-id", "give one of them another `id`")));
    }
    if entry.places.is_empty() {
        let fault =
            Fault::error(entry.id.span.clone(), say!("empty-screen", "the screen `{name}` shows nothing", name = id));
        let line = "places = [\"library\"]";
        file.report(fault.help(say!("write-places", "write the places it shows: `{line}`", line)));
    }
    let mut known = |name: &Written<String>| {
        // Where places.toml cannot be read, that alone is told.
        if places.is_none_or(|places| places.contains(&name.value.as_str())) {
            return Slug::new(&name.value).ok();
        }
        let message = say!("place-unknown", "there is no place `{name}`", name = name.value);
        let expected = say!("expect-place-id", "expected the `id` of a place in places.toml");
        let near = nearest(&name.value, places.into_iter().flatten().copied());
        file.report(Fault::error(name.span.clone(), message).meant(near, expected));
        None
    };
    let shown = entry.places.iter().filter_map(&mut known).collect();
    Some(Screen { id, title: entry.title.map(|text| text.words(first)), places: shown, seconds: entry.seconds })
}
