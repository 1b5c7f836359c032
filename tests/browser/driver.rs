//! ChromeDriver: one process for all tests, ended with the last of them.
use super::share::Shared;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

static RUNNING: Shared<Driver> = Shared::new();

/// A running ChromeDriver.
pub struct Driver {
    process: Child,
    _printing: BufReader<ChildStdout>,
    port: u16,
    /// The browser that it drives, if it cannot find it by itself.
    pub browser: Option<PathBuf>,
}

impl Driver {
    pub fn join() -> Arc<Self> {
        RUNNING.join(Self::start)
    }

    fn start() -> Self {
        let program = found(&["chromedriver"]).expect("these tests need Chromium and its driver: scripts/test installs both");
        let browser = found(&["chromium", "chromium-browser", "google-chrome"]);
        let mut process =
            Command::new(program).arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut printing = BufReader::new(process.stdout.take().unwrap());
        let port = printing
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok());
        Self { process, _printing: printing, port: port.expect("ChromeDriver did not tell its port"), browser }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks it to end, with every browser that a failed test may have left.
    fn shut(&self) -> std::io::Result<()> {
        let mut line = TcpStream::connect(("127.0.0.1", self.port))?;
        line.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(line, "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        line.read_to_end(&mut Vec::new()).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.shut();
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline {
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The first of these programs on the path, or where macOS keeps applications.
fn found(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let places = names.iter().flat_map(|name| std::env::split_paths(&path).map(move |place| place.join(name)));
    let applications =
        ["Chromium", "Google Chrome"].map(|name| Path::new("/Applications").join(format!("{name}.app/Contents/MacOS/{name}")));
    let is_driver = names.contains(&"chromedriver");
    places.chain(applications.into_iter().filter(|_| !is_driver)).find(|place| place.is_file())
}
