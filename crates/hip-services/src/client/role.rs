//! The HIP as one of the roles of a bridge.

use std::time::Duration;

use abdm_core::receiver::Route;
use abdm_flow::Engine;
use abdm_role::Role;

use super::Hip;

impl Role for Hip {
    fn callbacks(&self) -> Vec<Route> {
        Self::callbacks(self)
    }

    fn engine(&self) -> &Engine {
        Self::engine(self)
    }

    fn retention(&self) -> Duration {
        self.inner.retention
    }
}
