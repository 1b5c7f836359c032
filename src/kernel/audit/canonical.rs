//! A row of the audit log, and the exact bytes that the database hashed when it was written.
use super::wire::{Hash, Micros, Xid8};
use sqlx::types::ipnet::IpNet;
use uuid::Uuid;

/// The first byte, so that a later order of fields can be told from this one.
const VERSION: u8 = 1;

/// A row as it stands in the table, column for column.
#[derive(Clone, Debug)]
pub struct Row {
    pub seq: i64,
    pub epoch: i32,
    pub xid: Xid8,
    pub at: Micros,
    pub db_user: String,
    pub id: Uuid,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    pub actor_role: Option<String>,
    pub session_ref: Option<Vec<u8>>,
    pub view_as: Option<Uuid>,
    pub request_id: Option<Uuid>,
    pub address: Option<IpNet>,
    pub action: String,
    pub target_kind: Option<String>,
    pub target_id: Option<String>,
    pub target_label: Option<String>,
    pub outcome: String,
    pub reason: Option<String>,
    pub ticket: Option<String>,
    pub cause: Option<Uuid>,
    pub changes: String,
    pub leaf: Hash,
}

impl Row {
    /// The bytes that were hashed, rebuilt from the columns: the same as the function `backlot.audit_bytes`.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Fields(vec![VERSION]);
        out.bytes(&self.seq.to_be_bytes());
        out.bytes(&self.epoch.to_be_bytes());
        out.bytes(&self.xid.0.to_be_bytes());
        out.bytes(&self.at.0.to_be_bytes());
        out.text(&self.db_user);
        out.bytes(self.id.as_bytes());
        out.text(&self.actor_kind);
        out.uuid(self.actor_id);
        out.text(&self.actor_name);
        out.maybe_text(self.actor_role.as_deref());
        out.maybe(self.session_ref.as_deref());
        out.uuid(self.view_as);
        out.uuid(self.request_id);
        out.maybe(self.address.map(network_bytes).as_deref());
        out.text(&self.action);
        out.maybe_text(self.target_kind.as_deref());
        out.maybe_text(self.target_id.as_deref());
        out.maybe_text(self.target_label.as_deref());
        out.text(&self.outcome);
        out.maybe_text(self.reason.as_deref());
        out.maybe_text(self.ticket.as_deref());
        out.uuid(self.cause);
        out.text(&self.changes);
        out.0
    }

    /// The hash that the row must have.
    pub fn expected_leaf(&self) -> Hash {
        Hash::over(&[&[0], &self.bytes()])
    }

    /// Whether its content is what was hashed.
    pub fn is_genuine(&self) -> bool {
        self.leaf == self.expected_leaf()
    }
}

/// Fields one after the other, each absent or present with its length.
struct Fields(Vec<u8>);

impl Fields {
    fn bytes(&mut self, value: &[u8]) {
        // A column holds less than 1 GB, so the length always fits.
        let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
        self.0.push(1);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(value);
    }

    fn maybe(&mut self, value: Option<&[u8]>) {
        match value {
            Some(value) => self.bytes(value),
            None => self.0.push(0),
        }
    }

    fn text(&mut self, value: &str) {
        self.bytes(value.as_bytes());
    }

    fn maybe_text(&mut self, value: Option<&str>) {
        self.maybe(value.map(str::as_bytes));
    }

    fn uuid(&mut self, value: Option<Uuid>) {
        self.maybe(value.as_ref().map(|id| &id.as_bytes()[..]));
    }
}

/// PostgreSQL's binary `inet`: family, prefix, "is not a cidr", length, address.
fn network_bytes(network: IpNet) -> Vec<u8> {
    let prefix = network.prefix_len();
    match network {
        IpNet::V4(net) => [&[2, prefix, 0, 4][..], &net.addr().octets()].concat(),
        IpNet::V6(net) => [&[3, prefix, 0, 16][..], &net.addr().octets()].concat(),
    }
}
