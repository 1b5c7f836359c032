//! How far a notification is: numbers that each step moves on.
use super::Channel;
use crate::web::show::number;
use jiff::Timestamp;

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// When all recipients were written down.
    pub frozen_at: Option<Timestamp>,
    pub people: i64,
    pub inbox_planned: i64,
    pub inbox_sent: i64,
    pub mail_planned: i64,
    pub mail_sent: i64,
    pub mail_failed: i64,
    /// Those of them that may be sent again.
    pub mail_again: i64,
    /// Failed letters were asked to be sent again.
    pub is_again: bool,
    pub mail_skipped: i64,
    pub left_out: LeftOut,
    pub unsubscribed: i64,
    pub seen: i64,
    pub read: i64,
}

/// How many were left out, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    pub deleted: i64,
    pub suspended: i64,
    pub no_consent: i64,
    /// They do not want it in the inbox; by mail.
    pub no_inbox: i64,
    pub no_mail: i64,
}

impl LeftOut {
    /// Number and reason, of those that there are on the channels that are used.
    pub fn words(self, channels: &[Channel]) -> Vec<(String, &'static str)> {
        let on = |channel: Channel, count: i64| if channels.contains(&channel) { count } else { 0 };
        let all = [
            (self.deleted, "have closed their account"),
            (self.suspended, "are suspended"),
            (self.no_consent, "have not agreed to promotional messages"),
            (on(Channel::InApp, self.no_inbox), "do not want this kind in their inbox"),
            (on(Channel::Email, self.no_mail), "do not want this kind by e-mail"),
        ];
        all.into_iter().filter(|(count, _)| *count > 0).map(|(count, why)| (number(count), why)).collect()
    }
}

impl Progress {
    /// What was to be delivered.
    pub fn planned(&self) -> i64 {
        self.inbox_planned + self.mail_planned
    }

    /// What is done with, however it ended.
    pub fn done(&self) -> i64 {
        self.inbox_sent + self.mail_sent + self.mail_failed + self.mail_skipped
    }

    /// What has arrived.
    pub fn sent(&self) -> i64 {
        self.inbox_sent + self.mail_sent
    }

    /// Per cent of the deliveries; nothing while the recipients are still being written down.
    pub fn percent(&self) -> Option<u8> {
        self.frozen_at?;
        if self.planned() == 0 {
            return Some(100);
        }
        u8::try_from(self.done() * 100 / self.planned()).ok()
    }
}
