//! Why somebody has a flag or has it not: now, or at any time since it was made.
use crate::features::flags::model::{Flag, State};
use crate::features::flags::store;
use crate::features::flags::store::people::{self, Named};
use crate::features::flags::store::versions::{self, Version};
use crate::kernel::Result;
use crate::live::{Decided, NeedsUser, Subject, Verdict};
use crate::web::Admin;
use crate::web::parts::{Badge, Link, Person};
use jiff::Timestamp;
use sqlx::PgConnection;

/// What was asked, and the answer.
pub struct Explained {
    pub user: String,
    pub at: String,
    pub person: Option<Person>,
    pub verdict: Option<Badge>,
    pub sentences: Vec<String>,
    pub version: Option<Link>,
    pub error: String,
}

/// What was asked.
pub struct Question<'a> {
    pub user: &'a str,
    pub at: &'a str,
    /// The time that `at` names; now, if it names none.
    pub time: Option<Timestamp>,
}

/// Answers; nothing that is asked here is an error of the page.
pub async fn explain(admin: &Admin, db: &mut PgConnection, flag: &Flag, asked: &Question<'_>) -> Result<Explained> {
    let user = people::named(db, asked.user).await?;
    let mut answer = Explained {
        user: asked.user.to_owned(),
        at: asked.at.to_owned(),
        person: user.as_ref().map(|user| Person::user(user.id, &user.name, &user.email)),
        verdict: None,
        sentences: Vec::new(),
        version: None,
        error: String::new(),
    };
    let (state, version) = match asked.time {
        None => (flag.state.clone(), None),
        Some(time) => match versions::at(db, flag.id, time).await? {
            Some(version) => (version.after.clone(), Some(version)),
            None => {
                answer.error = "This flag was not there yet.".into();
                return Ok(answer);
            }
        },
    };
    if user.is_none() && asked.user.contains('@') {
        answer.error = "No user has this e-mail address.".into();
        return Ok(answer);
    }
    let roster = store::roster(db, state.kept).await?;
    let subject = user.as_ref().map_or_else(|| Subject::new(Some(asked.user), None), |user| Subject::user(user.id, user.tier));
    let decided = state.rule(&flag.salt, roster).decide(&subject, asked.time.unwrap_or_else(|| admin.site().clock.now()));
    say(&mut answer, &state, user.as_ref(), decided);
    if let Some(version) = version {
        made_so(admin, &mut answer, flag, &version);
    }
    Ok(answer)
}

fn say(answer: &mut Explained, state: &State, user: Option<&Named>, decided: Result<Verdict, NeedsUser>) {
    let Ok(verdict) = decided else {
        answer.error = "It depends on the user; name one.".into();
        return;
    };
    answer.verdict = Some(if verdict.value { Badge::new("ok", "On") } else { Badge::new("bad", "Off") });
    answer.sentences.push(sentence(state, user, &verdict));
    if user.is_none() {
        answer.sentences.push("No user of the platform has this id: it is drawn as it stands, without a tier.".into());
    }
    if let (Some(bucket), Decided::Bucket | Decided::Kept) = (verdict.bucket, verdict.by) {
        answer.sentences.push(format!("It turns on for them by itself at {} %.", share(bucket + 1)));
    }
}

fn sentence(state: &State, user: Option<&Named>, verdict: &Verdict) -> String {
    let drawn = share(verdict.bucket.unwrap_or_default());
    match verdict.by {
        Decided::Archived => "The flag is archived: off for everybody.".into(),
        Decided::Off => "The flag is off for everybody.".into(),
        Decided::Always => "The flag is on for everybody.".into(),
        Decided::Override => match user.and_then(|user| state.user_overrides.get(&user.id)) {
            Some(set) => format!("Set for this user by {}: {}.", set.by, set.words()),
            None => "Set for this user.".into(),
        },
        Decided::Kept => {
            format!("They were drawn at {drawn} %, outside the {} %, and keep it from when it reached further.", state.percentage)
        }
        Decided::Bucket if verdict.value => format!("They were drawn at {drawn} %, within the {} % that it reaches.", state.percentage),
        Decided::Bucket => format!("They were drawn at {drawn} %; it reaches {} %.", state.percentage),
        Decided::Tier => {
            let tiers: Vec<_> = state.tiers.iter().map(|tier| tier.label()).collect();
            let own = user.map_or("unknown", |user| user.tier.label());
            format!("Their tier is {own}; it is on for {}.", if tiers.is_empty() { "no tier".to_owned() } else { tiers.join(", ") })
        }
    }
}

fn made_so(admin: &Admin, answer: &mut Explained, flag: &Flag, version: &Version) {
    let by = version.by.as_deref().unwrap_or("Backlot");
    let when = admin.time(version.created_at).local;
    answer.version = Some(Link {
        href: format!("{}/versions/{}", super::home(flag), version.version),
        label: format!("Version {}, {} by {by} on {when}", version.version, version.what),
    });
    if version.after.kind == crate::live::Kind::Tier {
        answer.sentences.push("Their tier is the one that they have today.".into());
    }
}

/// Thousandths of a per cent as `57.508`.
fn share(thousandths: u32) -> String {
    format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000)
}
