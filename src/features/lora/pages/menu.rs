//! What can be done about a model, and why not.
use super::PATH;
use crate::features::lora::model::{Attempt, Model, Status};
use crate::kernel::Permission;
use crate::web::Admin;
use crate::web::parts::MenuAction;

/// The menu: an action that is not open stays, and says why.
pub fn menu(admin: &Admin, model: &Model, last: Option<&Attempt>) -> Vec<Vec<MenuAction>> {
    let home = format!("{PATH}/{}", model.id);
    let entry = |label: &str, icon, path: &str, why: Option<String>| MenuAction {
        label: label.to_owned(),
        icon,
        href: format!("{home}/{path}"),
        danger: false,
        disabled: why,
    };
    let gone = model.deleted.is_some().then(|| "This model is deleted.".to_owned());
    let act = |why: Option<String>| admin.lacks(Permission::LoraAct).or_else(|| gone.clone()).or(why);
    let retry = (model.status != Status::Failed).then(|| "Only a failed training can be retried.".to_owned());
    let asked = last.is_some_and(|last| last.cancel_asked_at.is_some());
    let cancel = match model.is_open() {
        true if asked => Some("The training service is being asked to stop it.".to_owned()),
        true => None,
        false => Some("No training waits or runs.".to_owned()),
    };
    let mut link = entry("Link to a character…", "link", "link", act(None));
    if model.character.is_some() {
        link.label = "Link to another character…".to_owned();
    }
    let delete = match &model.deleted {
        None => MenuAction { danger: true, ..entry("Delete…", "trash", "delete", admin.lacks(Permission::LoraDelete)) },
        Some(_) => entry("Delete…", "trash", "delete", gone.clone()),
    };
    vec![
        vec![
            entry("Retry the training…", "rotate-clockwise-2", "retry", act(retry)),
            entry("Cancel the training…", "player-stop", "cancel", act(cancel)),
            link,
            entry("Read the log", "file-text", "log", admin.lacks(Permission::LoraLogs)),
        ],
        vec![delete],
    ]
}
