//! Jobs by the clock: once, whoever is there to fire them, also when the clocks change.
use std::time::Duration;

use backlot::jobs::{self, Error, NewJob, Registry, Settings, next_after};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use sqlx::{Executor, PgPool};

use super::support::{Call, Database, Effect, Worker, World, brisk, pool, registry};

const ZONE: &str = "Europe/Bratislava";

fn at(time: &str) -> Timestamp {
    time.parse().expect("a time")
}

#[test]
fn a_time_that_the_clocks_skip_comes_right_after_the_gap() {
    let before = at("2027-03-28T00:59:00Z");
    assert_eq!(next_after("30 2 * * *", ZONE, before).expect("a time"), at("2027-03-28T01:00:00Z"));
    assert_eq!(next_after("30 2 * * *", ZONE, at("2027-03-28T01:00:01Z")).expect("a time"), at("2027-03-29T00:30:00Z"));
}

#[test]
fn a_time_that_the_clocks_show_twice_comes_once() {
    let first = at("2026-10-25T00:30:00Z");
    assert_eq!(next_after("30 2 * * *", ZONE, at("2026-10-25T00:00:00Z")).expect("a time"), first);
    for later in ["2026-10-25T00:30:00Z", "2026-10-25T00:30:01Z", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"] {
        let next = next_after("30 2 * * *", ZONE, at(later)).expect("a time");
        assert_eq!(next, at("2026-10-26T01:30:00Z"), "after {later}");
    }
}

#[test]
fn a_daily_time_comes_once_on_each_of_a_thousand_days() {
    let zone = TimeZone::get(ZONE).expect("the zone");
    let mut now = at("2026-01-01T12:00:00Z");
    let mut day = now.to_zoned(zone.clone()).date();
    for _ in 0..1_000 {
        now = next_after("30 2 * * *", ZONE, now).expect("a time");
        day = day.checked_add(1.day()).expect("a day");
        assert_eq!(now.to_zoned(zone.clone()).date(), day);
    }
}

#[test]
fn an_interval_goes_on_through_the_night_of_the_change() {
    let mut now = at("2026-10-24T22:00:00Z");
    for _ in 0..25 {
        let next = next_after("0 * * * *", ZONE, now).expect("a time");
        assert_eq!(next, now.checked_add(1.hour()).expect("a time"));
        now = next;
    }
}

#[test]
fn nonsense_is_refused_where_it_is_written() {
    let job = Effect { millis: 0 };
    for (cron, zone) in [("61 * * * *", ZONE), ("", ZONE), ("* * * * *", "Europe/Nowhere")] {
        let refused = Registry::<World>::new().schedule("nightly", cron, zone, &job);
        assert!(matches!(refused, Err(Error::Schedule { .. })), "{cron} {zone}");
    }
}

/// A pool for which the database's clock shows what `fake.clock` says.
async fn with_a_clock(db: &Database, time: &str) -> PgPool {
    db.owner
        .execute(
            "create schema fake;
             create table fake.clock (time timestamptz not null);
             create function fake.now() returns timestamptz stable language sql as 'select time from fake.clock';
             insert into fake.clock values ('epoch');
             grant usage on schema fake to backlot_app;
             grant select on fake.clock to backlot_app;",
        )
        .await
        .expect("a clock");
    set_clock(db, at(time)).await;
    pool(db.ways.app.options().options([("search_path", "fake,pg_catalog")]), 30).await
}

async fn set_clock(db: &Database, time: Timestamp) {
    let set = sqlx::query("update fake.clock set time = $1").bind(jiff_sqlx::Timestamp::from(time));
    set.execute(&db.owner).await.expect("set");
}

fn nightly() -> Registry<World> {
    let registry = registry().schedule("nightly", "30 2 * * *", ZONE, &Effect { millis: 0 }).expect("a schedule");
    registry.schedule("hourly", "0 * * * *", ZONE, &Call).expect("a schedule")
}

/// The local days and times at which the nightly job was due, and how often the hourly one came.
async fn through(from: &str, half_hours: usize) -> (Vec<Timestamp>, i64) {
    let db = Database::create().await;
    let clocked = with_a_clock(&db, from).await;
    let settings = Settings { poll: Duration::from_millis(10), concurrency: 2, ..brisk() };
    let servers: Vec<Worker> = (0..3).map(|_| Worker::start(&clocked, nightly(), settings.clone())).collect();
    db.until(Duration::from_secs(5), "select count(*) from backlot.job_schedules", 2).await;
    let mut now = at(from);
    for _ in 0..half_hours {
        now = now.checked_add(30.minutes()).expect("a time");
        set_clock(&db, now).await;
        let open = "select (select count(*) from backlot.job_schedules, fake.clock where next_at <= time)
                         + (select count(*) from backlot.jobs where finished_at is null)";
        db.until(Duration::from_secs(10), open, 0).await;
    }
    for server in servers {
        server.stop().await;
    }
    let due = sqlx::query_scalar::<_, jiff_sqlx::Timestamp>("select run_at from backlot.jobs where name = 'test.effect' order by run_at");
    let due = due.fetch_all(&db.root).await.expect("jobs").into_iter().map(|time| time.to_jiff()).collect();
    (due, db.number("select count(*) from backlot.jobs where name = 'test.call'").await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_servers_fire_once_through_the_night_with_one_hour_more() {
    let (nightly, hourly) = through("2026-10-23T22:00:00Z", 2 * 72).await;
    let expected = ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"];
    assert_eq!(nightly, expected.map(at));
    assert_eq!(hourly, 72);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_servers_fire_once_through_the_night_with_one_hour_less() {
    let (nightly, hourly) = through("2027-03-26T23:00:00Z", 2 * 72).await;
    let expected = ["2027-03-27T01:30:00Z", "2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"];
    assert_eq!(nightly, expected.map(at));
    assert_eq!(hourly, 72);
}

#[tokio::test]
async fn of_all_that_was_missed_one_is_caught_up() {
    let db = Database::create().await;
    let clocked = with_a_clock(&db, "2026-06-01T00:00:00Z").await;
    let server = Worker::start(&clocked, nightly(), brisk());
    db.until(Duration::from_secs(5), "select count(*) from backlot.job_schedules", 2).await;
    server.stop().await;
    set_clock(&db, at("2026-06-08T12:10:00Z")).await;
    let server = Worker::start(&clocked, nightly(), Settings { poll: Duration::from_millis(20), ..brisk() });
    db.until(Duration::from_secs(5), "select count(*) from backlot.jobs where state = 'done'", 2).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.stop().await;
    assert_eq!(db.number("select count(*) from backlot.jobs").await, 2);
    let rows = jobs::schedules(&db.app).await.expect("schedules");
    assert_eq!(rows[0].next_at, at("2026-06-08T13:00:00Z"));
    assert_eq!(rows[1].next_at, at("2026-06-09T00:30:00Z"));
}

#[tokio::test]
async fn a_paused_schedule_rests_and_one_that_still_runs_is_not_doubled() {
    let db = Database::create().await;
    let every_second = || registry().schedule("often", "* * * * * *", "UTC", &Effect { millis: 0 }).expect("a schedule");
    let held = NewJob::of(&Effect { millis: 0 }).expect("a payload").dedup_key("schedule:often");
    db.place(held.after(Duration::from_secs(3600))).await;
    let server = Worker::start(&db.app, every_second(), brisk());
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(db.number("select count(*) from backlot.jobs").await, 1);
    let mut conn = db.app.acquire().await.expect("a connection");
    assert!(jobs::pause(&mut conn, "often").await.expect("paused"));
    assert!(!jobs::pause(&mut conn, "often").await.expect("paused"));
    sqlx::query("update backlot.jobs set run_at = now()").execute(&db.app).await.expect("hurried");
    db.idle(Duration::from_secs(5)).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(db.number("select count(*) from backlot.jobs").await, 1);
    assert!(jobs::resume(&mut conn, "often").await.expect("resumed"));
    db.until(Duration::from_secs(5), "select least(count(*), 3) from backlot.jobs", 3).await;
    server.stop().await;
}
