//! What is said of each check: what it means, why it matters, what to do.
mod more;

use super::check::{Area, Check};

/// What is said of a check, and what its repair does.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// What exactly is wrong with a row that it finds.
    pub means: &'static str,
    /// Whom it hurts.
    pub matters: &'static str,
    /// What to do about it.
    pub todo: &'static str,
    pub repair: Repair,
}

/// How what a check finds is put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// By people: a program cannot know which side is right.
    ByHand,
    /// By writing the right value; the words of the button.
    Mend(&'static str),
    /// By removing the row, which nothing brings back; the words of the button.
    Remove(&'static str),
}

const fn about(means: &'static str, matters: &'static str, todo: &'static str, repair: Repair) -> About {
    About { means, matters, todo, repair }
}

const UNSEEN: &str = "Nobody sees it, and lists and totals count it. Where somebody's data was to be deleted, this part of it was left.";
const BOOKS: &str = "Totals count money that belongs to nobody, and an auditor will ask whose it was.";
const BOOKS_ADVICE: &str =
    "Nothing is removed here: books are kept. Find out how the user's row went away, and have the platform put it back, closed.";
const LINKED: &str = "Pages that follow the link show nothing, and what belongs together is no longer found together.";

impl Check {
    /// What is said of it.
    pub fn about(self) -> About {
        match self.area() {
            Area::Orphans => self.orphans(),
            Area::Links => self.links(),
            Area::Money => self.money(),
            Area::Work => self.work(),
            Area::Files => self.files(),
            Area::Counts => self.counts(),
            Area::Accounts => self.accounts(),
        }
    }

    fn orphans(self) -> About {
        use Repair::{Mend, Remove};
        match self {
            Self::SessionsWithoutUser => about(
                "A session of a user that does not exist.",
                "Whoever holds its cookie might still be let in by a service that only looks at sessions.",
                "Remove them.",
                Remove("Remove sessions"),
            ),
            Self::MessagesWithoutUser => {
                about("A message in the inbox of a user that does not exist.", UNSEEN, "Remove them.", Remove("Remove messages"))
            }
            Self::CharactersWithoutUser => about(
                "A character of a user that does not exist.",
                UNSEEN,
                "Remove those that no model draws; for the others look at the models first.",
                Remove("Remove characters"),
            ),
            Self::ModelsWithoutUser => about(
                "A LoRA model of a user that does not exist.",
                "Its files cost money, and nobody can use or delete it.",
                "Delete them: as with any deleted model, files go after seven days, and until then it can be restored.",
                Remove("Delete models"),
            ),
            Self::GenerationsWithoutUser => about(
                "A generation of a user that does not exist.",
                UNSEEN,
                "Remove those that no entry of the credit ledger names; the others are kept for the books.",
                Remove("Remove generations"),
            ),
            Self::OverridesWithoutUser => about(
                "A feature flag is set for a user that does not exist.",
                "It decides nothing, but makes the flag's list longer than it is.",
                "Take them off: each flag gets a new version, as when somebody does it by hand.",
                Mend("Take overrides off"),
            ),
            _ => self.orphans_of_little(),
        }
    }

    fn orphans_of_little(self) -> About {
        use Repair::Remove;
        match self {
            Self::PreferencesWithoutUser => {
                about("What a user that does not exist wants to be told.", UNSEEN, "Remove them.", Remove("Remove preferences"))
            }
            Self::ImagesWithoutModel => about(
                "A training image whose LoRA model is gone.",
                "It is somebody's picture, kept without a reason.",
                "Remove the rows. Their files then turn up under “Files of no model”.",
                Remove("Remove images"),
            ),
            Self::TrainingsWithoutModel => about(
                "An attempt to train a LoRA model that is gone.",
                "Costs and failure rates count it.",
                "Remove those that no entry of the credit ledger names, with their logs.",
                Remove("Remove trainings"),
            ),
            Self::LogsWithoutTraining => about(
                "Lines that a trainer printed, of a training that is gone.",
                "Logs are the largest of these tables, and can hold users' captions.",
                "Remove them.",
                Remove("Remove logs"),
            ),
            _ => self.orphans_kept(Repair::ByHand),
        }
    }

    fn orphans_kept(self, repair: Repair) -> About {
        match self {
            Self::ProjectsWithoutUser => about(
                "A project of a user that does not exist.",
                UNSEEN,
                "A project's history only grows, so it cannot be removed from here. Have the platform put the user back, closed.",
                repair,
            ),
            Self::WorkflowsWithoutUser => about(
                "A run of a crew for a user that does not exist.",
                UNSEEN,
                "Runs hang together as attempts and are kept. Have the platform put the user back, closed.",
                repair,
            ),
            Self::SubscriptionsWithoutUser => {
                about("A subscription of a user that does not exist.", "It may still be charged every month.", BOOKS_ADVICE, repair)
            }
            Self::PaymentsWithoutUser => about("A payment of a user that does not exist.", BOOKS, BOOKS_ADVICE, repair),
            Self::CreditsWithoutUser => about("An entry of the credit ledger for a user that does not exist.", BOOKS, BOOKS_ADVICE, repair),
            Self::DeliveriesWithoutUser => about(
                "A recipient of a notification that does not exist.",
                "The numbers of that notification count somebody who cannot have read it.",
                "Nothing needs to be done: letters to them are skipped. Many of them say that users were removed while it was sent.",
                repair,
            ),
            _ => about(
                "A note that the staff wrote about a user that does not exist.",
                "It can hold personal data of somebody who asked to be forgotten.",
                "Notes are never changed. If the user was to be forgotten, have the owner of the database remove it.",
                repair,
            ),
        }
    }

    fn links(self) -> About {
        let unlink = Repair::Mend("Take the links off");
        match self {
            Self::GenerationsOfNoProject => about(
                "A generation names a project that does not exist.",
                LINKED,
                "Take the link off: the picture stays its user's.",
                unlink,
            ),
            Self::WorkflowsOfNoProject => about(
                "A run of a crew names a project that does not exist.",
                LINKED,
                "Take the link off: the run stays its user's.",
                unlink,
            ),
            Self::CharactersOfNoProject => about(
                "A character names a project that does not exist.",
                LINKED,
                "Take the link off: it stays in the user's library.",
                unlink,
            ),
            _ => about(
                "A LoRA model names a character that does not exist.",
                LINKED,
                "Take the link off: the model works as before, and can be linked to another character.",
                unlink,
            ),
        }
    }
}
