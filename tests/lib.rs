//! Tests across the crates of the ABDM SDK: the rules of the house, and whole journeys.
