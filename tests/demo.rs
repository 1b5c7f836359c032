//! The demo platform: the same each time, free of contradictions, and everything is back in place afterwards.
use crate::support::server::Database;
use backlot::database::demo;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

const MOMENT: Option<&str> = Some("2026-03-01T09:30:00Z");
const TABLES: [&str; 15] = [
    "users",
    "user_sessions",
    "projects",
    "project_states",
    "characters",
    "lora_models",
    "lora_trainings",
    "training_images",
    "training_logs",
    "generation_jobs",
    "workflow_jobs",
    "subscriptions",
    "payments",
    "credit_transactions",
    "notifications",
];

/// A platform of its own for each test.
struct Platform {
    owner: PgConnection,
    _database: Database,
}

impl Platform {
    async fn create() -> Self {
        let database = Database::migrated().await;
        let owner = PgConnection::connect_with(&database.ways.owner.options()).await.expect("the owner's connection");
        Self { owner, _database: database }
    }

    async fn filled(users: u32) -> Self {
        let mut platform = Self::create().await;
        demo::fill_as_of(&mut platform.owner, users, MOMENT).await.expect("demo data");
        platform
    }

    async fn number(&mut self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.owner).await.expect(sql)
    }

    async fn text(&mut self, sql: String) -> String {
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut self.owner).await.expect("an answer")
    }

    /// Every index, constraint, trigger and foreign key of the platform, in words.
    async fn structure(&mut self) -> String {
        self.text(
            "select string_agg(line, e'\\n' order by line) from (
               select indexdef as line from pg_indexes where schemaname = 'platform'
               union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated::text
                 from pg_constraint where connamespace = 'platform'::regnamespace
               union all select tgrelid::regclass || ' ' || tgname || tgenabled::text from pg_trigger where not tgisinternal
             ) s"
            .into(),
        )
        .await
    }
}

#[tokio::test]
async fn the_same_number_and_moment_make_the_same_rows() {
    let (mut one, mut other) = (Platform::filled(200).await, Platform::filled(200).await);
    for table in TABLES {
        let sum = format!("select md5(string_agg(t::text, '' order by t::text)) from platform.{table} t");
        assert_eq!(one.text(sum.clone()).await, other.text(sum).await, "{table}");
    }
}

#[tokio::test]
async fn a_platform_that_has_users_is_left_alone() {
    let mut platform = Platform::filled(60).await;
    let refused = demo::fill(&mut platform.owner, 60).await.expect_err("a refusal");
    let code = refused.as_database_error().and_then(|e| e.code()).map(|c| c.into_owned());
    assert_eq!(code.as_deref(), Some("55000"));
    assert_eq!(platform.number("select count(*) from platform.users").await, 60);
}

#[tokio::test]
async fn keys_indexes_and_triggers_are_back_in_place() {
    let mut platform = Platform::create().await;
    let before = platform.structure().await;
    demo::fill_as_of(&mut platform.owner, 100, MOMENT).await.expect("demo data");
    assert_eq!(platform.structure().await, before);
    assert_eq!(platform.number("select count(*) from pg_namespace where nspname = 'demo'").await, 0);
}

#[tokio::test]
async fn the_rows_do_not_contradict_each_other() {
    let mut platform = Platform::filled(1500).await;
    let contradictions = [
        "select count(*) from (select sum(amount) over (partition by user_id order by created_at, id) as balance
           from platform.credit_transactions) b where balance < 0",
        "select count(*) from platform.users u where payment_failing is distinct from coalesce((select status = 'failed'
           from platform.payments p where p.user_id = u.id and status <> 'pending' order by created_at desc, id desc limit 1), false)",
        "select count(*) from platform.users u where training_failing is distinct from coalesce((select status = 'failed'
           from platform.lora_models m where m.user_id = u.id order by updated_at desc, id desc limit 1), false)",
        "select count(*) from platform.users where last_active_at > '2026-03-01T09:30:00Z'",
        "select count(*) from platform.generation_jobs where created_at > '2026-03-01T09:30:00Z' or finished_at < created_at",
        "select count(*) from platform.payments where created_at > '2026-03-01T09:30:00Z' or settled_at < created_at",
        "select count(*) from platform.subscriptions where status in ('active', 'trialing', 'cancelled') and period_end < '2026-03-01T09:30:00Z'",
        "select count(*) from platform.users u left join platform.subscriptions s on s.user_id = u.id and s.status <> 'lapsed'
           where u.tier <> coalesce(s.tier, 'free') and u.email <> 'olu.adeyemi@example.org'",
        "select count(*) from platform.lora_models where (status = 'failed') <> (error is not null) or (status = 'ready') <> (file_location is not null)",
        "select count(*) from platform.workflow_jobs where (state in ('failed', 'unknown')) <> (error is not null) or jsonb_array_length(tasks) = 0",
        "select count(*) from platform.workflow_jobs w left join platform.workflow_jobs p on p.id = w.retry_of
           where w.attempt <> coalesce(p.attempt, 0) + 1 or w.root_id <> coalesce(p.root_id, w.id)",
        "select count(*) from platform.projects p left join platform.project_states s on s.project_id = p.id
           and s.version = (select max(version) from platform.project_states l where l.project_id = p.id)
           where (s.state, s.status) is distinct from (p.state, p.status)",
        "select count(*) from platform.users where substr(id::text, 15, 1) <> '7'
           or abs(('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint - trunc(date_part('epoch', created_at) * 1000)) > 1",
        "select count(*) from platform.users where email !~ '@([a-z]+\\.)*(example\\.(com|org|net)|[a-z]+\\.example|mail\\.test)$'",
    ];
    for sql in contradictions {
        assert_eq!(platform.number(sql).await, 0, "{sql}");
    }
}

#[tokio::test]
async fn every_state_and_every_edge_is_there() {
    let mut platform = Platform::filled(2500).await;
    let counts = [
        ("select count(distinct (tier, status)) from platform.users", 7),
        ("select count(distinct status) from platform.lora_models", 4),
        ("select count(distinct status) from platform.generation_jobs", 5),
        ("select count(distinct state) from platform.workflow_jobs", 7),
        ("select count(distinct status) from platform.subscriptions", 5),
        ("select count(distinct status) from platform.payments", 5),
        ("select count(distinct kind) from platform.credit_transactions", 6),
        ("select max(length(name))::bigint from platform.users", 300),
        (
            "select sum(c.amount) from platform.credit_transactions c join platform.users u on u.id = user_id where email_key = 'zero.credits@example.com'",
            0,
        ),
        (
            "select count(*) from platform.training_images i where not exists (select from platform.lora_models m where m.id = lora_model_id)",
            6,
        ),
    ];
    for (sql, wanted) in counts {
        let found = platform.number(sql).await;
        assert!(found == wanted, "{sql}: {found}, not {wanted}");
    }
    assert!(platform.number("select max(length(prompt))::bigint from platform.generation_jobs").await > 20_000);
}

#[tokio::test]
async fn credentials_are_granted_to_nobody() {
    let mut platform = Platform::create().await;
    let granted = "select count(*) from unnest(array['backlot_app', 'backlot_reader', 'backlot_viewer', 'backlot_sealer']) r
        where has_column_privilege(r, 'platform.users', 'password_hash', 'select')
          or has_column_privilege(r, 'platform.users', 'mfa_secret', 'select')
          or has_column_privilege(r, 'platform.user_sessions', 'token_hash', 'select')";
    assert_eq!(platform.number(granted).await, 0);
}
