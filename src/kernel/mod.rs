//! What an admin action is, who may do it, and the only way to write.
pub mod action;
pub mod actor;
pub mod audit;
pub mod change;
pub mod clock;
pub mod code;
pub mod desk;
pub mod error;
pub mod id;
pub mod lines;
pub mod listing;
pub mod page;
pub mod password;
pub mod permission;
pub mod record;
pub mod secret;
pub mod tx;

pub use action::{Action, Applied, Assurance, Caution, Effect, Why};
pub use actor::{Actor, ActorKind};
pub use change::{Audited, Change, Target};
pub use clock::Clock;
pub use desk::{Desk, Fence, Performed, Rehearsal, Terms};
pub use error::{Error, Invalid, Result};
pub use lines::{Line, Lines};
pub use permission::{Permission, Role};
pub use tx::Tx;
