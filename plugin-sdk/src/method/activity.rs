use std::cell::RefCell;
use std::fmt;

use serde::de::DeserializeOwned;

use super::bindings::exports::allting::method::deciding::{Guest, GuestActivity};
use super::{Action, Audience, Decision, Description, Entry, Finding, Page, Problem, Setup, Viewer};

/// An engagement method. A value of it is one activity, kept warm by the box; it may be dropped and built again from the log at any
/// time, so nothing but settings and entries may shape it.
///
/// For counting use whole numbers, [`Standing`](super::Standing) and `BTreeMap`: sums of fractions depend on their order, and the law
/// that any split of the entries gives the same findings then fails.
pub trait Method: Sized {
    /// What the municipality sets, read from JSON. Give it `#[serde(deny_unknown_fields)]` and a schema in the description.
    type Settings: DeserializeOwned;

    /// Says who the method is, and gives examples to start from.
    fn describe() -> Description;

    /// What is wrong or odd about settings that can be read.
    fn check(_settings: &Self::Settings, _setup: &Setup) -> Vec<Problem> {
        Vec::new()
    }

    /// Opens an activity in whose settings [`check`](Self::check) found nothing that stops.
    fn open(settings: Self::Settings, setup: &Setup) -> Self;

    /// Takes in one entry. Skip what is not understood: questions since removed, subjects since erased.
    fn apply(&mut self, entry: &Entry);

    /// Shows a page. An unknown path is the front.
    fn view(&self, viewer: &Viewer, path: &str) -> Page;

    /// Judges a form that was sent. What is to be remembered comes back through [`apply`](Self::apply).
    fn decide(&self, viewer: &Viewer, action: &Action) -> Result<Decision, Vec<Problem>>;

    /// What was found so far.
    fn findings(&self, audience: &Audience) -> Vec<Finding>;
}

/// An open activity as the generated bindings hold it.
pub struct Warm<M>(RefCell<M>);

impl<M: Method> Warm<M> {
    /// What `check` says: about settings that cannot be read, too.
    pub fn check(setup: &Setup) -> Vec<Problem> {
        match read::<M>(setup) {
            Ok(settings) => M::check(&settings, setup),
            Err(problem) => vec![problem],
        }
    }

    /// Opens exactly when nothing that [`check`](Self::check) finds stops it.
    pub fn open(setup: &Setup) -> Result<Self, Vec<Problem>> {
        let settings = read::<M>(setup).map_err(|problem| vec![problem])?;
        let problems = M::check(&settings, setup);
        if problems.iter().any(|problem| problem.stops) {
            return Err(problems);
        }
        Ok(Self(RefCell::new(M::open(settings, setup))))
    }

    /// Takes in a batch.
    pub fn apply(&self, entries: &[Entry]) {
        let mut method = self.0.borrow_mut();
        for entry in entries {
            method.apply(entry);
        }
    }

    /// Shows a page.
    pub fn view(&self, viewer: &Viewer, path: &str) -> Page {
        self.0.borrow().view(viewer, path)
    }

    /// Judges a form.
    pub fn decide(&self, viewer: &Viewer, action: &Action) -> Result<Decision, Vec<Problem>> {
        self.0.borrow().decide(viewer, action)
    }

    /// What was found.
    pub fn findings(&self, audience: &Audience) -> Vec<Finding> {
        self.0.borrow().findings(audience)
    }
}

fn read<M: Method>(setup: &Setup) -> Result<M::Settings, Problem> {
    serde_json::from_str(&setup.settings).map_err(|e| Problem::stop("", format!("the settings do not fit: {e}")))
}

impl<M> fmt::Debug for Warm<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Warm")
    }
}

/// Joins a [`Method`] to the generated bindings.
#[doc(hidden)]
#[derive(Debug)]
pub struct Glue<M>(std::marker::PhantomData<M>);

impl<M: Method + 'static> Guest for Glue<M> {
    type Activity = Warm<M>;

    fn describe() -> Description {
        M::describe()
    }

    fn check(setup: Setup) -> Vec<Problem> {
        Warm::<M>::check(&setup)
    }
}

impl<M: Method + 'static> GuestActivity for Warm<M> {
    fn open(setup: Setup) -> Result<super::bindings::exports::allting::method::deciding::Activity, Vec<Problem>> {
        Self::open(&setup).map(super::bindings::exports::allting::method::deciding::Activity::new)
    }

    fn apply(&self, entries: Vec<Entry>) {
        self.apply(&entries);
    }

    fn view(&self, viewer: Viewer, path: String) -> Page {
        self.view(&viewer, &path)
    }

    fn decide(&self, viewer: Viewer, action: Action) -> Result<Decision, Vec<Problem>> {
        self.decide(&viewer, &action)
    }

    fn findings(&self, audience: Audience) -> Vec<Finding> {
        self.findings(&audience)
    }
}

/// Makes a type that implements [`Method`](crate::method::Method) the method of this plugin. Once per crate; does nothing when built
/// natively.
#[macro_export]
macro_rules! export_method {
    ($method:ident) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, reason = "the exported functions of the canonical ABI")]
        mod exported_method {
            type Exported = $crate::method::Glue<super::$method>;
            $crate::method::bindings::export_activity!(Exported with_types_in $crate::method::bindings);
        }
    };
}
