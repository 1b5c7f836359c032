//! The rules: what each looks at, how bad it is, and whom it concerns.
use crate::codes;
use crate::gateways::watch::Gateway;
use crate::kernel::Role;

codes! {
    /// What is looked at, four times a minute.
    pub enum Rule {
        FailedTrainings = "failed_trainings" / "Failed trainings",
        FailedWorkflows = "failed_workflows" / "Failed workflow runs",
        FailedGenerations = "failed_generations" / "Failed generations",
        FailedPayments = "failed_payments" / "Failed payments",
        QueueAge = "queue_age" / "Age of the job queue",
        DeadJobs = "dead_jobs" / "Dead jobs",
        GatewayDown = "gateway_down" / "Gateway down",
        Disk = "disk" / "Disk of the database",
        DatabaseSize = "database_size" / "Size of the database",
        SealLag = "seal_lag" / "Audit log unsealed",
        SignInAttacks = "sign_in_attacks" / "Attacks on the sign-in",
        InternalErrors = "internal_errors" / "Errors of Backlot",
        ErrorSpike = "error_spike" / "More errors than usual",
        Billing = "billing" / "Money that does not add up",
    }
}

codes! {
    /// How bad it is.
    pub enum Severity { Critical = "critical" / "Critical", Warning = "warning" / "Warning" }
}

/// Somewhere to go from an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub label: &'static str,
    pub icon: &'static str,
    pub href: String,
}

impl Way {
    fn to(label: &'static str, icon: &'static str, href: impl Into<String>) -> Self {
        Self { label, icon, href: href.into() }
    }
}

impl Rule {
    /// How bad it is.
    pub fn severity(self) -> Severity {
        match self {
            Self::FailedPayments
            | Self::GatewayDown
            | Self::SealLag
            | Self::SignInAttacks
            | Self::Billing
            | Self::Disk
            | Self::QueueAge => Severity::Critical,
            _ => Severity::Warning,
        }
    }

    /// Whom it concerns: they get mail.
    pub fn roles(self) -> &'static [Role] {
        use Role::{BillingAdmin, DataAdmin, OperationsAdmin, SuperAdmin, SupportAdmin};
        match self {
            Self::FailedTrainings | Self::FailedWorkflows | Self::FailedGenerations => &[SuperAdmin, OperationsAdmin, SupportAdmin],
            Self::FailedPayments | Self::Billing => &[SuperAdmin, BillingAdmin],
            Self::SealLag | Self::SignInAttacks => &[SuperAdmin, OperationsAdmin, DataAdmin],
            _ => &[SuperAdmin, OperationsAdmin],
        }
    }

    /// Whether reaching the number fires it; else only passing it.
    pub fn fires_at_it(self) -> bool {
        matches!(self, Self::DeadJobs | Self::GatewayDown | Self::InternalErrors | Self::SignInAttacks | Self::Billing)
    }

    /// A value, as people say it.
    pub fn say(self, value: f64) -> String {
        match self {
            Self::FailedTrainings | Self::FailedWorkflows | Self::FailedGenerations | Self::FailedPayments | Self::Disk => {
                format!("{value:.1} %")
            }
            Self::QueueAge | Self::SealLag => format!("{value:.0} s"),
            Self::DatabaseSize => format!("{value:.1} GB"),
            Self::ErrorSpike => format!("{value:.1} ×"),
            Self::InternalErrors | Self::SignInAttacks => format!("{value:.0} a minute"),
            Self::GatewayDown => format!("{value:.0} in a row"),
            Self::DeadJobs | Self::Billing => format!("{value:.0}"),
        }
    }

    /// The setting where it fires; nothing: the program's own.
    pub fn setting(self) -> Option<&'static str> {
        Some(match self {
            Self::FailedTrainings => "alerts.failed_training_percent",
            Self::FailedWorkflows => "alerts.failed_workflow_percent",
            Self::FailedGenerations => "alerts.failed_generation_percent",
            Self::FailedPayments => "alerts.payment_failure_percent",
            Self::QueueAge => "alerts.queue_age_seconds",
            Self::DeadJobs => "alerts.dead_jobs",
            Self::GatewayDown => "alerts.gateway_failures",
            Self::Disk => "alerts.disk_percent",
            Self::DatabaseSize => "alerts.database_gb",
            Self::SealLag => "alerts.seal_lag_seconds",
            Self::SignInAttacks => "alerts.sign_in_attacks_per_minute",
            Self::InternalErrors => "alerts.internal_errors_per_minute",
            Self::ErrorSpike => "alerts.error_spike",
            Self::Billing => return None,
        })
    }

    /// Its name with what it is about.
    pub fn title(self, subject: &str) -> String {
        let about = match self {
            Self::GatewayDown => Gateway::try_from(subject.to_owned()).map_or_else(|_| subject.to_owned(), |one| one.label().to_owned()),
            Self::Billing => mismatch(subject).to_owned(),
            _ => String::new(),
        };
        if about.is_empty() { self.label().to_owned() } else { format!("{}: {about}", self.label()) }
    }

    /// The same from the words of the database.
    pub fn named(rule: &str, subject: &str) -> String {
        Self::try_from(rule.to_owned()).map_or_else(|_| rule.to_owned(), |rule| rule.title(subject))
    }

    /// Where to look, and where many can be helped at once.
    pub fn ways(self, subject: &str) -> Vec<Way> {
        match self {
            Self::FailedTrainings => vec![
                Way::to("Failed models", "list-details", "/admin/lora?status=failed&sort=-active"),
                Way::to("Failures by error, to retry them", "refresh", "/admin/lora/failures?days=1"),
            ],
            Self::FailedWorkflows => vec![
                Way::to("Failed runs", "list-details", "/admin/workflows?state=failed"),
                Way::to("Failures by error, to retry many", "refresh", "/admin/workflows/failures"),
            ],
            Self::FailedGenerations => vec![Way::to("Failed generations", "list-details", "/admin/health/generations?span=1h")],
            Self::FailedPayments => vec![
                Way::to("Users whose payment fails", "users", "/admin/users?failed_payment=yes"),
                Way::to("What was asked of the gateway", "credit-card", "/admin/billing/operations"),
            ],
            Self::QueueAge => vec![Way::to("Jobs that wait", "stack-2", "/admin/jobs?state=waiting")],
            Self::DeadJobs => vec![Way::to("Dead jobs, to retry or discard them", "refresh", "/admin/jobs?state=dead")],
            Self::GatewayDown => vec![Way::to("The gateways", "plug-connected", "/admin/health#gateways")],
            Self::Disk | Self::DatabaseSize => vec![Way::to("The database", "database", "/admin/health#database")],
            Self::SealLag => vec![Way::to("Verify the audit log", "shield-check", "/admin/audit/verify")],
            Self::SignInAttacks => vec![
                Way::to("Refused passwords", "lock", "/admin/audit?action=session.open&outcome=denied"),
                Way::to("Refused codes", "lock", "/admin/audit?action=session.complete&outcome=denied"),
            ],
            Self::InternalErrors => vec![Way::to("Errors of Backlot", "alert-circle", "/admin/health/faults")],
            Self::ErrorSpike => vec![Way::to("Errors by what they have in common", "list-details", "/admin/health#errors")],
            Self::Billing => vec![billing_way(subject)],
        }
    }
}

fn mismatch(subject: &str) -> &str {
    match subject {
        "differing" => "days on which the gateway has other sums",
        "quarantined" => "messages of the gateway that fit nothing",
        "forged" => "messages with a wrong signature",
        "uncertain" => "operations of which nobody knows the end",
        "charged_back" => "payments that a bank took back",
        "paid_twice" => "payments made a second time",
        other => other,
    }
}

fn billing_way(subject: &str) -> Way {
    match subject {
        "differing" => Way::to("Reconciliation", "git-compare", "/admin/billing/reconciliation"),
        "quarantined" | "forged" => Way::to("The gateway's messages", "receipt", format!("/admin/billing/notices?verdict={subject}")),
        "uncertain" => Way::to("Uncertain operations", "help-circle", "/admin/billing/operations?state=uncertain"),
        _ => Way::to("Operations", "credit-card", "/admin/billing/operations"),
    }
}
