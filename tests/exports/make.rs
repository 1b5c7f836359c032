//! Making: the file holds what the list holds, its page says how it was made, and only who asked takes it along.
use super::{file, form, made};
use crate::support::{ADA, Studio, USERS};
use backlot::kernel::Role;

#[tokio::test]
async fn the_file_holds_every_user_and_everything_about_them() {
    let studio = Studio::open().await;
    let mut billing = studio.sign_in(Role::BillingAdmin).await;
    let asked = form(&mut billing, "dataset=users&filter=sort%3Dcreated").await;
    let csv = String::from_utf8(file(&studio, &mut billing, &asked).await).unwrap();
    let header = "id,email,name,status,status_reason,tier,role,country,locale,time_zone,marketing_consent,payment_failing,\
                  training_failing,created_at,last_active_at,status_changed_at\r\n";
    assert!(csv.starts_with(header), "{csv}");
    let ada = csv.split("\r\n").nth(1).unwrap();
    assert!(ada.starts_with(&format!("{ADA},ada@users.example,Ada Byron,active,,pro,creator,GB,en,UTC,false,true,false,20")), "{ada}");
    let created = studio
        .text(&format!(
            "select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from platform.users where id = '{ADA}'"
        ))
        .await;
    assert!(ada.contains(&created), "{ada} {created}");
    assert!(!csv.contains("password"), "{csv}");
    assert_eq!(studio.number("select file_rows from backlot.exports").await, USERS);
}

#[tokio::test]
async fn its_page_tells_its_numbers_and_every_download_is_on_the_record() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let asked = form(&mut data, "dataset=users&filter=tier%3Dpro").await;
    let (place, page) = made(&studio, &mut data, &asked).await;
    assert_eq!(page.all(".stat b")[0], "2");
    assert_eq!(page.one("#acts .primary"), "Download");
    let id = place.rsplit('/').next().unwrap().to_owned();
    let answer = data.get(&format!("{place}/download")).await.must(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert!(answer.header("content-disposition").starts_with("attachment; filename=\"backlot-users-20"), "{answer:?}");
    assert_eq!(answer.header("content-length"), answer.text.len().to_string());
    assert!(answer.header("repr-digest").starts_with("sha-256=:"), "{answer:?}");
    assert_eq!(answer.header("content-encoding"), "");
    let row = studio.audit_of(answer.request_id()).await.remove(0);
    assert_eq!((row.action.as_str(), row.target_id.as_deref()), ("exports.download", Some(id.as_str())));
    assert_eq!(data.get(&place).await.must(200).all(".stat b")[3], "1");
    let finished = studio.entries("exports.finish", "done").await.remove(0);
    assert_eq!((finished.actor_kind.as_str(), finished.change("state").1.as_str()), ("system", Some("ready")));
    assert_eq!(finished.cause, Some(studio.entries("exports.start", "done").await[0].id));
}

#[tokio::test]
async fn only_who_asked_takes_it_along() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let asked = form(&mut data, "dataset=users").await;
    let (place, _) = made(&studio, &mut data, &asked).await;
    let mut superior = studio.sign_in(Role::SuperAdmin).await;
    let page = superior.get(&place).await.must(200);
    assert!(!page.has("#acts .primary") && page.words().contains("Only who asked for it can download it."), "{page:?}");
    superior.get(&format!("{place}/download")).await.must(404);
    assert_eq!(studio.entries("exports.download", "denied").await.len(), 1);
    assert!(superior.get("/admin/exports").await.must(200).has(".empty"));
    assert_eq!(superior.get("/admin/exports?whose=all").await.must(200).all("tbody tr").len(), 1);
    let mut billing = studio.sign_in(Role::BillingAdmin).await;
    for path in [place.clone(), format!("{place}/live"), format!("{place}/download"), "/admin/exports?whose=all".into()] {
        billing.get(&path).await.must(403);
    }
    assert_eq!(studio.number("select sum(downloads) from backlot.exports").await, 0);
}

#[tokio::test]
async fn nothing_is_left_but_the_file() {
    let studio = Studio::open().await;
    let mut data = studio.sign_in(Role::DataAdmin).await;
    let asked = form(&mut data, "dataset=users").await;
    let (place, _) = made(&studio, &mut data, &asked).await;
    let id = place.rsplit('/').next().unwrap();
    let shelf = studio.folder.join("exports/exports");
    let folders: Vec<_> = std::fs::read_dir(&shelf).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(folders, [id]);
    let files: Vec<_> = std::fs::read_dir(shelf.join(id)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, ["1"]);
}
