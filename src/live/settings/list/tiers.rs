//! What each tier of a subscription gets.
use crate::live::settings::definition::Category::Subscription;
use crate::live::settings::definition::{Definition, Kind};

pub static SUBSCRIPTION: [Definition; 7] = [
    Definition::new(
        Subscription,
        "subscription.monthly_credits",
        "Credits each month",
        Kind::per_tier(0, 100_000, 1),
        r#"{"free":25,"starter":500,"pro":2000}"#,
    )
    .unit("credits")
    .about("What is added when a month of the subscription begins.")
    .words("allowance quota plan tier money")
    .danger("It is what people have bought: a lower number breaks a promise to those who pay already."),
    Definition::new(
        Subscription,
        "subscription.concurrent_generations",
        "Generations at once",
        Kind::per_tier(1, 100, 1),
        r#"{"free":1,"starter":3,"pro":5}"#,
    )
    .unit("at once")
    .about("How many generations a user of the tier may have running at once.")
    .words("parallel concurrency plan tier"),
    Definition::new(
        Subscription,
        "subscription.lora_models",
        "LoRA models",
        Kind::per_tier(0, 1_000, 1),
        r#"{"free":1,"starter":5,"pro":25}"#,
    )
    .unit("models")
    .about("How many LoRA models a user of the tier may keep.")
    .words("training plan tier limit"),
    Definition::new(
        Subscription,
        "subscription.storage_gb",
        "Storage",
        Kind::per_tier(1, 10_000, 1),
        r#"{"free":2,"starter":50,"pro":500}"#,
    )
    .unit("GB")
    .about("How much room pictures and videos may take.")
    .words("disk space quota plan tier")
    .danger("Who has more than a lower number can add nothing until they delete something."),
    Definition::new(
        Subscription,
        "subscription.max_resolution",
        "Largest picture",
        Kind::per_tier(512, 8_192, 64),
        r#"{"free":1024,"starter":2048,"pro":4096}"#,
    )
    .unit("pixels")
    .about("The longer side of a picture.")
    .words("size resolution 4k plan tier"),
    Definition::new(
        Subscription,
        "subscription.video_seconds",
        "Longest video",
        Kind::per_tier(0, 600, 1),
        r#"{"free":5,"starter":15,"pro":60}"#,
    )
    .unit("seconds")
    .about("How long one video may be; 0: none.")
    .words("clip movie length plan tier"),
    Definition::new(
        Subscription,
        "subscription.queue_priority",
        "Place in the queue",
        Kind::per_tier(0, 10, 1),
        r#"{"free":0,"starter":4,"pro":8}"#,
    )
    .about("Who has more is served before who has less.")
    .words("priority waiting speed plan tier"),
];
