//! The operations of the catalogue: names for groups of paths.

/// A group of endpoints that share the meaning of a code, told by fragments of their paths.
///
/// A fragment is looked for in the lower-case text `path#endpoint`; a trailing `$` stands for the end
/// of the path.
#[derive(Debug)]
struct Operation {
    name: &'static str,
    fragments: &'static [&'static str],
}

/// The name of the group that holds every endpoint.
pub(super) const ANY: &str = "any";

/// Whether an endpoint belongs to the group of this name. Nothing belongs to an unknown group.
pub(super) fn covers(name: &str, endpoint: &str, path: &str) -> bool {
    let place = format!("{path}#{endpoint}").to_ascii_lowercase();
    OPERATIONS
        .iter()
        .filter(|operation| operation.name == name)
        .flat_map(|operation| operation.fragments)
        .any(|fragment| match fragment.strip_suffix('$') {
            Some(end) => place.contains(&format!("{end}#")),
            None => place.contains(fragment),
        })
}

/// Whether the catalogue may use this name.
#[cfg(test)]
pub(super) fn is_known(name: &str) -> bool {
    name == ANY || OPERATIONS.iter().any(|operation| operation.name == name)
}

const fn op(name: &'static str, fragments: &'static [&'static str]) -> Operation {
    Operation { name, fragments }
}

/// Callback and call of one exchange stand together: a code means the same in both.
const OPERATIONS: &[Operation] = &[
    // Gateway.
    op("gateway", &["/gateway/"]),
    op("sessions", &["/sessions"]),
    op("bridge", &["/bridge/", "bridge-service", "/bridges/"]),
    op("bridge-url", &["/bridge/url"]),
    // Linking.
    op("generate-token", &["token/generate-token", "token/on-generate-token"]),
    op("link", &["link/carecontext", "link/on_carecontext"]),
    op("context-notify", &["link/context/notify", "links/context/on-notify"]),
    op("sms", &["links/sms/notify", "patients/sms/"]),
    op("get-links", &["link/patient/links$"]),
    op("discover", &["care-context/discover"]),
    op("on-discover", &["care-context/on-discover"]),
    op("link-init", &["link/care-context/init"]),
    op("on-init", &["care-context/on-init"]),
    op("link-confirm", &["link/care-context/confirm"]),
    op("on-confirm", &["care-context/on-confirm"]),
    op(
        "user-linking",
        &[
            "care-context/discover",
            "care-context/init",
            "care-context/confirm",
            "care-context/on-discover",
            "care-context/on-init",
            "care-context/on-confirm",
        ],
    ),
    op(
        "linking",
        &[
            "generate-token",
            "link/carecontext",
            "link/on_carecontext",
            "/context/",
            "link/patient/links",
            "user-initiated-linking",
            "link/care-context",
            "patient/care-context",
        ],
    ),
    op("patient-share", &["patient-share/", "patient/share", "patient/on-share"]),
    op("on-share", &["patient-share/v3/on-share", "patient/on-share"]),
    op("running-token", &["running-token"]),
    // Consent and data.
    op("consent", &["/consent/"]),
    op("consent-init", &["consent/v3/request/init", "consent/request/on-init"]),
    op("consent-status", &["consent/v3/request/status", "consent/request/on-status"]),
    op("consent-fetch", &["consent/v3/fetch", "consent/on-fetch"]),
    op("consent-deny", &["/deny"]),
    op("consent-revoke", &["consent/v3/revoke"]),
    op("hip-on-notify", &["request/hip/on-notify"]),
    op("hiu-on-notify", &["request/hiu/on-notify"]),
    op("auto-approve", &["auto/approve"]),
    op("data-flow", &["health-information/"]),
    op("data-request", &["health-information/request", "hiu/health-information/on-request"]),
    op("hip-on-request", &["health-information/hip/on-request"]),
    op("data-notify", &["health-information/notify"]),
    op("data-push", &["push", "health-information/transfer"]),
    op("subscription", &["subscription"]),
    op("subscription-init", &["subscription-requests/v3/init", "subscription-requests/on-init"]),
    op("locker", &["locker"]),
    op("record-share", &["patient-record/"]),
    op("record-share-notify", &["patient-record/v3/notify", "patient-record/on-notify"]),
    op("scan-pay", &["scan-and-pay", "scan-pay", "payment"]),
    // Registry.
    op("registry", &["/bridges/", "/facility", "facilitymanagement", "/hpid", "/doctors"]),
    op("facility-login", &["facility/login"]),
    // ABHA.
    op("m1", &["/enrollment", "/enrol", "/profile", "/login", "/phr/"]),
    op("enrol", &["/enrol"]),
    op("address", &["enrol/abha-address", "enrollment/enrol$"]),
    op("suggestion", &["/suggestion"]),
    op("document", &["bydocument"]),
    op("login", &["/login", "profile/account"]),
    op("profile", &["/profile"]),
    op("child", &["child", "profile/account"]),
    op("benefit", &["benefit", "linkanddelink"]),
    op("card", &["card"]),
    op("web", &["/phr/web", "/login/abha/"]),
    op("phr", &["/phr/", "/login", "/patient", "/locker", "/enrollment/"]),
    // What an integrator never calls, and what only texts name.
    op("portal", &[]),
    op("notifications", &[]),
    op("samples", &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_and_callback_of_one_exchange_are_one_operation() {
        for path in ["…/token/generate-token", "…/token/on-generate-token"] {
            assert!(covers("generate-token", "X", path), "{path}");
            assert!(!covers("link", "X", path), "{path}");
        }
    }

    #[test]
    fn the_list_of_links_is_not_the_sms_below_it() {
        assert!(covers("get-links", "GetLinks", "/hip/v3/link/patient/links"));
        assert!(!covers("get-links", "NotifySms", "/hip/v3/link/patient/links/sms/notify2"));
    }
}
