//! Both directions against two independent implementations: the Java tool on BouncyCastle and
//! `abdm-ecdh`.
//!
//! `FIDELIUS_INTEROP_PYTHON` names the Python of an environment with the packages `pyfidelius` (which
//! carries the Java tool and needs a JDK) and `abdm-ecdh`. Without it these tests say that they skip;
//! with `CI=true` that is a failure.

#[cfg(test)]
mod exchanges;
#[cfg(test)]
mod peers;
