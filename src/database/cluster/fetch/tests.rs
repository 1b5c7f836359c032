//! Unpacking, tried with an archive of the installed PostgreSQL.

use std::{env, process::Command};

use super::*;

/// A folder for one test, which every user can reach.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("backlot-fetch-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        Self(folder.canonicalize().unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The installed PostgreSQL, packed as the published archives are: one folder with bin and share in it.
fn archive(folder: &Path) -> Vec<u8> {
    let account = Account::choose(folder).unwrap();
    let installed = Search::installed(&account, None).found.unwrap();
    let share = Command::new(installed.program("pg_config")).arg("--sharedir").output().unwrap();
    let share = PathBuf::from(String::from_utf8(share.stdout).unwrap().trim());
    let top = folder.join("postgresql-15.0.0-somewhere");
    fs::create_dir_all(top.join("share")).unwrap();
    let copy = |from: &Path, to: PathBuf| {
        assert!(Command::new("cp").arg("-R").arg(from).arg(to).status().unwrap().success());
    };
    copy(&installed.bin, top.join("bin"));
    copy(&share.join("extension"), top.join("share/extension"));
    let packed = folder.join("packed.tar.gz");
    let mut tar = Command::new("tar");
    tar.arg("-czf").arg(&packed).arg("-C").arg(folder).arg("postgresql-15.0.0-somewhere");
    assert!(tar.status().unwrap().success());
    fs::remove_dir_all(top).unwrap();
    fs::read(packed).unwrap()
}

#[tokio::test]
async fn an_archive_is_unpacked_once_and_found_again() {
    let folder = Folder::new("unpack");
    let home = Home::open(&folder.0.join("home")).unwrap();
    fs::create_dir_all(home.fetched()).unwrap();
    let account = Account::choose(&home.data()).unwrap();
    let into = home.fetched().join("15.0.0");
    fs::create_dir_all(into.join("bin")).unwrap();
    assert_eq!(fetched(&home, &account, None).found, None, "what lacks programs is not taken");
    let unpacked = unpack(archive(&folder.0), &into, &account).await.unwrap();
    assert_eq!(unpacked.bin, into.join("bin"));
    assert_eq!(fetched(&home, &account, None).found.as_ref(), Some(&unpacked));
    assert_eq!(fetched(&home, &account, Some(unpacked.major)).found, Some(unpacked));
    assert_eq!(fetched(&home, &account, Some(99)).found, None);
}

#[tokio::test]
async fn what_is_no_archive_or_holds_no_postgresql_is_refused() {
    let folder = Folder::new("refused");
    let into = folder.0.join("copy/15.0.0");
    let refused = unpack(b"<html>not found</html>".to_vec(), &into, &Account::Ourselves).await.unwrap_err();
    assert!(refused.to_string().starts_with("PostgreSQL could not be fetched"), "{refused}");
    assert!(!into.exists());
}

#[test]
fn only_what_has_the_published_checksum_is_taken() {
    let published = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  postgresql-17.tar.gz\n";
    assert!(verify(b"hello", published).is_ok());
    assert!(verify(b"hello.", published).unwrap_err().to_string().contains("published checksum"));
    assert!(verify(b"hello", "").is_err());
}
