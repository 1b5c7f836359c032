//! Credits: what an operation brings or takes, in the platform's own ledger and in ours.
use crate::features::billing::model::ledger::{Account, Transfer};
use crate::features::billing::model::operation::{Operation, Purpose, ReasonCode, SettledBy, State};
use crate::kernel::{Error, Result};
use sqlx::PgConnection;
use uuid::Uuid;

/// Applies an operation on credits: the user's balance and the ledger, once, whoever approved it.
///
/// # Errors
/// `Conflict` when the user has fewer credits than are taken.
pub async fn credit(db: &mut PgConnection, operation: &Operation) -> Result<Operation> {
    let signed = match operation.purpose {
        Purpose::Deduct => -operation.minor,
        _ => operation.minor,
    };
    // Whoever else changes this balance waits here.
    sqlx::query!("select from platform.users where id = $1 for no key update", operation.user).fetch_optional(&mut *db).await?;
    let balance = balance(db, operation.user).await?;
    if balance.checked_add(signed).is_none_or(|after| after < 0) {
        return Err(Error::Conflict(format!("There are only {} credits to take.", crate::web::show::number(balance)).into()));
    }
    let about = operation.reason_code.map_or(operation.purpose.label(), ReasonCode::label);
    let granted = Granted {
        user: operation.user,
        operation: Some(operation.id),
        cause: format!("credits:{}", operation.id),
        signed,
        kind: "adjustment",
        about,
        payment: None,
    };
    grant(db, &granted).await?;
    super::steps::settled(db, operation.id, State::Succeeded, SettledBy::People, None).await
}

/// How many credits a user has.
///
/// # Errors
/// When the database cannot answer.
pub async fn balance(db: &mut PgConnection, user: Uuid) -> Result<i64> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount), 0)::bigint as "balance!" from platform.credit_transactions where user_id = $1"#,
        user
    );
    Ok(sum.fetch_one(db).await?)
}

/// Credits that are brought or taken.
pub struct Granted<'a> {
    pub user: Uuid,
    pub operation: Option<Uuid>,
    /// What it stands for, in the ledger: booked once.
    pub cause: String,
    /// Below zero: taken.
    pub signed: i64,
    /// A kind of the platform's own ledger.
    pub kind: &'a str,
    pub about: &'a str,
    pub payment: Option<Uuid>,
}

/// Writes credits into the platform's ledger and ours.
pub async fn grant(db: &mut PgConnection, granted: &Granted<'_>) -> Result<()> {
    let signed = granted.signed;
    let amount = i32::try_from(signed).map_err(Error::internal)?;
    if amount == 0 {
        return Ok(());
    }
    sqlx::query!(
        "insert into platform.credit_transactions (id, user_id, kind, amount, description, payment_id) values ($1, $2, $3, $4, $5, $6)",
        crate::kernel::id::new(),
        granted.user,
        granted.kind,
        amount,
        granted.about,
        granted.payment
    )
    .execute(&mut *db)
    .await?;
    let (held, issued) = (Account::CreditsHeld(granted.user), Account::CreditsIssued);
    let (debit, credit) = if signed > 0 { (held, issued) } else { (issued, held) };
    let booking = Transfer {
        debit,
        credit,
        amount: signed.abs(),
        cause: granted.cause.clone(),
        operation: granted.operation,
        payment: granted.payment,
        memo: granted.about.to_owned(),
    };
    if super::ledger::transfer(db, &booking).await? { Ok(()) } else { Err(Error::internal("credits were booked twice")) }
}
