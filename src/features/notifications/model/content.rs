//! What a notification says, and what is wrong with it.
use super::{Channel, Kind, Severity, markdown};
use crate::kernel::Invalid;
use reqwest::Url;
use serde::{Deserialize, Serialize};

/// The longest title and message, in characters; a title is also a letter's subject.
const TITLE: usize = 120;
const MESSAGE: usize = 5_000;
const LABEL: usize = 60;
const ADDRESS: usize = 2_000;

/// What it says and which ways it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub kind: Kind,
    pub severity: Severity,
    pub title: String,
    /// In the Markdown that [`markdown`] takes.
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    pub channels: Vec<Channel>,
}

/// Where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub label: String,
    pub url: String,
}

impl Content {
    /// The message as text, for an inbox and a letter.
    pub fn plain(&self) -> String {
        markdown::plain(&markdown::read(&self.message))
    }

    /// The message in HTML, of few tags.
    pub fn html(&self) -> String {
        markdown::html(&markdown::read(&self.message))
    }
}

/// The title that was typed.
///
/// # Errors
/// What is wrong with it.
pub fn title(text: Option<&str>) -> Result<String, Invalid> {
    let text = text.unwrap_or_default().trim();
    match text.chars().count() {
        0 => Err(Invalid::field("title", "Give it a title: it is the first thing that people read.")),
        length if length > TITLE => Err(Invalid::field("title", format!("Use at most {TITLE} characters; these are {length}."))),
        _ if text.contains(char::is_control) => Err(Invalid::field("title", "Use one line of plain text.")),
        _ => Ok(text.to_owned()),
    }
}

/// The message that was typed.
///
/// # Errors
/// What is wrong with it.
pub fn message(text: Option<&str>, platform: Option<&str>) -> Result<String, Invalid> {
    let text = text.unwrap_or_default().replace("\r\n", "\n").trim().to_owned();
    let wrong = |sentence: String| Err(Invalid::field("message", sentence));
    match text.chars().count() {
        0 => return wrong("Say what users are to know.".into()),
        length if length > MESSAGE => return wrong(format!("Use at most {MESSAGE} characters; these are {length}.")),
        _ if text.contains(|letter: char| letter.is_control() && letter != '\n') => {
            return wrong("Use plain text: this holds characters that cannot be shown.".into());
        }
        _ => {}
    }
    let blocks = markdown::read(&text);
    if let Some(bad) = markdown::links(&blocks).find(|url| address(url, platform).is_none()) {
        let short: String = bad.chars().take(80).collect();
        return wrong(format!("A link leads to “{short}”: use addresses that begin with https://."));
    }
    if markdown::plain(&blocks).trim().is_empty() {
        return wrong("Nothing of this is shown: write a sentence.".into());
    }
    Ok(text)
}

/// The link that was typed, both parts of it or none. An address that begins with a slash is one of the platform's.
///
/// # Errors
/// What is wrong with `link_label` or `link_url`.
pub fn link(label: Option<&str>, url: Option<&str>, platform: Option<&str>) -> Result<Option<Link>, Invalid> {
    let given = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    match (given(label), given(url)) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Invalid::field("link_label", "Say what the link is called.")),
        (Some(_), None) => Err(Invalid::field("link_url", "Say where the link leads.")),
        (Some(label), _) if label.chars().count() > LABEL || label.contains(char::is_control) => {
            Err(Invalid::field("link_label", format!("Use one line of at most {LABEL} characters.")))
        }
        (Some(label), Some(url)) => match address(&url, platform) {
            Some(url) => Ok(Some(Link { label, url })),
            None => {
                Err(Invalid::field("link_url", "Give an address that begins with https://, or a path of the platform such as /pricing."))
            }
        },
    }
}

/// An address that people may be led to: over TLS, without a name and password in it; or the platform's own, wherever that is.
pub fn address(text: &str, platform: Option<&str>) -> Option<String> {
    let platform = platform.and_then(|url| Url::parse(url).ok());
    let url = match (text.starts_with('/') && !text.starts_with("//"), &platform) {
        (true, Some(platform)) => platform.join(text).ok()?,
        _ => Url::parse(text).ok()?,
    };
    let is_ours = platform.is_some_and(|platform| platform.origin() == url.origin());
    let fits = (url.scheme() == "https" || is_ours) && url.host().is_some() && url.username().is_empty() && url.password().is_none();
    (fits && text.len() <= ADDRESS && !text.contains(char::is_control) && !text.contains('\\')).then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLATFORM: Option<&str> = Some("http://127.0.0.1:4000/view-as");

    #[test]
    fn links_lead_over_tls_or_to_the_platform() {
        for (text, led) in [
            ("https://studio.example/pricing?x=1#a", Some("https://studio.example/pricing?x=1#a")),
            ("/pricing", Some("http://127.0.0.1:4000/pricing")),
            ("http://127.0.0.1:4000/x", Some("http://127.0.0.1:4000/x")),
            ("http://studio.example/", None),
            ("http://127.0.0.1:4001/x", None),
            ("//evil.example", None),
            ("/\\evil.example", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("https://user:word@studio.example/", None),
            ("https://studio.example@evil.example/", None),
            ("https://", None),
            ("mailto:a@b.example", None),
            ("", None),
        ] {
            assert_eq!(address(text, PLATFORM).as_deref(), led, "{text}");
        }
        assert_eq!(address("/pricing", None), None, "nobody knows where the platform is");
    }
}
