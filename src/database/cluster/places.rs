//! The folders in which the packagers of PostgreSQL put its programs.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What comes before and after the part that holds the version.
const VERSIONED: &[(&str, &str, &str)] = &[
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr/lib64", "pgsql", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/libexec", "postgresql", ""),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("/Library/PostgreSQL", "", "bin"),
];
const PLAIN: &[&str] = &["/usr/local/pgsql/bin"];

/// Every folder worth a look, the best first: what the person's own PATH means, then the usual places.
pub(super) fn usual() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = told_by_pg_config().into_iter().collect();
    let path = env::var_os("PATH").unwrap_or_default();
    places.extend(env::split_paths(&path).filter(|folder| folder.join("initdb").exists()));
    places.extend(VERSIONED.iter().flat_map(|(parent, prefix, tail)| newest_first(Path::new(parent), prefix, tail)));
    places.extend(PLAIN.iter().map(PathBuf::from));
    let mut seen = Vec::new();
    places.retain(|place| {
        let real = place.canonicalize().unwrap_or_else(|_| place.clone());
        let new = place.join("initdb").exists() && !seen.contains(&real);
        seen.push(real);
        new
    });
    places
}

fn told_by_pg_config() -> Option<PathBuf> {
    let told = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(told.stdout).ok()?;
    (told.status.success() && !folder.trim().is_empty()).then(|| PathBuf::from(folder.trim()))
}

fn newest_first(parent: &Path, prefix: &str, tail: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut found: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let rest = name.to_str()?.strip_prefix(prefix)?.trim_start_matches('@');
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            Some((digits.parse().unwrap_or(0), parent.join(&name).join(tail)))
        })
        .collect();
    found.sort_by(|(one, _), (other, _)| other.cmp(one));
    found.into_iter().map(|(_, folder)| folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_version_comes_first_by_number_and_not_by_letter() {
        let parent = env::temp_dir().join(format!("backlot-places-{}", std::process::id()));
        for name in ["postgresql@9", "postgresql@18", "postgresql@15", "postgresql", "node@20"] {
            fs::create_dir_all(parent.join(name)).unwrap();
        }
        let found = newest_first(&parent, "postgresql", "bin");
        fs::remove_dir_all(&parent).unwrap();
        let expected = ["postgresql@18", "postgresql@15", "postgresql@9", "postgresql"];
        assert_eq!(found, expected.map(|name| parent.join(name).join("bin")));
    }
}
