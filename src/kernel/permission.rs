//! Roles and permissions: one table, in code.
use serde::{Deserialize, Serialize};

crate::codes! {
    /// What an admin is here for. One role per admin.
    pub enum Role {
        SuperAdmin = "super_admin" / "Super admin",
        SupportAdmin = "support_admin" / "Support admin",
        OperationsAdmin = "operations_admin" / "Operations admin",
        DataAdmin = "data_admin" / "Data admin",
        BillingAdmin = "billing_admin" / "Billing admin",
    }
}

/// Everything that needs permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// What anybody at the door may try: sign in, use a one-time link.
    Door,
    /// What every signed-in admin may do for themselves: their home, the search box, sign out.
    Own,
    UsersRead,
    UsersNote,
    UsersStatus,
    UsersRole,
    UsersTier,
    /// Seeing the platform as one of its users does.
    UsersView,
    /// Reading the audit log: all of it, or one's own part of it (see [`Permission::AuditReadAll`]).
    AuditRead,
    /// Entries of others too.
    AuditReadAll,
    AuditVerify,
    JobsRead,
    JobsAct,
    AdminsManage,
    FlagsRead,
    /// Setting a flag for single users.
    FlagsOverride,
    FlagsEdit,
    SettingsRead,
    SettingsEdit,
    MaintenanceRead,
    MaintenanceEdit,
    LoraRead,
    /// What trainers print: it can hold a user's captions and paths.
    LoraLogs,
    /// Retrying, cancelling and linking.
    LoraAct,
    LoraDelete,
    ProjectsRead,
    WorkflowsRead,
    /// Starting runs of crews again, stopping them, and saying how one ended that nobody knows of.
    WorkflowsAct,
    /// Exporting users, transactions and payments; one's own exports.
    ExportsMake,
    /// Exporting jobs, the audit log and one user's data; seeing everybody's exports.
    ExportsAll,
    /// Notifications to the platform's users: reading, writing and sending.
    NotificationsSend,
    /// Reading subscriptions, payments, refunds and credits.
    BillingRead,
    /// Changing subscriptions, moving money and credits, and approving what another asked for.
    BillingAct,
    /// Reading what waits for a second admin, as far as it concerns one.
    ApprovalsRead,
    /// Approving and rejecting what another proposed, where one holds what it takes.
    ApprovalsDecide,
    /// Proposing and running operations over many rows.
    BulkRun,
    /// Nobody at a desk: what only Backlot's own jobs do.
    System,
}

impl Permission {
    /// Every permission, in the order of the table.
    pub const ALL: &[Self] = &[
        Self::Door,
        Self::Own,
        Self::UsersRead,
        Self::UsersNote,
        Self::UsersStatus,
        Self::UsersRole,
        Self::UsersTier,
        Self::UsersView,
        Self::AuditRead,
        Self::AuditReadAll,
        Self::AuditVerify,
        Self::JobsRead,
        Self::JobsAct,
        Self::AdminsManage,
        Self::FlagsRead,
        Self::FlagsOverride,
        Self::FlagsEdit,
        Self::SettingsRead,
        Self::SettingsEdit,
        Self::MaintenanceRead,
        Self::MaintenanceEdit,
        Self::LoraRead,
        Self::LoraLogs,
        Self::LoraAct,
        Self::LoraDelete,
        Self::ProjectsRead,
        Self::WorkflowsRead,
        Self::WorkflowsAct,
        Self::ExportsMake,
        Self::ExportsAll,
        Self::NotificationsSend,
        Self::BillingRead,
        Self::BillingAct,
        Self::ApprovalsRead,
        Self::ApprovalsDecide,
        Self::BulkRun,
        Self::System,
    ];

    /// The table.
    pub fn held_by(self, role: Role) -> bool {
        use Role::{BillingAdmin, DataAdmin, OperationsAdmin, SuperAdmin, SupportAdmin};
        match self {
            Self::Door | Self::Own | Self::UsersRead | Self::UsersNote | Self::AuditRead | Self::JobsRead => true,
            Self::FlagsRead | Self::SettingsRead | Self::MaintenanceRead | Self::LoraRead => true,
            Self::ProjectsRead | Self::WorkflowsRead | Self::ApprovalsRead => true,
            Self::FlagsOverride | Self::WorkflowsAct | Self::NotificationsSend => {
                matches!(role, SuperAdmin | SupportAdmin | OperationsAdmin)
            }
            Self::LoraLogs | Self::LoraAct => matches!(role, SuperAdmin | SupportAdmin | OperationsAdmin),
            Self::FlagsEdit | Self::MaintenanceEdit | Self::LoraDelete => matches!(role, SuperAdmin | OperationsAdmin),
            Self::UsersStatus | Self::UsersRole | Self::UsersView => matches!(role, SuperAdmin | SupportAdmin),
            Self::UsersTier => matches!(role, SuperAdmin | SupportAdmin | BillingAdmin),
            Self::AuditReadAll | Self::AuditVerify | Self::ExportsAll => matches!(role, SuperAdmin | DataAdmin),
            Self::ExportsMake => matches!(role, SuperAdmin | DataAdmin | BillingAdmin),
            Self::JobsAct => matches!(role, SuperAdmin | OperationsAdmin),
            Self::BillingRead => role != OperationsAdmin,
            Self::BillingAct => matches!(role, SuperAdmin | BillingAdmin),
            Self::ApprovalsDecide => matches!(role, SuperAdmin | DataAdmin | BillingAdmin),
            Self::BulkRun => matches!(role, SuperAdmin | DataAdmin),
            Self::AdminsManage | Self::SettingsEdit => role == SuperAdmin,
            Self::System => false,
        }
    }

    /// What it lets one do, for the page that refuses it: "change a user's status".
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Door => "use the sign-in pages",
            Self::Own => "use your own pages",
            Self::UsersRead => "find and read users",
            Self::UsersNote => "add notes to a user",
            Self::UsersStatus => "suspend or restore a user",
            Self::UsersRole => "change a user's role",
            Self::UsersTier => "change a user's tier",
            Self::UsersView => "view the platform as a user",
            Self::AuditRead => "read the audit log",
            Self::AuditReadAll => "read what others did in the audit log",
            Self::AuditVerify => "verify the audit log",
            Self::JobsRead => "read the job queue",
            Self::JobsAct => "retry or cancel jobs",
            Self::AdminsManage => "look after admin accounts",
            Self::FlagsRead => "read feature flags",
            Self::FlagsOverride => "set a feature flag for single users",
            Self::FlagsEdit => "change feature flags",
            Self::SettingsRead => "read settings",
            Self::SettingsEdit => "change settings",
            Self::MaintenanceRead => "read when maintenance is",
            Self::MaintenanceEdit => "begin, plan or end maintenance",
            Self::LoraRead => "find and read LoRA models",
            Self::LoraLogs => "read the logs of trainings",
            Self::LoraAct => "retry, cancel or link LoRA models",
            Self::LoraDelete => "delete or restore LoRA models",
            Self::ProjectsRead => "read projects",
            Self::WorkflowsRead => "read workflows",
            Self::WorkflowsAct => "retry, stop or settle workflows",
            Self::ExportsMake => "export users, transactions and payments",
            Self::ExportsAll => "export jobs, the audit log and one user's data",
            Self::NotificationsSend => "read, write or send notifications",
            Self::BillingRead => "read subscriptions and payments",
            Self::BillingAct => "change subscriptions, payments and credits",
            Self::ApprovalsRead | Self::ApprovalsDecide | Self::BulkRun => self.seconded_phrase(),
            Self::System => "do what only Backlot's own jobs do",
        }
    }

    /// The same of what two admins have to do with each other for.
    fn seconded_phrase(self) -> &'static str {
        match self {
            Self::ApprovalsRead => "read what waits for a second admin",
            Self::ApprovalsDecide => "approve or reject what another admin proposed",
            _ => "run operations over many rows",
        }
    }

    /// Its word in the database.
    pub fn code(self) -> String {
        serde_json::to_value(self).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The permission of that word.
    ///
    /// # Errors
    /// When there is none.
    pub fn of_code(code: &str) -> super::Result<Self> {
        Ok(serde_json::from_value(serde_json::Value::String(code.to_owned()))?)
    }

    /// The codes of the roles that hold it.
    pub fn roles(self) -> Vec<String> {
        Role::ALL.iter().filter(|role| self.held_by(**role)).map(|role| role.code().to_owned()).collect()
    }

    /// The roles that hold it, named for people.
    pub fn holders(self) -> String {
        let holders: Vec<_> = Role::ALL.iter().filter(|role| self.held_by(**role)).map(|role| role.label()).collect();
        holders.join(", ")
    }
}
