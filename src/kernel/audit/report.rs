//! What a verification found, in words.
use jiff::Timestamp;
use serde::Serialize;
use std::fmt;
use std::time::Duration;
use uuid::Uuid;

/// What a verification found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Rows whose hash was rebuilt.
    pub rows: u64,
    /// Seals whose root, chain and signature were checked.
    pub seals: u64,
    /// The number of the first seal that was checked.
    pub first_seal: Option<i64>,
    /// The number, the time and the hash of the last.
    pub last_seal: Option<(i64, Option<Timestamp>, String)>,
    /// Rows after the last seal; `None` where the range ended before.
    pub unsealed: Option<Unsealed>,
    /// The last seal that was compared with the anchor.
    pub anchored: Option<i64>,
    /// What should be known, though nothing is wrong.
    pub notices: Vec<String>,
    /// The first thing that is wrong.
    pub problem: Option<Problem>,
    /// How long it took.
    pub took: Duration,
}

/// Rows that no seal covers yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unsealed {
    pub rows: i64,
    pub oldest: Option<Timestamp>,
    pub age_seconds: i64,
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub place: Place,
    /// What is wrong, in a sentence.
    pub sentence: String,
}

/// Where something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A row that is there: its number and its id.
    Row { seq: i64, id: Uuid },
    /// A row that is no longer there.
    Gone { seq: i64 },
    /// A seal, by its number.
    Seal(i64),
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_intact(&self) -> bool {
        self.problem.is_none()
    }

    /// How many rows were rebuilt each second.
    pub fn rows_per_second(&self) -> u64 {
        let milliseconds = self.took.as_millis().max(1);
        u64::try_from(u128::from(self.rows) * 1000 / milliseconds).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row { seq, id } => write!(out, "row {seq} ({id})"),
            Self::Gone { seq } => write!(out, "row {seq} (missing)"),
            Self::Seal(number) => write!(out, "seal {number}"),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Some(problem) => writeln!(out, "NOT INTACT, first at {}: {}", problem.place, problem.sentence)?,
            None => writeln!(out, "Intact.")?,
        }
        write!(out, "{} rows and {} seals checked in {:.1} s", self.rows, self.seals, self.took.as_secs_f64())?;
        writeln!(out, " ({} rows/s).", self.rows_per_second())?;
        if let Some((number, time, hash)) = &self.last_seal {
            let time = time.map_or_else(|| "an unknown time".into(), |time| format!("{time:.0}"));
            writeln!(out, "Last seal: {number}, made at {time}, hash {hash}.")?;
        }
        match self.anchored {
            Some(number) => writeln!(out, "Compared with the anchor up to seal {number}.")?,
            None => writeln!(out, "Not compared with an anchor: a cut-off end would not be seen.")?,
        }
        if let Some(Unsealed { rows, age_seconds, .. }) = &self.unsealed {
            writeln!(out, "{rows} rows wait for a seal, the oldest for {age_seconds} s.")?;
        }
        self.notices.iter().try_for_each(|notice| writeln!(out, "Note: {notice}"))
    }
}
