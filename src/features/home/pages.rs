//! The first page after signing in.
use super::store::{self, Waiting};
use crate::kernel::{Result, Role};
use crate::web::parts::{Event, Failed, Stat};
use crate::web::show::{Moment, number};
use crate::web::{Admin, html, see_other};
use askama::Template;
use axum::response::Response;
use sqlx::PgConnection;

#[derive(Template)]
#[template(path = "home/index.html")]
struct Home {
    admin: Admin,
    greeting: String,
    lead: &'static str,
    find_first: bool,
    /// Who may do everything is asked to have one.
    lacks_passkey: bool,
    stats: Vec<Stat>,
    inboxes: Vec<Inbox>,
    mine: Vec<Event>,
}

/// One list of what awaits this admin.
struct Inbox {
    id: &'static str,
    title: &'static str,
    more: &'static str,
    empty: &'static str,
    icon: &'static str,
    tone: &'static str,
    rows: std::result::Result<Vec<InboxRow>, Failed>,
}

struct InboxRow {
    title: String,
    detail: String,
    href: String,
    at: Moment,
}

/// What an inbox is about.
#[derive(Clone, Copy)]
enum About {
    Alerts,
    FailedPayments,
    GraceEnding,
    FailedTrainings,
    FailedWorkflows,
    Suspended,
}

impl About {
    /// What a role looks at first.
    fn of(role: Role) -> &'static [Self] {
        match role {
            Role::SuperAdmin => &[Self::Alerts, Self::FailedPayments, Self::FailedWorkflows, Self::Suspended],
            Role::SupportAdmin => &[Self::FailedWorkflows, Self::FailedTrainings, Self::Suspended],
            Role::OperationsAdmin => &[Self::Alerts, Self::FailedWorkflows, Self::FailedTrainings],
            Role::DataAdmin => &[Self::Suspended, Self::FailedPayments],
            Role::BillingAdmin => &[Self::FailedPayments, Self::GraceEnding],
        }
    }

    async fn open(self, admin: &Admin, db: &mut PgConnection) -> Inbox {
        let (id, title, more, empty, icon, tone) = match self {
            Self::Alerts => ("alerts", "Open alerts", "/admin/alerts", "Nothing is wrong.", "bell-ringing", "bad"),
            Self::FailedPayments => {
                ("payments", "Failed payments", "/admin/users?failed_payment=yes", "No payment has failed.", "credit-card", "bad")
            }
            Self::GraceEnding => ("grace", "Grace ending", "", "Nobody is in grace.", "clock", "warn"),
            Self::FailedTrainings => {
                ("trainings", "Failed LoRA trainings", "/admin/lora?status=failed", "No training has failed.", "sparkles", "warn")
            }
            Self::FailedWorkflows => {
                ("workflows", "Failed workflows", "/admin/workflows/failures", "No workflow has failed.", "subtask", "bad")
            }
            Self::Suspended => ("suspended", "Suspended", "/admin/users?status=suspended", "Nobody is suspended.", "user-off", "warn"),
        };
        let rows = match self {
            Self::Alerts => store::open_alerts(db).await,
            Self::FailedPayments => store::failed_payments(db).await,
            Self::GraceEnding => store::grace_ending(db).await,
            Self::FailedTrainings => store::failed_trainings(db).await,
            Self::FailedWorkflows => store::failed_workflows(db).await,
            Self::Suspended => store::suspended(db).await,
        };
        let rows = rows.map(|rows| rows.into_iter().map(|row| self.inbox_row(admin, row)).collect()).map_err(|error| {
            tracing::error!(title, %error, "a panel failed");
            Failed { what: title, request_id: admin.request_id(), retry: admin.here().to_owned() }
        });
        Inbox { id, title, more, empty, icon, tone, rows }
    }

    fn inbox_row(self, admin: &Admin, row: Waiting) -> InboxRow {
        let home = match self {
            Self::Alerts => "/admin/alerts",
            Self::FailedTrainings => "/admin/lora",
            Self::FailedWorkflows => "/admin/workflows",
            _ => "/admin/users",
        };
        InboxRow { title: row.title, detail: row.detail, href: format!("{home}/{}", row.subject), at: admin.time(row.at) }
    }
}

/// Who comes to the bare address is led in.
pub async fn front() -> Response {
    see_other("/admin")
}

/// The page.
pub async fn home(admin: Admin) -> Result<Response> {
    let mut db = admin.reader().await?;
    let mut inboxes = Vec::new();
    for about in About::of(admin.role()) {
        inboxes.push(about.open(&admin, &mut db).await);
    }
    let stats = stats(&mut db, admin.waiting()).await?;
    let mine = store::deeds(&mut db, admin.id()).await?;
    let lacks_passkey = admin.role() == Role::SuperAdmin && !store::has_passkey(&mut db, admin.id()).await?;
    db.keep();
    let first = admin.name().split_whitespace().next().unwrap_or_default();
    html(&Home {
        greeting: format!("Hello, {first}"),
        lead: lead(admin.role()),
        find_first: true,
        lacks_passkey,
        stats,
        inboxes,
        mine: mine.into_iter().map(|deed| event(&admin, deed)).collect(),
        admin,
    })
}

fn lead(role: Role) -> &'static str {
    match role {
        Role::SuperAdmin => "Everything that awaits somebody.",
        Role::SupportAdmin => "Find a user, or begin with what broke.",
        Role::OperationsAdmin => "What is failing now.",
        Role::DataAdmin => "Integrity, and who did what.",
        Role::BillingAdmin => "Money that did not arrive.",
    }
}

async fn stats(db: &mut PgConnection, waiting: i64) -> Result<Vec<Stat>> {
    let dead = store::dead_jobs(&mut *db).await?;
    let refused = store::refused_today(db).await?;
    let stat = |label: &str, value: i64, note: &str, href: &str| Stat {
        label: label.into(),
        value: number(value),
        note: note.into(),
        tone: if value > 0 { "bad" } else { "" },
        href: href.into(),
    };
    Ok(vec![
        Stat { tone: if waiting > 0 { "warn" } else { "" }, ..stat("Approvals", waiting, "wait for you", "/admin/approvals") },
        stat("Dead jobs", dead, "until somebody retries them", "/admin/jobs?state=dead"),
        stat("Refused or failed", refused, "in 24 hours", "/admin/audit?outcome=denied"),
    ])
}

fn event(admin: &Admin, deed: store::Deed) -> Event {
    Event {
        icon: if deed.outcome == "done" { "check" } else { "alert-circle" },
        tone: if deed.outcome == "done" { "ok" } else { "bad" },
        text: format!("{} {}", deed.action, deed.target.unwrap_or_default()),
        by: String::new(),
        at: admin.time(deed.at),
        href: format!("/admin/audit/{}", deed.id),
    }
}
