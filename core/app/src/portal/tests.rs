use super::*;
use config::Folder;
use store::Options;

const NOW: Timestamp = Timestamp::from_seconds(1_782_997_200);

fn municipality(name: &str) -> Municipality {
    let general = format!("name = \"{name}\"\nlanguages = [\"nb\"]\n");
    let places = "[[place]]\nid = \"library\"\nname = \"Library\"\nkind = \"library\"\nmeasure = \"visits\"\n";
    let files = [("municipality.toml", general.as_str()), ("places.toml", places)];
    let folder: Folder = files.into_iter().map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect();
    config::read(&folder).unwrap().0
}

/// A page that was begun before a change of the folder once put what was usual by the old sensors into the cache that the change had
/// just emptied, and everybody saw it for the rest of the hour. What is usual now belongs to the configuration it was read for.
#[test]
fn a_page_begun_before_a_change_leaves_nothing_to_those_after_it() {
    let stage = tempfile::tempdir().unwrap();
    let store = Store::open(&stage.path().join("allting.redb"), Options::default()).unwrap();
    let app = App::new(municipality("Before"), store, DecoderSet::default()).unwrap();
    let place = app.municipality().places[0].clone();
    let (before, snapshot, streams) = (app.configured(), app.store().read().unwrap(), app.streams());
    app.reconfigure(municipality("After"), DecoderSet::default());
    app.card(&before, &snapshot, &streams, &place, NOW).unwrap();
    assert_eq!(before.pasts.read().unwrap().len(), 1, "the page was read for the old configuration");
    assert_eq!(app.configured().pasts.read().unwrap().len(), 0, "and the new one knows nothing of it");
    app.place(&place.id, NOW).unwrap();
    assert_eq!(app.configured().pasts.read().unwrap().len(), 1, "until somebody asks it");
}
