//! The operations of the catalogue: what an endpoint does, as far as its errors go.

/// The name of the group that holds every operation.
pub(super) const ANY: &str = "any";

macro_rules! operations {
    ($( $(#[$doc:meta])* $name:ident: [$($group:literal),*]; )+) => {
        /// What an endpoint does, as far as the meaning of its errors goes: one code stands for
        /// different things in different operations (errors.md).
        ///
        /// Every [`endpoint!`](crate::endpoint!) names its own. A call and the callback that
        /// answers it are one operation: a code means the same in both.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Operation {
            $( $(#[$doc])* $name, )+
        }

        impl Operation {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The names by which the catalogue's rows mean this operation, the narrowest first.
            #[must_use]
            pub const fn groups(self) -> &'static [&'static str] {
                match self {
                    $( Self::$name => &[$($group),*], )+
                }
            }
        }
    };
}

impl Operation {
    /// Whether the rows of this name are about the operation.
    #[must_use]
    pub fn is_in(self, group: &str) -> bool {
        self.groups().contains(&group)
    }
}

operations! {
    /// One that the list of errors does not name: only what stands for every operation holds.
    Unlisted: [];

    /// The session token.
    Sessions: ["sessions", "gateway"];
    /// ABDM's signing keys and where they are.
    GatewayKeys: ["gateway"];
    /// The services of a bridge.
    BridgeServices: ["bridge", "gateway"];
    /// The callback address of a bridge.
    BridgeUrl: ["bridge-url", "bridge", "gateway"];
    /// The registries of facilities and professionals, and what links a facility to a bridge.
    Registry: ["registry", "bridge"];
    /// A facility's login to its registry.
    FacilityLogin: ["facility-login", "registry"];

    /// A link token.
    GenerateToken: ["generate-token", "linking"];
    /// V0.5: a patient proves themselves to a facility.
    UserAuth: ["user-auth", "linking"];
    /// Linking care contexts by link token.
    Link: ["link", "linking"];
    /// Telling of records in a linked care context.
    NotifyContext: ["context-notify", "linking"];
    /// Telling a patient by SMS.
    NotifySms: ["sms", "linking"];
    /// A patient's account was switched off, on or deleted, and the answer to that.
    PatientStatus: ["patient-status", "linking"];
    /// A person's own list of links (their app).
    ListLinks: ["get-links", "linking", "phr"];
    /// Looking for a person's records (their app).
    Discover: ["discover", "user-linking", "linking", "phr"];
    /// Answering it.
    OnDiscover: ["on-discover", "user-linking", "linking"];
    /// Beginning to link what was found (the person's app).
    LinkInit: ["link-init", "user-linking", "linking", "phr"];
    /// Answering it.
    OnInit: ["on-init", "user-linking", "linking"];
    /// Confirming it by OTP (the person's app).
    LinkConfirm: ["link-confirm", "user-linking", "linking", "phr"];
    /// Answering it.
    OnConfirm: ["on-confirm", "user-linking", "linking"];
    /// Sharing a profile with a counter (the person's app), and its arrival.
    PatientShare: ["patient-share", "phr"];
    /// Answering it.
    OnShare: ["on-share", "patient-share"];
    /// The running token of a counter, asked and answered.
    RunningToken: ["running-token", "patient-share"];

    /// Asking for a consent.
    ConsentInit: ["consent-init", "consent"];
    /// How a consent request stands.
    ConsentStatus: ["consent-status", "consent"];
    /// Fetching an artefact.
    ConsentFetch: ["consent-fetch", "consent"];
    /// Reading, approving consent requests (the person's app).
    ConsentReview: ["consent", "phr"];
    /// Refusing one.
    ConsentDeny: ["consent-deny", "consent", "phr"];
    /// Taking one back.
    ConsentRevoke: ["consent-revoke", "consent", "phr"];
    /// A consent told to a HIP, and its acknowledgement.
    HipOnNotify: ["hip-on-notify", "consent"];
    /// A decision told to an HIU, and its acknowledgement.
    HiuOnNotify: ["hiu-on-notify", "consent"];
    /// The policies by which consents are approved unasked.
    AutoApprove: ["auto-approve", "consent"];

    /// Asking for health information, and how the request stands.
    DataRequest: ["data-request", "data-flow"];
    /// A request told to a HIP, and its acknowledgement.
    HipOnRequest: ["hip-on-request", "data-flow"];
    /// Reporting a transfer.
    DataNotify: ["data-notify", "data-flow"];
    /// Pushing health information to an HIU: its answer is the HIU's and not ABDM's.
    DataPush: ["data-push"];

    /// Asking for a subscription.
    SubscriptionInit: ["subscription-init", "subscription"];
    /// Everything else about subscriptions.
    Subscription: ["subscription"];
    /// The set-up of a health locker.
    Locker: ["locker", "subscription", "phr"];
    /// Sharing records.
    RecordShare: ["record-share"];
    /// Reporting what became of shared records.
    RecordShareNotify: ["record-share-notify", "record-share"];
    /// Scan and pay.
    ScanPay: ["scan-pay"];

    /// Enrolment by Aadhaar: OTPs, proofs, the creation itself.
    Enrol: ["enrol", "m1"];
    /// Enrolment by another document.
    EnrolByDocument: ["document", "enrol", "m1"];
    /// Address names to choose from.
    Suggestion: ["suggestion", "enrol", "m1"];
    /// Choosing an ABHA address.
    Address: ["address", "enrol", "m1"];
    /// The children of an ABHA.
    Children: ["child", "profile", "enrol", "m1"];
    /// Verification of an ABHA, and the search for it.
    Login: ["login", "profile", "m1"];
    /// A person's account, its changes and its session.
    Account: ["login", "profile", "child", "m1"];
    /// The card of an account.
    Card: ["card", "login", "profile", "child", "m1"];
    /// Benefits that hang on an ABHA.
    Benefit: ["benefit", "profile", "m1"];
    /// The keys by which values are encrypted for the ABHA family.
    Certificate: ["profile", "m1"];

    /// Verification of an ABHA address in the web family, and the search for it.
    WebLogin: ["web", "login", "phr", "m1"];
    /// The profile of an ABHA address in the web family.
    WebProfile: ["web", "profile", "login", "phr", "m1"];
    /// Its card.
    WebCard: ["card", "web", "profile", "login", "phr", "m1"];
    /// Enrolment of an ABHA address in the web family.
    WebEnrol: ["web", "enrol", "phr", "m1"];
    /// Address names to choose from there.
    WebSuggestion: ["suggestion", "web", "enrol", "phr", "m1"];
    /// Choosing one there.
    WebAddress: ["address", "web", "enrol", "phr", "m1"];

    /// Login to a PHR app, and the search for an address.
    AppLogin: ["login", "phr", "m1"];
    /// The profile of a PHR app's user.
    AppProfile: ["profile", "login", "phr", "m1"];
    /// Its card.
    AppCard: ["card", "profile", "login", "phr", "m1"];
    /// Enrolment of an ABHA address in a PHR app.
    AppEnrol: ["enrol", "phr", "m1"];
    /// Address names to choose from there.
    AppSuggestion: ["suggestion", "enrol", "phr", "m1"];
    /// Choosing one there.
    AppAddress: ["address", "enrol", "phr", "m1"];
}

/// Names of the table that stand for no operation of an integrator: NHA's portal, ABDM's own
/// notifications, texts that only samples hold.
#[cfg(test)]
const NOBODYS: [&str; 3] = ["portal", "notifications", "samples"];

/// Whether the catalogue may use this name.
#[cfg(test)]
pub(super) fn is_known(name: &str) -> bool {
    name == ANY
        || NOBODYS.contains(&name)
        || Operation::ALL.iter().any(|operation| operation.is_in(name))
}
