//! A row that is wrong, with the way to where it is shown.
use crate::features::integrity::model::{Check, Finding};
use crate::kernel::Permission;
use crate::web::Admin;
use crate::web::parts::Link;
use crate::web::show::Moment;
use uuid::Uuid;

/// A finding, as a table shows it.
pub struct Row {
    pub label: String,
    /// Empty: it has no page.
    pub href: String,
    pub key: String,
    pub detail: String,
    /// Whom it is about; nothing: nobody, or a user who does not exist.
    pub user: Option<Link>,
    /// The id of a user who does not exist.
    pub absent: Option<Uuid>,
    pub mended: Option<Moment>,
}

/// A finding, given which users there are.
pub fn row(admin: &Admin, check: Check, finding: &Finding, there: &[Uuid]) -> Row {
    let is_there = finding.subject.filter(|user| there.contains(user));
    Row {
        label: if finding.label.trim().is_empty() { "Without a name".into() } else { finding.label.clone() },
        href: href(admin, check, finding).unwrap_or_default(),
        key: finding.row_id.clone(),
        detail: finding.detail.clone(),
        user: is_there.map(|user| Link { href: format!("/admin/users/{user}"), label: "Open user".into() }),
        absent: finding.subject.filter(|user| !there.contains(user)),
        mended: admin.time_if(finding.mended_at),
    }
}

/// Where the row itself is shown. What has no owner has no page either: pages begin with the owner.
fn href(admin: &Admin, check: Check, finding: &Finding) -> Option<String> {
    let key = &finding.row_id;
    Some(match check {
        Check::NegativeBalances | Check::TwoSubscriptions | Check::TierDiffers | Check::PaymentFailingDiffers => {
            format!("/admin/users/{key}/billing")
        }
        Check::RefundsAboveSpend | Check::RefundStatusDiffers | Check::PaidUnserved => format!("/admin/users/{}/billing", finding.subject?),
        Check::TrainingFailingDiffers | Check::SameEmail | Check::SuspectedTwins => format!("/admin/users/{key}"),
        Check::StuckGenerations | Check::GenerationsOfNoProject | Check::CharactersOfNoProject => {
            format!("/admin/users/{}", finding.subject?)
        }
        Check::ActiveUnpaid | Check::DiscountsDiffer => format!("/admin/subscriptions/{key}"),
        Check::StuckWorkflows | Check::WorkflowsOfNoProject => format!("/admin/workflows/{key}"),
        Check::StuckTrainings | Check::FilesMissing | Check::ModelCostsDiffer | Check::ModelsOfNoCharacter => format!("/admin/lora/{key}"),
        Check::ProjectHistoryDiffers => format!("/admin/projects/{key}"),
        Check::OverridesWithoutUser => format!("/admin/features/{}", finding.label),
        Check::Reconciliation => "/admin/billing/reconciliation".to_owned(),
        Check::SealsBehind => "/admin/audit".to_owned(),
        Check::DeliveriesMiscounted if admin.may(Permission::NotificationsSend) => format!("/admin/notifications/{key}"),
        _ => return None,
    })
}
