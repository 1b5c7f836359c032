//! What can be done with exports, a file each.
mod cancel;
mod download;
mod expire;
mod fail;
mod finish;
mod start;

pub use cancel::CancelExport;
pub use download::DownloadExport;
pub use expire::ExpireExport;
pub use fail::FailExport;
pub use finish::FinishExport;
pub use start::{StartExport, StartFields};
