//! An exchange with its body read: what a case looks at, so that it knows no field names.

use abdm_core::endpoint::Endpoint;
use abdm_core::exchange::Exchange;
use abdm_core::headers::REQUEST_ID;
use abdm_core::id::RequestId;

use crate::outcome::{Present as _, Stop, ensure, ensure_eq};

/// A call or callback of one endpoint.
pub(crate) struct Message<E: Endpoint> {
    pub(crate) body: E::Request,
    exchange: Exchange,
}

impl<E: Endpoint> Message<E> {
    /// Reads an exchange with this endpoint.
    #[track_caller]
    pub(crate) fn read(exchange: Exchange) -> Result<Self, Stop> {
        let body = serde_json::from_value(exchange.body.clone());
        Ok(Self { body: body?, exchange })
    }

    /// Its `REQUEST-ID`.
    #[track_caller]
    pub(crate) fn id(&self) -> Result<RequestId, Stop> {
        Ok(self.header(REQUEST_ID)?.parse()?)
    }

    /// One of its headers.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> Result<&str, Stop> {
        let mut headers = self.exchange.headers.iter();
        let found = headers.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).present()
    }

    /// How many fields its body has.
    pub(crate) fn fields(&self) -> usize {
        self.exchange.body.as_object().map_or(0, serde_json::Map::len)
    }

    /// Whether it was taken with this status.
    #[track_caller]
    pub(crate) fn taken_with(&self, status: u16) -> Result<(), Stop> {
        ensure_eq!(self.exchange.status, Some(status));
        Ok(())
    }

    /// Whether it was taken at all.
    #[track_caller]
    pub(crate) fn taken(&self) -> Result<(), Stop> {
        ensure!(self.exchange.status.is_some_and(|status| (200..300).contains(&status)));
        Ok(())
    }
}

/// The only one of a list.
pub(crate) trait Only<T> {
    /// It, when there is exactly one.
    fn only(self) -> Result<T, Stop>;
}

impl<T> Only<T> for Vec<T> {
    #[track_caller]
    fn only(self) -> Result<T, Stop> {
        let count = self.len();
        match self.into_iter().next() {
            Some(only) if count == 1 => Ok(only),
            _ => Err(Stop::failed(&format!("there are {count} where there must be one"))),
        }
    }
}
