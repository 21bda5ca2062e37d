//! Where a server is reached.

use std::{fmt, io};

use tokio::net::{TcpListener, ToSocketAddrs};

/// Listens at an address, for [`serve`](super::serve). Port 0 is any that is free.
///
/// ```no_run
/// # async fn run() -> Result<(), abdm_core::receiver::ListenError> {
/// let listener = abdm_core::receiver::listen("0.0.0.0:8080").await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When the port is taken, is not allowed, or is not one of this machine.
pub async fn listen(
    address: impl ToSocketAddrs + fmt::Display,
) -> Result<TcpListener, ListenError> {
    let shown = address.to_string();
    let bound = TcpListener::bind(address).await;
    bound.map_err(|source| ListenError { address: shown, source })
}

/// Why a program cannot be reached at an address. Names it, and what to do.
#[derive(thiserror::Error)]
#[error("cannot listen at {address} ({source}): {}", remedy(source.kind()))]
#[non_exhaustive]
pub struct ListenError {
    /// Where it was to listen.
    pub address: String,
    /// The system's account.
    pub source: io::Error,
}

crate::error::debug_in_words!(ListenError);

fn remedy(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::AddrInUse => {
            "the port is taken; end the program that has it, or choose another port"
        }
        io::ErrorKind::AddrNotAvailable => {
            "the address is none of this machine's; 127.0.0.1 always is, 0.0.0.0 is all of them"
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 are for privileged programs; choose a higher one"
        }
        _ => "an address looks like 127.0.0.1:8080",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_named_with_what_to_do() {
        let first = listen("127.0.0.1:0").await.unwrap();
        let address = first.local_addr().unwrap();
        let taken = listen(address).await.unwrap_err();
        for told in [taken.to_string(), format!("{taken:?}")] {
            assert!(told.starts_with(&format!("cannot listen at {address} (")), "{told}");
            assert!(told.contains("the port is taken"), "{told}");
            assert!(told.ends_with("or choose another port"), "{told}");
        }
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_told_from_a_taken_one() {
        // (RFC 5737) For documents only: no machine has it.
        let foreign = listen("192.0.2.1:8080").await.unwrap_err().to_string();
        assert!(foreign.contains("none of this machine's"), "{foreign}");
        let odd = listen("8080").await.unwrap_err().to_string();
        assert!(odd.contains("an address looks like"), "{odd}");
    }
}
