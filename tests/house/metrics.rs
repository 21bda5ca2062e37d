//! Each metric is named once in the source, and has its row in the page for operators.

use std::fs;

use abdm_core::metric::{ALL, MetricKind};

use crate::endpoints::root;
use crate::names::{code, copies};

#[test]
fn a_metric_is_named_by_its_constant() {
    let named = |literal: &str| ALL.iter().any(|metric| metric.name == literal);
    let found = copies("abdm-base/src/metric.rs", |_| true, named);
    assert!(found.is_empty(), "use the constants of abdm_core::metric:\n{}", found.join("\n"));
}

/// What is measured by another name would be measured for nobody.
#[test]
fn nothing_is_measured_by_a_literal_name() {
    let measures = ["metrics::counter!(", "metrics::gauge!(", "metrics::histogram!("];
    let found: Vec<String> = code()
        .into_iter()
        .filter(|(_, text)| {
            let text: String = text.split_whitespace().collect();
            measures.iter().any(|macro_name| text.contains(&format!("{macro_name}\"")))
        })
        .map(|(file, _)| file.display().to_string())
        .collect();
    assert!(found.is_empty(), "use the constants of abdm_core::metric: {found:?}");
}

#[test]
fn operators_find_each_metric_with_its_kind_and_labels() {
    let page = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    for metric in ALL {
        let begins = format!("| `{}` | {}", metric.name, metric.kind.as_str());
        let row = page.lines().find(|line| line.starts_with(&begins));
        let row = row.unwrap_or_else(|| panic!("no row begins with {begins}"));
        for label in metric.labels {
            assert!(row.contains(&format!("`{label}`")), "{} lacks {label}", metric.name);
        }
    }
    let rows = page.lines().filter(|line| {
        [MetricKind::Counter, MetricKind::Gauge, MetricKind::Histogram].iter().any(|kind| {
            line.starts_with("| `abdm_") && line.contains(&format!("` | {}", kind.as_str()))
        })
    });
    assert_eq!(rows.count(), ALL.len(), "the page has a metric that nobody measures");
}
