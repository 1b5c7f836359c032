//! The gateway's own books: payments, refunds, and a journal of the money that moved.
use super::bank;
use crate::gateways::finby::Amount;
use async_trait::async_trait;
use std::collections::BTreeMap;

/// What a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Purchase,
    /// With it the customer agrees to later charges.
    Initial,
    Subsequent,
    Refund,
}

/// Money that moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Captured,
    Refunded,
    ChargedBack,
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: i64,
    pub what: Move,
    pub amount: Amount,
    pub reference: String,
    /// The payment that a refund is of.
    pub of: Option<i64>,
}

/// Where its news go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ear {
    Json(String),
    Fields(String),
    Nowhere,
}

/// A payment or refund.
#[derive(Clone, Debug)]
pub struct Paper {
    pub id: i64,
    pub kind: Kind,
    pub amount: Amount,
    pub reference: String,
    /// A word of the REST API.
    pub state: &'static str,
    pub code: Option<&'static str>,
    pub card: String,
    pub of: Option<i64>,
    pub ear: Ear,
    /// Where the customer goes: after paying, and after calling it off.
    pub back: (String, String),
    pub spoiled: Option<&'static str>,
}

/// A paper of before: what a source tells of it.
#[derive(Clone, Debug)]
pub struct Known {
    pub kind: Kind,
    pub amount: Amount,
    pub reference: String,
    /// A word of the REST API.
    pub state: &'static str,
    pub card: String,
    /// The payment that a refund is of.
    pub of: Option<i64>,
    /// How much of it went back already, in minor units.
    pub gone: i64,
    pub ear: Ear,
}

/// What is there although nobody has made it here.
#[async_trait]
pub trait Source: Send + Sync + 'static {
    /// The paper with that number.
    async fn find(&self, id: i64) -> Option<Known>;
}

/// All of it.
#[derive(Default)]
pub struct Books {
    papers: BTreeMap<i64, Paper>,
    journal: Vec<Entry>,
    last: i64,
}

/// The first number that is given.
const FIRST: i64 = 1_234_567_890;

impl Books {
    /// A new paper; its number.
    pub fn begin(&mut self, paper: impl FnOnce(i64) -> Paper) -> i64 {
        self.last += 1;
        let id = FIRST + self.last;
        self.papers.insert(id, paper(id));
        id
    }

    /// From now on its numbers come after this one.
    pub fn number_after(&mut self, last: i64) {
        self.last = self.last.max(last.saturating_sub(FIRST));
    }

    /// Takes a paper of before into the books. It is no news, so the journal has nothing of it.
    pub fn learn(&mut self, id: i64, known: Known) {
        let Known { kind, amount, reference, state, card, of, gone, ear } = known;
        let code = (state == "Rejected").then_some("800.100.155");
        let paper = Paper { id, kind, amount, reference, state, code, card, of, ear, back: Default::default(), spoiled: None };
        if let Some(back) = Amount::new(gone, amount.currency()).filter(|back| back.minor() > 0) {
            // A number that nobody can ask for.
            let before = Paper { id: -id, kind: Kind::Refund, amount: back, state: "Refunded", of: Some(id), ..paper.clone() };
            self.papers.entry(-id).or_insert(before);
        }
        self.papers.entry(id).or_insert(paper);
    }

    /// The number of every paper, oldest first.
    pub fn numbers(&self) -> Vec<i64> {
        self.papers.keys().copied().filter(|id| *id > 0).collect()
    }

    pub fn find(&self, id: i64) -> Option<&Paper> {
        self.papers.get(&id)
    }

    pub fn journal(&self) -> Vec<Entry> {
        self.journal.clone()
    }

    fn note(&mut self, id: i64, what: Move) {
        if let Some(paper) = self.papers.get(&id) {
            let Paper { amount, reference, of, .. } = paper.clone();
            self.journal.push(Entry { id, what, amount, reference, of });
        }
    }

    /// The customer pays; false when there is nothing to pay.
    pub fn pay(&mut self, id: i64, card: &str) -> bool {
        let Some(paper) = self.papers.get_mut(&id).filter(|paper| paper.state == "Pending" && paper.kind != Kind::Refund) else {
            return false;
        };
        paper.card = card.chars().filter(char::is_ascii_digit).collect();
        paper.code = bank::first(&paper.card);
        paper.state = if paper.code.is_some() { "Rejected" } else { "Paid" };
        if paper.code.is_none() {
            self.note(id, Move::Captured);
        }
        true
    }

    /// The customer calls it off; false when there is nothing to call off.
    pub fn call_off(&mut self, id: i64) -> bool {
        let Some(paper) = self.papers.get_mut(&id).filter(|paper| paper.state == "Pending" && paper.kind != Kind::Refund) else {
            return false;
        };
        paper.state = "Rejected";
        true
    }

    /// Charges the card of an agreement: the new paper's number and the acquirer's code, or `None` when there is no such agreement.
    pub fn charge(&mut self, initial: i64, amount: Amount, reference: &str) -> Option<(i64, Option<&'static str>)> {
        let agreed = self.papers.get(&initial).filter(|paper| paper.kind == Kind::Initial && paper.state == "Paid")?.clone();
        let code = agreed.spoiled.or_else(|| bank::later(&agreed.card));
        let id = self.begin(|id| Paper {
            id,
            kind: Kind::Subsequent,
            amount,
            reference: reference.to_owned(),
            state: if code.is_some() { "Rejected" } else { "Paid" },
            code,
            of: Some(initial),
            ..agreed
        });
        if code.is_none() {
            self.note(id, Move::Captured);
        }
        Some((id, code))
    }

    /// Takes a refund: its number, or the result that refuses it.
    pub fn refund(&mut self, of: i64, amount: Amount, reference: &str) -> Result<i64, u32> {
        let paid = self.papers.get(&of).ok_or(1_132_005_u32)?.clone();
        if paid.kind == Kind::Refund || paid.state != "Paid" {
            return Err(1_112_008);
        }
        let gone = self.papers.values().filter(|paper| paper.of == Some(of) && paper.kind == Kind::Refund && paper.state != "Rejected");
        let gone: i64 = gone.map(|paper| paper.amount.minor()).sum();
        if amount.currency() != paid.amount.currency() || amount.minor() == 0 || gone + amount.minor() > paid.amount.minor() {
            return Err(1_112_009);
        }
        let refund = |id| Paper {
            id,
            kind: Kind::Refund,
            amount,
            reference: reference.to_owned(),
            state: "Pending",
            of: Some(of),
            code: None,
            ..paid
        };
        Ok(self.begin(refund))
    }

    /// A refund that was taken is done.
    pub fn complete(&mut self, id: i64) {
        if let Some(paper) = self.papers.get_mut(&id).filter(|paper| paper.kind == Kind::Refund && paper.state == "Pending") {
            paper.state = "Refunded";
            self.note(id, Move::Refunded);
        }
    }

    pub fn charge_back(&mut self, id: i64) {
        if let Some(paper) = self.papers.get_mut(&id).filter(|paper| paper.state == "Paid") {
            paper.state = "Chargebacked";
            self.note(id, Move::ChargedBack);
        }
    }

    pub fn spoil(&mut self, initial: i64, code: Option<&'static str>) {
        if let Some(paper) = self.papers.get_mut(&initial) {
            paper.spoiled = code;
        }
    }
}
