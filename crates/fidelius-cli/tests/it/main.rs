//! The binary, run as a program would run it.

#[cfg(test)]
mod commands;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod java;
#[cfg(test)]
mod support;
