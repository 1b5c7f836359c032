//! The pages of a view: the question before it, what the user sees, and its end.
pub mod end;
pub mod hand_over;
pub mod home;
pub mod made;
pub mod money;
pub mod start;
mod token;
pub mod work;

use crate::kernel::Result;
use crate::web::Admin;
use crate::web::parts::Badge;
use crate::web::viewing::Viewing;

/// What stands around each page of a view: who looks as whom, and where one can go.
pub struct Frame {
    admin: Admin,
    viewing: Viewing,
    /// The user's account as their own menu shows it: address, words, whether one is there.
    tabs: Vec<(&'static str, &'static str, bool)>,
    /// What the platform tells its users while it is in maintenance.
    maintenance: Option<String>,
    /// The view can be handed over to the platform's own pages.
    has_platform: bool,
}

const TABS: [(&str, &str); 9] = [
    ("/as", "Home"),
    ("/as/projects", "Projects"),
    ("/as/characters", "Characters"),
    ("/as/models", "Models"),
    ("/as/generations", "Generations"),
    ("/as/credits", "Credits"),
    ("/as/subscription", "Subscription"),
    ("/as/notifications", "Notifications"),
    ("/as/features", "Features"),
];

impl Frame {
    /// Around a page, by its address in the menu.
    ///
    /// # Errors
    /// `NotFound` when no view is on.
    pub fn of(admin: Admin, here: &str) -> Result<Self> {
        let viewing = admin.viewing().ok_or_else(|| crate::kernel::Error::NotFound("This view is over.".into()))?;
        let open = admin.site().live.now().maintenance.open.as_ref().map(|open| open.message.clone());
        Ok(Self {
            viewing,
            tabs: TABS.iter().map(|(href, label)| (*href, *label, *href == here)).collect(),
            maintenance: open.map(|message| if message.is_empty() { "The studio is in maintenance.".to_owned() } else { message }),
            has_platform: admin.site().platform_url.is_some(),
            admin,
        })
    }
}

/// A state in the words and the colour that a user knows.
fn state(code: &str) -> Badge {
    let tone = match code {
        "ready" | "done" | "active" | "paid" | "succeeded" => "ok",
        "failed" | "past_due" => "bad",
        "training" | "running" | "trialing" => "info",
        "cancelled" | "partially_refunded" | "refunded" => "warn",
        _ => "",
    };
    let mut label = code.replace('_', " ");
    if let Some(first) = label.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Badge::new(tone, label)
}
