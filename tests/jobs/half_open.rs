//! A database whose connections stay open and say nothing more.
use std::sync::Arc;
use std::time::{Duration, Instant};

use backlot::jobs::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::support::{Database, Effect, Worker, brisk, pool, registry};

/// Passes everything on until it swallows everything. New connections pass.
struct Line {
    port: u16,
    swallow: std::sync::Mutex<CancellationToken>,
}

impl Line {
    async fn to(host: String, port: u16) -> Arc<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port_here = listener.local_addr().expect("an address").port();
        let line = Arc::new(Self { port: port_here, swallow: Default::default() });
        let this = line.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect((host.as_str(), port)).await.expect("the server");
                let swallow = this.swallow.lock().expect("the switch").clone();
                let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                tokio::spawn(pass(near_in, far_out, swallow.clone()));
                tokio::spawn(pass(far_in, near_out, swallow));
            }
        });
        line
    }

    fn swallow(&self) {
        let mut swallow = self.swallow.lock().expect("the switch");
        swallow.cancel();
        *swallow = CancellationToken::new();
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, swallow: CancellationToken) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut buffer).await.unwrap_or(0);
        if swallow.is_cancelled() {
            // Neither closed nor heard of again.
            std::future::pending::<()>().await;
        }
        if read == 0 || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_fall_silent_are_given_up() {
    let db = Database::create().await;
    let direct = db.ways.app.options();
    let line = Line::to(direct.get_host().to_owned(), direct.get_port()).await;
    // A commit that was swallowed leaves the job's row locked until the server gives the session up.
    let bounded = direct.options([("idle_in_transaction_session_timeout", "2s")]);
    let through = pool(bounded.host("127.0.0.1").port(line.port), 12).await;
    let settings = Settings { patience: Duration::from_millis(500), ..brisk() };
    let worker = Worker::start(&through, registry(), settings);
    for _ in 0..300 {
        db.enqueue(&Effect { millis: 20 }).await;
    }
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        line.swallow();
    }
    let since = Instant::now();
    let done = "select least(count(*), 1) from backlot.effects where at > now() - interval '100 milliseconds'";
    db.until(Duration::from_secs(8), done, 1).await;
    eprintln!("at work again after {:?}", since.elapsed());
    db.idle(Duration::from_secs(60)).await;
    db.once_each(300).await;
    worker.stop().await;
}
