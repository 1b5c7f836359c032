//! What is typed comes out as what it means, or as the text that it is.
use super::*;
use proptest::prelude::*;

fn shown(text: &str) -> (String, String) {
    let blocks = read(text);
    (plain(&blocks), html(&blocks))
}

#[test]
fn what_is_taken_comes_out_in_both_forms() {
    for (text, as_plain, as_html) in [
        ("Hello **you** and *you*", "Hello you and you", "<p>Hello <strong>you</strong> and <em>you</em></p>"),
        ("One\ntwo\n\nthree", "One two\n\nthree", "<p>One two</p><p>three</p>"),
        ("One  \ntwo", "One\ntwo", "<p>One<br>two</p>"),
        ("- a\n- b\n\nc", "- a\n- b\n\nc", "<ul><li>a</li><li>b</li></ul><p>c</p>"),
        ("3. a\n4. b", "3. a\n4. b", "<ol><li>a</li><li>b</li></ol>"),
        ("Use `x < y`", "Use x < y", "<p>Use <code>x &lt; y</code></p>"),
        (
            "See [prices](https://studio.example/?a=1&b=2).",
            "See prices (https://studio.example/?a=1&b=2).",
            "<p>See <a href=\"https://studio.example/?a=1&amp;b=2\" rel=\"noopener noreferrer\">prices</a>.</p>",
        ),
        ("# Big\n\ntext", "Big\n\ntext", "<p><strong>Big</strong></p><p>text</p>"),
        ("> quoted", "quoted", "<p>quoted</p>"),
        ("***both***", "both", "<p><strong><em>both</em></strong></p>"),
    ] {
        assert_eq!(shown(text), (as_plain.to_owned(), as_html.to_owned()), "{text}");
    }
}

#[test]
fn markup_that_was_typed_is_text() {
    for text in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick=\"x\">b</b>",
        "![picture](https://evil.example/x.png)",
        "[x](<https://a.example/\"onmouseover=\"alert(1)>)",
        "`<script>`",
        "<div>\n\n**x**\n\n</div>",
    ] {
        let (_, html) = shown(text);
        let tags: Vec<&str> = html.split('<').skip(1).map(|rest| rest.split(['>', ' ']).next().unwrap_or_default()).collect();
        let allowed =
            ["p", "/p", "ul", "/ul", "ol", "/ol", "li", "/li", "strong", "/strong", "em", "/em", "code", "/code", "a", "/a", "br"];
        assert!(tags.iter().all(|tag| allowed.contains(tag)), "{text}: {html}");
        assert!(!html.contains("<img") && !html.contains("onmouseover=\"alert"), "{text}: {html}");
    }
}

proptest! {
    #[test]
    fn nothing_that_is_typed_opens_a_tag_of_its_own(text in "[ -~\n]{0,200}") {
        let (_, html) = shown(&text);
        for piece in html.split('<').skip(1) {
            let tag = piece.split(['>', ' ']).next().unwrap_or_default().trim_start_matches('/');
            prop_assert!(["p", "ul", "ol", "li", "strong", "em", "code", "a", "br"].contains(&tag), "{} in {}", tag, html);
        }
        prop_assert_eq!(html.matches("<a ").count(), html.matches("</a>").count());
    }
}
