//! What the actions that move money have in common.
use crate::features::billing::model::operation::Operation;
use crate::kernel::Invalid;
use serde_json::{Value, json};

/// The analytics event of everything that moves money or credits.
pub const EVENT: &str = "admin_billing_action";

/// Its properties.
pub fn event(action: &str, operation: &Operation) -> Value {
    json!({
        "action": action, "user_id": operation.user, "amount": operation.minor, "currency": operation.currency,
        "billing_operation_id": operation.id,
    })
}

/// Everything that is wrong, together.
pub fn all<T>(wrong: impl IntoIterator<Item = Option<Invalid>>, right: Option<T>) -> Result<T, Invalid> {
    let fields: Vec<_> = wrong.into_iter().flatten().flat_map(|wrong| wrong.fields).collect();
    match right {
        Some(right) if fields.is_empty() => Ok(right),
        _ => Err(Invalid { fields }),
    }
}
