//! Which endpoint is served where, and who takes its messages.

use std::sync::Arc;

use super::{InboundSink, PushLimits};
use crate::endpoint::{AuthKind, Endpoint, Metadata, match_path};

/// One callback endpoint and who takes its messages.
#[derive(Debug, Clone)]
pub struct Route {
    pub(super) meta: Metadata,
    paths: Vec<String>,
    pub(super) sink: Arc<dyn InboundSink>,
    pushes: PushLimits,
}

impl Route {
    /// The route of a declared endpoint, on all of its paths.
    #[must_use]
    pub fn new<E: Endpoint>(sink: Arc<dyn InboundSink>) -> Self {
        let meta = E::META;
        let paths = meta.paths().map(str::to_owned).collect();
        Self { meta, paths, sink, pushes: PushLimits::default() }
    }

    /// The route of an endpoint on a path of our own choice: the data push. `{…}` marks a variable
    /// segment.
    #[must_use]
    pub fn at<E: Endpoint>(path: impl Into<String>, sink: Arc<dyn InboundSink>) -> Self {
        Self { meta: E::META, paths: vec![path.into()], sink, pushes: PushLimits::default() }
    }

    /// The same with other limits for pushes. They say nothing of ABDM's own callbacks, of which
    /// none is longer than [`LARGEST_CALLBACK`](super::CallbackReceiver::LARGEST_CALLBACK).
    #[must_use]
    pub fn push_limits(mut self, limits: PushLimits) -> Self {
        self.pushes = limits;
        self
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

    /// Whether other facilities send here, not ABDM: then what that may cost.
    pub(super) fn pushes(&self) -> Option<&PushLimits> {
        (self.meta.auth == AuthKind::Push).then_some(&self.pushes)
    }
}
