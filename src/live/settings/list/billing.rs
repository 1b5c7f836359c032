//! Money: what things cost in credits, and when billing asks or waits.
use crate::live::settings::definition::Category::{Billing, Credits};
use crate::live::settings::definition::{Definition, Kind};

/// Days after the first failure.
const DAYS: &str = r#"{
  "type": "array", "minItems": 1, "maxItems": 10, "uniqueItems": true,
  "items": { "type": "integer", "minimum": 1, "maximum": 60 }
}"#;

/// Per currency (ISO 4217), the price of a month in minor units.
const PRICES: &str = r#"{
  "type": "object", "minProperties": 1, "maxProperties": 40, "propertyNames": { "pattern": "^[A-Z]{3}$" },
  "additionalProperties": {
    "type": "object", "required": ["starter", "pro"], "additionalProperties": false,
    "properties": { "starter": { "type": "integer", "minimum": 1, "maximum": 100000000 }, "pro": { "type": "integer", "minimum": 1, "maximum": 100000000 } }
  }
}"#;
/// What the platform asks.
const LIST: &str = r#"{"EUR":{"starter":900,"pro":2900},"USD":{"starter":900,"pro":2900},"GBP":{"starter":800,"pro":2500},"JPY":{"starter":1400,"pro":4500},"CZK":{"starter":22900,"pro":72900},"PLN":{"starter":3900,"pro":12900},"BRL":{"starter":4900,"pro":14900},"INR":{"starter":79900,"pro":249900}}"#;

pub static CREDITS: [Definition; 6] = [
    Definition::new(Credits, "credits.draft_cost", "Image in draft quality", Kind::whole(0, 1_000), "1")
        .unit("credits")
        .about("What an image in draft quality costs.")
        .words("price charge")
        .danger("Everybody pays the new price from their next image on."),
    Definition::new(Credits, "credits.hq_cost", "Image in high quality", Kind::whole(0, 1_000), "3")
        .unit("credits")
        .about("What an image in high quality costs.")
        .words("price charge")
        .danger("Everybody pays the new price from their next image on."),
    Definition::new(Credits, "credits.video_second_cost", "Second of video", Kind::whole(0, 1_000), "10")
        .unit("credits")
        .about("What each second of a video costs.")
        .words("price charge clip")
        .danger("Everybody pays the new price from their next video on."),
    Definition::new(Credits, "credits.lora_training_cost", "Training of a LoRA model", Kind::whole(0, 10_000), "150")
        .unit("credits")
        .about("What one training costs, however many steps it has.")
        .words("price charge lora")
        .danger("Everybody pays the new price from their next training on."),
    Definition::new(Credits, "credits.sign_up_bonus", "Gift for signing up", Kind::whole(0, 1_000), "25")
        .unit("credits")
        .about("What a new user begins with.")
        .words("welcome bonus registration free trial"),
    Definition::new(Credits, "credits.expire_days", "Credits lapse after", Kind::whole(0, 3_650), "365")
        .unit("days")
        .about("Bought credits that were not used by then are gone; 0: never.")
        .words("expiry expiration validity")
        .danger("A lower number takes credits that people have paid for."),
];

pub static BILLING: [Definition; 8] = [
    Definition::new(Billing, "billing.refund_approval_cents", "Second admin for refunds above", Kind::whole(0, 10_000_000), "10000")
        .unit("cents")
        .about("A refund of more than this takes a second admin who approves it.")
        .words("approval limit threshold four eyes")
        .danger("Up to this amount one admin alone can send money away.")
        .own(),
    Definition::new(Billing, "billing.grant_approval_credits", "Second admin for grants above", Kind::whole(0, 1_000_000), "1000")
        .unit("credits")
        .about("A grant of more credits than this takes a second admin who approves it.")
        .words("approval limit threshold gift four eyes")
        .danger("Up to this number one admin alone can give credits away.")
        .own(),
    Definition::new(Billing, "billing.dunning_retry_days", "Days of another try", Kind::Json(DAYS), "[1,3,5,7]")
        .about("On which days after a payment failed it is tried again.")
        .words("dunning retry failed payment collection json"),
    Definition::new(Billing, "billing.grace_days", "Days of grace", Kind::whole(0, 60), "14")
        .unit("days")
        .about("How long a subscription goes on although its payment failed.")
        .words("dunning past due overdue")
        .danger("With a lower number, people who are overdue lose their subscription tonight."),
    Definition::new(Billing, "billing.prices", "Prices", Kind::Json(PRICES), LIST)
        .about("What a month of each tier costs, per currency, in its minor unit: cents, pence, yen.")
        .words("price list plan tier month cost json")
        .danger("Who changes their tier, or renews without a price of their own, pays the new price."),
    Definition::new(Billing, "billing.extend_max_days", "Extend by at most", Kind::whole(1, 366), "90")
        .unit("days")
        .about("By how many days an admin may extend a subscription at once, without money.")
        .words("extension period free limit cap")
        .own(),
    Definition::new(Billing, "billing.grace_max_days", "Grace of at most", Kind::whole(1, 120), "30")
        .unit("days")
        .about("How long an admin may let an overdue subscription go on.")
        .words("grace period overdue limit cap dunning")
        .own(),
    Definition::new(
        Billing,
        "billing.statement_descriptor",
        "Name on card statements",
        Kind::Text {
            longest: 22,
            lines: false,
            pattern: Some((
                "^[A-Za-z0-9 .-]{5,22}$",
                "Use 5 to 22 letters without accents, digits, spaces, dots or hyphens: banks print nothing else.",
            )),
        },
        "\"AI STUDIO\"",
    )
    .about("What people read on the statement of their card.")
    .words("bank card text descriptor"),
];
