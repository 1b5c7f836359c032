//! Readers of others parse what is written, strictly: every script, quotes, line breaks, signs that begin formulas.
use super::{DELIVERIES, file, form, made};
use crate::support::{ADA, Browser, Studio, stock};
use backlot::kernel::Role;
use serde_json::Value;

/// What a name can be: the last of each is what a cell of CSV must hold.
const NAMES: [(&str, bool); 30] = [
    ("=1+1", true),
    ("=cmd|' /C calc'!A0", true),
    ("+49 30 1234", true),
    ("-2", true),
    ("@SUM(1)", true),
    ("\t=1", true),
    ("\r=1", true),
    ("\n=1", true),
    ("  =1", true),
    ("\u{a0}\u{3000}=1", true),
    ("\u{feff}=1", true),
    ("\u{200b}@x", true),
    ("＝1", true),
    ("＋1", true),
    ("－1", true),
    ("＠x", true),
    ("\"=1\"", true),
    ("plain", false),
    ("  spaces  ", false),
    ("a, b; c\td", false),
    ("say \"hi\"", false),
    ("\"", false),
    ("two\nlines", false),
    ("two\r\nlines\r", false),
    ("naïve Zoë Ünï", false),
    ("李小龍 かな カナ 한국어", false),
    ("שלום עולם مرحبا", false),
    ("हिन्दी ไทย ქართული", false),
    ("😀👨‍👩‍👧‍👦 🇪🇺 e\u{301}", false),
    ("\u{1}\u{8}\u{b}\u{1f}\u{7f}\u{85}\u{2028}\u{fffe}", false),
];

async fn hostile() -> (Studio, Browser) {
    let studio = Studio::open().await;
    for (at, (name, _)) in NAMES.iter().enumerate() {
        let sql = "insert into platform.users (id, email, name, country, created_at, status_reason)
                   values (gen_random_uuid(), $1, $2, 'XX', timestamptz '2026-01-22 14:03:05.123456+00' + $3 * interval '1 second', '')";
        let email = format!("hostile{at}@users.example");
        sqlx::query(sql).bind(email).bind(name).bind(i32::try_from(at).unwrap()).execute(&studio.root).await.unwrap();
    }
    let browser = studio.sign_in(Role::DataAdmin).await;
    (studio, browser)
}

/// Reads a file with another's reader.
async fn read(studio: &Studio, kind: &str, bytes: &[u8]) -> Value {
    let path = studio.folder.join(format!("taken.{kind}"));
    std::fs::write(&path, bytes).unwrap();
    let output =
        stock::client("python3", "exports.py", "").arg(kind).arg(&path).stderr(std::process::Stdio::piped()).output().await.unwrap();
    assert!(output.status.success(), "{kind}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn exported(studio: &Studio, browser: &mut Browser, format: &str, gzip: bool) -> Vec<u8> {
    let mut asked = form(browser, "dataset=users&filter=q%3Dhostile%26sort%3Dcreated").await.with("format", format);
    if gzip {
        asked = asked.with("gzip", "yes");
    }
    file(studio, browser, &asked).await
}

fn column(rows: &Value, name: &str) -> Vec<Value> {
    let rows = rows.as_array().unwrap();
    let at = rows[0].as_array().unwrap().iter().position(|cell| cell == name).unwrap();
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn csv_is_read_strictly_and_no_text_is_a_formula() {
    let (studio, mut browser) = hostile().await;
    for gzip in [false, true] {
        let bytes = exported(&studio, &mut browser, "csv", gzip).await;
        assert_eq!(bytes.starts_with(&[0x1f, 0x8b]), gzip);
        let rows = read(&studio, "csv", &bytes).await;
        for ((name, is_formula), cell) in NAMES.iter().zip(column(&rows, "name")) {
            let wanted = if *is_formula { format!("'{name}") } else { (*name).to_owned() };
            assert_eq!(cell, wanted, "{name:?}");
        }
        assert_eq!(column(&rows, "created_at")[0], "2026-01-22T14:03:05.123456Z");
        assert_eq!(column(&rows, "marketing_consent")[0], "false");
    }
}

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn json_keeps_every_text_as_it_is() {
    let (studio, mut browser) = hostile().await;
    for format in ["json", "ndjson"] {
        let bytes = exported(&studio, &mut browser, format, format == "ndjson").await;
        let rows = read(&studio, format, &bytes).await;
        assert_eq!(column(&rows, "name"), NAMES.map(|(name, _)| Value::from(name)), "{format}");
        assert_eq!(column(&rows, "marketing_consent")[0], false);
        assert_eq!((&column(&rows, "status_changed_at")[0], &column(&rows, "status_reason")[0]), (&Value::Null, &Value::from("")));
    }
}

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn excel_holds_text_times_and_truths_as_what_they_are() {
    let (studio, mut browser) = hostile().await;
    let bytes = exported(&studio, &mut browser, "xlsx", false).await;
    let book = read(&studio, "xlsx", &bytes).await;
    assert_eq!(book["sheets"], serde_json::json!(["Users"]));
    for ((name, _), cell) in NAMES.iter().zip(column(&book["rows"], "Name")) {
        // XML knows no other line break than \n, and no U+FFFE.
        let is_same = |cell: &str| cell == *name || (name.contains(['\r', '\u{fffe}']) && cell.len() + 4 > name.len());
        assert!(cell.as_str().is_some_and(is_same), "{name:?}: {cell:?}");
    }
    assert!(column(&book["rows"], "Created (UTC)")[0].as_str().unwrap().starts_with("2026-01-22T14:03:05"));
    assert_eq!(column(&book["rows"], "Promotional mail")[0], false);
}

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn excel_turns_to_the_next_sheet_where_one_is_full() {
    // A header and as many rows as fit: full, one too many, and full again.
    for (rows, sheets) in [
        (31, vec!["Users"]),
        (16, vec!["Users", "Users 2"]),
        (11, vec!["Users", "Users 2", "Users 3"]),
        (10, vec!["Users", "Users 2", "Users 3", "Users 4"]),
    ] {
        let (mut studio, mut browser) = hostile().await;
        studio.sheet_rows = Some(rows);
        let bytes = exported(&studio, &mut browser, "xlsx", false).await;
        let book = read(&studio, "xlsx", &bytes).await;
        assert_eq!(book["sheets"], serde_json::json!(sheets), "{rows} rows a sheet");
        // Every sheet begins with the header: the reader checks that, and takes it away.
        assert_eq!(column(&book["rows"], "ID").len(), NAMES.len(), "{rows} rows a sheet");
        let mails: Vec<_> = (0..NAMES.len()).map(|at| Value::from(format!("hostile{at}@users.example"))).collect();
        assert_eq!(column(&book["rows"], "E-mail"), mails, "none is lost and none comes twice");
    }
}

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn every_other_dataset_is_read_too_with_numbers_as_numbers() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::DataAdmin).await;
    browser.post("/admin/users/0192f000-0000-7000-8000-00000000000b/notes", &[("body", "=a note")]).await.must(303);
    studio.run(DELIVERIES).await;
    for (set, rows_of, name, wanted) in [
        ("payments", "platform.payments", "amount", serde_json::json!(29.0)),
        ("credit_transactions", "platform.credit_transactions", "amount", serde_json::json!(500)),
        ("generation_jobs", "platform.generation_jobs", "credits", serde_json::json!(4)),
        ("lora_models", "platform.lora_models", "progress", serde_json::json!(0)),
        ("workflow_runs", "platform.workflow_jobs", "inputs", serde_json::json!({})),
        ("deliveries", "backlot.notification_deliveries", "state", serde_json::json!("failed")),
    ] {
        for kind in ["json", "csv", "xlsx"] {
            let asked = form(&mut browser, &format!("dataset={set}")).await.with("format", kind);
            let bytes = file(&studio, &mut browser, &asked).await;
            let rows = read(&studio, kind, &bytes).await;
            let rows = if kind == "xlsx" { rows["rows"].clone() } else { rows };
            let count = i64::try_from(rows.as_array().unwrap().len()).unwrap() - 1;
            assert_eq!(count, studio.number(&format!("select count(*) from {rows_of}")).await, "{set} as {kind}");
            if kind == "json" {
                assert!(column(&rows, name).contains(&wanted), "{set}: {rows}");
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn the_audit_log_holds_the_order_to_export_it() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::DataAdmin).await;
    let day = studio.text("select now()::date::text").await;
    let list = browser.get(&format!("/admin/audit?from={day}&actor=me")).await.must(200);
    let link = list.attributes("#acts a[href^='/admin/exports/new']", "href").remove(0);
    let page = browser.get(&link).await.must(200);
    let asked = page.form("/admin/exports/new").with("reason", "a review").with("format", "json");
    let bytes = file(&studio, &mut browser, &asked).await;
    let rows = read(&studio, "json", &bytes).await;
    assert!(column(&rows, "action").contains(&Value::from("exports.start")), "{rows}");
    let leaves = studio.text("select encode(leaf, 'hex') from backlot.audit_log where action = 'exports.start'").await;
    assert!(column(&rows, "leaf").contains(&Value::from(leaves)));
}

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn one_users_data_is_every_table_of_theirs_without_credentials() {
    let studio = Studio::open().await;
    studio.run("update platform.users set password_hash = 'the-hash-itself', mfa_secret = 'the-secret-itself'").await;
    let mut browser = studio.sign_in(Role::DataAdmin).await;
    browser.post(&format!("/admin/users/{ADA}/notes"), &[("body", "Owes <b>nothing</b>")]).await.must(303);
    let asked = form(&mut browser, &format!("dataset=user_data&user={ADA}")).await;
    let (place, page) = made(&studio, &mut browser, &asked).await;
    assert_eq!(page.one("h1"), "Everything of Ada Byron");
    let bytes = browser.file(&format!("{place}/download")).await;
    let all = read(&studio, "zip", &bytes).await;
    let rows = |name: &str| all[format!("{name}.json")].as_array().unwrap_or_else(|| panic!("{name} is missing")).len();
    assert_eq!([rows("account"), rows("sessions"), rows("projects"), rows("payments"), rows("subscriptions")], [1, 3, 1, 1, 1]);
    assert_eq!([rows("generation_jobs"), rows("workflow_jobs"), rows("staff_notes"), rows("staff_actions")], [1, 1, 1, 1]);
    assert_eq!([rows("characters"), rows("lora_models"), rows("lora_trainings"), rows("training_images")], [0, 0, 0, 0]);
    assert_eq!([rows("credit_transactions"), rows("notifications")], [0, 0]);
    assert!(all["training_logs.json"].is_null(), "a data admin may not read what trainers print");
    let index = all["index.html"].as_str().unwrap();
    assert!(index.contains("Left out, because whoever asked may not read it: Training logs."), "{index}");
    assert!(index.contains("Owes &lt;b&gt;nothing&lt;/b&gt;") && !index.contains("<b>nothing"), "{index}");
    let text = all.to_string();
    assert!(!text.contains("the-hash-itself") && !text.contains("the-secret-itself") && !text.contains("token_hash"), "{text}");
    assert!(!text.contains("ben@users.example"), "only Ada's");
}

/// What every table of a user is must be here: a table that comes later is either exported or named as none of theirs.
#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn no_table_of_users_is_forgotten() {
    let studio = Studio::open().await;
    let mut browser = studio.sign_in(Role::SuperAdmin).await;
    let asked = form(&mut browser, &format!("dataset=user_data&user={ADA}")).await;
    let bytes = file(&studio, &mut browser, &asked).await;
    let all = read(&studio, "zip", &bytes).await;
    let sql = "select string_agg(distinct c.table_name, ',' order by c.table_name) from information_schema.columns c
               where c.table_schema = 'platform' and c.column_name in ('user_id', 'project_id', 'lora_model_id', 'lora_training_id')
                 or c.table_schema = 'backlot' and c.column_name = 'user_id'";
    for table in studio.text(sql).await.split(',') {
        let name = match table {
            "user_sessions" => "sessions",
            "user_notes" => "staff_notes",
            "view_grants" => "staff_views",
            "notification_deliveries" => "letters",
            // Who was on a list that a notification was written for: what came of it is in the inbox and among the letters.
            "notification_people" => continue,
            // The other side of the credit transactions.
            "ledger_accounts" => continue,
            other => other,
        };
        assert!(all[format!("{name}.json")].is_array(), "{table} is not in a user's data");
    }
}
