//! The desk, played and unattended.
