//! What the example programs share: one habit of configuration; the registration desk's counter, with a
//! screen, somebody who answers, and a record of every step; and what a HIP program needs beside the
//! hospital itself.

pub mod answers;
pub mod card;
pub mod connection;
pub mod consent;
pub mod counter;
pub mod exit;
pub mod hip_program;
pub mod mount;
pub mod options;
pub mod otp;
pub mod picture;
pub mod screen;
pub mod settings;
pub mod steps;
pub mod store;
pub mod words;

/// The samples of the project's front page are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
