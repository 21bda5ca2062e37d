//! What a test logs, and whether it shows what it must not.

use std::cell::{Cell, RefCell};
use std::sync::Once;
use std::{fmt, io};

use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::set_global_default;
use tracing_subscriber::filter::{LevelFilter, dynamic_filter_fn};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry;
use tracing_subscriber::registry::LookupSpan;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

thread_local! {
    static LEVEL: Cell<LevelFilter> = const { Cell::new(LevelFilter::OFF) };
    static SPANS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Keeps what the present thread logs from now on, at this level and above, without times. Tests
/// run side by side, and each sees its own only.
///
/// The subscriber is the whole process's: one of a single thread may miss what other threads' tests
/// have met first without one.
///
/// # Panics
/// When the process has another subscriber: the log would stay empty, and every secret seem hidden.
pub fn listen(level: tracing::Level) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let lines = tracing_subscriber::fmt::layer()
            .without_time()
            .with_ansi(false)
            .with_writer(|| ThreadLog)
            .with_filter(dynamic_filter_fn(|of, _| *of.level() <= LEVEL.get()));
        let spans = Spans.with_filter(dynamic_filter_fn(|of, _| *of.level() <= LEVEL.get()));
        let set = set_global_default(registry().with(lines).with(spans));
        assert!(set.is_ok(), "another subscriber has all that is logged");
    });
    LEVEL.set(level.into());
    LOG.with_borrow_mut(Vec::clear);
    SPANS.with_borrow_mut(Vec::clear);
}

/// The spans that the present thread has begun since [`listen`], each as a line with its name, then
/// what was told of it later, each as a line that begins with the name and `+`.
#[must_use]
pub fn spans() -> Vec<String> {
    SPANS.with_borrow(Clone::clone)
}

/// Keeps the spans of a thread.
struct Spans;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut line = attributes.metadata().name().to_owned();
        attributes.record(&mut Fields(&mut line));
        SPANS.with_borrow_mut(|spans| spans.push(line));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let name = context.span(id).map_or("unknown", |span| span.name());
        let mut line = format!("{name}+");
        values.record(&mut Fields(&mut line));
        SPANS.with_borrow_mut(|spans| spans.push(line));
    }
}

/// Writes fields as `name=value`.
struct Fields<'l>(&'l mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        use fmt::Write as _;
        // A `String` takes everything.
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

/// What the present thread has logged since [`listen`].
#[must_use]
pub fn logged() -> String {
    LOG.with_borrow(|log| String::from_utf8_lossy(log).into_owned())
}

/// The first of the `hidden` that a text shows.
///
/// The text's UUIDs are left out: they are random, so that every short run of digits or of the
/// letters a to f stands in one of them now and then.
///
/// ```
/// use abdm_core::testing::log::shows;
///
/// let id = "3f2a1c80-1988-4000-8000-001988000001";
/// assert_eq!(shows(&format!("flow={id}"), ["1988", "Asha"]), None);
/// assert_eq!(shows(&format!("flow={id} born=1988"), ["1988", "Asha"]), Some("1988"));
/// ```
#[must_use]
pub fn shows<'a>(text: &str, hidden: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text = without_ids(text);
    hidden.into_iter().find(|hidden| text.contains(hidden))
}

fn without_ids(text: &str) -> String {
    /// Where the first dash of an id stands.
    const DASH: usize = 8;
    let mut left = String::with_capacity(text.len());
    let mut from = 0;
    for (dash, _) in text.match_indices('-') {
        let start = dash.checked_sub(DASH).filter(|start| *start >= from);
        let id = start.and_then(|start| text.get(start..start + Hyphenated::LENGTH));
        if let (Some(start), Some(id)) = (start, id)
            && Uuid::try_parse(id).is_ok()
        {
            left.push_str(&text[from..start]);
            left.push('…');
            from = start + Hyphenated::LENGTH;
        }
    }
    left.push_str(&text[from..]);
    left
}

struct ThreadLog;

impl io::Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_line_has_no_time_and_comes_at_its_level_only() {
        listen(Level::INFO);
        tracing::info!(count = 2, "something was done");
        tracing::debug!("how");
        assert!(
            logged().starts_with(" INFO abdm_core::testing::log::tests: something"),
            "{}",
            logged()
        );
        assert_eq!(logged().lines().count(), 1);
        listen(Level::TRACE);
        tracing::trace!("every step");
        assert_eq!(logged().lines().count(), 1, "{}", logged());
        let other = std::thread::spawn(|| {
            tracing::error!("nobody listens here");
            logged()
        });
        assert_eq!(other.join().unwrap(), "");
    }

    #[test]
    fn a_span_is_kept_with_its_fields_and_with_what_is_told_of_it_later() {
        listen(Level::INFO);
        let span = tracing::info_span!("answering", kind = "bell", status = tracing::field::Empty);
        span.record("status", 202);
        let _quiet = tracing::debug_span!("detail");
        assert_eq!(spans(), ["answering kind=\"bell\"", "answering+ status=202"]);
    }

    #[test]
    fn a_short_number_in_an_id_is_not_shown_and_one_beside_it_is() {
        let id = "d6a83f24-6c96-421e-b8b8-844e5344ef69";
        for (text, shown) in [
            (id.to_owned(), None),
            (format!("{{{id}}}, {id}{id}"), None),
            (format!("ä{id}844e"), Some("844e")),
            (id[..20].to_owned(), Some("421e")),
            ("421e".to_owned(), Some("421e")),
        ] {
            assert_eq!(shows(&text, ["844e", "421e"]), shown, "{text}");
        }
    }
}
