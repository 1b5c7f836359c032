//! Linking a model to a character: of the same user only, and undone with a click.
use crate::support::lora::model;
use crate::support::{ADA, Studio};
use backlot::kernel::Role;

#[tokio::test]
async fn a_character_is_found_by_its_name_linked_and_unlinked() {
    let studio = Studio::open().await;
    let made = model(&studio, "ready", "").await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let path = format!("/admin/lora/{}/link", made.id);
    assert!(!sam.get(&format!("{path}?q=nobody")).await.must(200).text.contains(&made.character.to_string()));
    let page = sam.get(&format!("{path}?q=zoe")).await.must(200);
    assert_eq!(page.attributes("input[name=character]", "value"), [made.character.to_string()], "accents and case are the same");
    sam.submit(&page.form(&path)).await.must(303);
    assert_eq!(studio.of_model(made.id, "character_id").await, made.character.to_string());
    let shown = sam.get(&format!("/admin/lora/{}", made.id)).await.must(200);
    assert!(shown.one(".flash").contains("It is linked to Zoë"), "{shown:?}");
    sam.submit(&shown.form(&format!("/admin/lora/{}/unlink", made.id))).await.must(303);
    assert_eq!(studio.of_model(made.id, "character_id").await, "");
    assert_eq!(studio.entries("lora.unlink", "done").await.len(), 1);
}

#[tokio::test]
async fn anothers_character_and_an_old_page_are_refused() {
    let studio = Studio::open().await;
    let made = model(&studio, "ready", "").await;
    let other = "0192f000-0000-7000-8000-0000000000c1";
    studio.run(&format!("insert into platform.characters (id, user_id, name) values ('{other}', '{ADA}', 'Countess')")).await;
    let mut sam = studio.sign_in(Role::SupportAdmin).await;
    let path = format!("/admin/lora/{}/link", made.id);
    let form = sam.get(&path).await.must(200).form(&path);
    let refused = sam.submit(&form.clone().with("character", other)).await.must(422);
    assert!(refused.one("#errors").contains("belongs to another user"), "{refused:?}");
    let gone = sam.get(&path).await.must(200).form(&path).with("character", &uuid::Uuid::now_v7().to_string());
    sam.submit(&gone).await.must(422);
    let form = sam.get(&path).await.must(200).form(&path);
    studio.run(&format!("update platform.lora_models set version = version + 1 where id = '{}'", made.id)).await;
    sam.submit(&form).await.must(409);
    assert_eq!(studio.of_model(made.id, "character_id").await, "");
}
