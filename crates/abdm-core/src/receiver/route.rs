//! Which endpoint is served where, and who takes its messages.

use std::sync::Arc;

use super::InboundSink;
use crate::endpoint::{AuthKind, Endpoint, Metadata, match_path};

/// One callback endpoint and who takes its messages.
#[derive(Debug, Clone)]
pub struct Route {
    pub(super) meta: Metadata,
    paths: Vec<String>,
    pub(super) sink: Arc<dyn InboundSink>,
}

impl Route {
    /// The route of a declared endpoint, on all of its paths.
    #[must_use]
    pub fn new<E: Endpoint>(sink: Arc<dyn InboundSink>) -> Self {
        let meta = E::META;
        let paths = meta.paths().map(str::to_owned).collect();
        Self { meta, paths, sink }
    }

    /// The route of an endpoint on a path of our own choice: the data push. `{…}` marks a variable
    /// segment.
    #[must_use]
    pub fn at<E: Endpoint>(path: impl Into<String>, sink: Arc<dyn InboundSink>) -> Self {
        Self { meta: E::META, paths: vec![path.into()], sink }
    }

    /// The paths that it serves.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// The endpoint that it serves.
    #[must_use]
    pub const fn endpoint(&self) -> &Metadata {
        &self.meta
    }

    /// Whether it serves this path.
    pub(super) fn serves(&self, path: &str) -> bool {
        self.paths.iter().any(|template| match_path(template, path).is_some())
    }

    /// Whether other facilities send here, not ABDM.
    pub(super) fn is_push(&self) -> bool {
        self.meta.auth == AuthKind::Push
    }
}
