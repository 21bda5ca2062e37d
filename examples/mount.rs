//! Where callbacks are served.

use axum::Router;

/// A router that serves `callbacks` where ABDM reaches them under `url`: below the path of the URL; and at
/// the root, for a proxy that takes the path off.
pub fn mounted(callbacks: Router, url: &str) -> Router {
    let path = path_of(url);
    let app = Router::new().merge(callbacks.clone());
    if path.is_empty() { app } else { app.nest(&path, callbacks) }
}

/// The path of a URL, without the slash at its end.
fn path_of(url: &str) -> String {
    let after_host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after_host.find('/').and_then(|at| after_host.get(at..)).unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_are_served_below_the_path_of_their_url() {
        for (url, path) in [
            ("http://127.0.0.1:8080", ""),
            ("http://127.0.0.1:8080/", ""),
            ("https://hip.example.org/abdm/", "/abdm"),
            ("https://hip.example.org/a/b?c", "/a/b"),
        ] {
            assert_eq!(path_of(url), path, "{url}");
        }
    }
}
