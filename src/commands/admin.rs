//! `backlot admin …`: for the day the door is jammed, or has never been opened.
use crate::app;
use crate::database::place::Place;
use crate::database::pools::pool;
use crate::features::sign_in::Bootstrap;
use crate::kernel::{Actor, Terms, secret};
use crate::settings::{AdminCommand, Given};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use nix::unistd::{Uid, User};
use std::error::Error;

/// Does what was asked.
///
/// # Errors
/// When it cannot be done, with why.
pub async fn run(given: &Given, command: AdminCommand) -> Result<(), Box<dyn Error>> {
    let place = Place::join(given).await?;
    place.prepare().await?;
    let done = match command {
        AdminCommand::Bootstrap { email, name } => bootstrap(given, &place, email, name).await,
    };
    place.leave().await?;
    done
}

async fn bootstrap(given: &Given, place: &Place, email: String, name: String) -> Result<(), Box<dyn Error>> {
    let (email, name) = (email.trim().to_lowercase(), name.trim().to_owned());
    if !email.contains('@') || name.is_empty() {
        return Err("Give an e-mail address and a name.".into());
    }
    let token: [u8; 32] = secret::random()?;
    let token = BASE64_URL_SAFE_NO_PAD.encode(token);
    let action = Bootstrap { email: email.clone(), name, token_hash: secret::sha256(token.as_bytes()) };
    let desk = app::desk(pool(&place.ways.app, 1, "backlot console"));
    desk.perform(&console(), action, &Terms::default()).await?;
    let url = given.public_url.clone().unwrap_or_else(|| format!("http://{}", given.listen));
    println!(
        "{email} is a super admin once they choose a password here, within 24 hours; the link works once:\n\n  {}/welcome/{token}\n",
        url.trim_end_matches('/')
    );
    Ok(())
}

/// Whoever sits at this command line, by the operating system's name.
pub fn console() -> Actor {
    let uid = Uid::current();
    let user = User::from_uid(uid).ok().flatten().map_or_else(|| format!("uid {uid}"), |user| user.name);
    Actor::console(user)
}
