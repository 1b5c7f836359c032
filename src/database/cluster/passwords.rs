//! The passwords of the private database: random, and in a file that only we can read.

use std::fs;

use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use super::{
    ClusterError,
    error::on,
    home::{Home, write_private},
};
use crate::database::roles::Passwords;

#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    pub superuser: String,
    pub owner: String,
    pub app: String,
    pub reader: String,
    pub viewer: String,
    pub sealer: String,
}

impl Stored {
    /// Reads them. New ones are made only while there are no data that would need the old.
    pub fn open(home: &Home) -> Result<Self, ClusterError> {
        if let Some(stored) = Self::read(home) {
            return Ok(stored);
        }
        let passwords = home.passwords();
        if home.data().exists() {
            return Err(ClusterError::PasswordsLost { data: home.data(), passwords });
        }
        let stored = Self::random()?;
        let text = serde_json::to_vec_pretty(&stored).unwrap_or_default();
        write_private(&passwords, &text).map_err(on("Cannot write", &passwords))?;
        Ok(stored)
    }

    pub fn read(home: &Home) -> Option<Self> {
        serde_json::from_slice(&fs::read(home.passwords()).ok()?).ok()
    }

    pub fn for_roles(&self) -> Passwords {
        Passwords {
            owner: Some(self.owner.as_str().into()),
            app: Some(self.app.as_str().into()),
            reader: Some(self.reader.as_str().into()),
            viewer: Some(self.viewer.as_str().into()),
            sealer: Some(self.sealer.as_str().into()),
            random: true,
        }
    }

    fn random() -> Result<Self, ClusterError> {
        let random = SystemRandom::new();
        let password = || {
            let mut bytes = [0; 24];
            random.fill(&mut bytes).map_err(|_| ClusterError::NoRandomness)?;
            Ok::<_, ClusterError>(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        };
        Ok(Self {
            superuser: password()?,
            owner: password()?,
            app: password()?,
            reader: password()?,
            viewer: password()?,
            sealer: password()?,
        })
    }
}
