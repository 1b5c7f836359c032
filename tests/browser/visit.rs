//! A visit: a browser with a fresh profile, what must be true of every page in it, and its end.
use super::browser::{Browser, Done};
use super::driver::Driver;
use super::studio::Studio;
use futures::FutureExt;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel};

/// How the browser is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Desktop,
    /// Scripts are off in the browser's settings.
    WithoutScripts,
}

/// Visits the studio; afterwards the browser must have had nothing to complain about.
pub async fn visit(look: Look, body: impl AsyncFnOnce(Browser) -> Done) {
    visit_in(Studio::join(), look, body).await;
}

/// The same in a studio of one's own.
pub async fn visit_in(studio: Arc<Studio>, look: Look, body: impl AsyncFnOnce(Browser) -> Done) {
    // Only fails when it was done before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (driver, profile) = (Driver::join(), Profile::new());
    let session = WebDriver::new(driver.url(), capabilities(&driver, &profile, look).unwrap()).await.unwrap();
    let browser = Browser { driver: session.clone(), studio, agent: profile.agent(), provoked: Arc::default() };
    let told = session.run_and_quit(|_| async move {
        let ended = AssertUnwindSafe(body(browser.clone())).catch_unwind().await;
        if !matches!(ended, Ok(Ok(()))) {
            browser.remember().await;
        }
        ended.unwrap_or_else(|panic| resume_unwind(panic))?;
        browser.complains_of_nothing().await
    });
    told.await.unwrap_or_else(|error| panic!("{error}"));
}

fn capabilities(driver: &Driver, profile: &Profile, look: Look) -> Done<ChromeCapabilities> {
    let mut wanted = DesiredCapabilities::chrome();
    if let Some(browser) = driver.browser.as_ref().and_then(|path| path.to_str()) {
        wanted.set_binary(browser)?;
    }
    let quiet = [
        "--headless=new",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];
    for flag in
        quiet.into_iter().chain(["--window-size=1440,1000", "--force-prefers-reduced-motion", "--lang=en-GB", "--disable-dev-shm-usage"])
    {
        wanted.add_arg(flag)?;
    }
    if nix::unistd::Uid::effective().is_root() {
        // Chromium's sandbox does not work for root.
        wanted.add_arg("--no-sandbox")?;
    }
    wanted.add_arg(&format!("--user-data-dir={}", profile.0.display()))?;
    wanted.add_arg(&format!("--user-agent={}", profile.agent()))?;
    if look == Look::WithoutScripts {
        wanted.add_experimental_option("prefs", json!({ "profile.managed_default_content_settings.javascript": 2 }))?;
    }
    wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    // A dialog is never closed behind the test's back: whatever comes next fails.
    wanted.set("unhandledPromptBehavior", "ignore")?;
    Ok(wanted)
}

impl Browser {
    /// No blocked script or style, no failed request, no error of a script: on no page of this visit.
    async fn complains_of_nothing(&self) -> Done {
        let provoked = self.provoked.lock().unwrap().clone();
        let is_provoked = |message: &str| provoked.iter().any(|status| message.contains(&format!("responded with a status of {status} ")));
        let complaints = self
            .driver
            .browser_log()
            .await?
            .into_iter()
            .filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING") && !is_provoked(&entry.message));
        let complaints: BTreeSet<_> = complaints.map(|entry| entry.message).collect();
        assert!(complaints.is_empty(), "the browser complains:\n{}", complaints.into_iter().collect::<Vec<_>>().join("\n"));
        Ok(())
    }

    /// Keeps a picture of the page on which a test failed.
    async fn remember(&self) {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "failed-{}-{}.png",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        ));
        let place = self.path().await.unwrap_or_default();
        if self.driver.screenshot(&file).await.is_ok() {
            eprintln!("failed at {place}: see {}", file.display());
        }
    }
}

/// A fresh profile, gone with the browser.
struct Profile(PathBuf);

impl Profile {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        Self(std::env::temp_dir().join(format!("backlot-profile-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))))
    }

    fn agent(&self) -> String {
        self.0.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
