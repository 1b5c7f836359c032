//! What the database refuses: the server's role can add to the log, and nobody's statement changes it.
use super::stage::Stage;
use backlot::kernel::audit::{guards, harden};
use sqlx::{AssertSqlSafe, Connection, Executor, PgPool};

/// Runs it in a transaction that is rolled back; returns the SQLSTATE of the refusal.
async fn refusal(pool: &PgPool, sql: &str) -> Option<String> {
    let mut tx = pool.begin().await.unwrap();
    let result = tx.execute(AssertSqlSafe(sql.to_owned())).await;
    tx.rollback().await.unwrap();
    match result {
        Ok(_) => None,
        Err(sqlx::Error::Database(error)) => error.code().map(std::borrow::Cow::into_owned),
        Err(error) => panic!("{sql}: {error}"),
    }
}

const ROW: &str = "gen_random_uuid(), 'system', 'x', 'y', 'done'";

const ATTEMPTS: [&str; 25] = [
    "update backlot.audit_log set reason = 'x'",
    "update backlot.audit_log set reason = 'x' where false",
    "delete from backlot.audit_log",
    "truncate backlot.audit_log",
    "drop table backlot.audit_log",
    "select setval('backlot.audit_log_seq_seq', 1)",
    "select nextval('backlot.audit_log_seq_seq')",
    "alter table backlot.audit_log disable trigger all",
    "alter table backlot.audit_log enable trigger audit_stamp",
    "set session_replication_role = replica",
    "set role backlot_owner",
    "set session authorization backlot_owner",
    "create rule r as on insert to backlot.audit_log do instead nothing",
    "create trigger t before insert on backlot.audit_log for each row execute function backlot.audit_refuse()",
    "create table backlot.x ()",
    "create table public.x ()",
    "create function backlot.audit_epoch(int) returns int language sql as 'select 1'",
    "select backlot.audit_hold()",
    "lock table backlot.audit_log in share mode",
    "select from backlot.audit_log for update",
    "insert into backlot.audit_seals select * from backlot.audit_seals",
    "update backlot.audit_seals set epoch = 0",
    "delete from backlot.audit_seals",
    "copy backlot.audit_log to program 'cat'",
    "select pg_read_file('PG_VERSION')",
];

fn forgeries() -> Vec<String> {
    let columns = "id, actor_kind, actor_name, action, outcome";
    let given = [("at", "'2020-01-01'"), ("leaf", "sha256('x')"), ("epoch", "0"), ("xid", "'1'"), ("db_user", "'postgres'")];
    let given = given.map(|(column, value)| format!("insert into backlot.audit_log ({columns}, {column}) values ({ROW}, {value})"));
    let more = [
        format!("insert into backlot.audit_log ({columns}, seq) overriding system value values ({ROW}, 1)"),
        format!("insert into backlot.audit_log ({columns}) values ({ROW}) on conflict (id) do update set reason = 'x'"),
    ];
    given.into_iter().chain(more).chain(ATTEMPTS.map(str::to_owned)).collect()
}

#[tokio::test]
async fn the_servers_role_can_neither_change_nor_forge_anything() {
    let stage = Stage::new().await;
    stage.history(1, 2).await;
    for sql in forgeries() {
        assert_eq!(refusal(&stage.app, &sql).await.as_deref(), Some("42501"), "{sql}");
    }
    assert_eq!(stage.count("select count(*) from backlot.audit_log").await, 2);
    stage.end().await;
}

#[tokio::test]
async fn the_sealers_role_can_only_add_seals() {
    let stage = Stage::new().await;
    stage.history(1, 2).await;
    let attempts = [
        "update backlot.audit_seals set epoch = 0",
        "delete from backlot.audit_seals",
        "truncate backlot.audit_seals",
        "update backlot.audit_log set reason = 'x'",
        "delete from backlot.audit_log",
        "insert into backlot.audit_log (id, actor_kind, actor_name, action, outcome) values (gen_random_uuid(), 'system', 'x', 'y', 'done')",
        "select backlot.audit_record_opening()",
    ];
    for sql in attempts {
        assert_eq!(refusal(&stage.sealing, sql).await.as_deref(), Some("42501"), "{sql}");
    }
    stage.end().await;
}

#[tokio::test]
async fn the_owner_and_a_superuser_in_replica_mode_are_refused_by_the_triggers() {
    let stage = Stage::new().await;
    stage.history(1, 2).await;
    let attempts = [
        "update backlot.audit_log set reason = 'x'",
        "delete from backlot.audit_log",
        "truncate backlot.audit_log",
        "update backlot.audit_seals set epoch = 0",
        "delete from backlot.audit_seals",
        "truncate backlot.audit_seals",
    ];
    for sql in attempts {
        let replica = format!("set local session_replication_role = replica; {sql}");
        assert_eq!(refusal(&stage.superuser, &replica).await.as_deref(), Some("42501"), "{sql}");
        let owner = format!("set local role backlot_owner; {sql}");
        assert_eq!(refusal(&stage.superuser, &owner).await.as_deref(), Some("42501"), "{sql}");
    }
    stage.end().await;
}

#[tokio::test]
async fn the_database_stamps_what_the_writer_cannot_know_or_should_not_say() {
    let stage = Stage::new().await;
    let (seq, _) = stage.write("x").await;
    let forged = "insert into backlot.audit_log overriding system value
        select 77, 9, '5', '2020-01-01', 'nobody', gen_random_uuid(), 'system', null, 'x', null, null, null, null, null, 'y', null, null, null,
          'done', null, null, '[]', null, sha256('x')";
    stage.superuser.execute(forged).await.unwrap();
    let stamped = stage
        .count("select count(*) from backlot.audit_log where epoch = 1 and xid > '5' and now() - at < '1 minute' and leaf <> sha256('x')")
        .await;
    assert_eq!(stamped, 2, "even a superuser's row is stamped while the trigger is on");
    let user: String =
        sqlx::query_scalar("select db_user::text from backlot.audit_log where seq = $1").bind(seq).fetch_one(&stage.app).await.unwrap();
    assert_eq!(user, "backlot_app");
    stage.end().await;
}

#[tokio::test]
async fn the_server_learns_what_protection_is_missing() {
    let stage = Stage::new().await;
    assert_eq!(guards(&stage.app).await.unwrap(), Vec::<String>::new());
    assert_eq!(guards(&stage.sealing).await.unwrap(), Vec::<String>::new());
    assert!(guards(&stage.superuser).await.unwrap()[0].contains("is a superuser"));
    stage.superuser.execute("alter table backlot.audit_log disable trigger audit_refuse").await.unwrap();
    stage.superuser.execute("alter table backlot.audit_seals enable trigger audit_refuse_truncate").await.unwrap();
    stage.superuser.execute("drop trigger audit_stamp on backlot.audit_log").await.unwrap();
    let missing = guards(&stage.app).await.unwrap();
    assert_eq!(missing.len(), 3, "{missing:?}");
    stage.superuser.execute("grant delete on backlot.audit_log to backlot_app").await.unwrap();
    assert!(guards(&stage.app).await.unwrap().last().unwrap().contains("may change audit rows"));
    stage.end().await;
}

#[tokio::test]
async fn hardening_takes_large_objects_notifications_and_locks_from_those_who_only_read() {
    let stage = Stage::new().await;
    let viewer = PgPool::connect_with(stage.database.ways.viewer.options()).await.unwrap();
    let attempts =
        ["select lo_create(0)", "select pg_notify('x', 'y')", "select pg_advisory_lock(1)", "select pg_try_advisory_xact_lock(1)"];
    for sql in attempts {
        assert_eq!(refusal(&viewer, sql).await, None, "{sql}");
    }
    let mut superuser = sqlx::PgConnection::connect_with(&stage.database.root()).await.unwrap();
    harden(&mut superuser).await.unwrap();
    harden(&mut superuser).await.unwrap();
    superuser.close().await.unwrap();
    for sql in attempts {
        assert_eq!(refusal(&viewer, sql).await.as_deref(), Some("42501"), "{sql}");
    }
    assert_eq!(refusal(&stage.app, "select pg_notify('x', 'y'), pg_advisory_xact_lock(2)").await, None);
    stage.write("x").await;
    stage.sealer().seal_once().await.unwrap();
    viewer.close().await;
    stage.end().await;
}
