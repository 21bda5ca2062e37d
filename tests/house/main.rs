//! The rules of the house that no compiler checks.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod certification;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod endpoint_table;
#[cfg(test)]
mod endpoints;
#[cfg(test)]
mod log_lines;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod names;
#[cfg(test)]
mod one_definition;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod switches;
#[cfg(test)]
mod words;
