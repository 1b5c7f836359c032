//! How many rows an export will hold, as its form says it.
use crate::kernel::Result;
use crate::kernel::listing::Written;
use crate::kernel::page::COUNT_CAP;
use crate::web::show::number;
use sqlx::PgConnection;

/// Counted as far as lists count; beyond that the planner guesses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    pub rows: i64,
    guessed: bool,
}

impl Size {
    /// Adds the rows of a table.
    pub async fn add(&mut self, rows: &Written, db: &mut PgConnection) -> Result<()> {
        let counted = rows.count(db, COUNT_CAP + 1).await?;
        if counted > COUNT_CAP {
            self.guessed = true;
            self.rows += rows.guess(db).await?.max(counted);
        } else {
            self.rows += counted;
        }
        Ok(())
    }

    /// `1 user`, `about 1,204,000 users`.
    pub fn words(self, (one, many): (&str, &str)) -> String {
        let about = if self.guessed { "about " } else { "" };
        let what = if self.rows == 1 { one } else { many };
        format!("{about}{} {what}", number(self.rows))
    }
}
