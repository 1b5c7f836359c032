//! The private database server of this run, and the databases in it.
use backlot::database::cluster::{Addresses, Cluster, Options};
use backlot::database::{demo_admins, migrate};
use backlot::kernel::password::Passwords;
use backlot::kernel::secret::Secrets;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::OnceCell;

/// A test that runs itself in another process tells it here where this run's server keeps its data.
pub const HOME: &str = "BACKLOT_TEST_SERVER";

const MIGRATED: &str = "migrated";
const FURNISHED: &str = "furnished";

static SERVER: OnceCell<Server> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Hashing is dear, so its seats are shared by all tests.
pub static PASSWORDS: LazyLock<Passwords> = LazyLock::new(|| Passwords::new(8).unwrap());

/// The key of every studio: the template's second factors are sealed with it.
pub fn secrets() -> Secrets {
    Secrets::derive(&[7; 32]).unwrap()
}

/// It ends with this process: its keeper watches.
struct Server {
    cluster: Cluster,
    home: PathBuf,
}

async fn server() -> &'static Server {
    SERVER
        .get_or_init(|| async {
            let options = Options::for_tests(env!("CARGO_BIN_EXE_backlot").into()).unwrap();
            let options = Options { bin: std::env::var_os("PG_BIN").map(PathBuf::from), ..options };
            let home = options.data_home.clone();
            let cluster = Cluster::start(options).await.unwrap_or_else(|error| panic!("{error}"));
            migrated(&cluster).await;
            furnished(&cluster).await;
            Server { cluster, home }
        })
        .await
}

async fn migrated(cluster: &Cluster) {
    let ways = cluster.create_database(MIGRATED).await.unwrap();
    let mut owner = PgConnection::connect_with(&ways.owner.options()).await.unwrap();
    migrate::run(&mut owner).await.unwrap();
    owner.close().await.unwrap();
}

async fn furnished(cluster: &Cluster) {
    let ways = cluster.create_database_from_template(FURNISHED, MIGRATED).await.unwrap();
    let mut owner = PgConnection::connect_with(&ways.owner.options()).await.unwrap();
    demo_admins::hire(&mut owner, &PASSWORDS, &secrets()).await.unwrap();
    sqlx::raw_sql(super::people::ROWS).execute(&mut owner).await.unwrap();
    sqlx::raw_sql(super::flags::ROWS).execute(&mut owner).await.unwrap();
    sqlx::raw_sql("analyze platform.users").execute(&mut owner).await.unwrap();
    owner.close().await.unwrap();
}

fn fresh_name() -> String {
    format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// Another server, for a while; it ends when it is dropped.
pub async fn another() -> Cluster {
    let options = Options::for_tests(env!("CARGO_BIN_EXE_backlot").into()).unwrap();
    Cluster::start(options).await.unwrap_or_else(|error| panic!("{error}"))
}

/// A database of one's own in this run's server; gone when this is dropped.
pub struct Database {
    pub name: String,
    pub ways: Addresses,
}

impl Database {
    /// With tables, without rows.
    pub async fn migrated() -> Self {
        Self::copy(MIGRATED).await
    }

    /// With the studio's people.
    pub async fn furnished() -> Self {
        Self::copy(FURNISHED).await
    }

    /// With the studio's people, in another server.
    pub async fn furnished_in(cluster: &Cluster) -> Self {
        migrated(cluster).await;
        furnished(cluster).await;
        Self { name: FURNISHED.into(), ways: cluster.addresses().with_database(FURNISHED) }
    }

    /// With nothing in it.
    pub async fn empty() -> Self {
        Self::empty_in(&server().await.cluster).await
    }

    /// With nothing in it, in another server.
    pub async fn empty_in(cluster: &Cluster) -> Self {
        let name = fresh_name();
        let ways = cluster.create_database(&name).await.unwrap();
        Self { name, ways }
    }

    async fn copy(template: &str) -> Self {
        let server = server().await;
        let name = fresh_name();
        let ways = server.cluster.create_database_from_template(&name, template).await.unwrap();
        Self { name, ways }
    }

    /// The same database, seen by a process that a test has started.
    pub fn of_parent(name: &str) -> Addresses {
        let home = PathBuf::from(std::env::var_os(HOME).expect("started by another test"));
        Cluster::running(&home).expect("the parent's server").with_database(name)
    }

    /// Where this run's server keeps its data, for [`Database::of_parent`].
    pub async fn home() -> PathBuf {
        server().await.home.clone()
    }

    /// As the superuser, whom no grant or trigger binds.
    pub fn root(&self) -> PgConnectOptions {
        root(&self.ways, &self.name)
    }
}

/// The superuser in a database.
pub fn root(ways: &Addresses, name: &str) -> PgConnectOptions {
    ways.superuser.with_database(name).options()
}

impl Drop for Database {
    fn drop(&mut self) {
        let (way, name) = (self.ways.superuser.options(), self.name.clone());
        apart(async move {
            let Ok(mut root) = PgConnection::connect_with(&way).await else { return };
            let _ = backlot::database::databases::drop_database(&mut root, &name).await;
            let _ = root.close().await;
        });
    }
}

/// Runs something to its end from where nothing can be awaited, such as a `drop`.
pub fn apart<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Option<T> {
    let done = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(work)
    });
    done.join().ok()
}

/// The one library that encrypts: whoever calls out needs it, also where nothing is encrypted.
pub fn with_tls() {
    // Only fails when it was done before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
