//! A database of its own for each test.

use super::*;

#[tokio::test]
async fn a_test_gets_a_copy_of_a_database_of_its_own() {
    let home = Home::new();
    let cluster = home.start().await;
    let migrated = cluster.create_database("migrated").await.unwrap();
    execute(&migrated.owner.options(), "create table t (x text); insert into t values ('copied')").await.unwrap();
    execute(&migrated.owner.options(), "grant select on t to backlot_reader").await.unwrap();
    let began = Instant::now();
    let copy = cluster.create_database_from_template("copy_1", "migrated").await.unwrap();
    println!("a copy took {:?}", began.elapsed());
    assert_eq!(query(&copy.reader.options(), "select x from t").await.unwrap(), "copied");
    execute(&copy.owner.options(), "drop table t").await.unwrap();
    assert_eq!(query(&migrated.reader.options(), "select x from t").await.unwrap(), "copied");
    let busy = PgConnection::connect_with(&copy.app.options()).await.unwrap();
    cluster.drop_database("copy_1").await.unwrap();
    drop(busy);
    assert_eq!(code(execute(&copy.app.options(), "select 1").await), "3D000");
    let refused = cluster.create_database("no\"good").await.unwrap_err();
    assert!(refused.to_string().contains("is not a database name"), "{refused}");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn databases_of_earlier_test_runs_can_be_removed() {
    let home = Home::new();
    let cluster = home.start().await;
    cluster.create_database("left_1").await.unwrap();
    cluster.create_database("left_2").await.unwrap();
    cluster.drop_other_databases().await.unwrap();
    let names = "select string_agg(datname, ' ' order by datname) from pg_database";
    let left = query(&cluster.superuser().options(), names).await.unwrap();
    assert_eq!(left, "backlot postgres template0 template1");
    cluster.stop().await.unwrap();
}
