//! What every ABDM integration shares: ids, endpoints, session, transport, errors, callback authentication and durable flows.
