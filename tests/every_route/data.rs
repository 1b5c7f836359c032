//! Forms about the data's integrity: each with something that a look has found.
use crate::support::{BOBBY, Browser, Filled, Studio};

type Deed = (&'static str, String, &'static [(&'static str, &'static str)]);

/// How the forms are filled.
pub fn deeds() -> Vec<Deed> {
    vec![
        ("integrity.run", "/admin/data/run".into(), &[("check", "same-email")]),
        ("integrity.repair", "/admin/data/tier-differs/repair".into(), &[("reason", "as they pay")]),
        ("integrity.remove", "/admin/data/images-without-model/remove".into(), &[("reason", "nobody's")]),
        ("integrity.clean_up", "/admin/data/cleanup/gateway-calls".into(), &[("reason", "nobody's")]),
    ]
}

/// A look that has found one row.
fn seen(check: &str, row: &str) -> String {
    format!(
        "with run as (insert into backlot.integrity_runs (id, check_code, state, finished_at, looked, found)
           values (gen_random_uuid(), '{check}', 'done', now(), 1, 1) returning id)
         insert into backlot.integrity_findings (run_id, no, row_id, label, detail) select id, 1, '{row}', 'x', 'x' from run"
    )
}

/// What the form is about, and the form with its effect shown.
pub async fn from_its_page(studio: &Studio, browser: &mut Browser, action: &str) -> Option<Filled> {
    let (check, verb) = match action {
        "integrity.repair" => {
            studio
                .run(&format!("update platform.users set tier = 'pro' where id = '{BOBBY}'; {}", seen("tier-differs", &BOBBY.to_string())))
                .await;
            ("tier-differs", "repair")
        }
        "integrity.remove" => {
            let image = "insert into platform.training_images (id, lora_model_id, file_location, width, height)
               values (gen_random_uuid(), gen_random_uuid(), 'training/x.png', 1, 1) returning id::text";
            let image = studio.text(image).await;
            studio.run(&seen("images-without-model", &image)).await;
            ("images-without-model", "remove")
        }
        "integrity.clean_up" => {
            let old = "insert into backlot.gateway_calls (id, endpoint, asked_at, outcome) values (gen_random_uuid(), 'pay', now() - interval '900 days', 'paid');
                       update backlot.cleanup_runs set state = 'done', finished_at = now(), bytes_after = 0 where finished_at is null";
            studio.run(old).await;
            ("cleanup", "gateway-calls")
        }
        _ => return None,
    };
    let path = format!("/admin/data/{check}/{verb}");
    let asked = browser.get(&path).await.must(200).form(&path).with("reason", "the nightly look");
    let shown = browser.submit(&asked).await.must(200);
    let form = shown.form(&path);
    Some(if verb != "repair" { form.with("_typed", &shown.one(".phrase")) } else { form })
}
