//! Admins who turn pages of the users' list while something else is measured.
use super::{Line, Server, status};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// How many look, and how long each looks at a page.
pub const ADMINS: usize = 8;
const LOOK: Duration = Duration::from_millis(250);
const PATHS: [&str; 4] = ["/admin/users", "/admin/users?tier=pro", "/admin/users?status=suspended", "/admin/users?sort=name"];

/// Admins who look until they are asked what they saw.
pub struct Looking {
    stop: Arc<AtomicBool>,
    admins: Vec<JoinHandle<Vec<f64>>>,
}

impl Looking {
    /// Lets them begin.
    pub async fn begin(server: &Server, cookies: &str) -> Self {
        let (stop, mut admins) = (Arc::new(AtomicBool::new(false)), Vec::new());
        for at in 0..ADMINS {
            let line = Line::open(&server.address, cookies).await;
            admins.push(tokio::spawn(turn(line, at, Arc::clone(&stop))));
        }
        Self { stop, admins }
    }

    /// Ends it, and prints how long answers took.
    pub async fn tell(self) {
        self.stop.store(true, Ordering::Relaxed);
        let mut times = Vec::new();
        for admin in self.admins {
            times.extend(admin.await.expect("a connection holds"));
        }
        times.sort_by(f64::total_cmp);
        println!(
            "the list of users meanwhile: {} answers, median {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, slowest {:.1} ms",
            times.len(),
            percentile(&times, 0.5),
            percentile(&times, 0.95),
            percentile(&times, 0.99),
            percentile(&times, 1.0)
        );
    }
}

/// One of them; how long each answer took, in milliseconds.
async fn turn(mut line: Line, at: usize, stop: Arc<AtomicBool>) -> Vec<f64> {
    let mut times = Vec::new();
    tokio::time::sleep(LOOK * u32::try_from(at).unwrap_or(0) / 8).await;
    while !stop.load(Ordering::Relaxed) {
        let path = PATHS[(at + times.len()) % PATHS.len()];
        let began = Instant::now();
        line.exchange("GET", path, "").await;
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
        assert_eq!(status(&line.buffer), 200, "{path}");
        tokio::time::sleep(LOOK).await;
    }
    times
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a list")]
    let at = ((sorted.len() as f64 - 1.0) * share).round() as usize;
    sorted.get(at).copied().unwrap_or_default()
}
