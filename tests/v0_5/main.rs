//! A facility that speaks V0.5, against the sandbox: every call and every callback of m2-hip.md 10.
#![cfg(test)]

mod auth;
mod clinic;
mod journey;
mod wire;
