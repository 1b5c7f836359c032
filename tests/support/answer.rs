//! What the site answered, and what stands on the page.
use axum::http::{HeaderMap, StatusCode, header};
use scraper::{ElementRef, Html, Selector};
use std::fmt;

/// What the site answered.
#[derive(Clone)]
pub struct Answer {
    pub asked: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

/// A form on a page, as a browser would send it.
#[derive(Clone, Debug)]
pub struct Filled {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Filled {
    /// With another value in a field.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(key, _)| key != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What stands in a field.
    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

impl Answer {
    #[track_caller]
    pub fn must(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// Sent on to this place.
    #[track_caller]
    pub fn sent_to(self, place: &str) -> Self {
        assert_eq!((self.status, self.location()), (StatusCode::SEE_OTHER, place), "{self:?}");
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    pub fn location(&self) -> &str {
        self.header(header::LOCATION.as_str())
    }

    pub fn request_id(&self) -> uuid::Uuid {
        self.header("x-request-id").parse().expect("every answer names its request")
    }

    /// The texts of all elements that match.
    pub fn all(&self, css: &str) -> Vec<String> {
        self.read(css, |element| squeeze(element.text().collect::<String>().as_str()))
    }

    /// The text of the only element that matches.
    #[track_caller]
    pub fn one(&self, css: &str) -> String {
        let mut found = self.all(css);
        assert_eq!(found.len(), 1, "{css} on {self:?}");
        found.remove(0)
    }

    /// An attribute of all elements that match.
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        self.read(css, |element| element.value().attr(name).unwrap_or_default().to_owned())
    }

    pub fn has(&self, css: &str) -> bool {
        !self.attributes(css, "id").is_empty()
    }

    /// What the page says, without its tags.
    pub fn words(&self) -> String {
        self.all("body").join(" ")
    }

    fn read<T>(&self, css: &str, each: impl Fn(ElementRef<'_>) -> T) -> Vec<T> {
        let page = Html::parse_document(&self.text);
        page.select(&Selector::parse(css).unwrap()).map(each).collect()
    }

    /// The form that posts to this address, filled as the page fills it.
    #[track_caller]
    pub fn form(&self, action: &str) -> Filled {
        let page = Html::parse_document(&self.text);
        let forms = Selector::parse("form[method=post]").unwrap();
        // A form without an address posts to its own page.
        let here = self.asked.split([' ', '?']).nth(1).unwrap_or_default();
        let form = page.select(&forms).find(|form| form.value().attr("action").unwrap_or(here) == action);
        let form = form.unwrap_or_else(|| panic!("there is no form to {action} on {self:?}"));
        Filled { action: action.to_owned(), fields: fields(form) }
    }

    /// The secret of a second factor that the page spells out (RFC 4648, base 32).
    #[track_caller]
    pub fn secret(&self) -> Vec<u8> {
        let letters: String = self.one(".secret").split_whitespace().collect();
        assert_eq!(letters.len(), 32, "160 bits: {self:?}");
        let value = |letter: u8| if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        let bits: String = letters.bytes().map(|letter| format!("{:05b}", value(letter))).collect();
        bits.as_bytes().chunks(8).map(|bits| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).unwrap()).collect()
    }

    /// Every proof on the page, one per form.
    pub fn proofs(&self) -> Vec<String> {
        self.attributes("input[name=_proof]", "value")
    }
}

fn fields(form: ElementRef<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for control in form.select(&Selector::parse("input[name], textarea[name], select[name]").unwrap()) {
        let name = control.value().attr("name").unwrap_or_default().to_owned();
        let value = match control.value().name() {
            "textarea" => control.text().collect(),
            "select" => chosen(control),
            _ if control.value().attr("type") == Some("checkbox") && control.value().attr("checked").is_none() => continue,
            _ => control.value().attr("value").unwrap_or_default().to_owned(),
        };
        found.push((name, value));
    }
    found
}

fn chosen(select: ElementRef<'_>) -> String {
    let all: Vec<_> = select.select(&Selector::parse("option").unwrap()).collect();
    let chosen = all.iter().find(|option| option.value().attr("selected").is_some()).or(all.first());
    chosen.and_then(|option| option.value().attr("value")).unwrap_or_default().to_owned()
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl fmt::Debug for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.location().is_empty() { String::new() } else { format!(" to {}", self.location()) };
        let words: String = if self.text.is_empty() { "(nothing)".into() } else { self.all("main").join(" ").chars().take(600).collect() };
        write!(out, "{}: {}{place}: {words}", self.asked, self.status)
    }
}
