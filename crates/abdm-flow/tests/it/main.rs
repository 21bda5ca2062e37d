//! Everything about durable flows that can go wrong.

mod flows;
