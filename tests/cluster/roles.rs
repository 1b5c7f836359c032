//! The log-ins: who gets in, and what they may do there.

use backlot::database::roles::{Passwords, provision};

use super::*;

#[tokio::test]
async fn nobody_gets_in_without_a_password_or_through_a_socket() {
    let home = Home::new();
    let cluster = home.start().await;
    let app = cluster.addresses().app.options();
    for role in ["backlot_app", "postgres"] {
        assert_eq!(code(execute(&app.clone().username(role).password("guess"), "select 1").await), "28P01");
    }
    let superuser = cluster.superuser().options();
    assert_eq!(query(&superuser, "show unix_socket_directories").await.unwrap(), "");
    assert_eq!(query(&superuser, "show listen_addresses").await.unwrap(), "127.0.0.1");
    let how = "select string_agg(distinct auth_method, ',') from pg_hba_file_rules";
    assert_eq!(query(&superuser, how).await.unwrap(), "scram-sha-256");
    for name in ["passwords.json", "postgres.log", "pg.port"] {
        let mode = fs::metadata(home.0.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let left: Vec<_> = fs::read_dir(&home.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("pg.new")), "{left:?}");
    let passwords = fs::read_to_string(home.0.join("passwords.json")).unwrap();
    let app = passwords.split('"').find(|word| word.len() == 48).unwrap();
    assert!(!home.log().contains(app) && !format!("{:?}", cluster.addresses()).contains(app));
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn each_role_can_do_its_part_and_no_more() {
    let home = Home::new();
    let cluster = home.start().await;
    let all = cluster.addresses();
    let rights = "select string_agg(rolname || ' ' || rolcanlogin || rolsuper || rolcreatedb || rolcreaterole
                    || rolreplication || rolbypassrls || rolinherit, ', ' order by rolname)
                    from pg_roles where rolname like 'backlot%'";
    let plain = "truefalsefalsefalsefalsefalsefalse";
    assert_eq!(
        query(&cluster.superuser().options(), rights).await.unwrap(),
        format!(
            "backlot_app {plain}, backlot_owner truefalsefalsefalsefalsefalsetrue, backlot_reader {plain}, \
             backlot_sealer {plain}, backlot_viewer {plain}"
        )
    );
    let settings = "select concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'),
                      current_setting('idle_in_transaction_session_timeout'),
                      current_setting('default_transaction_read_only'), current_setting('plan_cache_mode'))";
    let expected = [
        (&all.owner, "0 3s 15s off auto"),
        (&all.app, "10s 3s 15s off auto"),
        (&all.sealer, "10s 3s 15s off auto"),
        (&all.viewer, "10s 3s 15s on auto"),
        (&all.reader, "10s 3s 15s on auto"),
    ];
    for (address, expected) in expected {
        assert_eq!(query(&address.options(), settings).await.unwrap(), expected, "{address:?}");
    }
    execute(&all.owner.options(), "create extension pg_trgm; create table t ()").await.unwrap();
    assert_eq!(code(execute(&all.app.options(), "create table mine ()").await), "42501");
    assert_eq!(code(execute(&all.app.options(), "create temporary table mine ()").await), "42501");
    assert_eq!(code(execute(&all.app.options(), "select * from t").await), "42501");
    assert_eq!(code(execute(&all.owner.options(), "create role other").await), "42501");
    assert_eq!(code(execute(&all.app.options(), "set role backlot_owner").await), "42501");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_role_that_was_given_too_much_loses_it_at_the_next_start() {
    let home = Home::new();
    let cluster = home.start().await;
    let superuser = cluster.superuser().options();
    execute(&superuser, "alter role backlot_app superuser bypassrls createrole").await.unwrap();
    cluster.stop().await.unwrap();
    let cluster = home.start().await;
    let rights = "select concat(rolsuper, rolbypassrls, rolcreaterole) from pg_roles where rolname = 'backlot_app'";
    assert_eq!(query(&cluster.superuser().options(), rights).await.unwrap(), "fff");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn on_a_server_of_somebody_else_one_who_may_create_roles_is_enough() {
    let home = Home::new();
    let cluster = home.start().await;
    let superuser = cluster.superuser().options();
    execute(&superuser, "create role admin login createrole password 'x'").await.unwrap();
    for role in ["backlot_owner", "backlot_app", "backlot_reader", "backlot_viewer", "backlot_sealer"] {
        let text = format!("drop owned by {role} cascade");
        let mut connection = PgConnection::connect_with(&superuser).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
    }
    execute(&superuser, "drop database backlot").await.unwrap();
    let drop = "drop role backlot_owner, backlot_app, backlot_reader, backlot_viewer, backlot_sealer";
    execute(&superuser, drop).await.unwrap();
    let mut admin = PgConnection::connect_with(&superuser.clone().username("admin").password("x")).await.unwrap();
    let mut passwords = Passwords { app: Some("chosen".into()), ..Passwords::default() };
    provision(&mut admin, &passwords).await.unwrap();
    let app = superuser.username("backlot_app").password("chosen");
    assert_eq!(query(&app, "select current_user::text").await.unwrap(), "backlot_app");
    passwords.app = None;
    provision(&mut admin, &passwords).await.unwrap();
    assert_eq!(query(&app, "select current_user::text").await.unwrap(), "backlot_app", "keeps its password");
    passwords.reader = Some("žluťoučký".into());
    let refused = provision(&mut admin, &passwords).await.unwrap_err();
    assert!(refused.to_string().contains("backlot_reader must be of plain printable ASCII"), "{refused}");
    cluster.stop().await.unwrap();
}
