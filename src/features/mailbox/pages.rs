//! The letters, and one of them.
use super::filter::Filter;
use super::store::{self, Summary};
use crate::kernel::Result;
use crate::web::list::{Address, Chip, Pager};
use crate::web::show::Moment;
use crate::web::{Admin, Path, Query, html};
use askama::Template;
use axum::response::Response;
use uuid::Uuid;

const PATH: &str = "/admin/mailbox";

#[derive(Template)]
#[template(path = "mailbox/index.html")]
struct Index {
    admin: Admin,
    total: String,
    q: String,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    href: String,
    subject: String,
    to: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "mailbox/show.html")]
struct Show {
    admin: Admin,
    letter_id: Uuid,
    subject: String,
    to: String,
    to_all: String,
    at: Moment,
    body: Vec<Piece>,
}

/// A piece of a letter's text.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// An address of our own.
    Link(String),
}

/// The letters, newest first.
pub async fn index(admin: Admin, Query(filter): Query<Filter>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let page = store::page(&mut db, &filter).await?;
    let address = Address::of(&admin, PATH);
    // Letters arrive by themselves, so their number is never a remembered one.
    let total = store::total(&mut db, &filter).await?;
    db.keep();
    let search = filter.search().map(|text| Chip { name: "To", value: text.to_owned(), remove: address.without("q") });
    html(&Index {
        total: total.words(),
        q: filter.q.clone().unwrap_or_default(),
        chips: search.into_iter().collect(),
        pager: Pager::new(&page, &address, total, ("letter", "letters")),
        rows: page.rows.iter().map(|letter| row(&admin, letter)).collect(),
        admin,
    })
}

fn row(admin: &Admin, letter: &Summary) -> Row {
    Row {
        href: format!("{PATH}/{}", letter.id),
        subject: titled(&letter.subject),
        to: letter.to_address.clone(),
        at: admin.time(letter.delivered_at),
    }
}

fn titled(subject: &str) -> String {
    if subject.trim().is_empty() { "No subject".to_owned() } else { subject.to_owned() }
}

/// One letter.
pub async fn show(admin: Admin, Path(id): Path<Uuid>) -> Result<Response> {
    let mut db = admin.reader().await?;
    let letter = store::find(&mut db, id).await?;
    db.keep();
    html(&Show {
        letter_id: letter.id,
        subject: titled(&letter.subject),
        to_all: Address::of(&admin, PATH).with("q", &letter.to_address),
        to: letter.to_address,
        at: admin.time(letter.delivered_at),
        body: pieces(&letter.body, &admin.site().public_url),
        admin,
    })
}

/// Cuts a text into what is an address of our own and what is not. Whatever else looks like an address stays text.
fn pieces(text: &str, public_url: &str) -> Vec<Piece> {
    let ours = public_url.trim_end_matches('/');
    let mut pieces = Vec::new();
    let mut text_before = 0;
    for (at, _) in text.match_indices(ours) {
        let end = at + text[at..].find(|c: char| !is_of_address(c)).unwrap_or(text.len() - at);
        let link = text[at..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
        let is_ours = !ours.is_empty() && link.get(ours.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if at < text_before || !is_ours {
            continue;
        }
        pieces.push(Piece::Text(text[text_before..at].to_owned()));
        pieces.push(Piece::Link(link.to_owned()));
        text_before = at + link.len();
    }
    pieces.push(Piece::Text(text[text_before..].to_owned()));
    pieces.retain(|piece| *piece != Piece::Text(String::new()));
    pieces
}

/// The characters of addresses (RFC 3986, 2).
fn is_of_address(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let marked = |piece: Piece| match piece {
            Piece::Text(text) => text,
            Piece::Link(link) => format!("[{link}]"),
        };
        pieces(text, "https://backlot.example").into_iter().map(marked).collect()
    }

    #[test]
    fn only_our_own_addresses_are_links() {
        for (text, expected) in [
            ("Open\n\nhttps://backlot.example/welcome/a-b_c\n", "Open\n\n[https://backlot.example/welcome/a-b_c]\n"),
            ("(https://backlot.example), once.", "([https://backlot.example]), once."),
            ("https://backlot.example/a https://backlot.example/b", "[https://backlot.example/a] [https://backlot.example/b]"),
            ("https://backlot.example.evil.example/", "https://backlot.example.evil.example/"),
            ("https://backlot.example@evil.example/", "https://backlot.example@evil.example/"),
            ("https://backlot.example:8443/", "https://backlot.example:8443/"),
            ("https://evil.example/?https://backlot.example/a", "https://evil.example/?[https://backlot.example/a]"),
            ("javascript:alert(1)", "javascript:alert(1)"),
            ("https://backlot.example/\"><script>", "[https://backlot.example/]\"><script>"),
            ("https://backlot.example/é日本", "[https://backlot.example/]é日本"),
            ("https://backlot.examplehttps://backlot.example/a", "https://backlot.example[https://backlot.example/a]"),
            ("", ""),
        ] {
            assert_eq!(shown(text), expected);
        }
        assert_eq!(pieces("a text", ""), [Piece::Text("a text".into())]);
    }
}
