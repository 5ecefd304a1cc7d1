//! What people say in an activity, and what a method shows them: the nouns between log, plugin and page.
//!
//! A method (survey, input map, workshop, guide) *describes* a [`Page`]; the box renders it, checks what comes back and keeps it as an
//! [`Entry`]. Shapes are those of the plugin contract (`plugin-sdk/wit/method.wit`), which says more about each; none of its types is
//! here. Values that came from a plugin have passed the checks of `plugin-host`.
//!
//! ```
//! use model::activity::{Answer, Value};
//! let said = Answer { question: "how".to_owned(), value: Value::Choices(vec!["calm".to_owned()]) };
//! assert_eq!(said.value.chosen(), ["calm"]);
//! ```

mod answer;
mod code;
mod configured;
mod entry;
mod field;
mod finding;
mod moderation;
mod outcome;
mod page;
mod path;
mod photo;
mod view;

pub use answer::{Answer, Shape, ShapeKind, Value};
pub use code::Code;
pub use configured::{Activity, ActivityId, InvitationState, OpenTo, Population, RecruitingPlan};
pub use entry::{
    Author, Contribution, Draft, Entry, EntryId, FormToken, Moment, Pseudonym, Role, Subject, Submission, Whose,
};
pub use field::{Choice, ChoiceField, ChoiceLook, Condition, Field, FieldKind, Test};
pub use finding::{Adds, Cell, Figure, Finding, FindingRow, Look};
pub use moderation::{Looked, Moderation, Verdict};
pub use outcome::{Evidence, Outcome, OutcomeState, UnknownOutcomeState};
pub use page::{
    Block, Content, Form, Group, Item, Link, MapContent, Notice, Page, Picture, Progress, Reach, Step, StepState,
    Tally, Target, Tone,
};
pub use path::{PagePath, PagePathError, Tag, TagError};
pub use photo::{Photo, PhotoId};
pub use view::{Action, Audience, Decision, Phase, Press, Problem, Setup, Viewer};
