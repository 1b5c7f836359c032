//! The chain of seals as it is walked: each follows the one before, is signed by a key we trust, and stands in the anchor.
use super::Result;
use super::anchor::AnchorReader;
use super::chain::{Seal, seal_before};
use super::epoch::Opening;
use super::key::TrustedKeys;
use super::report::Place;
use super::verify::Stop;
use super::wire::{Hash, Micros, Xid8};
use sqlx::PgPool;

/// What is known of the chain so far.
pub(super) struct Links<'a> {
    keys: &'a TrustedKeys,
    anchor: Option<AnchorReader>,
    first: i64,
    /// The number and the hash of the seal before.
    last: (i64, Hash),
    /// The epoch that was opened last.
    pub opened: i32,
    /// Which rows are covered so far, and when their last seal was made.
    covered: Option<(i32, Xid8, Micros)>,
    /// The last seal that was compared with the anchor.
    pub anchored: Option<i64>,
    unanchored: u64,
    whole: bool,
    notes: Vec<String>,
}

impl<'a> Links<'a> {
    pub(super) fn new(keys: &'a TrustedKeys, anchor: Option<AnchorReader>, whole: bool) -> Self {
        Self {
            keys,
            anchor,
            first: 1,
            last: (0, Hash::default()),
            opened: 0,
            covered: None,
            anchored: None,
            unanchored: 0,
            whole,
            notes: Vec::new(),
        }
    }

    /// Begins in the middle, before seal `first`; says where its rows begin.
    pub(super) async fn resume(&mut self, pool: &PgPool, first: i64) -> Result<(i32, Xid8)> {
        self.first = first;
        self.last = seal_before(pool, first).await?.map_or((0, Hash::default()), |seal| (seal.seal_no, seal.seal));
        let before = sqlx::query!(
            r#"select epoch, hi_xid as "hi: Xid8", sealed_at as "sealed_at: Micros",
                 (select coalesce(max(epoch), 0) from backlot.audit_seals where seal_no < $1 and cluster is not null) as "opened!"
               from backlot.audit_seals where seal_no < $1 and opening is null order by seal_no desc limit 1"#,
            first
        )
        .fetch_optional(pool)
        .await?;
        let Some(before) = before else { return Ok((i32::MIN, Xid8(0))) };
        self.opened = before.opened;
        self.covered = Some((before.epoch, before.hi, before.sealed_at));
        Ok((before.epoch, before.hi))
    }

    /// Checks a seal's place, hash, signature and anchor; returns the prints of its rows, where the anchor has them.
    pub(super) fn check(&mut self, seal: &Seal) -> Result<Vec<u8>, Stop> {
        let here = Place::Seal(seal.seal_no);
        let told = match &seal.opening {
            None => None,
            Some(told) => Some(
                serde_json::from_str::<Opening>(told)
                    .map_err(|_| Stop::at(here, format!("What seal {} says about its epoch is no JSON.", seal.seal_no)))?,
            ),
        };
        self.follows(seal, told.as_ref())?;
        if let Some(why) = seal.objection(self.keys) {
            return Err(Stop::at(here, format!("Seal {} is not genuine: {why}.", seal.seal_no)));
        }
        if seal.prev != self.last.1 {
            return Err(Stop::at(here, format!("Seal {} does not follow the seal before it: one of the two was replaced.", seal.seal_no)));
        }
        self.last = (seal.seal_no, seal.seal);
        if let Some(told) = told {
            self.open(seal, &told)?;
        }
        self.in_anchor(seal)
    }

    /// The numbers have no gap but those that an opening owns up to.
    fn follows(&self, seal: &Seal, told: Option<&Opening>) -> Result<(), Stop> {
        let expected = match told.and_then(|told| told.lost) {
            Some((from, to)) if from == self.last.0 + 1 && to >= from => to + 1,
            _ => self.last.0 + 1,
        };
        if seal.seal_no == expected {
            return Ok(());
        }
        let sentence = format!("Seal {} is missing: after {} comes {}.", self.last.0 + 1, self.last.0, seal.seal_no);
        Err(Stop::at(Place::Seal(self.last.0 + 1), sentence))
    }

    fn open(&mut self, seal: &Seal, told: &Opening) -> Result<(), Stop> {
        if seal.epoch <= self.opened {
            let sentence = format!("Seal {} opens epoch {} again.", seal.seal_no, seal.epoch);
            return Err(Stop::at(Place::Seal(seal.seal_no), sentence));
        }
        self.opened = seal.epoch;
        if seal.seal_no > 1 {
            let lost = told.lost.map_or_else(String::new, |(from, to)| format!(" Seals {from} to {to} were lost in it."));
            let Opening { by, reason, .. } = told;
            self.notes.push(format!("Epoch {} was begun by {by} at {}: {reason}.{lost}", seal.epoch, seal.sealed_at));
        }
        Ok(())
    }

    /// Whether the seal goes on where the one before ended; returns when that one was made, within the same epoch.
    pub(super) fn cover(&mut self, seal: &Seal) -> Result<Option<Micros>, Stop> {
        let (lo, since) = match self.covered {
            Some((epoch, hi, made)) if epoch == seal.epoch => (hi, Some(made)),
            _ => (Xid8(0), None),
        };
        let backwards = self.covered.is_some_and(|(epoch, ..)| seal.epoch < epoch);
        if seal.lo_xid != lo || seal.hi_xid < lo || backwards || seal.epoch > self.opened {
            let sentence = format!("Seal {} does not go on where the seals before it ended.", seal.seal_no);
            return Err(Stop::at(Place::Seal(seal.seal_no), sentence));
        }
        self.covered = Some((seal.epoch, seal.hi_xid, seal.sealed_at));
        Ok(since)
    }

    fn in_anchor(&mut self, seal: &Seal) -> Result<Vec<u8>, Stop> {
        let Some(anchor) = &mut self.anchor else { return Ok(Vec::new()) };
        // Before the range, or lost in a restore that an opening owns up to.
        while anchor.peek()?.is_some_and(|line| line.seal.seal_no < seal.seal_no) {
            anchor.take();
        }
        let number = seal.seal_no;
        match anchor.peek()?.map(|line| (line.seal.seal_no, line.seal == *seal)) {
            None => {
                self.unanchored += 1;
                Ok(Vec::new())
            }
            Some((found, true)) if found == number => {
                self.anchored = Some(number);
                Ok(anchor.take().map(|line| line.prints).unwrap_or_default())
            }
            Some((found, _)) if found == number => {
                Err(Stop::at(Place::Seal(number), format!("Seal {number} is not the one that the anchor holds: it was replaced.")))
            }
            Some((found, _)) => Err(Stop::at(
                Place::Seal(number),
                format!("The anchor does not hold seal {number}, though it holds {found}: a line was taken out of it."),
            )),
        }
    }

    /// Reads the anchor to its end and returns its last number.
    pub(super) fn rest_of_anchor(&mut self) -> Result<Option<i64>> {
        let Some(anchor) = &mut self.anchor else { return Ok(None) };
        let mut last = self.anchored;
        while let Some(line) = anchor.peek()? {
            last = Some(line.seal.seal_no);
            anchor.take();
        }
        Ok(last)
    }

    /// What should be known, though nothing is wrong.
    pub(super) fn notices(self) -> Vec<String> {
        let mut notes = self.notes;
        if self.unanchored > 0 {
            notes.push(format!("{} seals are not in the anchor yet.", self.unanchored));
        }
        match self.anchor {
            None if self.whole => notes.push("Without an anchor a cut-off end of the log cannot be seen.".into()),
            Some(anchor) if anchor.odd_lines > 0 => {
                notes.push(format!("{} lines of the anchor are damaged or stand there twice.", anchor.odd_lines));
            }
            _ => {}
        }
        notes
    }
}
