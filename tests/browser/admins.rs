//! Admin accounts: an invitation all the way to the first page, and out on the next click.
use super::browser::{Browser, Done};
use super::studio::Studio;
use super::visit::{Look, visit};
use std::time::Duration;

/// The path of the one-time link in the newest letter to somebody, once it has arrived.
async fn link(browser: &Browser, email: &str) -> String {
    let text = "select substring(body from '/welcome/[A-Za-z0-9_-]+') from backlot.mailbox where to_address = $1 order by delivered_at desc limit 1";
    let mut db = browser.studio.database().await;
    for _ in 0..100 {
        let found: Option<String> = sqlx::query_scalar(text).bind(email).fetch_optional(&mut db).await.unwrap();
        if let Some(path) = found {
            return path;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no letter to {email} has arrived");
}

async fn invite(browser: &Browser, email: &str, name: &str) -> Done {
    browser.open("/admin/admins").await?;
    browser.press("Invite admin").await?;
    browser.fill("#email", email).await?;
    browser.fill("#name", name).await?;
    browser.find("#role").await?.send_keys("Data admin").await?;
    browser.press("Send invitation").await?;
    browser.says(".flash", "The invitation is made.").await?;
    browser.says(".hero", email).await
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn an_invitation_leads_by_password_and_second_factor_to_the_first_page_and_disabling_out_on_the_next_click() {
    visit(Look::Desktop, async |boss| {
        boss.come_in("Super admin").await?;
        invite(&boss, "ida@backlot.example", "Ida New").await?;
        let page = boss.path().await?;
        let path = link(&boss, "ida@backlot.example").await;
        visit(Look::Desktop, async |ida| {
            ida.open(&path).await?;
            ida.fill("#password", "a horse of another colour").await?;
            ida.fill("#again", "a horse of another colour").await?;
            ida.press("Choose this password").await?;
            ida.says("h1", "Set up your second factor").await?;
            let secret = ida.text(".secret").await?;
            ida.fill("#code", &Studio::code(&secret, 0)).await?;
            ida.press("Turn on and go on").await?;
            ida.open("/admin").await?;
            ida.says(".me", "Ida New").await?;
            ida.says("h1", "Hello, Ida").await?;

            boss.open(&format!("{page}/disable")).await?;
            boss.fill("#reason", "Only a trial").await?;
            boss.press("Show what will happen").await?;
            boss.says(".counts", "sessions end").await?;
            boss.press("Disable this admin").await?;
            boss.says(".flash", "ida@backlot.example is disabled.").await?;
            ida.press("Users").await?;
            ida.says("h1", "Sign in").await
        })
        .await;
        Ok(())
    })
    .await;
}

/// What a command printed, on either side.
fn said(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
#[ignore = "needs Chromium: scripts/test runs it"]
async fn the_command_line_looks_after_accounts_when_the_door_is_jammed() {
    let studio = Studio::join();
    let list = said(&studio.command(&["admin", "list"]));
    assert!(list.contains("maya@backlot.example") && list.contains("super_admin") && list.contains("otto@backlot.example"), "{list}");
    let words = ["admin", "invite", "--email", "zoe@backlot.example", "--name", "Zoë Console", "--role", "support_admin"];
    let invited = said(&studio.command(&words));
    assert!(invited.contains("/welcome/"), "{invited}");
    assert!(said(&studio.command(&words)).contains("There is an admin with this e-mail already"));
    for (words, answer) in [
        (["admin", "promote", "zoe@backlot.example", "--reason", "the only one left"], "is a super admin"),
        (["admin", "disable", "zoe@backlot.example", "--reason", "it was a drill"], "cannot come in any more"),
        (["admin", "reset-mfa", "zoe@backlot.example", "--reason", "it was a drill"], "They have no second factor"),
        (["admin", "disable", "nobody@backlot.example", "--reason", "who is that"], "There is no admin with the address"),
    ] {
        let told = said(&studio.command(&words));
        assert!(told.contains(answer), "{words:?}: {told}");
    }
    let text = "select count(*) from backlot.audit_log where actor_kind = 'console' and actor_id is null and actor_name <> ''
                  and action in ('admins.invite', 'admins.change_role', 'admins.disable') and outcome = 'done'";
    let recorded: i64 = sqlx::query_scalar(text).fetch_one(&mut studio.database().await).await.unwrap();
    assert_eq!(recorded, 3, "each by the operating system's user");
}
