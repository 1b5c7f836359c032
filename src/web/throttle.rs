//! Guesses are counted before they are checked: sixteen at once get no more tries than sixteen in a row.
use crate::kernel::{Error, Result};
use sqlx::PgPool;

/// Free attempts on one account or factor, before each next one waits twice as long.
const FREE: i32 = 5;
/// The same for one address, behind which a whole office may sit.
const FREE_WIDE: i32 = 100;
/// The longest wait, in seconds: an outsider cannot lock anybody out for good.
const LONGEST_WAIT: i32 = 900;

/// Takes one attempt under a key, before anything is checked.
///
/// After five, each waits twice as long as the one before (1 s, 2 s, 4 s … 15 min); an hour of quiet forgets them all.
///
/// # Errors
/// `Throttled` with the seconds to wait, when the next attempt is not due yet.
pub async fn reserve(door: &PgPool, key: &str) -> Result<()> {
    take(door, key, FREE, None).await
}

/// The same for a key that many people share.
///
/// # Errors
/// As [`reserve`].
pub async fn reserve_wide(door: &PgPool, key: &str) -> Result<()> {
    take(door, key, FREE_WIDE, None).await
}

/// As [`reserve`], for a form that acts once: sent again with the same guess it is no further attempt. The guess is told as a code
/// that only Backlot could make.
///
/// # Errors
/// As [`reserve`].
pub async fn reserve_once(door: &PgPool, key: &str, guess: &[u8]) -> Result<()> {
    take(door, key, FREE, Some(guess)).await
}

async fn take(door: &PgPool, key: &str, free: i32, guess: Option<&[u8]>) -> Result<()> {
    let taken = sqlx::query_scalar!(
        r#"insert into backlot.throttles as t (key, attempts, next_at, guess) values ($1, 1, now(), $4)
           on conflict (key) do update set last_at = now(), guess = $4,
             attempts = case
               when t.guess = $4 then t.attempts
               when t.last_at < now() - interval '1 hour' then 1
               else t.attempts + 1
             end,
             next_at = case
               when t.guess = $4 then t.next_at
               when t.last_at < now() - interval '1 hour' or t.attempts + 1 < $2 then now()
               else now() + make_interval(secs => least($3, power(2, least(t.attempts + 1 - $2, 20))))
             end
           where t.next_at <= now() or t.guess = $4
           returning attempts"#,
        key,
        free,
        f64::from(LONGEST_WAIT),
        guess,
    )
    .fetch_optional(door)
    .await?;
    if taken.is_some() {
        return Ok(());
    }
    let wait = sqlx::query_scalar!(
        r#"select greatest(1, ceil(extract(epoch from next_at - now())))::bigint as "wait!" from backlot.throttles where key = $1"#,
        key
    )
    .fetch_optional(door)
    .await?;
    Err(Error::Throttled(wait.and_then(|wait| u64::try_from(wait).ok()).unwrap_or(1)))
}

/// Forgets a key after a success.
///
/// # Errors
/// When the database cannot be reached.
pub async fn release(door: &PgPool, key: &str) -> Result<()> {
    sqlx::query!("delete from backlot.throttles where key = $1", key).execute(door).await?;
    Ok(())
}
