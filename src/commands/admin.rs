//! `backlot admin …`: for the day the door is jammed, or has never been opened.
use super::serve;
use crate::app;
use crate::database::place::Place;
use crate::database::pools::pool;
use crate::features::admins::{self, ChangeAdminRole, DisableAdmin, InviteFields, ResetFactors};
use crate::features::sign_in::Bootstrap;
use crate::kernel::{Action, Actor, Error as Refused, OneTime, Role, Terms, Why, id, secret};
use crate::settings::{AdminCommand, Given, Settings, Whom};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use nix::unistd::{Uid, User};
use sqlx::PgPool;
use std::error::Error;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Does what was asked.
///
/// # Errors
/// When it cannot be done, with why.
pub async fn run(given: &Given, command: AdminCommand) -> Outcome {
    let place = Place::join(given).await?;
    place.prepare().await?;
    let app = pool(&place.ways.app, 1, "backlot console");
    let done = match command {
        AdminCommand::Bootstrap { email, name } => bootstrap(given, &app, email, name).await,
        AdminCommand::List => list(&app).await,
        AdminCommand::Invite { email, name, role } => invite(given, &place, &app, (email, name, role)).await,
        AdminCommand::Disable(whom) => about(&app, &whom, "cannot come in any more", |id, why| DisableAdmin { id, why }).await,
        AdminCommand::ResetMfa(whom) => about(&app, &whom, "sets up a new second factor next", |id, why| ResetFactors { id, why }).await,
        AdminCommand::Promote(whom) => {
            about(&app, &whom, "is a super admin", |id, why| ChangeAdminRole { id, role: Role::SuperAdmin, why }).await
        }
    };
    app.close().await;
    place.leave().await?;
    done
}

async fn bootstrap(given: &Given, app: &PgPool, email: String, name: String) -> Outcome {
    let (email, name) = (email.trim().to_lowercase(), name.trim().to_owned());
    if !email.contains('@') || name.is_empty() {
        return Err("Give an e-mail address and a name.".into());
    }
    let token: [u8; 32] = secret::random()?;
    let token = BASE64_URL_SAFE_NO_PAD.encode(token);
    perform(app, Bootstrap { email: email.clone(), name, token_hash: secret::sha256(token.as_bytes()) }).await?;
    println!(
        "{email} is a super admin once they choose a password here, within 24 hours; the link works once:\n\n  {}\n",
        at(given, &token)
    );
    Ok(())
}

async fn list(app: &PgPool) -> Outcome {
    print!("{}", admins::console::table(&mut *app.acquire().await?).await?);
    Ok(())
}

async fn invite(given: &Given, place: &Place, app: &PgPool, (email, name, role): (String, String, String)) -> Outcome {
    let secrets = serve::secrets(&Settings::check(given)?, place)?;
    let role = Role::try_from(role)
        .map_err(|_| "There is no such role: super_admin, support_admin, operations_admin, data_admin or billing_admin.")?;
    let link = id::new();
    let fields = InviteFields { email: Some(email), name: Some(name), role: Some(role) };
    let action = fields.parse(OneTime::of(&secrets, link)).map_err(|invalid| invalid.to_string())?;
    let email = action.email.clone();
    perform(app, action).await?;
    println!(
        "{email} chooses a password here, within 24 hours; the link works once:\n\n  {}\n",
        at(given, &OneTime::token(&secrets, link))
    );
    Ok(())
}

/// Does something about somebody, and says so.
async fn about<A: Action<Output = String>>(app: &PgPool, whom: &Whom, words: &str, make: impl Fn(uuid::Uuid, Why) -> A) -> Outcome {
    let id = admins::console::by_email(app, &whom.email).await?;
    let why = Why::required(Some(&whom.reason), None).map_err(|invalid| invalid.to_string())?;
    let email = perform(app, make(id, why)).await?;
    println!("{email} {words}.");
    Ok(())
}

/// On the record of whoever sits here. What went wrong inside is said in full: nobody else reads it.
async fn perform<A: Action>(app: &PgPool, action: A) -> Result<A::Output, Refused> {
    Ok(app::desk(app.clone()).perform(&console(), action, &Terms::default()).await?.output)
}

fn at(given: &Given, token: &str) -> String {
    let url = given.public_url.clone().unwrap_or_else(|| format!("http://{}", given.listen));
    format!("{}/welcome/{token}", url.trim_end_matches('/'))
}

/// Whoever sits at this command line, by the operating system's name.
pub fn console() -> Actor {
    let uid = Uid::current();
    let user = User::from_uid(uid).ok().flatten().map_or_else(|| format!("uid {uid}"), |user| user.name);
    Actor::console(user)
}
