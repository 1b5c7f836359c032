//! What can be done about money, a file each.
mod decide;
mod dismiss;
mod link;
mod refund;
mod retry;
mod settle;

pub use decide::{ApproveOperation, DeclineFields, DeclineOperation};
pub use dismiss::{DismissFields, DismissNotice};
pub use link::SendPaymentLink;
pub use refund::{RefundFields, RefundPayment};
pub use retry::{AgainFields, RetryPayment};
pub use settle::{SettleFields, SettleOperation};

use super::model::operation::Operation;
use crate::kernel::Invalid;
use serde_json::{Value, json};

/// The analytics event of everything that moves money or credits.
pub const EVENT: &str = "admin_billing_action";

/// Its properties.
fn event(action: &str, operation: &Operation) -> Value {
    json!({
        "action": action, "user_id": operation.user, "amount": operation.minor, "currency": operation.currency,
        "billing_operation_id": operation.id,
    })
}

/// Everything that is wrong, together.
fn all<T>(wrong: impl IntoIterator<Item = Option<Invalid>>, right: Option<T>) -> Result<T, Invalid> {
    let fields: Vec<_> = wrong.into_iter().flatten().flat_map(|wrong| wrong.fields).collect();
    match right {
        Some(right) if fields.is_empty() => Ok(right),
        _ => Err(Invalid { fields }),
    }
}
