//! What a test counts.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, LocalRecorderGuard,
    Metadata, Recorder, SharedString, Unit,
};

use crate::metric::Metric;

type Values = Arc<Mutex<BTreeMap<String, f64>>>;
type Names = Arc<Mutex<Vec<String>>>;

/// Keeps what is measured on the present thread, as long as [`Measured`] lives.
pub struct Measured {
    values: Values,
    described: Names,
    _guard: LocalRecorderGuard<'static>,
}

impl fmt::Debug for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines()).finish()
    }
}

/// Keeps what is measured from now on by this thread: a test with one thread sees all of its own.
#[must_use]
pub fn measure() -> Measured {
    let (values, described) = (Values::default(), Names::default());
    let keeper = Keeper { values: Arc::clone(&values), described: Arc::clone(&described) };
    // One small value for each test; the guard wants it to outlive everything.
    let keeper: &'static Keeper = Box::leak(Box::new(keeper));
    Measured { values, described, _guard: metrics::set_default_local_recorder(keeper) }
}

impl Measured {
    /// A counter's or a gauge's value, or how many values a histogram has, with these labels; 0
    /// when nothing was measured.
    #[must_use]
    pub fn value(&self, metric: Metric, labels: &[(&str, &str)]) -> f64 {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.get(&place(metric.name, labels.iter().copied())).copied().unwrap_or_default()
    }

    /// The names of the metrics that were described, in this order.
    #[must_use]
    pub fn described(&self) -> Vec<String> {
        self.described.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything that was measured, as `name{label="value"} value`, sorted.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.iter().map(|(place, value)| format!("{place} {value}")).collect()
    }
}

fn place<'l>(name: &str, labels: impl Iterator<Item = (&'l str, &'l str)>) -> String {
    let mut labels: Vec<String> =
        labels.map(|(label, value)| format!("{label}={value:?}")).collect();
    labels.sort();
    format!("{name}{{{}}}", labels.join(","))
}

#[derive(Debug)]
struct Keeper {
    values: Values,
    described: Names,
}

impl Keeper {
    fn one(&self, key: &Key) -> Arc<One> {
        let place = place(key.name(), key.labels().map(|label| (label.key(), label.value())));
        Arc::new(One { values: Arc::clone(&self.values), place })
    }

    fn note(&self, name: &KeyName) {
        let mut described = self.described.lock().unwrap_or_else(PoisonError::into_inner);
        described.push(name.as_str().to_owned());
    }
}

impl Recorder for Keeper {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.note(&name);
    }

    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.note(&name);
    }

    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.note(&name);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.one(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.one(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.one(key))
    }
}

/// One metric with its labels.
struct One {
    values: Values,
    place: String,
}

impl One {
    fn change(&self, change: impl FnOnce(f64) -> f64) {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.entry(self.place.clone()).or_default();
        *value = change(*value);
    }
}

/// As far as tests count, exactly.
fn number(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

impl CounterFn for One {
    fn increment(&self, by: u64) {
        self.change(|value| value + number(by));
    }

    fn absolute(&self, to: u64) {
        self.change(|value| value.max(number(to)));
    }
}

impl GaugeFn for One {
    fn increment(&self, by: f64) {
        self.change(|value| value + by);
    }

    fn decrement(&self, by: f64) {
        self.change(|value| value - by);
    }

    fn set(&self, to: f64) {
        self.change(|_| to);
    }
}

impl HistogramFn for One {
    fn record(&self, _: f64) {
        self.change(|values| values + 1.0);
    }
}
