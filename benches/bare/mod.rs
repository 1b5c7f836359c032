//! A server with nothing around it: what axum, sqlx and askama do on this machine with one list of fifty users.
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use axum::{Router, serve as answer};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use tokio::net::TcpListener;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    tier: String,
    status: String,
    created_at: jiff_sqlx::Timestamp,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = "<table>{% for row in rows %}<tr><td><a href=\"/{{ row.id }}\">{{ row.name }}</a> {{ row.email }}</td><td>{{ row.tier }}</td><td>{{ row.status }}</td><td>{{ row.created_at.to_jiff() }}</td></tr>{% endfor %}</table>"
)]
struct List {
    rows: Vec<Row>,
}

async fn list(State(pool): State<PgPool>) -> Html<String> {
    let sql = "select id, email, name, tier, status, created_at from platform.users order by created_at desc, id desc limit 50";
    let rows = sqlx::query_as(sql).fetch_all(&pool).await.expect("the database answers");
    Html(List { rows }.render().expect("a page"))
}

/// Serves over the database of the studio in a folder, on threads of its own; returns its address.
pub fn serve(data: &Path) -> String {
    let told = Command::new(env!("CARGO_BIN_EXE_backlot")).args(["database-url", "reader", "--data"]).arg(data).output();
    let url = String::from_utf8_lossy(&told.expect("it answers").stdout).trim().to_owned();
    let (say, hear) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let pool =
                PgPoolOptions::new().max_connections(12).test_before_acquire(false).connect(&url).await.expect("the database is there");
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            say.send(listener.local_addr().expect("an address").to_string()).expect("somebody waits for it");
            answer(listener, Router::new().route("/", get(list)).with_state(pool)).await
        })
    });
    hear.recv().expect("the bare server starts")
}
