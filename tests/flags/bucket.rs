//! The draw, whatever the salt and the id.
use backlot::kernel::Tier;
use backlot::live::bucket::{BUCKETS, bucket};
use backlot::live::{Decided, Exception, Kind, Percentage, Roster, Rule, Subject};
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

fn percentage(thousandths: u32, salt: &str) -> Rule {
    let percentage = Percentage::thousandths(thousandths);
    Rule { enabled: true, kind: Kind::Percentage, percentage, salt: salt.into(), ..Rule::default() }
}

fn is_on(rule: &Rule, user: &str) -> bool {
    rule.decide(&Subject::new(Some(user), None), Timestamp::UNIX_EPOCH).unwrap().value
}

#[test]
fn known_users_are_where_other_implementations_draw_them() {
    for (salt, user, expected) in [("video-v2", "00000000-0000-4000-8000-000000000001", 57_508), ("video-v2", "usr_é漢字", 22_374)] {
        assert_eq!(bucket(salt, user), expected, "{salt}:{user}");
    }
    // Inputs with a colon at their place, from the client specification of another system: the same hash of the whole text.
    for (salt, user, hash) in [
        ("Feature.flexibleRollout.10", "174", 0xb6dd_ee0d_u64),
        ("Feature.flexibleRollout.10", "499", 0x13b2_f243),
        ("Feature.flexibleRollout.userId.55", "25", 0x40d3_0fc2),
        ("AB12A", "122", 0x3f4e_7e32),
        ("AB12A", "155", 0xc2cd_44cf),
    ] {
        assert_eq!(u64::from(bucket(salt, user)), (hash * u64::from(BUCKETS)) >> 32, "{salt}:{user}");
    }
}

proptest! {
    #[test]
    fn raising_a_percentage_never_takes_the_flag_from_anybody(salt in ".{1,30}", user in ".{1,40}", less in 0..=BUCKETS, more in 0..=BUCKETS) {
        let (less, more) = (less.min(more), less.max(more));
        prop_assert!(!is_on(&percentage(less, &salt), &user) || is_on(&percentage(more, &salt), &user));
    }

    #[test]
    fn nobody_is_nobody_and_everybody_is_everybody(salt in ".{1,30}", user in ".{1,40}") {
        prop_assert!(!is_on(&percentage(0, &salt), &user));
        prop_assert!(is_on(&percentage(BUCKETS, &salt), &user));
        prop_assert!(bucket(&salt, &user) < BUCKETS);
    }

    #[test]
    fn a_uuid_is_the_same_user_however_it_is_written(id in any::<u128>(), salt in ".{1,10}") {
        let id = Uuid::from_u128(id);
        let rule = percentage(50_000, &salt);
        let is = is_on(&rule, &id.to_string());
        prop_assert_eq!(is_on(&rule, &id.to_string().to_uppercase()), is);
        prop_assert_eq!(is_on(&rule, &id.simple().to_string()), is);
        prop_assert_eq!(is_on(&rule, &format!("urn:uuid:{id}")), is);
    }

    #[test]
    fn what_somebody_types_is_a_percentage_or_refused(text in ".{0,20}") {
        if let Ok(percentage) = Percentage::parse(&text) {
            prop_assert_eq!(Percentage::parse(&percentage.to_string()).ok(), Some(percentage));
            prop_assert!(percentage.in_thousandths() <= BUCKETS);
        }
    }
}

/// Ids as the platform makes them.
fn users(count: u128) -> Vec<String> {
    (0..count).map(|n| Uuid::from_u128(0x0192_f000_0000_7000_8000_0000_0000_0000 + n * 0x9e37_79b9_7f4a_7c15).to_string()).collect()
}

fn share(count: usize, of: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / f64::from(u32::try_from(of).unwrap())
}

#[test]
fn shares_are_what_they_are_set_to() {
    let users = users(100_000);
    for thousandths in [100, 1_000, 5_000, 25_000, 50_000, 99_900] {
        let rule = percentage(thousandths, "shares");
        let p = f64::from(thousandths) / 100_000.0;
        let found = share(users.iter().filter(|user| is_on(&rule, user)).count(), users.len());
        // Five standard deviations of a binomial share: chance alone passes this once in two million times.
        let bound = 5.0 * (p * (1.0 - p) / 100_000.0_f64).sqrt();
        assert!((found - p).abs() < bound, "{thousandths}: {found}, not within {bound} of {p}");
    }
}

#[test]
fn two_flags_reach_independent_users() {
    let users = users(50_000);
    let salts = ["new_studio_ui", "hd_mode_enabled", "video_generation", "beta_features", "a", "b", "ab", "ba"];
    let on: Vec<Vec<bool>> = salts.iter().map(|salt| users.iter().map(|user| is_on(&percentage(10_000, salt), user)).collect()).collect();
    for (at, one) in on.iter().enumerate() {
        for (other, two) in on.iter().enumerate().skip(at + 1) {
            let both = one.iter().zip(two).filter(|(one, two)| **one && **two).count();
            let found = share(both, users.len());
            let bound = 5.0 * (0.01 * 0.99 / 50_000.0_f64).sqrt();
            assert!((found - 0.01).abs() < bound, "{} and {}: {found}", salts[at], salts[other]);
        }
    }
}

#[test]
fn what_decides_comes_in_its_order() {
    let user = Uuid::from_u128(7);
    let now = Timestamp::UNIX_EPOCH;
    let decided = |rule: &Rule, tier| rule.decide(&Subject::user(user, tier), now).map(|verdict| (verdict.value, verdict.by)).unwrap();
    let mut rule = Rule { tiers: vec![Tier::Pro], kind: Kind::Tier, enabled: true, ..Rule::default() };
    assert_eq!(decided(&rule, Tier::Pro), (true, Decided::Tier));
    assert_eq!(decided(&rule, Tier::Free), (false, Decided::Tier));
    rule.overrides = BTreeMap::from([(user, Exception { value: true, until: None })]);
    assert_eq!(decided(&rule, Tier::Free), (true, Decided::Override));
    rule.overrides = BTreeMap::from([(user, Exception { value: true, until: Some(now) })]);
    assert_eq!(decided(&rule, Tier::Free), (false, Decided::Tier), "it has run out at this very moment");
    rule.overrides = BTreeMap::from([(user, Exception { value: true, until: None })]);
    rule.enabled = false;
    assert_eq!(decided(&rule, Tier::Pro), (false, Decided::Off), "the kill switch is for everybody");
    rule.archived = true;
    assert_eq!(decided(&rule, Tier::Pro), (false, Decided::Archived));

    let roster = Roster::new(Uuid::nil(), &[*user.as_bytes(), *Uuid::from_u128(3).as_bytes()].concat());
    let kept = Rule { kept: Some(Arc::new(roster)), ..percentage(0, "kept") };
    assert_eq!(decided(&kept, Tier::Free), (true, Decided::Kept));
    assert!(kept.decide(&Subject::new(None, None), now).is_err(), "nobody is drawn without an id");
    assert!(Rule { enabled: true, ..Rule::default() }.decide(&Subject::default(), now).is_ok(), "this one needs nobody");
}
