//! What the example programs share: one habit of configuration.

pub mod settings;

/// The samples of the project's front page are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
