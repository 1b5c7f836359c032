//! A browser with a profile of its own, and the gestures that the tests are told in.
use super::driver::Driver;
use super::studio::Studio;
use futures::FutureExt;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::extensions::query::ElementPollerWithTimeout;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel};

pub type Done<T = ()> = WebDriverResult<T>;

/// How the browser is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Desktop,
    /// Scripts are off in the browser's settings.
    WithoutScripts,
}

/// A browser in which somebody looks at a studio.
#[derive(Clone)]
pub struct Browser {
    pub driver: WebDriver,
    pub studio: Arc<Studio>,
    /// How it calls itself: by this the test knows its own sessions among others.
    pub agent: String,
    /// Answers that the test provokes, which the browser then reports as errors.
    provoked: Arc<Mutex<Vec<u16>>>,
}

/// Visits the studio; afterwards the browser must have had nothing to complain about.
pub async fn visit(look: Look, body: impl AsyncFnOnce(Browser) -> Done) {
    // Only fails when it was done before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (studio, driver, profile) = (Studio::join(), Driver::join(), Profile::new());
    let session = WebDriver::new(driver.url(), capabilities(&driver, &profile, look).unwrap()).await.unwrap();
    session.set_poller(Arc::new(ElementPollerWithTimeout::new(Duration::from_secs(10), Duration::from_millis(50))));
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
    /// Opens a page of the studio.
    pub async fn open(&self, path: &str) -> Done {
        self.driver.goto(format!("{}{path}", self.studio.url())).await
    }

    /// In by the printed link.
    pub async fn come_in(&self, role: &str) -> Done {
        self.driver.goto(self.studio.person(role).link.as_str()).await?;
        self.click("main button").await?;
        self.arrive("/admin").await
    }

    pub async fn find(&self, css: &str) -> Done<WebElement> {
        self.driver.query(By::Css(css)).and_displayed().first().await
    }

    pub async fn shows(&self, css: &str) -> Done<bool> {
        let all = self.driver.query(By::Css(css)).nowait().and_displayed().any().await?;
        Ok(!all.is_empty())
    }

    pub async fn gone(&self, css: &str) -> Done {
        self.driver.query(By::Css(css)).and_displayed().wait_until_gone().await
    }

    pub async fn click(&self, css: &str) -> Done {
        self.click_on(By::Css(css)).await
    }

    /// Follows the first link or presses the first button with these words.
    pub async fn press(&self, words: &str) -> Done {
        self.click_on(By::XPath(format!("(//a|//button|//summary)[contains(normalize-space(.), {words:?})]"))).await
    }

    /// What was found on the page before may be gone with it: then it is looked for again.
    async fn click_on(&self, by: By) -> Done {
        for _ in 0..5 {
            match self.driver.query(by.clone()).and_displayed().first().await?.click().await {
                Err(error) if matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_)) => {}
                other => return other,
            }
        }
        panic!("{by} is always gone")
    }

    pub async fn text(&self, css: &str) -> Done<String> {
        self.find(css).await?.text().await
    }

    /// Waits until a part of the page says this.
    pub async fn says(&self, css: &str, words: &str) -> Done {
        let words = words.to_owned();
        let found = self.driver.query(By::Css(css)).with_text(move |text: &str| text.contains(&words)).first().await;
        found.map(drop)
    }

    pub async fn fill(&self, css: &str, text: &str) -> Done {
        let field = self.find(css).await?;
        field.clear().await?;
        field.send_keys(text).await
    }

    /// Types wherever the focus is.
    pub async fn keys(&self, keys: impl Into<TypingData>) -> Done {
        self.driver.active_element().await?.send_keys(keys).await
    }

    pub async fn path(&self) -> Done<String> {
        let url = self.driver.current_url().await?;
        Ok(url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())))
    }

    /// Tab, as often as it takes to reach it; by keyboard alone everything must be reached.
    pub async fn tab_to(&self, css: &str) -> Done {
        for _ in 0..120 {
            self.keys(Key::Tab).await?;
            if self.focused(css).await? {
                return Ok(());
            }
        }
        panic!("Tab never reaches {css}")
    }

    /// Whether the focus is there.
    pub async fn focused(&self, css: &str) -> Done<bool> {
        Ok(self.run("return document.activeElement.matches(arguments[0])", vec![json!(css)]).await? == json!(true))
    }

    /// Waits for a page.
    pub async fn arrive(&self, path: &str) -> Done {
        for _ in 0..200 {
            if self.path().await? == path {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("expected {path}, is at {}", self.path().await?)
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Done<Value> {
        Ok(self.driver.execute(script, arguments).await?.json().clone())
    }

    /// Makes the page as wide and high as that, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) -> Done {
        self.driver.cdp().emulation().set_device_metrics_override(width, height, 1.0, width < 600).await
    }

    /// The test provokes answers with this status, so the browser may report them.
    pub fn provokes(&self, status: u16) {
        self.provoked.lock().unwrap().push(status);
    }

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
