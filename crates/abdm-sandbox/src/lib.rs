//! ABDM on your own machine: session, ABHA, gateway, consent manager and a patient's PHR app, for tests and development.
