//! Forms about a LoRA model, with one that each can be about.
use crate::support::lora::model;
use crate::support::{Browser, Filled, Studio};

/// The form of an action on a model, once there is one.
pub async fn from_its_page(studio: &Studio, browser: &mut Browser, action: &str) -> Option<Filled> {
    let verb = action.strip_prefix("lora.")?;
    let state = match verb {
        "retry" => "failed",
        "cancel" => "pending",
        _ => "ready",
    };
    let made = model(studio, state, "timeout").await;
    let path = format!("/admin/lora/{}/{verb}", made.id);
    match verb {
        "link" => {
            let page = browser.get(&path).await.must(200);
            Some(page.form(&path).with("character", &made.character.to_string()))
        }
        "unlink" => {
            studio.run(&format!("update platform.lora_models set character_id = '{}' where id = '{}'", made.character, made.id)).await;
            Some(Filled { action: path, fields: vec![("_proof".into(), browser.proof().await)] })
        }
        "restore" => {
            studio.run(&format!("update platform.lora_models set deleted_at = now() where id = '{}'", made.id)).await;
            let page = browser.get(&format!("/admin/lora/{}", made.id)).await.must(200);
            Some(page.form(&path))
        }
        _ => {
            let form = browser.get(&path).await.must(200).form(&path).with("reason", "as they asked");
            let shown = browser.submit(&form).await.must(200);
            let form = shown.form(&path);
            Some(if verb == "delete" { form.with("_typed", &shown.one(".phrase")) } else { form })
        }
    }
}

/// What can be done with models; each makes one of its own.
pub fn deeds() -> Vec<(&'static str, String, super::deeds::Fields)> {
    let actions = ["lora.retry", "lora.cancel", "lora.link", "lora.unlink", "lora.delete", "lora.restore"];
    actions.map(|action| (action, String::new(), [].as_slice() as super::deeds::Fields)).to_vec()
}
