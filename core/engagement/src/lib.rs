//! Pure rules of engagement: the one gate that everything public passes, what fits a form, whose answer stands.
//!
//! Whatever leaves the box towards the public (page, stream, CSV, JSON, picture, post) shows counts of people as a [`PublicCount`],
//! and the only way to make one is [`Gate::count`].
//!
//! ```
//! use engagement::{Gate, PublicCount};
//! let gate = Gate::new(5);
//! assert_eq!(gate.count(23.4), PublicCount::Exactly(23));
//! assert_eq!(gate.count(3.0), PublicCount::FewerThan(5));
//! ```
//!
//! What people fill in is checked by [`fit`] against the page they saw; what a method finds passes [`Gate::finding`]; which answers count
//! is said by [`Standing`].
//!
//! [`rules`] says when a rule speaks, by what the public may know and nothing else.
//! [`draw`] draws people by lot as fairly as quotas allow; [`rake`] weighs answers so that they count as the people do.
//!
//! It deliberately knows nothing of HTML, HTTP or redb.

mod answers;
mod by_door;
pub mod draw;
mod figures;
mod free;
mod gate;
mod missing;
mod moderation;
mod participation;
mod personal;
mod remarks;
mod represented;
pub mod rules;
mod signs;
mod standing;
mod strata;
mod weighted;
mod weights;

pub use answers::{Fitting, Misfit, Sent, Why, fit};
pub use by_door::OTHERS;
pub use figures::{PublicCell, PublicFigure, PublicFinding, PublicPage, PublicRow, PublicTotals};
pub use free::{FreeCapacity, WeekSpan};
pub use gate::{Gate, PublicCount, Share};
pub use missing::Missing;
pub use moderation::{Decisions, Visibility};
pub use participation::{Participation, PublicParticipation};
pub use personal::{Personal, PersonalKind, is_norwegian_number, is_swedish_number, personal_data};
pub use remarks::{REMARK_CHARS_MAX, first_sight, plain_words, sight_when_edited};
pub use signs::{Signs, is_patterned, reading_time};
pub use standing::{Standing, Taking, photos_let_go};
pub use strata::coarsened;
pub use weighted::{AskedOf, Weighted, WeightedQuestion, WeightedRow};
pub use weights::{Answerer, Margin, RakeFault, Trim, Weights, rake};
