//! The keys of a private database, kept beside it: made once, readable by its owner only.
use crate::kernel::secret;
use crate::kernel::{Error, Result};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The secret key in a file; made when it is missing.
///
/// # Errors
/// When the file can neither be read nor made.
pub fn secret_key(file: &Path) -> Result<Vec<u8>> {
    match fs::read(file) {
        Ok(key) if key.len() >= 32 => Ok(key),
        Ok(_) => Err(Error::internal(format!("{} is shorter than a key", file.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(file),
        Err(error) => Err(error.into()),
    }
}

fn make(file: &Path) -> Result<Vec<u8>> {
    let key: [u8; 32] = secret::random()?;
    let mut opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    opened.write_all(&key)?;
    opened.sync_all()?;
    Ok(key.to_vec())
}
