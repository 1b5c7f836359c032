//! The fields of a flag, for making and for editing one.
use crate::features::flags::actions::{FlagFields, Way};
use crate::web::parts::Field;

/// The fields, as they were typed.
pub fn fields(typed: &FlagFields) -> Vec<Field> {
    let text = |value: &Option<String>| value.clone();
    let yes = |ticked: bool| ticked.then_some("yes");
    vec![
        Field::new("text", "name", "Name").hint("As the code asks for it, such as new_studio_ui.").value(text(&typed.name).as_deref()),
        Field::new("area", "description", "Description")
            .hint("What is behind it, for whoever finds it in a year.")
            .optional()
            .value(text(&typed.description).as_deref()),
        Field::new("check", "enabled", "On")
            .hint("Off is off for everybody, whatever else is set here.")
            .optional()
            .value(yes(typed.enabled.is_some())),
        Field::new("select", "way", "Decides by").choices(Way::choices()).value(Some(typed.way.unwrap_or(Way::Boolean).code())),
        Field::new("text", "percentage", "Percentage")
            .hint("Of users, with up to three decimals. Raising it never takes the flag from anybody.")
            .optional()
            .value(text(&typed.percentage).as_deref()),
        Field::new("check", "tier_free", "Free").optional().value(yes(typed.tier_free.is_some())),
        Field::new("check", "tier_starter", "Starter").optional().value(yes(typed.tier_starter.is_some())),
        Field::new("check", "tier_pro", "Pro").optional().value(yes(typed.tier_pro.is_some())),
        Field::new("text", "owner", "Owner").hint("The person or team to ask.").optional().value(text(&typed.owner).as_deref()),
        Field::new("text", "tags", "Tags").hint("Separated by commas.").optional().value(text(&typed.tags).as_deref()),
    ]
}
