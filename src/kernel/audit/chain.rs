//! A seal: what it covers, how it is hashed and signed, and how it holds on to the seal before it.
use super::key::{SigningKey, TrustedKeys};
use super::wire::{Hash, Micros, Xid8};
use super::{Error, Result};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgExecutor, PgPool};

/// What a seal's hash begins with, so that no other signed bytes can pass for one.
const DOMAIN: &[u8] = b"backlot audit seal 1\n";

/// One link of the chain: the rows of an epoch from `lo_xid` up to, not including, `hi_xid`; or the opening of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    pub seal_no: i64,
    pub epoch: i32,
    pub lo_xid: Xid8,
    pub hi_xid: Xid8,
    pub rows: i32,
    pub root: Hash,
    pub prev: Hash,
    pub seal: Hash,
    pub key_id: String,
    #[serde(with = "super::wire::base64_bytes")]
    pub signature: Vec<u8>,
    pub sealed_at: Micros,
    pub cluster: Option<i64>,
    pub opening: Option<String>,
}

/// What is to be sealed, before it has its place in the chain.
pub(super) struct Draft {
    pub epoch: i32,
    pub lo_xid: Xid8,
    pub hi_xid: Xid8,
    pub rows: i32,
    pub root: Hash,
    pub opening: Option<(i64, String)>,
}

impl Draft {
    /// The opening of an epoch on a server.
    pub(super) fn opening(epoch: i32, cluster: i64, told: String) -> Self {
        let root = opening_root(cluster, &told);
        Self { epoch, lo_xid: Xid8(0), hi_xid: Xid8(0), rows: 0, root, opening: Some((cluster, told)) }
    }

    /// Hashes and signs it as number `seal_no`, after `prev`.
    pub(super) fn sign(self, key: &SigningKey, seal_no: i64, prev: Hash, sealed_at: Micros) -> Seal {
        let (cluster, opening) = self.opening.unzip();
        let mut seal = Seal {
            seal_no,
            epoch: self.epoch,
            lo_xid: self.lo_xid,
            hi_xid: self.hi_xid,
            rows: self.rows,
            root: self.root,
            prev,
            seal: Hash::default(),
            key_id: key.id().to_owned(),
            signature: Vec::new(),
            sealed_at,
            cluster,
            opening,
        };
        seal.seal = seal.expected_hash();
        seal.signature = key.sign(&seal.seal.0);
        seal
    }
}

impl Seal {
    /// The hash that the seal must have.
    pub(super) fn expected_hash(&self) -> Hash {
        Hash::over(&[
            DOMAIN,
            &self.seal_no.to_be_bytes(),
            &self.epoch.to_be_bytes(),
            &self.lo_xid.0.to_be_bytes(),
            &self.hi_xid.0.to_be_bytes(),
            &self.rows.to_be_bytes(),
            &self.root.0,
            &self.prev.0,
            &self.sealed_at.0.to_be_bytes(),
            self.key_id.as_bytes(),
        ])
    }

    /// Whether it opens an epoch.
    pub fn is_opening(&self) -> bool {
        self.opening.is_some()
    }

    /// What is wrong with the seal in itself, if anything is.
    pub(super) fn objection(&self, keys: &TrustedKeys) -> Option<String> {
        if self.seal != self.expected_hash() {
            return Some("its content no longer has its hash".into());
        }
        if let Some(objection) = keys.objection(&self.key_id, &self.seal.0, &self.signature) {
            return Some(objection);
        }
        match (&self.opening, self.cluster) {
            (Some(told), Some(cluster)) if opening_root(cluster, told) != self.root => {
                Some("what it says about its epoch was changed".into())
            }
            (None, Some(_)) | (Some(_), None) => Some("it is half an opening".into()),
            (None, None) if self.rows == 0 => Some("it covers no rows and opens nothing".into()),
            _ => None,
        }
    }

    /// Puts it into the table.
    pub(super) async fn store(&self, db: &mut PgConnection) -> Result<()> {
        sqlx::query!(
            "insert into backlot.audit_seals (seal_no, epoch, lo_xid, hi_xid, rows, root, prev, seal, key_id, signature,
               sealed_at, cluster, opening)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            self.seal_no,
            self.epoch,
            self.lo_xid as _,
            self.hi_xid as _,
            self.rows,
            &self.root.0[..],
            &self.prev.0[..],
            &self.seal.0[..],
            self.key_id,
            self.signature,
            self.sealed_at as _,
            self.cluster,
            self.opening,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

/// The prefix keeps an opening from passing for the root of a tree.
fn opening_root(cluster: i64, told: &str) -> Hash {
    Hash::over(&[&[2], &cluster.to_be_bytes(), told.as_bytes()])
}

/// The newest seal.
///
/// # Errors
/// When the database does not answer.
pub async fn last_seal(pool: &PgPool) -> Result<Option<Seal>> {
    seal_before(pool, i64::MAX).await
}

/// The newest seal whose number is below `seal_no`.
pub(super) async fn seal_before(db: impl PgExecutor<'_>, seal_no: i64) -> Result<Option<Seal>> {
    sqlx::query_as!(
        Seal,
        r#"select seal_no, epoch, lo_xid as "lo_xid: Xid8", hi_xid as "hi_xid: Xid8", rows, root as "root: Hash",
             prev as "prev: Hash", seal as "seal: Hash", key_id, signature, sealed_at as "sealed_at: Micros", cluster, opening
           from backlot.audit_seals where seal_no < $1 order by seal_no desc limit 1"#,
        seal_no
    )
    .fetch_optional(db)
    .await
    .map_err(Error::from)
}

/// The next seals after a number, in order.
pub(super) async fn seals_after(db: impl PgExecutor<'_>, seal_no: i64, count: i64) -> Result<Vec<Seal>> {
    sqlx::query_as!(
        Seal,
        r#"select seal_no, epoch, lo_xid as "lo_xid: Xid8", hi_xid as "hi_xid: Xid8", rows, root as "root: Hash",
             prev as "prev: Hash", seal as "seal: Hash", key_id, signature, sealed_at as "sealed_at: Micros", cluster, opening
           from backlot.audit_seals where seal_no > $1 order by seal_no limit $2"#,
        seal_no,
        count
    )
    .fetch_all(db)
    .await
    .map_err(Error::from)
}

/// Up to which transaction the rows of an epoch are sealed.
pub(super) async fn sealed_up_to(db: impl PgExecutor<'_>, epoch: i32) -> Result<Xid8> {
    let hi = sqlx::query_scalar!(
        r#"select hi_xid as "hi: Xid8" from backlot.audit_seals where epoch = $1 and opening is null order by seal_no desc limit 1"#,
        epoch
    )
    .fetch_optional(db)
    .await?;
    Ok(hi.unwrap_or_default())
}
