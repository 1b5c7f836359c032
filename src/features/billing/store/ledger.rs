//! The ledger: it only grows, and what a transfer stands for is booked once.
use crate::features::billing::model::ledger::{Account, Transfer};
use crate::kernel::{Result, id};
use sqlx::PgConnection;

/// Books a transfer; false when what it stands for is booked already, whoever did it.
pub async fn transfer(db: &mut PgConnection, transfer: &Transfer) -> Result<bool> {
    for account in [&transfer.debit, &transfer.credit] {
        open(db, account).await?;
    }
    let booked = sqlx::query!(
        "insert into backlot.ledger_transfers (id, debit, credit, unit, amount, cause, operation_id, payment_id, memo)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (cause) do nothing",
        id::new(),
        transfer.debit.code(),
        transfer.credit.code(),
        transfer.debit.unit(),
        transfer.amount,
        transfer.cause,
        transfer.operation,
        transfer.payment,
        transfer.memo
    );
    Ok(booked.execute(db).await?.rows_affected() == 1)
}

async fn open(db: &mut PgConnection, account: &Account) -> Result<()> {
    sqlx::query!(
        "insert into backlot.ledger_accounts (code, unit, kind, gateway_mode, user_id) values ($1, $2, $3, $4, $5) on conflict do nothing",
        account.code(),
        account.unit(),
        account.kind(),
        account.mode().map(crate::gateways::finby::Mode::code),
        account.user()
    )
    .execute(db)
    .await?;
    Ok(())
}
