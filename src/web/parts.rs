//! The small shapes that the components of `templates/components` draw.
use super::show;
use crate::kernel::Invalid;
use uuid::Uuid;

/// A state in a word, coloured, with why it is so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Badge {
    /// A class of the style sheet: `ok`, `warn`, `bad`, `info` or nothing.
    pub tone: &'static str,
    pub label: String,
    pub why: String,
}

impl Badge {
    /// A badge without an explanation.
    pub fn new(tone: &'static str, label: impl Into<String>) -> Self {
        Self { tone, label: label.into(), why: String::new() }
    }

    /// Says why.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }
}

/// Somebody with a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub initials: String,
    pub hue: u8,
    pub href: String,
}

impl Person {
    /// A user of the platform.
    pub fn user(id: Uuid, name: &str, email: &str) -> Self {
        let seen = name.trim_matches(|letter: char| letter.is_whitespace() || is_invisible(letter));
        let name = if seen.is_empty() { String::new() } else { name.to_owned() };
        Self { initials: show::initials(&name), hue: show::hue(id), href: format!("/admin/users/{id}"), email: email.to_owned(), name }
    }
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{3164}' | '\u{00ad}')
}

/// A link with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub href: String,
    pub label: String,
}

/// A field of a form, with what was typed and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: String,
    pub value: String,
    pub error: Option<String>,
    /// `text`, `email`, `area`, `select`, `password`, `code` …
    pub kind: &'static str,
    pub choices: Vec<Choice>,
    pub autocomplete: &'static str,
    pub required: bool,
}

impl Field {
    /// A field that must be filled.
    pub fn new(kind: &'static str, name: &'static str, label: &'static str) -> Self {
        Self { kind, name, label, autocomplete: "off", required: true, ..Self::default() }
    }

    /// Says what belongs in it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// May stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// What browsers may fill in (HTML, autofill detail tokens).
    #[must_use]
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = token;
        self
    }

    /// What was typed.
    #[must_use]
    pub fn value(mut self, value: Option<&str>) -> Self {
        value.unwrap_or("").clone_into(&mut self.value);
        for choice in &mut self.choices {
            choice.selected = choice.value == self.value;
        }
        self
    }

    /// What there is to choose from: value and words.
    #[must_use]
    pub fn choices<'a>(mut self, choices: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let choice = |(value, label): (&str, &str)| Choice { value: value.to_owned(), label: label.to_owned(), selected: value == self.value };
        self.choices = choices.into_iter().map(choice).collect();
        self
    }

    /// What is wrong with it, if anything.
    #[must_use]
    pub fn refused(mut self, invalid: &Invalid) -> Self {
        self.error = invalid.of(self.name).map(str::to_owned);
        self
    }
}

/// One choice of a field or filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

/// The sentences of a form's summary: field and sentence.
pub type Errors = Vec<(&'static str, String)>;
