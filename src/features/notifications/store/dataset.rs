//! Deliveries as they are exported: who was to get which notification by which way, and what became of it.
use crate::features::notifications::filter::Exported;
use crate::features::notifications::model::Delivery;
use crate::kernel::listing::Listing;
use crate::kernel::{Permission, Result};
use crate::web::dataset::{Asks, Column, Dataset, Kind, Wanted, one};
use crate::web::list::{day_begins, day_ends};

const STATE: &str = "case when d.channel = 'email' then d.state when d.user_id <= p.inbox_to then 'sent' else 'queued' end";

const COLUMNS: &[Column] = &[
    Column::new("notification_id", "Notification ID", Kind::Id, "d.notification_id"),
    Column::new("title", "Notification", Kind::Text, "n.title"),
    Column::new("kind", "Type", Kind::Text, "n.kind"),
    Column::new("started_at", "Began", Kind::Time, "n.started_at"),
    Column::new("channel", "Channel", Kind::Text, "d.channel"),
    Column::new("user_id", "User ID", Kind::Id, "d.user_id"),
    Column::new("user_email", "User", Kind::Text, "u.email"),
    Column::new("state", "State", Kind::Text, STATE),
    Column::new("at", "Delivered", Kind::Time, "coalesce(d.at, i.created_at)"),
    Column::new("read_at", "Read", Kind::Time, "i.read_at"),
    Column::new("attempts", "Tries", Kind::Whole, "d.attempts"),
    Column::new("unheard", "Answers not heard", Kind::Whole, "d.unsure"),
    Column::new("reason", "Why not", Kind::Text, "d.reason"),
    Column::new("detail", "What the mail server said", Kind::Text, "d.detail"),
];

const FROM: &str = "backlot.notification_deliveries d join backlot.notifications n on n.id = d.notification_id \
    join backlot.notification_progress p on p.notification_id = d.notification_id left join platform.users u on u.id = d.user_id \
    left join platform.notifications i on i.id = d.id and d.channel = 'in_app'";

/// The deliveries of one notification, or of all that began on some days.
pub const DELIVERIES: Dataset = Dataset {
    name: "deliveries",
    label: "Deliveries of notifications",
    about: "Who was to get which notification and by which way, whether it arrived and was read, and why not.",
    what: ("delivery", "deliveries"),
    icon: "bell",
    permission: Permission::ExportsAll,
    always_fresh: false,
    asks: Asks::Days { list: None },
    columns: COLUMNS,
    parts: |wanted| one("deliveries", "Deliveries", wanted, rows),
    words: |filter| Ok(filter.read::<Exported>()?.words()),
};

fn rows(wanted: &Wanted) -> Result<Listing> {
    let filter: Exported = wanted.filter.read()?;
    let mut list = Listing::of(wanted.select(), FROM);
    if let Some(id) = filter.notification {
        list.and_bind("d.notification_id = ", id);
    }
    if let Some(channel) = filter.channel {
        list.and_word("d.channel = ", channel.code());
    }
    match filter.state {
        None => {}
        Some(Delivery::Sent) => {
            list.and("(d.state = 'sent' or d.state = 'settled' and d.user_id <= p.inbox_to)");
        }
        Some(Delivery::Queued) => {
            list.and("(d.state = 'queued' or d.state = 'settled' and (p.inbox_to is null or d.user_id > p.inbox_to))");
        }
        Some(state) => {
            list.and_word("d.state = ", state.code());
        }
    }
    if let Some(at) = filter.from.and_then(|day| day_begins(day, &wanted.zone)) {
        list.and_bind("n.started_at >= ", jiff_sqlx::Timestamp::from(at));
    }
    if let Some(at) = filter.to.and_then(|day| day_ends(day, &wanted.zone)) {
        list.and_bind("n.started_at < ", jiff_sqlx::Timestamp::from(at));
    }
    if !wanted.counts() {
        list.push(" order by d.notification_id, d.channel, d.user_id");
    }
    Ok(list)
}
