//! A town with a survey of two pages, a real plugin in the sandbox and a real data file.

#![allow(dead_code, reason = "each test crate uses a part of it")]

use crate::test_box::municipality;
use app::{ActivityError, App, Pass, SentForm, Shown, Taken, Thanks, Trap, Visitor};
use engagement::Sent;
use model::activity::{
    Activity, Answer, Code, Content, Entry, EntryId, Moderation, OpenTo, PagePath, Population, Press, Role, Tag, Value,
};
use model::{Language, Slug, Timestamp, Words};
use plugin_host::{Host, Method, Options};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;
use store::Store;
use tempfile::TempDir;

/// Thursday 2026-07-02, 15 o'clock in Oslo.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_782_997_200);
const SETTINGS: &str = r#"{"page":[
    {"key":"one","question":[{"key":"bench","kind":"text","ask":{"nb":"Hvor mangler det en benk?"}}]},
    {"key":"two","question":[{"key":"walk","kind":"single","ask":{"nb":"Hvor ofte går du tur?"},"option":[
        {"key":"often","label":{"nb":"Ofte"}},{"key":"seldom","label":{"nb":"Sjelden"}}]}]}]}"#;

pub(crate) static SURVEY: LazyLock<Option<Method>> = LazyLock::new(|| {
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/plugins/survey.wasm");
    let Ok(wasm) = fs::read(plugin) else {
        println!("skipped: app: the plugins are not built; `cargo xtask plugins` does it");
        return None;
    };
    Some(Host::new(Options::default()).unwrap().load_method(&slug("survey"), &wasm).unwrap())
});

pub(crate) struct Town {
    pub(crate) folder: TempDir,
    pub(crate) app: App,
    open_to: OpenTo,
}

impl Town {
    /// Where the survey is open to those who were invited.
    pub(crate) fn new() -> Option<Self> {
        Self::open_to(OpenTo::Invited)
    }

    pub(crate) fn open_to(open_to: OpenTo) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        Some(Self { app: open(folder.path(), open_to)?, folder, open_to })
    }

    pub(crate) fn restarted(self) -> Self {
        let Self { folder, app, open_to } = self;
        drop(app);
        Self::reopened(folder, open_to)
    }

    pub(crate) fn reopened(folder: TempDir, open_to: OpenTo) -> Self {
        Self { app: open(folder.path(), open_to).unwrap(), folder, open_to }
    }

    pub(crate) fn invite(&self, many: usize) -> Vec<Code> {
        self.app.invite(&slug("park"), vec![Vec::new(); many]).unwrap()
    }

    pub(crate) fn page(&self, pass: Pass, path: &str) -> Result<Shown, ActivityError> {
        self.app.page_of(&slug("park"), &visitor(pass, NOW), &PagePath::new(path).unwrap())
    }

    /// Fills in a page as a browser would: with the pass and the token of the page it was shown.
    pub(crate) fn fills(&self, shown: &Shown, path: &str, question: &str, value: Value) -> Taken {
        let form = shown.page.page.blocks.iter().find_map(|block| match &block.is {
            Content::Form(form) => Some(form.key.clone()),
            _ => None,
        });
        let (form, values) = (form.unwrap(), vec![Answer { question: question.to_owned(), value }]);
        let sent = Sent { form: &form, press: Press::Send, about: None, values };
        let path = PagePath::new(path).unwrap();
        let form = SentForm { path, sent, token: shown.token, trap: Trap::Untouched };
        self.app.take_answer(&slug("park"), &visitor(shown.pass, NOW), &form).unwrap()
    }

    pub(crate) fn writes(&self, pass: Pass, bench: &str) -> Taken {
        self.fills(&self.page(pass, "one").unwrap(), "one", "bench", Value::Text(bench.to_owned()))
    }

    pub(crate) fn answers(&self, code: Code, bench: &str) -> Thanks {
        assert!(matches!(self.writes(Pass::Invited(code), bench), Taken::Kept(_)));
        let Taken::Kept(thanks) = self.finishes(code) else { panic!("not kept") };
        thanks
    }

    pub(crate) fn finishes(&self, code: Code) -> Taken {
        self.fills(&self.page(Pass::Invited(code), "two").unwrap(), "two", "walk", often())
    }

    pub(crate) fn log(&self) -> Vec<Entry> {
        let snapshot = self.app.store().read().unwrap();
        let entries = snapshot.entries(&slug("park"), EntryId(0)).unwrap().collect::<Result<_, _>>();
        entries.unwrap()
    }
}

pub(crate) fn often() -> Value {
    Value::Choices(vec!["often".to_owned()])
}

pub(crate) fn open(folder: &Path, open_to: OpenTo) -> Option<App> {
    let method = SURVEY.as_ref()?;
    let store = Store::open(&folder.join("allting.redb"), store::Options::default()).unwrap();
    let app = App::new(municipality(), store, app::DecoderSet::default()).unwrap();
    app.put_activity(park(open_to), method.clone()).unwrap();
    Some(app)
}

pub(crate) fn slug(name: &str) -> Slug {
    Slug::new(name).unwrap()
}

pub(crate) fn park(open_to: OpenTo) -> Activity {
    let title: Words = [(Language::Nb, "Parken".to_owned())].into_iter().collect();
    Activity {
        id: slug("park"),
        method: slug("survey"),
        title,
        languages: vec![Tag::from(Language::Nb)],
        places: Vec::new(),
        settings: SETTINGS.to_owned(),
        opens: Some(NOW - Duration::from_hours(1)),
        closes: Some(NOW + Duration::from_hours(1)),
        draft: false,
        open_to,
        moderation: Moderation::Before,
        purpose: Words::default(),
        legal_basis: Words::default(),
        decides: Words::default(),
        retention_days: 365,
        answer_days: 90,
        population: vec![Population { question: "walk".to_owned(), people: half_and_half() }],
        recruiting: None,
    }
}

fn half_and_half() -> BTreeMap<String, u32> {
    ["often", "seldom"].map(|key| (key.to_owned(), 500)).into()
}

pub(crate) fn visitor(pass: Pass, now: Timestamp) -> Visitor {
    let languages = vec![Tag::from(Language::Nb)];
    Visitor { pass, role: Role::Anyone, door: Some("poster".to_owned()), languages, client: None, now }
}
