//! What is wrong with a new password: too short or too long, known to guessers, or made of what everybody knows of its owner.
//! Nothing is demanded of its characters (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2.4 to 6.2.12).
use super::{LONGEST, SHORTEST, normal};
use std::cmp::Ordering;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Common passwords of 15 to 40 characters: lower-cased ASCII, one a line, sorted. `common_passwords.md` says where they are from.
const COMMON: &str = include_str!("../common_passwords.txt");
/// What guessers try at this door.
const HOUSE: [&str; 3] = ["backlot", "admin", "password"];

/// Whose password it is to be.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    pub name: &'a str,
    pub email: &'a str,
}

/// What is wrong with a new password, if anything, in a sentence.
pub fn objection(password: &str, owner: Owner<'_>) -> Option<String> {
    if password.len() > LONGEST {
        return Some(format!("Use at most {LONGEST} bytes."));
    }
    let password = normal(password);
    match password.chars().count() {
        length if length < SHORTEST => Some(format!("Use at least {SHORTEST} characters; this has {length}. A few words do well.")),
        _ => guessable(&password.to_lowercase(), owner).map(str::to_owned),
    }
}

fn guessable(password: &str, owner: Owner<'_>) -> Option<&'static str> {
    let email = owner.email.trim().to_lowercase();
    match period(password) {
        Some(1) => Some("This is one character over and over. A few words do better."),
        Some(_) => Some("This is one piece over and over. A few different words do better."),
        None if is_common(password) => Some("This is on lists of common passwords, which guessers try first. Choose one of your own."),
        None if !email.is_empty() && password.contains(&email) => {
            Some("This holds your whole e-mail address, which guessers try first. Leave it out.")
        }
        None if is_known(password, owner) => Some(
            "This is nothing but your name, your e-mail address or the name of this place, which guessers try first. Add words of your own.",
        ),
        None => None,
    }
}

/// The length of the piece that a text repeats, at least once whole; what separates two of them counts as part of it.
fn period(text: &str) -> Option<usize> {
    let all: Vec<char> = text.chars().collect();
    (1..=all.len().div_ceil(2)).find(|length| all[*length..] == all[..all.len() - length])
}

/// Whether the list has it: a binary search over its lines.
fn is_common(password: &str) -> bool {
    let (mut low, mut high) = (0, COMMON.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = COMMON[..middle].rfind('\n').map_or(0, |at| at + 1);
        let end = COMMON[start..].find('\n').map_or(COMMON.len(), |at| start + at);
        match COMMON[start..end].cmp(password) {
            Ordering::Equal => return true,
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    false
}

/// Whether its letters are nothing but words that everybody knows of its owner, in any number and order.
fn is_known(password: &str, owner: Owner<'_>) -> bool {
    let text = letters(password);
    let words = words(owner);
    // Where the words so far may end.
    let mut ends = vec![false; text.len() + 1];
    ends[0] = true;
    for at in 0..text.len() {
        if !ends[at] {
            continue;
        }
        for word in words.iter().filter(|word| text[at..].starts_with(word.as_str())) {
            ends[at + word.len()] = true;
        }
    }
    !text.is_empty() && ends[text.len()]
}

/// The parts of a name, of an e-mail address before and after its @, and what this place is called.
fn words(owner: Owner<'_>) -> Vec<String> {
    let (local, domain) = owner.email.rsplit_once('@').unwrap_or((owner.email, ""));
    let parts = [owner.name, local, domain].into_iter().flat_map(|text| text.split(|letter: char| !letter.is_alphabetic()));
    parts.chain(HOUSE).map(letters).filter(|word| word.chars().count() > 1).collect()
}

/// Only the letters, small and without accents.
fn letters(text: &str) -> String {
    text.nfkd().filter(|letter| !is_combining_mark(*letter)).filter(|letter| letter.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;
    use std::sync::LazyLock;

    static LINES: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.lines().collect());

    const MAYA: Owner<'_> = Owner { name: "Maya Krüger", email: "maya.k@backlot.example" };

    #[track_caller]
    fn refused(password: &str, why: &str) {
        let sentence = objection(password, MAYA).unwrap_or_else(|| panic!("{password} is taken"));
        assert!(sentence.contains(why), "{password}: {sentence}");
    }

    #[test]
    fn fifteen_characters_are_enough_whatever_they_are() {
        for password in
            ["qmzvhtkwpdrfbxj", "73 91 08 44 62 5", "dead parrot sketch", "éèêëàâäùûüôöîïç", "Wörter, die nur ich so aneinanderreihe"]
        {
            assert_eq!(objection(password, MAYA), None, "{password}");
        }
        refused("qmzvhtkwpdrfbx", "at least 15 characters; this has 14");
        // Fifteen code points as typed, fourteen once e and its accent are one.
        refused("qmzvhtkwpdrfbe\u{301}", "this has 14");
        let long: String = (100..202).map(|number| format!("{number} words ")).collect();
        assert_eq!((long.len(), objection(&long, MAYA)), (1_020, None));
        refused(&"é".repeat(513), "at most 1024 bytes");
    }

    #[test]
    fn one_piece_over_and_over_is_refused() {
        refused("aaaaaaaaaaaaaaa", "one character");
        refused("ÀàÀàÀàÀàÀàÀàÀàÀà", "one character");
        for password in
            ["changemechangeme", "abc123abc123abc123", "ChangeMe changeme", "hello-hello-hello", "abcdefgabcdefga", "otter raft otter raft"]
        {
            refused(password, "one piece over and over");
        }
        assert_eq!(objection("otter raft otters rafting", MAYA), None);
    }

    #[test]
    fn what_guessers_try_first_is_refused_in_any_capitals() {
        for password in ["qwertyuiopasdfgh", "CorrectHorseBatteryStaple", "youWillNeverGetIt"] {
            refused(password, "common passwords");
        }
    }

    #[test]
    fn what_everybody_knows_of_its_owner_is_refused() {
        for password in [
            "backlotadmin2026!",
            "Backlot-Admin-Password-1",
            "maya.kruger.1987",
            "KrügerMaya12345",
            "mayabacklotexample",
            "maya.admin.99999",
        ] {
            refused(password, "your name, your e-mail address");
        }
        refused("x MAYA.K@backlot.example", "whole e-mail address");
        for password in ["maya paints lighthouses", "backlot needs more otters"] {
            assert_eq!(objection(password, MAYA), None, "{password}");
        }
        assert_eq!(objection("backlotadmin and no more", Owner { name: "", email: "" }), None);
    }

    #[test]
    fn the_list_is_as_the_search_needs_it() {
        let lines: Vec<_> = COMMON.lines().collect();
        assert_eq!(lines.len(), 33_873);
        assert!(lines.is_sorted_by(|one, next| one < next), "sorted, and none twice");
        for line in &lines {
            let fits = line.is_ascii() && (SHORTEST..=40).contains(&line.len()) && **line == line.to_lowercase();
            assert!(fits && is_common(line), "{line}");
        }
    }

    proptest! {
        #[test]
        fn the_search_finds_exactly_what_is_listed(text in "[a-z0-9 !]{1,20}", at in 0..33_873_usize, cut in 0..4_usize) {
            prop_assert_eq!(is_common(&text), LINES.contains(text.as_str()));
            let near = COMMON.lines().nth(at).unwrap_or_default();
            let near = &near[..near.len() - cut];
            prop_assert_eq!(is_common(near), LINES.contains(near));
        }

        #[test]
        fn any_piece_is_refused_when_it_is_all_there_is(piece in "[a-z]{1,12}", gap in "[-_ ]{0,1}") {
            let password = vec![piece; 16].join(&gap);
            prop_assert!(objection(&password, MAYA).is_some());
        }

        #[test]
        fn known_words_are_refused_in_any_order_and_with_any_digits_between(
            picked in prop::collection::vec(prop::sample::select(vec!["maya", "KRUGER", "backlot", "Admin", "password", "example"]), 4..8),
            gap in "[0-9!._-]{0,3}",
        ) {
            prop_assert!(objection(&picked.join(&gap), MAYA).is_some());
        }

        #[test]
        fn anything_may_be_proposed(password in ".{0,200}", name in ".{0,40}", email in ".{0,40}") {
            let _ = objection(&password, Owner { name: &name, email: &email });
        }
    }
}
