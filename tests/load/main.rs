//! Many desks at once through one client.

#[cfg(test)]
mod enrolments;
