//! The transaction that an action writes in.
use super::{Result, id};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use std::ops::{Deref, DerefMut};
use uuid::Uuid;

/// The transaction that an action writes in. Only the kernel can begin or commit one.
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    audit_id: Uuid,
}

impl Tx {
    pub(super) async fn begin(writer: &PgPool) -> Result<Self> {
        Ok(Self { inner: writer.begin().await?, audit_id: id::new() })
    }

    pub(super) async fn commit(self) -> Result<()> {
        Ok(self.inner.commit().await?)
    }

    pub(super) async fn roll_back(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }

    /// The next of several actions in one transaction begins: each has an audit entry of its own.
    pub(super) fn turn(&mut self) -> Uuid {
        self.audit_id = id::new();
        self.audit_id
    }

    /// The id that this action's audit entry will have: the cause of the jobs that it enqueues.
    pub fn audit_id(&self) -> Uuid {
        self.audit_id
    }
}

impl Deref for Tx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}
