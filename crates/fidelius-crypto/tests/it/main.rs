//! Integration tests, by subject.

#[cfg(test)]
mod flow;
#[cfg(test)]
mod parsers;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod support;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod wire;
