//! A town where people put things on a map, with a real plugin in the sandbox and a real data file.

#![allow(dead_code, reason = "each test crate uses a part of it")]

use crate::people::{NOW, park, slug, visitor};
use crate::test_box::municipality;
use app::{App, Pass, PhotoTaken, SentForm, Taken, Trap};
use engagement::Sent;
use model::activity::{Activity, Answer, Content, Moderation, OpenTo, PagePath, Press, Shape, ShapeKind, Value};
use model::{Municipality, Position};
use plugin_host::{Host, Method, Options};
use std::path::Path;
use std::sync::LazyLock;
use store::Store;
use tempfile::TempDir;

const SETTINGS: &str = r#"{"ask":{"nb":"Hva tenker du på?"},"photos":2,
    "category":[{"key":"traffic","label":{"nb":"Trafikk"}},{"key":"green","label":{"nb":"Grønt"}}]}"#;

static INPUT_MAP: LazyLock<Option<Method>> = LazyLock::new(|| {
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/plugins/input-map.wasm");
    let Ok(wasm) = std::fs::read(plugin) else {
        println!("skipped: app: the plugins are not built; `cargo xtask plugins` does it");
        return None;
    };
    Some(Host::new(Options::default()).unwrap().load_method(&slug("input-map"), &wasm).unwrap())
});

pub(crate) struct Town {
    pub(crate) folder: TempDir,
    pub(crate) app: App,
}

fn open(folder: &Path, moderation: Moderation, municipality: Municipality) -> Option<App> {
    let method = INPUT_MAP.as_ref()?;
    let store = Store::open(&folder.join("allting.redb"), store::Options::default()).unwrap();
    let app = App::new(municipality, store, app::DecoderSet::default()).unwrap();
    let activity =
        Activity { method: slug("input-map"), settings: SETTINGS.to_owned(), moderation, ..park(OpenTo::Everyone) };
    app.put_activity(activity, method.clone()).unwrap();
    Some(app)
}

impl Town {
    pub(crate) fn new(moderation: Moderation) -> Option<Self> {
        Self::of(moderation, municipality())
    }

    pub(crate) fn of(moderation: Moderation, municipality: Municipality) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        Some(Self { app: open(folder.path(), moderation, municipality)?, folder })
    }

    pub(crate) fn restarted(self, moderation: Moderation) -> Self {
        let Self { folder, app } = self;
        drop(app);
        Self { app: open(folder.path(), moderation, municipality()).unwrap(), folder }
    }

    /// Puts something on the map, with photos; gives what its author holds from then on.
    pub(crate) fn puts(&self, text: &str, photos: &[&[u8]]) -> Pass {
        let shown = self.app.page_of(&slug("park"), &visitor(Pass::Newcomer, NOW), &PagePath::front()).unwrap();
        let who = visitor(shown.pass, NOW);
        let taken = |file: &&[u8]| match self.app.take_photo(&slug("park"), &who, shown.token, file).unwrap() {
            PhotoTaken::Kept(photo) => photo.reference(),
            other => panic!("{other:?}"),
        };
        let answer = |question: &str, value| Answer { question: question.to_owned(), value };
        let point = Position { latitude: 67.28, longitude: 14.4 };
        let mut values = vec![
            answer("where", Value::Shape(Shape { kind: ShapeKind::Point, points: vec![point] })),
            answer("text", Value::Text(text.to_owned())),
            answer("about", Value::Choices(vec!["traffic".to_owned()])),
        ];
        if !photos.is_empty() {
            values.push(answer("photo", Value::References(photos.iter().map(taken).collect())));
        }
        let key = shown.page.page.blocks.iter().find_map(|block| match &block.is {
            Content::Form(form) if form.reach == model::activity::Reach::Once => Some(form.key.clone()),
            _ => None,
        });
        let sent = Sent { form: &key.unwrap(), press: Press::Send, about: None, values };
        let form = SentForm { path: PagePath::front(), sent, token: shown.token, trap: Trap::Untouched };
        let kept = self.app.take_answer(&slug("park"), &who, &form).unwrap();
        assert!(matches!(kept, Taken::Kept(_)), "{kept:?}");
        shown.pass
    }
}
