//! Whatever is in the database or in the environment: definitions fit themselves, and nothing that reads a setting blows up.
use backlot::live::Settings;
use backlot::live::settings::{Category, Kind, Pinned, all, broken, is_schema, keys, unknown};
use proptest::prelude::*;
use serde_json::{Map, Number, Value};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_definition_fits_itself_and_says_what_one_must_know() {
    let mut seen = BTreeSet::new();
    for definition in all() {
        let key = definition.key;
        assert!(seen.insert(key), "{key} is there twice");
        assert_eq!(definition.fit(&definition.default()), Ok(definition.default()), "{key}: its default is as it is kept");
        assert!(definition.about.ends_with('.') && definition.label.len() > 3, "{key}");
        assert!(definition.danger.is_empty() || definition.danger.ends_with('.'), "{key}");
        assert!(
            key.split_once('.')
                .is_some_and(|(one, two)| [one, two].iter().all(|part| part.chars().all(|c| c.is_ascii_lowercase() || c == '_'))),
            "{key}"
        );
        if let Kind::Json(schema) = definition.kind {
            assert!(is_schema(schema), "{key}: its schema is none");
        }
    }
    assert!(Category::ALL.iter().all(|category| all().any(|definition| definition.category == *category)));
    assert!(keys::unfit().is_empty(), "{:?} are read but not defined so", keys::unfit());
    assert!(unknown().is_empty(), "{:?} are in rules but not defined", unknown());
    let keys: Vec<_> = all().map(|definition| definition.key).collect();
    assert_eq!(broken(&Settings::default(), &keys), [], "the defaults keep the rules");
    assert_eq!(Settings::default().get(keys::DUNNING_RETRY_DAYS), [1, 3, 5, 7]);
    assert_eq!(Settings::default().get(keys::LORA_MODELS).pro, 25);
}

fn anything() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
        (-10_i64..200).prop_map(Value::from),
    ];
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number, ".{0,30}".prop_map(Value::from)];
    let name = prop_oneof![Just("free".to_owned()), Just("starter".to_owned()), Just("pro".to_owned()), Just("steps".to_owned()), ".{0,8}"];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..6).prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_taken_or_refused_in_a_sentence_and_what_is_taken_is_taken_again(value in anything()) {
        for definition in all() {
            match definition.fit(&value) {
                Ok(kept) => prop_assert_eq!(definition.fit(&kept), Ok(kept.clone()), "{}", definition.key),
                Err(why) => prop_assert!(why.len() > 5 && why.chars().count() < 1_000, "{}: {}", definition.key, why),
            }
        }
    }

    #[test]
    fn whatever_is_stored_every_setting_has_a_value_that_fits(values in prop::collection::vec(anything(), 60)) {
        let stored: BTreeMap<_, _> = all().zip(values).map(|(definition, value)| (definition.key.to_owned(), value)).collect();
        let settings = Settings::of(&stored, &Pinned::default());
        for definition in all() {
            let value = settings.value(definition.key).cloned().unwrap_or_default();
            prop_assert_eq!(definition.fit(&value), Ok(value));
        }
        let keys: Vec<_> = all().map(|definition| definition.key).collect();
        let _ = (settings.get(keys::MAX_CONCURRENT), settings.get(keys::DUNNING_RETRY_DAYS), settings.get(keys::MONTHLY_CREDITS));
        let _ = (settings.digest(), settings.platforms(), broken(&settings, &keys));
    }

    #[test]
    fn any_text_pins_something_or_is_refused(text in ".{0,60}") {
        let _ = Pinned::parse(&text);
    }
}
