//! What can be done with exports, a file each.
mod cancel;
mod download;
mod expire;
mod fail;
mod finish;
mod plan;
mod start;
mod start_planned;
mod turn;

pub use cancel::CancelExport;
pub use download::DownloadExport;
pub use expire::ExpireExport;
pub use fail::FailExport;
pub use finish::FinishExport;
pub use plan::{PlanExports, PlanFields};
pub use start::{StartExport, StartFields};
pub use start_planned::StartPlanned;
pub use turn::{PauseExports, ResumeExports, UnplanExports};
