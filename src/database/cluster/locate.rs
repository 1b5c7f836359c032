//! Finding a PostgreSQL on this machine that can do what Backlot needs.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use super::{account::Account, places};

/// The oldest major version whose SQL Backlot is written for.
pub(super) const OLDEST: u32 = 15;
/// The extension that makes every name searchable by any part of it.
pub(super) const EXTENSION: &str = "pg_trgm";

/// The programs of one PostgreSQL.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Installation {
    pub bin: PathBuf,
    pub major: u32,
}

impl Installation {
    /// Looks whether the programs are there, run for this user, and are new and complete enough; else says why not.
    pub fn examine(bin: &Path, account: &Account) -> Result<Self, String> {
        let missing = ["initdb", "postgres", "pg_ctl"].into_iter().find(|program| !bin.join(program).exists());
        if let Some(program) = missing {
            return Err(format!("{} has no {program}", bin.display()));
        }
        let answer = account.command(&bin.join("postgres")).arg("--version").output();
        let answer = answer.map_err(|error| format!("{} does not run: {error}", bin.display()))?;
        let Some(major) = major(&String::from_utf8_lossy(&answer.stdout)) else {
            let said = String::from_utf8_lossy(&answer.stderr);
            return Err(format!("{} does not tell its version: {}", bin.display(), said.trim()));
        };
        if major < OLDEST {
            return Err(format!("{} is PostgreSQL {major}, too old", bin.display()));
        }
        let found = Self { bin: bin.to_owned(), major };
        match found.extensions(account) {
            Some(folder) if !folder.join(format!("{EXTENSION}.control")).exists() => {
                Err(format!("{} (PostgreSQL {major}) lacks the extension {EXTENSION}", bin.display()))
            }
            // Unknown where they are: the running server is asked anyway.
            _ => Ok(found),
        }
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// The folder with the extensions, recognised by the one that every PostgreSQL brings.
    fn extensions(&self, account: &Account) -> Option<PathBuf> {
        let Self { bin, major } = self;
        let told = account.command(&self.program("pg_config")).arg("--sharedir").output().ok();
        let told = told.and_then(|told| String::from_utf8(told.stdout).ok()).map(|share| PathBuf::from(share.trim()));
        let beside = bin.parent().unwrap_or(bin).join("share");
        let shares = [
            beside.clone(),
            beside.join("postgresql"),
            beside.join("pgsql"),
            beside.join(format!("postgresql@{major}")),
            PathBuf::from(format!("/usr/share/postgresql/{major}")),
            PathBuf::from(format!("/usr/share/postgresql{major}")),
        ];
        let folders = told.into_iter().chain(shares).map(|share| share.join("extension"));
        folders.into_iter().find(|folder| folder.join("plpgsql.control").exists())
    }
}

/// What a look around found, and what it had to pass over.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub found: Option<Installation>,
    passed_over: Vec<String>,
}

impl Search {
    /// The first that will do; `wanted` is the major version that made the data, if there are data.
    pub fn among(places: impl IntoIterator<Item = PathBuf>, account: &Account, wanted: Option<u32>) -> Self {
        let mut search = Self::default();
        for place in places {
            match Installation::examine(&place, account) {
                Ok(found) if wanted.is_none_or(|major| major == found.major) => {
                    search.found = Some(found);
                    return search;
                }
                Ok(other) => search.passed_over.push(format!("{} is PostgreSQL {}", place.display(), other.major)),
                Err(reason) => search.passed_over.push(reason),
            }
        }
        search
    }

    pub fn installed(account: &Account, wanted: Option<u32>) -> Self {
        Self::among(places::usual(), account, wanted)
    }

    /// For a message: one line for each place that was looked at in vain.
    pub fn looked(&self) -> String {
        let mut text = String::new();
        for reason in &self.passed_over {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {reason}");
        }
        if text.is_empty() { text } else { format!("Looked at:\n{text}") }
    }
}

/// From "postgres (PostgreSQL) 15.18 (Debian …)" or "postgres (PostgreSQL) 19beta1".
fn major(version: &str) -> Option<u32> {
    let (_, number) = version.split_once("(PostgreSQL) ")?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn versions_are_read_as_the_packagers_write_them() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19beta1\n"), Some(19));
        assert_eq!(major("postgres (PostgreSQL) 9.6.24\n"), Some(9));
        assert_eq!(major("something else 15"), None);
    }

    struct Pretended(PathBuf);

    impl Pretended {
        fn new(name: &str, version: &str, extensions: &[&str]) -> Self {
            let home = std::env::temp_dir().join(format!("backlot-locate-{}-{name}", std::process::id()));
            fs::create_dir_all(home.join("bin")).unwrap();
            fs::create_dir_all(home.join("share/extension")).unwrap();
            for program in ["initdb", "postgres", "pg_ctl"] {
                let path = home.join("bin").join(program);
                fs::write(&path, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            }
            for extension in extensions {
                fs::write(home.join(format!("share/extension/{extension}.control")), "").unwrap();
            }
            Self(home)
        }

        fn bin(&self) -> PathBuf {
            self.0.join("bin")
        }
    }

    impl Drop for Pretended {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_is_too_old_or_incomplete_is_passed_over_and_named() {
        let old = Pretended::new("old", "14.9", &["plpgsql", "pg_trgm"]);
        let bare = Pretended::new("bare", "16.2", &["plpgsql"]);
        let good = Pretended::new("good", "17.1", &["plpgsql", "pg_trgm"]);
        let nowhere = PathBuf::from("/nowhere/bin");
        let places = [old.bin(), bare.bin(), nowhere, good.bin()];
        let search = Search::among(places, &Account::Ourselves, None);
        assert_eq!(search.found, Some(Installation { bin: good.bin(), major: 17 }));
        let looked = search.looked();
        assert!(looked.contains("PostgreSQL 14, too old"), "{looked}");
        assert!(looked.contains("(PostgreSQL 16) lacks the extension pg_trgm"), "{looked}");
        assert!(looked.contains("/nowhere/bin has no initdb"), "{looked}");
    }

    #[test]
    fn data_are_only_given_to_the_version_that_made_them() {
        let newer = Pretended::new("newer", "18.0", &["plpgsql", "pg_trgm"]);
        let same = Pretended::new("same", "16.4", &["plpgsql", "pg_trgm"]);
        let search = Search::among([newer.bin(), same.bin()], &Account::Ourselves, Some(16));
        assert_eq!(search.found.map(|found| found.major), Some(16));
        let search = Search::among([newer.bin()], &Account::Ourselves, Some(16));
        assert_eq!(search.found, None);
        assert!(search.looked().contains("is PostgreSQL 18"));
    }
}
