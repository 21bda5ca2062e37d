//! What every ABDM integration shares: ids, endpoints, session, transport, errors, callback
//! authentication, durable flows.
//!
//! ABDM, India's digital health network, is a web of calls that are answered later, by callbacks. This
//! crate holds everything about that which is the same for every milestone, so that the milestone
//! crates (`abha-enrollment`, `hip-services`, `hiu-services`) say only what is theirs. Use it directly
//! to check a bridge, to call an endpoint that has no flow yet, or to write a flow of your own.
//!
//! # Which pain each part takes away
//!
//! | pain | part |
//! |---|---|
//! | 401 with an empty body, because a header is missing | [`endpoint`](mod@endpoint), [`headers`]: an endpoint names its headers as a type |
//! | tokens that expire in the middle, and stampedes of renewals | [`session`](mod@session), [`client`] |
//! | a dozen shapes of errors, and codes with several meanings | [`error`]: one parser, one catalogue, advice in plain words |
//! | a call accepted with 202, and silence | [`bridge`]: compare the registration, prove the delivery |
//! | callbacks that anybody could send | [`callback`]: RS256 by ABDM's keys, fail closed |
//! | callbacks twice, late, in the wrong order, never; restarts | [`flow`], [`store`], [`receiver`] |
//! | numbers as texts, lists as single values, `null` everywhere | [`lenient`], [`open_enum`](mod@open_enum) |
//! | secrets in logs | [`secret`]: types that cannot be printed |
//!
//! # The way of a call
//! ```text
//! Call<E> ─► AbdmClient ─► Session (token) ─► Transport ─► ABDM
//!                │                                           │
//!                └──── typed answer, or CallError ◄──────────┘
//! ```
//!
//! # The way of a callback
//! ```text
//! socket ─► CallbackReceiver ─► CallbackVerifier ─► FlowStore (inbox) ─► 202
//!                                                       │
//!                                Runner ─► Flow::on ─► one commit ─► FlowHost::perform
//! ```
//!
//! # Example: what is registered for my client id?
//! ```no_run
//! use abdm_core::bridge::{self, Expected};
//! use abdm_core::api::gateway::ServiceType;
//! use abdm_core::client::AbdmClient;
//! use abdm_core::environment::Environment;
//! use abdm_core::id::ServiceId;
//! use abdm_core::secret::ClientSecret;
//! use abdm_core::session::Credentials;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let secret = ClientSecret::new(std::env::var("ABDM_CLIENT_SECRET")?);
//! let client = AbdmClient::new(Environment::sandbox(), Credentials::new("SBX_000000", secret))?;
//! let expected = Expected::at("https://hospital.example.org/abdm")
//!     .service(ServiceId::new("IN0000000001")?, ServiceType::Hip);
//! for fault in bridge::check(&bridge::services(&client).await?, &expected) {
//!     println!("{fault}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! | feature | default | what it adds |
//! |---|---|---|
//! | `client` | yes | [`transport::ReqwestTransport`](transport): the network by reqwest and rustls |
//! | `axum` | no | `receiver::router`: the callback receiver as an axum router |
//! | `testing` | no | virtual clock, failing store, the test suite for stores |
//!
//! Without `client` the crate needs a [`transport::Transport`] of yours and opens no socket.
//!
//! # Security
//! - Callbacks are verified by default and refused when they cannot be. The only way around is called
//!   `dangerously_accept_everything` and says so in the log.
//! - Plain `http` works for loopback hosts only; redirects are never followed; answers are bounded.
//! - Secrets, tokens and numbers of persons have types without `Display`, with a `Debug` that hides
//!   them. JSON errors name the field and leave the value out.
//! - Sessions and link tokens in a store are sealed with a key of yours: [`seal`].
//!
//! # Sources
//! The rules come from NHA's published V3 contract (portal state of 3 October 2026), from replies
//! observed on the sandbox, and where these leave room from decisions that the docs of each item name.

// `opaque_id!` and `endpoint!` name this crate by its public name, inside it too.
extern crate self as abdm_core;

pub mod api;
pub mod bridge;
pub mod call;
pub mod callback;
pub mod client;
pub mod clock;
pub mod endpoint;
pub mod environment;
pub mod error;
pub mod flow;
pub mod headers;
pub mod id;
pub mod lenient;
pub mod open_enum;
pub mod person;
pub mod rate_limit;
pub mod receiver;
pub mod retry;
pub mod seal;
pub mod secret;
pub mod session;
pub mod store;
pub mod transport;
pub mod vocabulary;
pub mod wire;
