//! The part of the form that says when an export comes.
use crate::features::exports::actions::PlanFields;
use crate::features::exports::model::{Every, Period};
use crate::kernel::Invalid;
use crate::web::parts::Field;

const WEEKDAYS: [(&str, &str); 7] =
    [("1", "Monday"), ("2", "Tuesday"), ("3", "Wednesday"), ("4", "Thursday"), ("5", "Friday"), ("6", "Saturday"), ("7", "Sunday")];

/// How often, when, of which days, and for how long the files are kept.
pub fn fields(typed: &PlanFields, has_days: bool, zone: &str, invalid: &Invalid) -> Vec<Field> {
    let numbers: Vec<_> = (1..=28).map(|day| day.to_string()).collect();
    let days = numbers.iter().map(|day| (day.as_str(), day.as_str())).chain([("last", "The last day")]);
    let weekday = typed.weekday.map_or_else(|| "1".to_owned(), |day| day.to_string());
    let text = |value: &Option<String>, default: &str| value.clone().unwrap_or_else(|| default.to_owned());
    let mut fields = vec![
        Field::new("select", "every", "How often").choices(Every::choices()).value(Some(typed.every.unwrap_or(Every::Day).code())),
        Field::new("time", "at", "At").hint(format!("In {zone}, also after the clocks change.")).value(Some(&text(&typed.at, "06:00"))),
        Field::new("select", "weekday", "On").hint("For every week.").choices(WEEKDAYS).value(Some(&weekday)),
        Field::new("select", "monthday", "On day").hint("For every month.").choices(days).value(Some(&text(&typed.monthday, "1"))),
    ];
    if has_days {
        let periods = [("", "All of them, each time")].into_iter().chain(Period::choices());
        let field = Field::new("select", "period", "Of which days").choices(periods).optional();
        fields.push(field.value(Some(typed.period.map_or("", Period::code))));
    }
    fields.push(Field::new("number", "keep_days", "Keep each file for").hint("Days.").value(Some(&text(&typed.keep_days, "7"))));
    let mail =
        Field::new("check", "by_mail", "Write to me when it is ready").hint("With a link to its page; the file itself is never sent.");
    fields.push(mail.optional().value(typed.by_mail.as_deref()));
    fields.into_iter().map(|field| field.refused(invalid)).collect()
}
