//! What each permission lets one do, in the words of the page that refuses it.
use super::Permission;

const PHRASES: &[(Permission, &str)] = &[
    (Permission::Door, "use the sign-in pages"),
    (Permission::Own, "use your own pages"),
    (Permission::UsersRead, "find and read users"),
    (Permission::UsersNote, "add notes to a user"),
    (Permission::UsersStatus, "suspend or restore a user"),
    (Permission::UsersRole, "change a user's role"),
    (Permission::UsersTier, "change a user's tier"),
    (Permission::UsersView, "view the platform as a user"),
    (Permission::AuditRead, "read the audit log"),
    (Permission::AuditReadAll, "read what others did in the audit log"),
    (Permission::AuditVerify, "verify the audit log"),
    (Permission::JobsRead, "read the job queue"),
    (Permission::JobsAct, "retry or cancel jobs"),
    (Permission::AdminsManage, "look after admin accounts"),
    (Permission::FlagsRead, "read feature flags"),
    (Permission::FlagsOverride, "set a feature flag for single users"),
    (Permission::FlagsEdit, "change feature flags"),
    (Permission::SettingsRead, "read settings"),
    (Permission::SettingsEdit, "change settings"),
    (Permission::MaintenanceRead, "read when maintenance is"),
    (Permission::MaintenanceEdit, "begin, plan or end maintenance"),
    (Permission::LoraRead, "find and read LoRA models"),
    (Permission::LoraLogs, "read the logs of trainings"),
    (Permission::LoraAct, "retry, cancel or link LoRA models"),
    (Permission::LoraDelete, "delete or restore LoRA models"),
    (Permission::ProjectsRead, "read projects"),
    (Permission::WorkflowsRead, "read workflows"),
    (Permission::WorkflowsAct, "retry, stop or settle workflows"),
    (Permission::ExportsMake, "export users, transactions and payments"),
    (Permission::ExportsAll, "export jobs, the audit log and one user's data"),
    (Permission::NotificationsSend, "read, write or send notifications"),
    (Permission::BillingRead, "read subscriptions and payments"),
    (Permission::BillingAct, "change subscriptions, payments and credits"),
    (Permission::HealthRead, "read how Backlot is"),
    (Permission::AlertsRead, "read alerts"),
    (Permission::AlertsAct, "acknowledge or silence alerts"),
    (Permission::AnalyticsRead, "read analytics events"),
    (Permission::IntegrityRead, "see whether the data holds together"),
    (Permission::IntegrityAct, "check and repair data, or tidy up"),
    (Permission::ApprovalsRead, "read what waits for a second admin"),
    (Permission::ApprovalsDecide, "approve or reject what another admin proposed"),
    (Permission::BulkRun, "run operations over many rows"),
    (Permission::System, "do what only Backlot's own jobs do"),
];

impl Permission {
    /// What it lets one do, for the page that refuses it: "change a user's status".
    pub fn phrase(self) -> &'static str {
        PHRASES.iter().find(|(permission, _)| *permission == self).map_or("", |(_, phrase)| phrase)
    }
}

#[cfg(test)]
mod tests {
    use super::Permission;

    #[test]
    fn each_permission_has_a_phrase_of_its_own() {
        let phrases: std::collections::HashSet<_> = Permission::ALL.iter().map(|permission| permission.phrase()).collect();
        assert!(phrases.len() == Permission::ALL.len() && !phrases.contains(""), "{phrases:?}");
    }
}
