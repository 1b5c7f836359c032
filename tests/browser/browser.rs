//! A browser in which somebody looks at a studio, and the gestures that the tests are told in.
use super::studio::Studio;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;

pub type Done<T = ()> = WebDriverResult<T>;

/// How long to wait for what a page should show.
const PATIENCE: Duration = Duration::from_secs(15);

/// A browser in which somebody looks at a studio.
#[derive(Clone)]
pub struct Browser {
    pub driver: WebDriver,
    pub studio: Arc<Studio>,
    /// How it calls itself: by this the test knows its own sessions among others.
    pub agent: String,
    /// Answers that the test provokes, which the browser then reports as errors.
    pub provoked: Arc<Mutex<Vec<u16>>>,
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

    /// What a person sees first of these, as soon as it is there.
    pub async fn find(&self, css: &str) -> Done<WebElement> {
        self.patient(css, async || self.seen(By::Css(css)).await).await
    }

    pub async fn shows(&self, css: &str) -> Done<bool> {
        Ok(self.seen(By::Css(css)).await?.is_some())
    }

    pub async fn gone(&self, css: &str) -> Done {
        self.patient(css, async || Ok((!self.shows(css).await?).then_some(()))).await
    }

    pub async fn click(&self, css: &str) -> Done {
        self.click_on(By::Css(css)).await
    }

    /// Follows the first link or presses the first button with these words.
    pub async fn press(&self, words: &str) -> Done {
        self.click_on(By::XPath(format!("(//a|//button|//summary)[contains(normalize-space(.), {words:?})]"))).await
    }

    async fn click_on(&self, by: By) -> Done {
        let click = async || match self.seen(by.clone()).await? {
            Some(element) => element.click().await.map(Some),
            None => Ok(None),
        };
        self.patient(&by.to_string(), click).await
    }

    pub async fn text(&self, css: &str) -> Done<String> {
        let read = async || match self.seen(By::Css(css)).await? {
            Some(element) => element.text().await.map(Some),
            None => Ok(None),
        };
        self.patient(css, read).await
    }

    /// Waits until a part of the page says this.
    pub async fn says(&self, css: &str, words: &str) -> Done {
        let listen = async || {
            for element in self.driver.find_all(By::Css(css)).await? {
                if element.text().await?.contains(words) {
                    return Ok(Some(()));
                }
            }
            Ok(None)
        };
        self.patient(&format!("“{words}” in {css}"), listen).await
    }

    pub async fn fill(&self, css: &str, text: &str) -> Done {
        let write = async || match self.seen(By::Css(css)).await? {
            Some(field) => {
                field.clear().await?;
                field.send_keys(text).await.map(Some)
            }
            None => Ok(None),
        };
        self.patient(css, write).await
    }

    async fn seen(&self, by: By) -> Done<Option<WebElement>> {
        for element in self.driver.find_all(by).await? {
            if element.is_displayed().await? {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// Tries again until something comes of it. What was found on the page before may be gone with it meanwhile.
    async fn patient<T>(&self, what: &str, attempt: impl AsyncFn() -> Done<Option<T>>) -> Done<T> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match attempt().await {
                Ok(Some(done)) => return Ok(done),
                Ok(None) => {}
                Err(error) if matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_)) => {}
                Err(error) => return Err(error),
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        panic!("waited in vain for {what} at {}", self.path().await?)
    }

    /// Types wherever the focus is.
    pub async fn keys(&self, keys: impl Into<TypingData>) -> Done {
        let keys: String = keys.into().as_vec().into_iter().collect();
        self.patient("the focus", async || self.driver.active_element().await?.send_keys(keys.clone()).await.map(Some)).await
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
        self.patient(path, async || Ok((self.path().await? == path).then_some(()))).await
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
}
