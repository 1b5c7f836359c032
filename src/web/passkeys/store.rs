//! The SQL of passkeys that signing in and the account page share.
use super::{Known, NewPasskey, PasskeyRow, Shown};
use crate::kernel::{Error, Result, Role, Tx, id};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

/// What a browser is told of a passkey: which one it is, and how its device is reached.
pub(super) struct Descriptor {
    pub id: Vec<u8>,
    pub transports: Option<Value>,
}

impl Descriptor {
    pub(super) fn json(&self) -> Value {
        let id = BASE64_URL_SAFE_NO_PAD.encode(&self.id);
        match &self.transports {
            Some(Value::Array(transports)) => json!({ "type": "public-key", "id": id, "transports": transports }),
            _ => json!({ "type": "public-key", "id": id }),
        }
    }
}

/// An admin's passkeys, as browsers are told of them.
pub(super) async fn descriptors(door: &PgPool, admin: Uuid) -> Result<Vec<Descriptor>> {
    Ok(sqlx::query_as!(
        Descriptor,
        "select credential_id as id, credential #> '{cred,transports}' as transports
         from backlot.passkeys where admin_id = $1 order by created_at, id",
        admin
    )
    .fetch_all(door)
    .await?)
}

/// A passkey by its credential's id, and whose it is.
pub(super) async fn find(door: &PgPool, credential_id: &[u8]) -> Result<Option<Known>> {
    let row = sqlx::query!(
        r#"select p.id, p.name, p.credential, a.id as admin_id, a.email, a.name as admin_name, a.role, a.status = 'active' as "is_active!"
           from backlot.passkeys p join backlot.admins a on a.id = p.admin_id where p.credential_id = $1"#,
        credential_id
    )
    .fetch_optional(door)
    .await?;
    let known = row.map(|row| {
        Ok(Known {
            id: row.id,
            name: row.name,
            admin_id: row.admin_id,
            email: row.email,
            admin_name: row.admin_name,
            role: Role::try_from(row.role)?,
            is_active: row.is_active,
            credential: row.credential,
        })
    });
    known.transpose()
}

/// Takes the one use of a challenge.
///
/// # Errors
/// When it was taken before.
pub async fn spend(tx: &mut Tx, challenge: &[u8]) -> Result<()> {
    let spent =
        sqlx::query!("insert into backlot.used_challenges (hash) values ($1) on conflict do nothing", challenge).execute(&mut **tx).await?;
    if spent.rows_affected() == 1 {
        return Ok(());
    }
    Err(Error::field("", "This answer of your passkey was used already. Try again."))
}

/// Keeps a passkey that was made, and takes the one use of its challenge.
///
/// # Errors
/// When the challenge was taken before, or the passkey is registered already.
pub async fn insert(tx: &mut Tx, admin: Uuid, new: &NewPasskey) -> Result<PasskeyRow> {
    spend(tx, &new.challenge).await?;
    let row = sqlx::query!(
        "insert into backlot.passkeys (id, admin_id, credential_id, name, credential) values ($1, $2, $3, $4, $5)
         returning id, name, created_at",
        id::new(),
        admin,
        new.credential_id,
        new.name,
        new.credential
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(|error| Error::from(error).on_constraint("passkeys_credential_key", "", "This passkey is registered already."))?;
    Ok(PasskeyRow { id: row.id, name: row.name, created: row.created_at.into() })
}

/// Writes down that a passkey was shown, and takes the one use of its challenge. Its counter may only have gone on meanwhile, too.
///
/// # Errors
/// When the challenge was taken before, or the passkey is gone or was used meanwhile.
pub async fn use_up(tx: &mut Tx, shown: &Shown) -> Result<()> {
    spend(tx, &shown.challenge).await?;
    let counter = i64::from(shown.counter);
    let used = sqlx::query!(
        "update backlot.passkeys set credential = $3, last_used_at = now()
         where id = $1 and admin_id = $2
           and ((credential #>> '{cred,counter}')::bigint < $4 or ($4 = 0 and (credential #>> '{cred,counter}')::bigint = 0))",
        shown.passkey,
        shown.admin_id,
        shown.credential,
        counter
    )
    .execute(&mut **tx)
    .await?;
    if used.rows_affected() == 1 {
        return Ok(());
    }
    Err(Error::field("", "This passkey was removed, or used elsewhere at the same moment. Try again."))
}

/// How many passkeys an admin has.
///
/// # Errors
/// When the database cannot be asked.
pub async fn count(tx: &mut Tx, admin: Uuid) -> Result<i64> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from backlot.passkeys where admin_id = $1"#, admin);
    Ok(count.fetch_one(&mut **tx).await?)
}

/// One of an admin's passkeys, locked against others.
///
/// # Errors
/// When they have no such passkey.
pub async fn lock(tx: &mut Tx, admin: Uuid, passkey: Uuid) -> Result<PasskeyRow> {
    let row = sqlx::query!("select id, name, created_at from backlot.passkeys where id = $1 and admin_id = $2 for update", passkey, admin)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or_else(|| Error::no("passkey"))?;
    Ok(PasskeyRow { id: row.id, name: row.name, created: row.created_at.into() })
}
