//! An HTTP request that can be kept: its parts as texts.

use std::fmt;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use serde::{Deserialize, Serialize};
use url::Url;

/// A request without its connection.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Letter {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Letter {
    pub(super) fn of(request: &http::Request<Bytes>) -> Self {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
        Self {
            method: request.method().to_string(),
            url: request.uri().to_string(),
            headers: headers.collect(),
            body: String::from_utf8_lossy(request.body()).into_owned(),
        }
    }

    /// The same path below another base; whether that gives an address.
    pub(super) fn address_to(&mut self, base: &str) -> bool {
        let path = Url::parse(&self.url).map(|url| url.path().to_owned()).unwrap_or_default();
        let url = Url::parse(&format!("{}{path}", base.trim_end_matches('/')));
        let url = url.ok().filter(|url| url.as_str().parse::<http::Uri>().is_ok());
        url.map(|url| self.url = url.into()).is_some()
    }

    /// Whether it has a header of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(own, _)| own == name)
    }

    /// The value of a header.
    #[cfg(feature = "v0_5")]
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Sets a header, in the place of one of this name.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.headers.retain(|(own, _)| own != name);
        self.headers.push((name.to_owned(), value.into()));
    }

    pub(super) fn to_http(&self) -> Result<http::Request<Bytes>, http::Error> {
        let body = Bytes::from(self.body.clone().into_bytes());
        let mut request = http::Request::builder()
            .method(self.method.as_str())
            .uri(self.url.as_str())
            .body(body)?;
        for (name, value) in &self.headers {
            let name = HeaderName::try_from(name.as_str())?;
            let mut value = HeaderValue::try_from(value.as_str())?;
            value.set_sensitive(name == header::AUTHORIZATION);
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_the_same_when_it_was_kept() {
        let request = http::Request::post("http://somewhere.invalid/v3/x")
            .header("x-hip-id", "IN1")
            .body(Bytes::from_static(b"{\"a\":1}"))
            .unwrap();
        let mut letter = Letter::of(&request);
        letter.set("authorization", "Bearer secret");
        assert!(!format!("{letter:?}").contains("secret"));
        let text = serde_json::to_string(&letter).unwrap();
        let mut letter: Letter = serde_json::from_str(&text).unwrap();
        assert!(letter.address_to("https://host:8443/hooks/"));
        assert!(!letter.clone().address_to("no address"));
        let again = letter.to_http().unwrap();
        assert_eq!(again.uri(), "https://host:8443/hooks/v3/x");
        assert_eq!((again.method(), again.body()), (request.method(), request.body()));
        assert_eq!(again.headers()["x-hip-id"], "IN1");
        assert!(again.headers()["authorization"].is_sensitive());
    }
}
