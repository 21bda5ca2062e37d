//! Everything that is tested through the public API.

#[cfg(test)]
mod builders;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod lossless;
#[cfg(test)]
mod meaning;
#[cfg(test)]
mod meaning_everywhere;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod mutations_per_document;
#[cfg(test)]
mod official;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod plain_cases;
#[cfg(test)]
mod plain_records;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod quirks;
#[cfg(test)]
mod rendering;
#[cfg(test)]
mod samples;
