//! The checks there are.

crate::codes! {
    /// One question that is asked of all rows of a kind.
    pub enum Check {
        SessionsWithoutUser = "sessions-without-user" / "Sessions without a user",
        MessagesWithoutUser = "messages-without-user" / "Inbox messages without a user",
        PreferencesWithoutUser = "preferences-without-user" / "Preferences without a user",
        ProjectsWithoutUser = "projects-without-user" / "Projects without a user",
        CharactersWithoutUser = "characters-without-user" / "Characters without a user",
        ModelsWithoutUser = "models-without-user" / "LoRA models without a user",
        GenerationsWithoutUser = "generations-without-user" / "Generations without a user",
        WorkflowsWithoutUser = "workflows-without-user" / "Workflow runs without a user",
        SubscriptionsWithoutUser = "subscriptions-without-user" / "Subscriptions without a user",
        PaymentsWithoutUser = "payments-without-user" / "Payments without a user",
        CreditsWithoutUser = "credits-without-user" / "Credits without a user",
        DeliveriesWithoutUser = "deliveries-without-user" / "Deliveries without a user",
        NotesWithoutUser = "notes-without-user" / "Notes about no user",
        OverridesWithoutUser = "overrides-without-user" / "Flag overrides for no user",
        ImagesWithoutModel = "images-without-model" / "Training images without a model",
        TrainingsWithoutModel = "trainings-without-model" / "Trainings without a model",
        LogsWithoutTraining = "logs-without-training" / "Logs without a training",
        GenerationsOfNoProject = "generations-of-no-project" / "Generations of a project that is gone",
        WorkflowsOfNoProject = "workflows-of-no-project" / "Workflow runs of a project that is gone",
        CharactersOfNoProject = "characters-of-no-project" / "Characters of a project that is gone",
        ModelsOfNoCharacter = "models-of-no-character" / "LoRA models of a character that is gone",
        NegativeBalances = "negative-balances" / "Balances below zero",
        RefundsAboveSpend = "refunds-above-spend" / "More credits given back than spent",
        TwoSubscriptions = "two-subscriptions" / "Two running subscriptions",
        TierDiffers = "tier-differs" / "Tier is not what is paid for",
        ActiveUnpaid = "active-unpaid" / "Active without a payment",
        PaidUnserved = "paid-unserved" / "Paid without a subscription",
        RefundStatusDiffers = "refund-status-differs" / "Refunds and status disagree",
        Reconciliation = "reconciliation" / "Money as the gateway has it",
        StuckGenerations = "stuck-generations" / "Stuck generations",
        StuckWorkflows = "stuck-workflows" / "Stuck workflow runs",
        StuckTrainings = "stuck-trainings" / "Stuck trainings",
        FilesMissing = "files-missing" / "LoRA models without their file",
        FilesStray = "files-stray" / "Files of no model",
        PaymentFailingDiffers = "payment-failing-differs" / "“Payment failing” is out of step",
        TrainingFailingDiffers = "training-failing-differs" / "“Training failing” is out of step",
        ProjectHistoryDiffers = "project-history-differs" / "Project history is out of step",
        LogLinesDiffer = "log-lines-differ" / "Count of log lines is wrong",
        TrainingRefundsDiffer = "training-refunds-differ" / "Refunds of trainings are out of step",
        ModelCostsDiffer = "model-costs-differ" / "Costs of models are out of step",
        DiscountsDiffer = "discounts-differ" / "“Discounted” is out of step",
        DeliveriesMiscounted = "deliveries-miscounted" / "Letters are miscounted",
        SameEmail = "same-email" / "Same e-mail address twice",
        SuspectedTwins = "suspected-twins" / "Suspected second accounts",
        SealsBehind = "seals-behind" / "Audit log not sealed",
    }
}

crate::codes! {
    /// What a check is about.
    pub enum Area {
        Orphans = "orphans" / "Without an owner",
        Links = "links" / "Links that lead nowhere",
        Money = "money" / "Money and credits",
        Work = "work" / "Work that is stuck",
        Files = "files" / "Files",
        Counts = "counts" / "Copies out of step",
        Accounts = "accounts" / "Accounts and record",
    }
}

crate::codes! {
    /// How bad it is when something is found.
    pub enum Severity {
        Critical = "critical" / "Critical",
        Serious = "serious" / "Serious",
        Warning = "warning" / "Warning",
    }
}

impl Severity {
    /// A class of the style sheet.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Critical | Self::Serious => "bad",
            Self::Warning => "warn",
        }
    }
}

/// How often a check comes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    Hourly,
    Nightly,
}

impl Check {
    /// The check with this code.
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|check| check.code() == code).copied()
    }

    /// The name of its schedule.
    pub fn schedule(self) -> String {
        format!("integrity.{}", self.code())
    }

    /// Minute by minute, one after the other, so that they do not all come at once.
    pub fn cron(self) -> String {
        let turn = Self::ALL.iter().position(|check| *check == self).unwrap_or_default();
        match self.rhythm() {
            Rhythm::Hourly => format!("{} * * * *", (7 + turn) % 60),
            Rhythm::Nightly => format!("{} {} * * *", turn * 2 % 60, 2 + turn * 2 / 60),
        }
    }

    /// Cheap ones, and those of what hurts at once, come each hour.
    pub fn rhythm(self) -> Rhythm {
        match self {
            Self::Reconciliation
            | Self::StuckGenerations
            | Self::StuckWorkflows
            | Self::StuckTrainings
            | Self::OverridesWithoutUser
            | Self::SealsBehind => Rhythm::Hourly,
            _ => Rhythm::Nightly,
        }
    }

    pub fn area(self) -> Area {
        match self {
            Self::GenerationsOfNoProject | Self::WorkflowsOfNoProject | Self::CharactersOfNoProject | Self::ModelsOfNoCharacter => {
                Area::Links
            }
            Self::NegativeBalances
            | Self::RefundsAboveSpend
            | Self::TwoSubscriptions
            | Self::TierDiffers
            | Self::ActiveUnpaid
            | Self::PaidUnserved
            | Self::RefundStatusDiffers
            | Self::Reconciliation => Area::Money,
            Self::StuckGenerations | Self::StuckWorkflows | Self::StuckTrainings => Area::Work,
            Self::FilesMissing | Self::FilesStray => Area::Files,
            Self::PaymentFailingDiffers
            | Self::TrainingFailingDiffers
            | Self::ProjectHistoryDiffers
            | Self::LogLinesDiffer
            | Self::TrainingRefundsDiffer
            | Self::ModelCostsDiffer
            | Self::DiscountsDiffer
            | Self::DeliveriesMiscounted => Area::Counts,
            Self::SameEmail | Self::SuspectedTwins | Self::SealsBehind => Area::Accounts,
            _ => Area::Orphans,
        }
    }

    pub fn severity(self) -> Severity {
        match self {
            Self::NegativeBalances
            | Self::TwoSubscriptions
            | Self::Reconciliation
            | Self::SealsBehind
            | Self::PaymentsWithoutUser
            | Self::CreditsWithoutUser
            | Self::SubscriptionsWithoutUser => Severity::Critical,
            Self::SessionsWithoutUser
            | Self::MessagesWithoutUser
            | Self::PreferencesWithoutUser
            | Self::NotesWithoutUser
            | Self::OverridesWithoutUser
            | Self::DeliveriesWithoutUser
            | Self::ImagesWithoutModel
            | Self::LogsWithoutTraining
            | Self::FilesStray
            | Self::LogLinesDiffer
            | Self::ModelCostsDiffer
            | Self::DeliveriesMiscounted
            | Self::SuspectedTwins => Severity::Warning,
            _ => Severity::Serious,
        }
    }
}

/// Where a row is shown.
impl Check {
    /// The word for a row in the audit log.
    pub fn kind(self) -> &'static str {
        match self {
            Self::TierDiffers | Self::PaymentFailingDiffers | Self::TrainingFailingDiffers => "user",
            Self::ModelsWithoutUser | Self::ModelsOfNoCharacter | Self::FilesMissing | Self::ModelCostsDiffer => "lora_model",
            Self::WorkflowsOfNoProject => "workflow",
            Self::DiscountsDiffer => "subscription",
            Self::DeliveriesMiscounted => "notification",
            _ => "row",
        }
    }
}
