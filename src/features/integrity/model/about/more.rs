//! The same for money, work, files, copies and accounts.
use super::{About, Repair, about};
use crate::features::integrity::model::Check;
use Repair::{ByHand, Mend, Remove};

impl Check {
    pub(in crate::features::integrity::model) fn money(self) -> About {
        match self {
            Self::NegativeBalances => about(
                "A user has spent more credits than they ever had.",
                "They used what they did not pay for, or a refund took what was spent: either way the ledger breaks its own rule.",
                "Open the user's billing page and see which entry went too far; a billing admin puts it right with an adjustment.",
                ByHand,
            ),
            Self::RefundsAboveSpend => about(
                "For one generation more credits were given back than it had cost.",
                "Somebody has credits that nobody meant to give.",
                "A billing admin deducts what is too much, once it is clear that it was not a gift.",
                ByHand,
            ),
            Self::TwoSubscriptions => about(
                "A user has two subscriptions that are not over.",
                "They are charged twice.",
                "See on their billing page which one they want; a billing admin cancels the other and pays back what it took.",
                ByHand,
            ),
            Self::TierDiffers => about(
                "A user's tier is not that of their running subscription, or not free although none runs. Tiers that the staff gave by hand are left out.",
                "They pay for something they cannot use, or use something they do not pay for.",
                "Set the tier to what the subscription says.",
                Mend("Set tiers right"),
            ),
            _ => self.payments(),
        }
    }

    fn payments(self) -> About {
        match self {
            Self::ActiveUnpaid => about(
                "A subscription is active, costs something, and no payment for its period has come, two days after it began.",
                "It is used without being paid.",
                "See on the user's billing page what became of the charge; a billing admin can charge again or give grace.",
                ByHand,
            ),
            Self::PaidUnserved => about(
                "Somebody paid for a subscription in the last 27 days and has none that runs.",
                "They paid for something they do not get.",
                "A billing admin pays it back, or brings the subscription back.",
                ByHand,
            ),
            Self::RefundStatusDiffers => about(
                "A payment's status does not fit what was paid back of it.",
                "Totals of refunds differ by which of the two is asked.",
                "Look at the payment's operations; if both were settled, have the platform correct the status.",
                ByHand,
            ),
            _ => about(
                "On a day of the last thirty, payments are otherwise at the gateway than here.",
                "Money moved that the books do not know, or the other way round.",
                "Billing has a page of its own for this, with each day and what must hold: Reconciliation.",
                ByHand,
            ),
        }
    }

    pub(in crate::features::integrity::model) fn work(self) -> About {
        match self {
            Self::StuckGenerations => about(
                "A generation waits or runs for longer than the setting allows.",
                "Its user sees it turn for ever, and it takes one of their places.",
                "Give it up: it fails, and what it cost is given back.",
                Mend("Give up"),
            ),
            Self::StuckWorkflows => about(
                "A run of a crew is not over, and its crew has said nothing for longer than the setting allows.",
                "Its project waits for it and cannot be worked on.",
                "On the run's page, stop it, or settle what became of it.",
                ByHand,
            ),
            _ => about(
                "A training is not over, and nothing in it has moved for longer than the setting allows.",
                "Its user waits, and the machine may be paid for.",
                "On the model's page, cancel it, then retry.",
                ByHand,
            ),
        }
    }

    pub(in crate::features::integrity::model) fn files(self) -> About {
        match self {
            Self::FilesMissing => about(
                "A LoRA model is ready, and its weights are not in the object store.",
                "Every generation with it fails.",
                "Mark them as failed, for the reason “file missing”: users see it and can train again.",
                Mend("Mark as failed"),
            ),
            _ => about(
                "A file below loras/ or training/ in the object store belongs to no model that is there.",
                "It costs money, and can be somebody's picture that was to be deleted.",
                "Delete them. Each is looked at once more before it goes.",
                Remove("Delete files"),
            ),
        }
    }

    pub(in crate::features::integrity::model) fn counts(self) -> About {
        const COPY: &str = "Lists and filters go by the copy, and show the wrong people or numbers.";
        const WRITE: &str = "Write the copy anew from what it is a copy of.";
        let mend = Mend("Write anew");
        match self {
            Self::PaymentFailingDiffers => {
                about("A user's mark “payment failing” does not fit their newest settled payment.", COPY, WRITE, mend)
            }
            Self::TrainingFailingDiffers => {
                about("A user's mark “training failing” does not fit their newest LoRA model.", COPY, WRITE, mend)
            }
            Self::ProjectHistoryDiffers => about(
                "A project is not as the newest row of its history says.",
                "Somebody who looks at what a project was sees something that never came to be.",
                "The next change by its user writes it down again. Many of them say that the platform's trigger is missing: run `backlot doctor`.",
                ByHand,
            ),
            Self::LogLinesDiffer => about("A training that is over counts other lines than its log has.", COPY, WRITE, mend),
            Self::TrainingRefundsDiffer => {
                about("A training says that other credits were given back for it than the ledger does.", COPY, WRITE, mend)
            }
            Self::ModelCostsDiffer => about("What a LoRA model has cost is not the sum of its attempts.", COPY, WRITE, mend),
            Self::DiscountsDiffer => about("A subscription's mark “discounted” does not fit the discounts that run.", COPY, WRITE, mend),
            _ => about(
                "The numbers of a notification that is over are not those of its letters.",
                "Its page says that more or fewer people were reached than were.",
                WRITE,
                mend,
            ),
        }
    }

    pub(in crate::features::integrity::model) fn accounts(self) -> About {
        match self {
            Self::SameEmail => about(
                "Two accounts have the same e-mail address but for capitals and spaces.",
                "Signing in, resetting a password and writing to them can go to the wrong one.",
                "Ask which one they use, and have the other closed.",
                ByHand,
            ),
            Self::SuspectedTwins => about(
                "Two accounts whose e-mail reaches the same mailbox: they differ by what follows a plus, or by dots at Gmail.",
                "Often somebody who takes the gift for new users twice; sometimes a family. A suspicion, not a fault.",
                "Compare the two before doing anything: payments, devices, what they make.",
                ByHand,
            ),
            _ => about(
                "Entries of the audit log wait for their seal for longer than the setting allows.",
                "Until an entry is sealed, removing it would go unnoticed.",
                "See that a server runs whose sealer can reach the database; then verify the log.",
                ByHand,
            ),
        }
    }
}
