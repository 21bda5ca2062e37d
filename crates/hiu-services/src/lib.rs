//! ABDM milestone 3: be a Health Information User: ask for consent, fetch, decrypt, show and erase a patient's records.
