//! The only way to mount a handler: with what it takes to reach it. The table drives the navigation and the tests.
use super::guard::{self, Post};
use super::machine::{self, Callers};
use super::site::Site;
use crate::kernel::{Action, Assurance, Caution, Permission};
use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use std::marker::PhantomData;
use std::sync::Arc;

/// A mounted route, as the tests and the navigation see it.
#[derive(Clone, Debug)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub nav: Option<Nav>,
}

/// What it takes to reach a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// A page for those who hold the permission.
    Page(Permission),
    /// A part of a page that asks by itself: it does not keep a session alive.
    Live(Permission),
    /// A page that shows what the user sees as whom one views the platform; each look at it is recorded.
    Viewed,
    /// An action.
    Action { name: &'static str, permission: Permission, assurance: Assurance, caution: Caution },
    /// For one's own session, at any stage of signing in: a form that is no action on data.
    Session,
    /// The door: nobody is known yet.
    Door,
    /// For anybody, without a session.
    Public,
    /// For operators: this machine, or the operators' token.
    Operator,
    /// For the platform's own services and pages.
    Machine(Callers),
}

/// Where a page stands in the side navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nav {
    pub group: &'static str,
    pub label: &'static str,
    pub icon: &'static str,
}

/// An action's address.
pub struct At<A> {
    path: &'static str,
    action: PhantomData<A>,
}

/// `at::<SuspendUser>("/admin/users/{id}/suspend")`.
pub fn at<A: Action>(path: &'static str) -> At<A> {
    At { path, action: PhantomData }
}

/// The routes so far.
pub struct Routes {
    site: Site,
    router: Router<Site>,
    machines: Router<Site>,
    table: Vec<Arc<Route>>,
}

impl Routes {
    /// No routes yet.
    pub fn new(site: Site) -> Self {
        Self { site, router: Router::new(), machines: Router::new(), table: Vec::new() }
    }

    /// What they are mounted on: some are there in one environment only.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// A page that those who hold the permission may read.
    #[must_use]
    pub fn page<H: Handler<T, Site>, T: 'static>(self, path: &'static str, permission: Permission, handler: H) -> Self {
        self.mount(Method::GET, path, Access::Page(permission), handler)
    }

    /// A part of a page that refreshes itself: reading it does not keep the session alive.
    #[must_use]
    pub fn live<H: Handler<T, Site>, T: 'static>(self, path: &'static str, permission: Permission, handler: H) -> Self {
        self.mount(Method::GET, path, Access::Live(permission), handler)
    }

    /// A page of a user's own, for an admin who views the platform as them.
    #[must_use]
    pub fn viewed<H: Handler<T, Site>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.mount(Method::GET, path, Access::Viewed, handler)
    }

    /// An action, at its address.
    #[must_use]
    pub fn action<A: Action, H: Handler<T, Site>, T: 'static>(self, at: At<A>, handler: H) -> Self {
        let access = Access::Action { name: A::NAME, permission: A::PERMISSION, assurance: A::ASSURANCE, caution: A::CAUTION };
        self.mount(Method::POST, at.path, access, handler)
    }

    /// A form about one's own session, such as signing out.
    #[must_use]
    pub fn session<H: Handler<T, Site>, T: 'static>(self, method: Method, path: &'static str, handler: H) -> Self {
        self.mount(method, path, Access::Session, handler)
    }

    /// A page or form before anybody is known.
    #[must_use]
    pub fn door<H: Handler<T, Site>, T: 'static>(self, method: Method, path: &'static str, handler: H) -> Self {
        self.mount(method, path, Access::Door, handler)
    }

    /// For anybody; nothing here depends on who asks.
    #[must_use]
    pub fn public<H: Handler<T, Site>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.mount(Method::GET, path, Access::Public, handler)
    }

    /// For operators.
    #[must_use]
    pub fn operator<H: Handler<T, Site>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.mount(Method::GET, path, Access::Operator, handler)
    }

    /// For the platform's own services and pages: without a session, answered in JSON.
    #[must_use]
    pub fn machine<H: Handler<T, Site>, T: 'static>(self, method: Method, path: &'static str, callers: Callers, handler: H) -> Self {
        self.mount(method, path, Access::Machine(callers), handler)
    }

    /// For what another service tells us: its handler makes sure of the signature first, and answers once the message is kept.
    #[must_use]
    pub fn webhook<H: Handler<T, Site>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.mount(Method::POST, path, Access::Machine(Callers::Signed), handler)
    }

    /// Puts the page mounted last into the side navigation.
    #[must_use]
    pub fn nav(mut self, group: &'static str, label: &'static str, icon: &'static str) -> Self {
        if let Some(route) = self.table.last_mut() {
            *route = Arc::new(Route { nav: Some(Nav { group, label, icon }), ..Route::clone(route) });
        }
        self
    }

    fn mount<H: Handler<T, Site>, T: 'static>(mut self, method: Method, path: &'static str, access: Access, handler: H) -> Self {
        let filter = if method == Method::POST { MethodFilter::POST } else { MethodFilter::GET };
        let route = Arc::new(Route { method, path, access, nav: None });
        let post = Post { site: self.site.clone(), route: Arc::clone(&route) };
        let guarded: MethodRouter<Site> = on(filter, handler).route_layer(from_fn_with_state(post, guard::stand));
        let guarded = match route.access {
            Access::Machine(callers) => guarded.layer(machine::cors(&self.site.platform, callers)),
            _ => guarded,
        };
        let router = if matches!(route.access, Access::Machine(_)) { &mut self.machines } else { &mut self.router };
        *router = std::mem::take(router).route(path, guarded);
        self.table.push(route);
        self
    }

    /// The router for people, the one for machines, and the table of both.
    pub fn finish(self) -> (Router<Site>, Router<Site>, Vec<Arc<Route>>) {
        (self.router, self.machines, self.table)
    }
}
