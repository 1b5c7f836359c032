//! Recovery codes: for the day the second factor is out of reach. Ten, each good once; the database knows only their hashes.
use super::secret::{Secrets, sha256};
use uuid::Uuid;

/// How many there are in a set.
pub const COUNT: u8 = 10;
/// Digits and letters that nobody takes for another (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters in a code: five bits each are 120, which nobody guesses, so that a plain hash is enough (OWASP ASVS 5.0, 6.5.2).
const LENGTH: usize = 24;

/// The codes that a form makes for an admin: always the same for the same form, so that sending it twice makes one set.
pub fn codes(secrets: &Secrets, admin: Uuid, form: Uuid) -> Vec<String> {
    (0..COUNT).map(|number| spelled(&secrets.prove(&[b"recovery code", admin.as_bytes(), form.as_bytes(), &[number]]))).collect()
}

/// 120 bits in six groups of four letters.
fn spelled(bytes: &[u8; 32]) -> String {
    let mut text = String::with_capacity(LENGTH + 5);
    for at in 0..LENGTH {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        let (byte, shift) = (at * 5 / 8, at * 5 % 8);
        let pair = u16::from_be_bytes([bytes[byte], bytes[byte + 1]]);
        text.push(char::from(LETTERS[usize::from((pair >> (11 - shift)) & 31)]));
    }
    text
}

/// What the database knows a code by. Capitals, dashes and blanks make no difference, nor does an O for a zero or an I or L for a
/// one. `None`: this cannot be a code.
pub fn hash(typed: &str) -> Option<Vec<u8>> {
    let read = |letter: char| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let bare: String = typed.chars().filter(|letter| !letter.is_whitespace() && !is_dash(*letter)).map(read).collect();
    let whole = bare.len() == LENGTH && bare.bytes().all(|letter| LETTERS.contains(&letter));
    whole.then(|| sha256(bare.as_bytes()))
}

/// How many are left, in words: `9 are left`.
pub fn left(count: i64) -> String {
    match count {
        0 => "none is left".to_owned(),
        1 => "1 is left".to_owned(),
        more => format!("{more} are left"),
    }
}

fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn set(admin: u128, form: u128) -> Vec<String> {
        codes(&Secrets::derive(&[7; 32]).unwrap(), Uuid::from_u128(admin), Uuid::from_u128(form))
    }

    #[test]
    fn bits_are_spelled_in_order() {
        let mut bytes = [0; 32];
        bytes[0] = 0b0000_1000;
        bytes[1] = 0b1000_0110;
        bytes[14] = 31;
        assert_eq!(spelled(&bytes), "1230-0000-0000-0000-0000-000Z");
    }

    #[test]
    fn what_is_no_code_has_no_hash() {
        for typed in
            ["", "123456", "1230-0000-0000-0000-0000-000U", "1230-0000-0000-0000-0000-000Z-0", "１２３０", "<script>alert(1)</script"]
        {
            assert_eq!(hash(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn the_same_form_makes_the_same_ten_codes_and_no_other_makes_one_of_them(admin: u128, form: u128, other: u128) {
            let made = set(admin, form);
            prop_assert_eq!(&made, &set(admin, form));
            prop_assert_eq!(made.iter().collect::<HashSet<_>>().len(), usize::from(COUNT));
            prop_assume!(other != form);
            prop_assert!(set(admin, other).iter().all(|code| !made.contains(code)));
            prop_assert!(set(admin ^ 1, form).iter().all(|code| !made.contains(code)));
        }

        #[test]
        fn a_code_is_known_however_it_is_typed(form: u128) {
            for code in set(1, form) {
                prop_assert_eq!(code.len(), 29);
                let known = hash(&code);
                prop_assert!(known.is_some());
                prop_assert_eq!(&hash(&code.to_lowercase().replace('-', "")), &known);
                prop_assert_eq!(&hash(&format!("  {} ", code.replace('-', " – "))), &known);
                prop_assert_eq!(&hash(&code.replace('0', "o").replace('1', "L")), &known);
            }
        }

        #[test]
        fn anything_may_be_typed(typed in ".{0,80}") {
            let _ = hash(&typed);
        }
    }
}
