//! Words for sizes, speeds and what an export is of.
use crate::features::exports::model::{Format, Progress};
use crate::web::show::number;
use jiff::SignedDuration;

/// `12.3 MB`.
pub fn size(bytes: i64) -> String {
    let units = [("GB", 1_000_000_000.0), ("MB", 1_000_000.0), ("kB", 1_000.0)];
    let bytes_float = bytes as f64;
    match units.iter().find(|(_, unit)| bytes_float >= *unit) {
        Some((name, unit)) => format!("{:.1} {name}", bytes_float / unit),
        None => format!("{bytes} bytes"),
    }
}

/// `812,000 rows/s`, rounded to what can be read.
pub fn rate(progress: &Progress) -> Option<String> {
    let rate = progress.rate()?;
    let step = if rate >= 10_000.0 {
        1_000.0
    } else if rate >= 100.0 {
        10.0
    } else {
        1.0
    };
    Some(format!("{} rows/s", number(((rate / step).round() * step) as i64)))
}

/// `about 40 s left`.
pub fn left(progress: &Progress) -> Option<String> {
    let seconds = progress.left()?.as_secs();
    Some(match seconds {
        0..2 => "nearly done".to_owned(),
        2..90 => format!("about {seconds} s left"),
        90..5_400 => format!("about {} min left", (seconds + 30) / 60),
        _ => format!("about {} h left", (seconds + 1_800) / 3_600),
    })
}

/// `4.2 s`, `3 min 05 s`.
pub fn took(time: SignedDuration) -> String {
    let seconds = time.as_secs_f64().max(0.0);
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let whole = time.as_secs();
    format!("{} min {:02} s", whole / 60, whole % 60)
}

/// `CSV, gzip`.
pub fn format(format: Format, gzip: bool) -> String {
    if gzip { format!("{}, gzip", format.label()) } else { format.label().to_owned() }
}
