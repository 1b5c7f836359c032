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

impl Person {
    /// A member of the staff.
    pub fn admin(id: Uuid, name: &str, email: &str) -> Self {
        Self { href: format!("/admin/admins/{id}"), ..Self::user(id, name, email) }
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
        let choice =
            |(value, label): (&str, &str)| Choice { value: value.to_owned(), label: label.to_owned(), selected: value == self.value };
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

/// A figure with a word; an address makes it a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    pub label: String,
    pub value: String,
    pub note: String,
    pub tone: &'static str,
    pub href: String,
}

/// A panel that could not be loaded; the page around it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    pub what: &'static str,
    pub request_id: String,
    pub retry: String,
}

/// One entry of a menu of actions: it stays when it is not open, and says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuAction {
    pub label: String,
    pub icon: &'static str,
    pub href: String,
    pub danger: bool,
    pub disabled: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub icon: &'static str,
    pub tone: &'static str,
    pub text: String,
    pub by: String,
    pub at: show::Moment,
    pub href: String,
}

/// A link that may be the current one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    pub href: String,
    pub label: &'static str,
    pub current: bool,
}

/// A field that differs, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What must be typed before something that is dangerous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub phrase: String,
    pub value: String,
    pub error: Option<String>,
}

/// A line through figures, drawn in a box of 300 × 56; the figures themselves follow as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spark {
    pub label: String,
    pub line: String,
    pub area: String,
    pub last_x: String,
    pub last_y: String,
    pub rows: Vec<(String, String)>,
}

impl Spark {
    /// Draws the figures in their order.
    pub fn draw(label: impl Into<String>, figures: &[(String, i64)]) -> Self {
        let (least, most) = figures.iter().fold((0, 1), |(least, most), (_, value)| (least.min(*value), most.max(*value)));
        let height = f64::from(i32::try_from(most - least).unwrap_or(i32::MAX));
        let step = 292.0 / f64::from(u32::try_from(figures.len().max(2) - 1).unwrap_or(1));
        let mut points = Vec::with_capacity(figures.len());
        let mut x = 4.0;
        for (_, value) in figures {
            let above = f64::from(i32::try_from(value - least).unwrap_or(i32::MAX));
            points.push((format!("{x:.1}"), format!("{:.1}", 50.0 - above / height * 44.0)));
            x += step;
        }
        let line = points.iter().map(|(x, y)| format!("{x} {y}")).collect::<Vec<_>>().join(" L");
        let (first_x, _) = points.first().cloned().unwrap_or_default();
        let (last_x, last_y) = points.last().cloned().unwrap_or_default();
        let rows = figures.iter().map(|(when, value)| (when.clone(), show::number(*value))).collect();
        Self { label: label.into(), area: format!("M{first_x} 56 L{line} L{last_x} 56Z"), line: format!("M{line}"), last_x, last_y, rows }
    }
}
