//! A schema held against the contract, and what is missing or otherwise said in sentences.
use super::Finding;
use super::catalogue::{Catalogue, Column, Relation};
use std::collections::BTreeSet;

const ABOUT: &str = "Schema platform";
/// Types that are read alike.
const TEXTS: [&str; 3] = ["text", "character varying", "character"];
/// What is written, its bit in `writable`.
const WRITES: [(&str, i32); 3] = [("update", 4), ("insert", 8), ("delete", 16)];

/// Everything that is not as the contract has it, and a line for each table where all is.
pub fn compare(contract: &Catalogue, found: &Catalogue) -> Vec<Finding> {
    let mut findings = Vec::new();
    for wanted in &contract.relations {
        match found.relation(&wanted.name) {
            None => findings.push(Finding::problem(
                ABOUT,
                format!("platform.{} is missing.", wanted.name),
                "Provide it as a table or view: migrations/0020_platform_contract.sql says what each column means.",
            )),
            Some(there) => findings.extend(relation(wanted, there)),
        }
    }
    findings.extend(functions(contract, found));
    findings
}

fn relation(wanted: &Relation, there: &Relation) -> Vec<Finding> {
    let mut findings = [columns(wanted, there), rights(wanted, there), secrets(wanted, there), views(wanted, there)].concat();
    if there.is_table() {
        findings.extend([indexes(wanted, there), guards(wanted, there), policies(wanted, there)].concat());
    }
    if findings.is_empty() {
        let guards = wanted.constraints.len() + wanted.triggers.len();
        let says = format!("platform.{}: {} columns, {} indexes, {guards} guards", wanted.name, wanted.columns.len(), wanted.indexes.len());
        findings.push(Finding::ok(ABOUT, says));
    }
    findings
}

fn columns(wanted: &Relation, there: &Relation) -> Vec<Finding> {
    let name = &wanted.name;
    wanted
        .columns
        .iter()
        .filter_map(|column| match there.column(&column.name) {
            None => Some(Finding::problem(
                ABOUT,
                format!("platform.{name}.{} is missing.", column.name),
                format!("Add the column, of type {}.", column.kind),
            )),
            Some(found) if !is_alike(column, found) => Some(Finding::problem(
                ABOUT,
                format!("platform.{name}.{} is {}, not {}.", column.name, found.kind, column.kind),
                format!("Change its type, or give a view that casts it to {}.", column.kind),
            )),
            Some(found) if column.not_null && !found.not_null && there.is_table() => Some(Finding::warning(
                ABOUT,
                format!("platform.{name}.{} may be null.", column.name),
                "Pages that meet a row without it fail: set it not null.",
            )),
            Some(_) => None,
        })
        .collect()
}

fn is_alike(wanted: &Column, found: &Column) -> bool {
    let bare = |kind: &str| kind.split('(').next().unwrap_or_default().to_owned();
    let (wanted, found) = (bare(&wanted.kind), bare(&found.kind));
    wanted == found || (TEXTS.contains(&wanted.as_str()) && TEXTS.contains(&found.as_str()))
}

/// Columns that are missing altogether have been told of already.
fn rights(wanted: &Relation, there: &Relation) -> Vec<Finding> {
    let lacks = wanted.rights.iter().filter_map(|right| {
        let has = there.columns_of(&right.role, &right.privilege);
        let is_there = |column: &&String| column.as_str() == "*" || there.column(column).is_some();
        let lacks: Vec<&str> = right.columns.difference(&has).filter(is_there).map(String::as_str).collect();
        (!lacks.is_empty()).then(|| {
            let columns = if lacks == ["*"] { String::new() } else { format!(" ({})", lacks.join(", ")) };
            Finding::problem(
                ABOUT,
                format!("{} may not {} platform.{}{columns}.", right.role, right.privilege, wanted.name),
                format!("grant {}{columns} on platform.{} to {};", right.privilege, wanted.name, right.role),
            )
        })
    });
    lacks.collect()
}

/// Credentials are granted to nobody, and a view as a user sees nothing beyond what it is given.
fn secrets(wanted: &Relation, there: &Relation) -> Vec<Finding> {
    let roles = ["backlot_app", "backlot_reader", "backlot_viewer"];
    let known: BTreeSet<String> = wanted.columns.iter().map(|column| column.name.clone()).collect();
    let seen = roles.iter().filter_map(|role| {
        let may = there.columns_of(role, "select");
        let too_much: Vec<String> =
            may.intersection(&known).filter(|name| !wanted.columns_of(role, "select").contains(*name)).cloned().collect();
        (!too_much.is_empty()).then(|| {
            let columns = too_much.join(", ");
            Finding::problem(
                ABOUT,
                format!("{role} may read platform.{} ({columns}), which it must not.", wanted.name),
                format!("Revoke select on the table from {role} and from public, and grant the columns that it needs."),
            )
        })
    });
    seen.collect()
}

fn views(wanted: &Relation, there: &Relation) -> Vec<Finding> {
    if there.is_table() {
        return Vec::new();
    }
    let mut findings = vec![Finding::warning(
        ABOUT,
        format!("platform.{} is a {}, not a table.", wanted.name, there.kind),
        "Nothing here can see its indexes, constraints and triggers: the tables behind it must have what the contract has. \
         The checks at /admin/data look for what they would refuse.",
    )];
    for (privilege, bit) in WRITES {
        let needs = wanted.rights.iter().any(|right| right.privilege == privilege);
        if needs && there.writable & bit == 0 {
            findings.push(Finding::problem(
                ABOUT,
                format!("platform.{} cannot take {privilege}: PostgreSQL cannot write through this view.", wanted.name),
                "Make the view simple enough, or give it an INSTEAD OF trigger.",
            ));
        }
    }
    findings
}

fn indexes(wanted: &Relation, there: &Relation) -> Vec<Finding> {
    let missing = wanted.indexes.difference(&there.indexes).map(|index| {
        let made = index.replace(" INDEX ON ", " INDEX CONCURRENTLY ON ");
        if index.starts_with("CREATE UNIQUE") {
            Finding::problem(
                ABOUT,
                format!("platform.{} lacks a unique index: nothing keeps such rows apart.", wanted.name),
                format!("{made};"),
            )
        } else {
            Finding::warning(ABOUT, format!("platform.{} lacks an index: lists and finds by it are slow.", wanted.name), format!("{made};"))
        }
    });
    missing.collect()
}

/// A platform may keep its rows true in another way; then nobody but itself knows whether it does.
fn guards(wanted: &Relation, there: &Relation) -> Vec<Finding> {
    let constraints = wanted.constraints.difference(&there.constraints).map(|constraint| {
        Finding::warning(
            ABOUT,
            format!("platform.{} lacks a constraint: {constraint}", wanted.name),
            "Add it, unless the platform makes sure of it otherwise; the checks at /admin/data look for rows that it would refuse.",
        )
    });
    let triggers = wanted.triggers.difference(&there.triggers).map(|trigger| {
        Finding::warning(
            ABOUT,
            format!("platform.{} lacks a trigger: {trigger}", wanted.name),
            "Add it, unless the platform does the same itself: copies such as payment_failing are out of step without.",
        )
    });
    constraints.chain(triggers).collect()
}

fn policies(wanted: &Relation, there: &Relation) -> Vec<Finding> {
    if wanted.row_security && !there.row_security {
        return vec![Finding::problem(
            ABOUT,
            format!("platform.{} has no row-level security: a view as one user would see everybody's rows.", wanted.name),
            format!("alter table platform.{} enable row level security; and its policies (migrations/0060_view_as.sql).", wanted.name),
        )];
    }
    let missing = wanted.policies.difference(&there.policies).map(|policy| {
        Finding::problem(
            ABOUT,
            format!("platform.{} lacks a policy: {policy}", wanted.name),
            "Without it pages see too little, or a view as one user too much (migrations/0060_view_as.sql).",
        )
    });
    missing.collect()
}

fn functions(contract: &Catalogue, found: &Catalogue) -> Vec<Finding> {
    let mut findings = Vec::new();
    for wanted in &contract.functions {
        let Some(there) = found.functions.iter().find(|function| function.name == wanted.name) else {
            findings.push(Finding::problem(
                ABOUT,
                format!("The function {} is missing.", wanted.name),
                "Take it over from the migrations as it is: lists sort and find by it.",
            ));
            continue;
        };
        for role in wanted.roles.difference(&there.roles) {
            let todo = format!("grant execute on function {} to {role};", wanted.name);
            findings.push(Finding::problem(ABOUT, format!("{role} may not call {}.", wanted.name), todo));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::ok(ABOUT, format!("{} functions", contract.functions.len())));
    }
    findings
}
