//! A thousand enrolments at once.
