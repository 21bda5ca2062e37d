//! The tests of `hiu-services`, by flow.

#[cfg(test)]
mod abdm;
#[cfg(test)]
mod asking_again;
#[cfg(test)]
mod clashing_pages;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod crash_sweep;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod ends;
#[cfg(test)]
mod events;
#[cfg(test)]
mod facilities;
#[cfg(test)]
mod free_words;
#[cfg(test)]
mod hospital;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod made_up;
#[cfg(test)]
mod nothing_left;
#[cfg(test)]
mod odd_documents;
#[cfg(test)]
mod older_openings;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod other_patient;
#[cfg(test)]
mod page_counts;
#[cfg(test)]
mod refused_pages;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod restarts;
#[cfg(test)]
mod sent_again;
#[cfg(test)]
mod two_nodes;
#[cfg(test)]
mod whole;
#[cfg(test)]
mod wire;
