//! What is measured, and how it is summed up.

/// What is counted: so many in a minute. Everything else is a level, of which a quarter hour keeps the mean.
pub const COUNTED: &[&str] = &[
    "requests",
    "request_errors",
    "faults",
    "gateway_calls",
    "gateway_failed",
    "gateway_ms",
    "trainings_ended",
    "trainings_failed",
    "trainings_done",
    "trainings_seconds",
    "workflows_ended",
    "workflows_failed",
    "workflows_done",
    "workflows_seconds",
    "generations_ended",
    "generations_failed",
    "generations_done",
    "generations_seconds",
    "payments_ended",
    "payments_failed",
    "payments_done",
    "payments_seconds",
];

/// The names of [`COUNTED`], as the database takes them.
pub fn counted() -> Vec<String> {
    COUNTED.iter().map(|name| (*name).to_owned()).collect()
}

/// How much ended in a time, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work {
    pub ended: f64,
    pub failed: f64,
    pub done: f64,
    /// Of all that were done, together.
    pub seconds: f64,
}

impl Work {
    /// Failures in per cent of all that ended; nothing where nothing ended.
    pub fn failure_rate(self) -> Option<f64> {
        (self.ended >= 0.5).then(|| self.failed * 100.0 / self.ended)
    }

    /// How long one took that was done, in the mean, in seconds.
    pub fn mean_seconds(self) -> Option<f64> {
        (self.done >= 0.5).then(|| self.seconds / self.done)
    }
}

/// What a server's recorder says of its requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requests {
    /// Since the server started.
    pub answered: f64,
    /// Of these, by its own fault (5xx).
    pub errors: f64,
    /// Milliseconds, over the last minute; nothing before the first request.
    pub median: Option<f64>,
    pub p99: Option<f64>,
}

impl Requests {
    /// Reads them from the text that Prometheus is given (Prometheus, "Exposition formats").
    pub fn read(text: &str) -> Self {
        let mut found = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, value)) = line.rsplit_once(' ') else { continue };
            let Ok(value) = value.parse::<f64>() else { continue };
            match name.split_once('{') {
                Some(("backlot_requests_total" | "backlot_machine_requests_total", labels)) => {
                    found.answered += value;
                    if labels.contains("status=\"5") {
                        found.errors += value;
                    }
                }
                Some(("backlot_request_seconds", "quantile=\"0.5\"}")) => found.median = Some(value * 1_000.0),
                Some(("backlot_request_seconds", "quantile=\"0.99\"}")) => found.p99 = Some(value * 1_000.0),
                _ => {}
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_from_what_operators_read() {
        let text = "# TYPE backlot_requests_total counter\nbacklot_requests_total{status=\"200\"} 12\nbacklot_requests_total{status=\"503\"} 2\n\
                    backlot_machine_requests_total{status=\"500\"} 1\nbacklot_request_seconds{quantile=\"0.5\"} 0.004\n\
                    backlot_request_seconds{quantile=\"0.99\"} 0.25\nbacklot_request_seconds_sum 3\nother 7";
        let found = Requests::read(text);
        assert_eq!((found.answered, found.errors, found.median, found.p99), (15.0, 3.0, Some(4.0), Some(250.0)));
        assert_eq!(Requests::read("nonsense"), Requests::default());
    }

    #[test]
    fn nothing_that_ended_has_no_rate() {
        assert_eq!(Work::default().failure_rate(), None);
        assert_eq!(Work { ended: 8.0, failed: 2.0, done: 6.0, seconds: 60.0 }.failure_rate(), Some(25.0));
        assert_eq!(Work { ended: 8.0, failed: 2.0, done: 6.0, seconds: 60.0 }.mean_seconds(), Some(10.0));
    }
}
