//! Is ABDM able to call this facility? Compares what is registered with what ought to be, then proves
//! that callbacks arrive, by a call that changes nothing.
//!
//! Without settings it runs against an embedded sandbox. Against NHA's sandbox:
//!
//! ```console
//! $ export ABDM_ENV=sandbox ABDM_CLIENT_ID=SBX_000000 ABDM_CLIENT_SECRET_FILE=secret.txt
//! $ cargo run --example check_bridge -- --hip-id IN0000000001 --hiu-id IN0000000001 \
//!       --listen 0.0.0.0:8080 --callback-url https://hospital.example.org/abdm
//! ```
//!
//! A facility that is HIP or HIU alone gives its one id. Callbacks are served below the path of the
//! callback URL, and at the root for a proxy that takes the path off.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::api::gateway::ServiceType;
use abdm_core::api::registry::{BridgeLinks, BridgeRole, RequestedLink};
use abdm_core::bridge::{self, DeliveryFault, Expected};
use abdm_core::call::Call;
use abdm_core::client::AbdmClient;
use abdm_core::headers::{HipHeaders, HiuHeaders};
use abdm_core::id::{ConsentRequestId, HipId, HiuId, ServiceId};
use abdm_core::message::Inbound;
use abdm_core::receiver::Accepted;
use abdm_core::receiver::{CallbackReceiver, InboundSink, NotTaken, Route, listen, router, serve};
use abdm_core::registry::{LinkedAs, Registries};
use abdm_core::vocabulary::HiType;
use abdm_examples::exit::code;
use abdm_examples::mount::mounted;
use abdm_examples::settings::Settings;
use abdm_sandbox::transcript::Party;
use abdm_sandbox::{Facility, Role, Sandbox};
use anyhow::{Context as _, bail};
use async_trait::async_trait;
use clap::Parser;
use hip_services::api::hip_linking::{ContextNotice, NotifyContext, OnNotifyContext};
use hiu_services::api::consent::{CheckConsentStatus, OnConsentStatus};

/// Is ABDM able to call this facility?
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    /// Set the callback URL first. It replaces whatever is set, for every facility of the client id
    #[arg(long)]
    set_url: bool,
    /// Look the facility with this HFR id up in the registry, and link it to this client's bridge first
    #[arg(long, value_name = "HFR_ID")]
    link: Option<String>,
    /// How long to wait for the callback, in seconds
    #[arg(long, default_value_t = 30)]
    patience: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    code(run(Arguments::parse()).await)
}

/// The facility, in each role that is to be checked.
struct Checked {
    hip_id: Option<HipId>,
    hiu_id: Option<HiuId>,
}

impl Checked {
    fn services(&self) -> impl Iterator<Item = (ServiceId, ServiceType)> {
        let hip = self.hip_id.iter().map(|id| (id.as_service(), ServiceType::Hip));
        hip.chain(self.hiu_id.iter().map(|id| (id.as_service(), ServiceType::Hiu)))
    }

    fn roles(&self) -> impl Iterator<Item = BridgeRole> {
        let hip = self.hip_id.iter().map(|_| BridgeRole::Hip);
        hip.chain(self.hiu_id.iter().map(|_| BridgeRole::Hiu))
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { settings, set_url, link, patience } = arguments;
    println!("Checks whether ABDM is able to call this facility.");
    let (client, checked, sandbox) = connect(&settings).await?;
    let embedded = sandbox.is_some();
    if set_url && !embedded && settings.callback_url.is_none() {
        bail!("--set-url replaces the URL of every facility: say which with --callback-url");
    }

    let at = settings.listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let listener = listen(at).await.context("--listen says where callbacks arrive")?;
    let own = format!("http://{}", listener.local_addr()?);
    let url = settings.callback_url.clone().unwrap_or(own);

    let routes = [
        Route::new::<OnConsentStatus>(Arc::new(Drain)),
        Route::new::<OnNotifyContext>(Arc::new(Drain)),
    ];
    let receiver = Arc::new(CallbackReceiver::verified(&client, routes));
    let app = mounted(router(Arc::clone(&receiver)), &url);
    tokio::spawn(serve(listener, app, std::future::pending()));

    if set_url || embedded {
        bridge::set_callback_url(&client, &url).await?;
        println!("callback URL set to {url}");
    }
    if let Some(facility_id) = &link {
        link_facility(&client, facility_id, &checked).await?;
    }
    let expected = Expected::at(&*url);
    let expected = checked.services().fold(expected, |all, (id, role)| all.service(id, role));
    let faults = bridge::check(&bridge::services(&client).await?, &expected);
    for fault in &faults {
        println!("✗ {fault}");
    }
    if faults.is_empty() {
        println!("✓ the registration is as it ought to be");
    }

    let patience = Duration::from_secs(patience);
    if let Some(hip_id) = checked.hip_id {
        // New records in a visit that nobody has: answered by callback, with an error.
        let headers = HipHeaders { hip_id: hip_id.clone() };
        let notice = nobodys_visit(&client, hip_id)?;
        let call = Call::<NotifyContext>::new(notice.into()).headers(headers);
        prove("HIP", bridge::prove_delivery(&client, &receiver, &call, patience).await)?;
    }
    if let Some(hiu_id) = checked.hiu_id {
        // The status of a consent request that does not exist: the same.
        let nobody = ConsentRequestId::new(abdm_core::id::RequestId::random().to_string())?;
        let call = Call::<CheckConsentStatus>::new(nobody.into()).headers(HiuHeaders { hiu_id });
        prove("HIU", bridge::prove_delivery(&client, &receiver, &call, patience).await)?;
    }
    if faults.is_empty() { Ok(()) } else { bail!("the registration has {} faults", faults.len()) }
}

fn prove(role: &str, delivery: Result<Duration, DeliveryFault>) -> anyhow::Result<()> {
    let took = delivery?;
    println!("✓ a signed callback to the {role} arrived after {:.1} s", took.as_secs_f64());
    Ok(())
}

/// A notice of records that nobody has, of a patient who is nobody.
fn nobodys_visit(client: &AbdmClient, hip_id: HipId) -> anyhow::Result<ContextNotice> {
    let address = format!("nobody.checks.bridge@{}", client.environment().address_suffix());
    let visit = ConsentCareContext::new("CHECK-BRIDGE".parse()?, "CHECK-BRIDGE".parse()?);
    let types = vec![HiType::OpConsultation];
    Ok(ContextNotice::new(hip_id, address.parse()?, visit, types, client.now()))
}

/// Finds a facility in the registry, and links it to the bridge in its roles: those that it has already
/// are a success.
async fn link_facility(
    client: &AbdmClient,
    facility_id: &str,
    checked: &Checked,
) -> anyhow::Result<()> {
    let registries = Registries::new(client.clone());
    let facility = registries.facility(facility_id).await?;
    let facility =
        facility.with_context(|| format!("the registry has no facility {facility_id}"))?;
    let name = facility.facility_name.context("the registry has no name of the facility")?;
    let links =
        checked.roles().fold(BridgeLinks::new(facility_id, name.as_str()), |links, role| {
            links.service(RequestedLink::new(client.client_id(), "Example HMS", role))
        });
    for linked in registries.link_bridge(&links).await? {
        let role = linked.requested.role;
        match linked.outcome {
            LinkedAs::Linked { already: true, .. } => {
                println!("✓ {name} was linked as {role} before");
            }
            LinkedAs::Linked { id, .. } => {
                let id = id.map_or_else(|| facility_id.to_owned(), |id| id.to_string());
                println!("✓ {name} is linked as {role}, under the service id {id}");
            }
            LinkedAs::Refused(error) => bail!("{error}"),
            _ => println!("? the registry does not say whether {name} is linked as {role}"),
        }
    }
    Ok(())
}

/// The client of the settings, or one of an embedded sandbox, which must be kept.
async fn connect(settings: &Settings) -> anyhow::Result<(AbdmClient, Checked, Option<Sandbox>)> {
    let (hip_id, hiu_id) = (settings.hip_id.clone(), settings.hiu_id.clone());
    let mut checked = Checked { hip_id, hiu_id };
    let none_given = checked.services().next().is_none();
    if let Some(environment) = settings.environment()? {
        if none_given {
            bail!("give --hip-id, --hiu-id or both (or set ABDM_HIP_ID, ABDM_HIU_ID)");
        }
        let client = AbdmClient::new(environment, settings.credentials()?)?;
        return Ok((client, checked, None));
    }
    println!("No environment is named, so that an embedded sandbox plays ABDM.");
    let sandbox = Sandbox::start_quick().await?;
    let credentials = sandbox.register_client("SBX_LOCAL", "local-secret", Party::Hospital);
    if none_given {
        checked.hiu_id = Some(HiuId::new("IN0000000001")?);
    }
    if let Some(id) = &checked.hip_id {
        sandbox.register_facility(Facility::new(id.as_str(), "Local", Role::Hip, "SBX_LOCAL"))?;
    }
    if let Some(id) = &checked.hiu_id {
        sandbox.register_facility(Facility::new(id.as_str(), "Local", Role::Hiu, "SBX_LOCAL"))?;
    }
    Ok((AbdmClient::new(sandbox.environment()?, credentials)?, checked, Some(sandbox)))
}

/// Takes the callback and needs nothing of it: its arrival is the proof.
#[derive(Debug)]
struct Drain;

#[async_trait]
impl InboundSink for Drain {
    async fn accept(&self, _: &Inbound) -> Result<Accepted, NotTaken> {
        Ok(Accepted::New)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks against the embedded sandbox with these further flags, below this path.
    async fn checks(path: &str, flags: &[&str]) -> anyhow::Result<()> {
        let free = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?.local_addr()?;
        let (at, url) = (free.to_string(), format!("http://{free}{path}"));
        let given = ["check_bridge", "--listen", &at, "--callback-url", &url, "--patience", "5"];
        run(Arguments::try_parse_from(given.iter().chain(flags))?).await
    }

    #[tokio::test]
    async fn a_callback_url_with_a_path_is_no_false_alarm() {
        for path in ["", "/abdm", "/a/b/"] {
            checks(path, &["--hiu-id", "IN0000000001"]).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_facility_that_is_hip_alone_is_checked() {
        checks("/abdm", &["--hip-id", "IN0000000001"]).await.unwrap();
    }

    #[tokio::test]
    async fn a_facility_is_checked_in_both_roles() {
        checks("", &["--hip-id", "IN0000000001_1", "--hiu-id", "IN0000000001_2"]).await.unwrap();
    }

    #[tokio::test]
    async fn another_abdm_without_an_id_is_told_which_ids_there_are() {
        let error = checks("", &["--base-url", "http://127.0.0.1:1"]).await.unwrap_err();
        assert!(error.to_string().contains("--hip-id, --hiu-id or both"), "{error}");
    }
}
