//! The guard before each handler: who is asking, may they, and did the form come from us.
use super::admin::Admin;
use super::pairs::Pairs;
use super::request::Facts;
use super::respond::{self, Problem};
use super::routes::{Access, Route};
use super::session::{self, Signed, Stage};
use super::site::Site;
use super::{door, machine, operators, parked, proof, viewing};
use crate::kernel::{Error, Permission, Result, Target};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tower_sessions::Session;
use tower_sessions::session::Id;
use uuid::Uuid;

/// The largest form, in bytes.
const LARGEST: usize = 1 << 20;

/// One guard's post: a route of a site.
#[derive(Clone)]
pub struct Post {
    pub site: Site,
    pub route: Arc<Route>,
}

/// The key under which a form acts once.
#[derive(Clone, Copy, Debug)]
pub struct Submission(pub Uuid);

/// Lets a request through to its handler, or answers in its place; dresses what the handler could not do in a page.
pub async fn stand(State(post): State<Post>, request: Request, next: Next) -> Response {
    let facts = request.extensions().get::<Facts>().cloned();
    match (&post.route.access, facts) {
        (Access::Machine(callers), _) => machine::admit(&post.site, *callers, request, next).await,
        (Access::Public, _) => next.run(request).await,
        (_, None) => Error::internal("a request without facts reached the guard").into_response(),
        (Access::Operator, Some(facts)) => match operators::admit(&post.site, &facts, request.headers()) {
            Ok(()) => next.run(request).await,
            Err(error) => error.into_response(),
        },
        (Access::Door, Some(facts)) => door::stand(&post.site, facts, request, next).await,
        (_, Some(facts)) => inside(&post, facts, request, next).await,
    }
}

/// An address that nothing is mounted at: told in the frame of whoever is signed in.
pub async fn nowhere(State(site): State<Site>, request: Request) -> Response {
    let error = Error::NotFound("There is no such page.".into());
    let (facts, session) = (request.extensions().get::<Facts>().cloned(), request.extensions().get::<Session>().cloned());
    let Some(facts) = facts else { return error.into_response() };
    let route = Route { method: Method::GET, path: "", access: Access::Live(Permission::Own), nav: None };
    match known(&Post { site, route: Arc::new(route) }, facts, session).await {
        Ok(admin) => respond::dressed(&admin, &Problem::from(&error)),
        Err(Error::SignedOut) => error.into_response(),
        Err(other) => other.into_response(),
    }
}

/// For those who are signed in.
async fn inside(post: &Post, facts: Facts, mut request: Request, next: Next) -> Response {
    let session = request.extensions().get::<Session>().cloned();
    let presented = session.as_ref().and_then(Session::id);
    let admin = match known(post, facts.clone(), session).await {
        Ok(admin) => admin,
        Err(Error::SignedOut) => return turn_away(&post.site, &facts, presented, request).await,
        Err(error) => return error.into_response(),
    };
    let mut form = None;
    let response = match admit(post, &admin, &mut request).await {
        Ok(_) if post.route.access == Access::Viewed && admin.view().is_none() => super::see_other(viewing::OVER),
        Ok(pairs) => {
            form = pairs;
            request.extensions_mut().insert(admin.clone());
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    if let Err(error) = keep_alive(post, &admin).await {
        tracing::warn!(%error, "a session could not be kept alive");
    }
    let partial = admin.facts().partial;
    let response = dress(post, &admin, form, response).await;
    if partial { whole_page(response) } else { response }
}

/// A part of a page cannot be replaced by another page: the browser is told to go there.
fn whole_page(response: Response) -> Response {
    match response.headers().get(header::LOCATION) {
        Some(place) => ([(HeaderName::from_static("hx-redirect"), place.clone())], StatusCode::NO_CONTENT).into_response(),
        None => response,
    }
}

/// Who is asking, and whether they have come in all the way.
async fn known(post: &Post, facts: Facts, session: Option<Session>) -> Result<Admin> {
    let session = session.ok_or(Error::SignedOut)?;
    let signed = session::signed(&session).await?.ok_or(Error::SignedOut)?;
    if signed.stage != Stage::Full && post.route.access != Access::Session {
        return Err(Error::SignedOut);
    }
    Admin::enter(post.site.clone(), signed, session, facts, &post.route).await
}

/// The checks before the handler; returns the form, for the case that a second factor is due.
async fn admit(post: &Post, admin: &Admin, request: &mut Request) -> Result<Option<Pairs>> {
    viewing::hold(admin, &post.route, action_name(&post.route)).await?;
    let form = if request.method() == Method::POST { Some(prove(post, admin, request).await?) } else { None };
    match &post.route.access {
        Access::Page(permission) | Access::Live(permission) => {
            admin.desk().admit_reading(admin.actor(), *permission, post.route.path).await?
        }
        Access::Viewed => admin.desk().admit_reading(admin.actor(), Permission::UsersView, post.route.path).await?,
        Access::Action { name, permission, .. } if !admin.actor().may(*permission) => {
            let path = super::show::short(&admin.facts().path, 300);
            admin.desk().refuse(admin.actor(), name, Some(&Target::new("page", &path, path.as_str())), permission.phrase()).await?;
            return Err(Error::Forbidden(*permission));
        }
        _ => {}
    }
    Ok(form)
}

/// Reads the form and checks that it is ours. What is not ours is refused on the record.
async fn prove(post: &Post, admin: &Admin, request: &mut Request) -> Result<Pairs> {
    let bond = admin.bond();
    let checked = match same_origin(request, &post.site) {
        Ok(()) => read(request).await.and_then(|mut pairs| {
            let header = request.headers().get("x-backlot-proof").and_then(|value| value.to_str().ok()).map(str::to_owned);
            let given = pairs.take(proof::FIELD).or(header);
            let key = proof::check(&post.site.secrets, &proof::Bond(&[&bond]), given.as_deref())?;
            let resumed = pairs.take(parked::RESUMED).is_some();
            Ok((pairs, key, resumed))
        }),
        Err(error) => Err(error),
    };
    match checked {
        Ok((pairs, key, resumed)) => {
            if resumed {
                parked::forget(&post.site.door, admin.id()).await?;
            }
            request.extensions_mut().insert(pairs.clone());
            request.extensions_mut().insert(Submission(key));
            Ok(pairs)
        }
        Err(error @ Error::Unproven(_)) => {
            let target = Target::new("page", post.route.path, post.route.path);
            admin.desk().refuse(admin.actor(), action_name(&post.route), Some(&target), "the form did not come from this site").await?;
            Err(error)
        }
        Err(error) => Err(error),
    }
}

fn action_name(route: &Route) -> &'static str {
    match route.access {
        Access::Action { name, .. } => name,
        _ => "page.send",
    }
}

/// A browser says where a form comes from (Fetch Metadata, `Sec-Fetch-Site`; else `Origin`); who says nothing is refused.
///
/// # Errors
/// `Unproven` when it comes from elsewhere.
pub fn same_origin(request: &Request, site: &Site) -> Result<()> {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let ours = match (text("sec-fetch-site"), text("origin")) {
        (Some(from), _) => matches!(from, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("");
            origin == site.public_url.trim_end_matches('/')
                || origin.split_once("://").is_some_and(|(_, origin_host)| origin_host == host && !host.is_empty())
        }
        (None, None) => false,
    };
    if ours { Ok(()) } else { Err(Error::Unproven("This form was sent from another site. Nothing was done.")) }
}

/// Reads a form's body.
///
/// # Errors
/// When it is no form, too large, or malformed.
pub async fn read(request: &mut Request) -> Result<Pairs> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_form = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    let body = std::mem::replace(request.body_mut(), Body::empty());
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Error::Malformed("This form is larger than 1 MB.".into()))?;
    if !is_form && !bytes.is_empty() {
        return Err(Error::Unproven("Only forms are taken here."));
    }
    Pairs::parse(&bytes)
}

async fn keep_alive(post: &Post, admin: &Admin) -> Result<()> {
    if admin.signed().due && !matches!(post.route.access, Access::Live(_)) {
        session::touch(&post.site.door, &admin.signed().id_hash).await?;
    }
    Ok(())
}

/// What the handler could not do becomes a page in the admin's own layout; a due second factor keeps the form.
async fn dress(post: &Post, admin: &Admin, form: Option<Pairs>, mut response: Response) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    if problem.step_up {
        let parked = match form {
            Some(form) => parked::park(&post.site.door, admin.signed().admin_id, &admin.facts().path, &form).await,
            None => Ok(()),
        };
        return parked.map_or_else(IntoResponse::into_response, |()| {
            super::see_other(&format!("/confirm?next={}", super::link::escape(&admin.came_from())))
        });
    }
    respond::dressed(admin, &problem)
}

/// Sends a stranger to the door; what they typed before their session ended is kept for them.
async fn turn_away(site: &Site, facts: &Facts, presented: Option<Id>, mut request: Request) -> Response {
    let session = request.extensions().get::<Session>().cloned();
    let stage = match session {
        Some(session) => session::signed(&session).await.ok().flatten().map(|signed: Signed| signed.stage),
        None => None,
    };
    let is_form = request.method() == Method::POST;
    if is_form
        && same_origin(&request, site).is_ok()
        && let (Some(id), Ok(mut form)) = (presented, read(&mut request).await)
    {
        form.take(proof::FIELD);
        if let Err(error) = parked::park_for_former(site, &id, &facts.path, &form).await {
            tracing::warn!(%error, "a form could not be kept");
        }
    }
    if facts.partial {
        return ([("hx-redirect", "/sign-in")], respond::signed_out()).into_response();
    }
    let next = if is_form { "/admin".to_owned() } else { facts.path.clone() };
    super::see_other(&match stage {
        Some(Stage::Password) => "/sign-in/code".to_owned(),
        Some(Stage::Enrol) => "/sign-in/enrol".to_owned(),
        _ if next == "/admin" => "/sign-in".to_owned(),
        _ => format!("/sign-in?next={}", super::link::escape(&next)),
    })
}
