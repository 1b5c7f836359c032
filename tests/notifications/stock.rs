//! Letters as somebody else's mail server and parser read them: Python's.
use super::letters::until;
use super::{PAGE, by_both, form, keep, send};
use crate::support::Studio;
use crate::support::browser::HOST;
use crate::support::stock::client;
use backlot::kernel::Role;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn a_stock_mail_server_takes_our_letters_and_a_stock_parser_reads_them() {
    let mut server = client("python3", "mail.py", "").spawn().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let port = lines.next_line().await.unwrap().unwrap();
    let studio = Studio::open().await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let message = "Clips can be **twelve** seconds long — häuser, 日本, مرحبا 😀.\n\n.a line with a dot\n\n- one\n- two <b>three</b>\n\nSee [prices](https://studio.example/?a=1&b=2).";
    let filled = by_both(form(&mut sam).await.with("kind", "feature").with("people", "ada@users.example\neve@users.example"));
    let filled = filled.with("message", message).with("title", "Längere Clips, 日本語, and a subject that is rather long for one line");
    let id = keep(&mut sam, &filled.with("link_label", "See them").with("link_url", "/clips")).await;
    send(&mut sam, id).await.sent_to(&format!("{PAGE}/{id}"));
    until(&studio, &format!("smtp://127.0.0.1:{port}"), &format!("select from backlot.notifications where id = '{id}' and state = 'sent'"))
        .await;
    let mut read = Vec::new();
    for _ in 0..2 {
        let letter: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
        read.push(letter);
    }
    read.sort_by_key(|letter| letter["to"].to_string());
    for (letter, to) in read.iter().zip(["ada@users.example", "eve@users.example"]) {
        as_written(letter, to);
        let sql = format!(
            "select d.id::text from backlot.notification_deliveries d join platform.users u on u.id = d.user_id where d.channel = 'email' and u.email = '{to}'"
        );
        assert_eq!(letter["headers"]["Message-ID"], json!(format!("<{}@{HOST}>", studio.text(&sql).await)));
    }
    assert_ne!(read[0]["headers"]["List-Unsubscribe"], read[1]["headers"]["List-Unsubscribe"]);
    let address = read[0]["headers"]["List-Unsubscribe"].as_str().unwrap().trim_matches(['<', '>']).to_owned();
    let page = studio.browser().get(address.trim_start_matches(&format!("https://{HOST}"))).await.must(200);
    assert!(page.has("form[action^='/u/']"), "the address came through whole: {page:?}");
    server.kill().await.unwrap();
}

fn as_written(letter: &Value, to: &str) {
    assert_eq!(letter["defects"], json!([]), "{letter}");
    assert_eq!((&letter["to"], &letter["from"]), (&json!([to]), &json!("studio@studio.example")));
    let headers = &letter["headers"];
    assert_eq!(headers["Subject"], json!("Längere Clips, 日本語, and a subject that is rather long for one line"));
    assert_eq!(headers["From"], json!("Your studio <studio@studio.example>"));
    assert_eq!(
        (&headers["List-Unsubscribe-Post"], &headers["Auto-Submitted"]),
        (&json!("List-Unsubscribe=One-Click"), &json!("auto-generated"))
    );
    let address = headers["List-Unsubscribe"].as_str().unwrap();
    assert!(
        address.starts_with(&format!("<https://{HOST}/u/")) && address.ends_with('>') && !address.contains(char::is_whitespace),
        "{address}"
    );
    assert_eq!((&letter["kind"], &letter["parts"]), (&json!("multipart/alternative"), &json!(["text/plain", "text/html"])));
    let part = |name: &str| letter[name].as_str().unwrap().replace("\r\n", "\n");
    let (text, html) = (part("text"), part("html"));
    for part in [
        "Clips can be twelve seconds long — häuser, 日本, مرحبا 😀.",
        "\n.a line with a dot\n",
        "- one\n- two <b>three</b>",
        "See them: https://studio.example/clips",
        "Your studio",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for part in [
        "<strong>twelve</strong>",
        "<ul><li>one</li><li>two &lt;b&gt;three&lt;/b&gt;</li></ul>",
        "href=\"https://studio.example/?a=1&amp;b=2\"",
        "Get no more of them",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}
