//! A notification as a letter.
use super::content::Content;
use super::markdown::escape;
use crate::gateways::mail::Dress;

/// A letter's text, and what else it wears.
pub struct Written {
    pub text: String,
    pub dress: Dress,
}

/// Writes the letter. Where users can say no, `unsubscribe` is the address at which they do.
pub fn write(content: &Content, sender: &str, unsubscribe: Option<String>) -> Written {
    let (mut text, mut html) = (content.plain(), format!("<h1>{}</h1>{}", escape(&content.title), content.html()));
    if let Some(link) = &content.link {
        text.push_str(&format!("\n\n{}: {}", link.label, link.url));
        html.push_str(&format!("<p><a href=\"{}\">{}</a></p>", escape(&link.url), escape(&link.label)));
    }
    text.push_str(&format!("\n\n-- \n{sender}\n"));
    html.push_str(&format!("<hr><p>{}", escape(sender)));
    if let Some(address) = &unsubscribe {
        let what = content.kind.to_users();
        text.push_str(&format!("You get {what}. To get no more of them: {address}\n"));
        html.push_str(&format!("<br>You get {what}. <a href=\"{}\">Get no more of them</a>", escape(address)));
    }
    html.push_str("</p>");
    Written { text, dress: Dress { sender: sender.to_owned(), html, unsubscribe } }
}
