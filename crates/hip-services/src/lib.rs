//! ABDM milestone 2: be a Health Information Provider: link care contexts, honour consent, transfer encrypted records.

pub mod api;
