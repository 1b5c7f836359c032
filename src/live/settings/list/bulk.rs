//! Operations over many rows: how many, and from how many on two admins must agree.
use crate::live::settings::definition::Category::Bulk;
use crate::live::settings::definition::{Definition, Kind};

pub static BULK: [Definition; 2] = [
    Definition::new(Bulk, "bulk.most_rows", "Most rows", Kind::steps(100, 1_000_000, 100), "200000")
        .unit("rows")
        .about("An operation over more rows than this is refused.")
        .words("mass limit cap")
        .danger("With a higher number one mistake reaches more rows.")
        .own(),
    Definition::new(Bulk, "bulk.second_admin_rows", "Second admin from", Kind::whole(1, 1_000_000), "1000")
        .unit("rows")
        .about("An operation over so many rows or more takes a second admin who approves it. One that destroys always does.")
        .words("mass approval threshold four eyes")
        .danger("Below this number one admin alone can change rows in one go.")
        .own(),
];
