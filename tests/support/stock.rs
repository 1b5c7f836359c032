//! Clients and libraries of others, run against the real server over real HTTP.
use super::Studio;
use super::studio::PLATFORM_TOKEN;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// Where they are; our scripts are put beside them, where they find them.
fn place() -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_backlot")).parent().and_then(Path::parent).unwrap();
    let place = target.join("stock");
    assert!(place.join("installed").exists(), "scripts/stock-clients installs what this needs");
    for script in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stock")).unwrap() {
        let script = script.unwrap();
        // Put in its place as a whole: another test may be reading it.
        let beside = place.join(format!(".{}-{:?}", std::process::id(), std::thread::current().id()));
        std::fs::copy(script.path(), &beside).unwrap();
        std::fs::rename(&beside, place.join(script.file_name())).unwrap();
    }
    place
}

/// Serves the studio on a port of its own.
pub async fn served(studio: &Studio) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = studio.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    format!("http://{address}")
}

/// One of the scripts, told where the server is and how to get in.
pub fn client(program: &str, script: &str, endpoint: &str) -> Command {
    let place = place();
    let mut command = Command::new(program);
    command.arg(place.join(script)).env("ENDPOINT", endpoint).env("TOKEN", PLATFORM_TOKEN).env("PYTHONPATH", place.join("python"));
    command.stdout(Stdio::piped()).kill_on_drop(true);
    command
}
