//! Word from the database that there is something new: a hint, never the only way to learn of it.
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub(super) const CHANNEL: &str = "backlot_jobs";

pub(super) async fn listen(pool: &PgPool, wake: &Notify, pause: Duration, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            ended = hear(pool, wake) => if let Err(error) = ended {
                tracing::debug!(%error, "not listening for new jobs at the moment");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn hear(pool: &PgPool, wake: &Notify) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // Whatever was said while the line was down is lost: look.
        wake.notify_one();
        listener.try_recv().await?;
    }
}
