//! Is ABDM able to call this facility? Compares what is registered with what ought to be, then proves
//! that callbacks arrive, by a call that changes nothing.
//!
//! Without settings it runs against an embedded sandbox. Against NHA's sandbox:
//!
//! ```console
//! $ export ABDM_ENV=sandbox ABDM_CLIENT_ID=SBX_000000 ABDM_CLIENT_SECRET_FILE=secret.txt
//! $ cargo run --example check_bridge -- --hiu-id IN0000000001 \
//!       --listen 0.0.0.0:8080 --callback-url https://hospital.example.org/abdm
//! ```

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::gateway::ServiceType;
use abdm_core::api::registry::{BridgeLinks, BridgeRole, RequestedLink};
use abdm_core::bridge::{self, Expected};
use abdm_core::call::Call;
use abdm_core::client::AbdmClient;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{ConsentRequestId, HiuId};
use abdm_core::message::Inbound;
use abdm_core::receiver::Accepted;
use abdm_core::receiver::{CallbackReceiver, InboundSink, NotTaken, Route, listen, router, serve};
use abdm_core::registry::{LinkedAs, Registries};
use abdm_examples::settings::Settings;
use abdm_sandbox::transcript::Party;
use abdm_sandbox::{Facility, Role, Sandbox};
use anyhow::{Context as _, bail};
use async_trait::async_trait;
use clap::Parser;
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
async fn main() -> anyhow::Result<()> {
    let Arguments { settings, set_url, link, patience } = Arguments::parse();
    println!("Checks whether ABDM is able to call this facility.");
    let (client, hiu_id, sandbox) = connect(&settings).await?;
    let embedded = sandbox.is_some();
    if set_url && !embedded && settings.callback_url.is_none() {
        bail!("--set-url replaces the URL of every facility: say which with --callback-url");
    }

    let at = settings.listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let listener = listen(at).await.context("--listen says where callbacks arrive")?;
    let own = format!("http://{}", listener.local_addr()?);
    let url = settings.callback_url.clone().unwrap_or(own);

    let route = Route::new::<OnConsentStatus>(Arc::new(Drain));
    let receiver = Arc::new(CallbackReceiver::verified(&client, [route]));
    tokio::spawn(serve(listener, router(Arc::clone(&receiver)), std::future::pending()));

    if set_url || embedded {
        bridge::set_callback_url(&client, &url).await?;
        println!("callback URL set to {url}");
    }
    if let Some(facility_id) = &link {
        link_facility(&client, facility_id).await?;
    }
    let expected = Expected::at(&*url).service(hiu_id.as_service(), ServiceType::Hiu);
    let faults = bridge::check(&bridge::services(&client).await?, &expected);
    for fault in &faults {
        println!("✗ {fault}");
    }
    if faults.is_empty() {
        println!("✓ the registration is as it ought to be");
    }

    // The status of a consent request that does not exist: answered by callback, with an error.
    let nobody = ConsentRequestId::new(abdm_core::id::RequestId::random().to_string())?;
    let call = Call::<CheckConsentStatus>::new(nobody.into()).headers(HiuHeaders { hiu_id });
    match bridge::prove_delivery(&client, &receiver, &call, Duration::from_secs(patience)).await {
        Ok(took) => println!("✓ a signed callback arrived after {:.1} s", took.as_secs_f64()),
        Err(fault) => bail!("{fault}"),
    }
    if faults.is_empty() { Ok(()) } else { bail!("the registration has {} faults", faults.len()) }
}

/// Finds a facility in the registry, and links it to the bridge as HIU: roles that it has already are
/// a success.
async fn link_facility(client: &AbdmClient, facility_id: &str) -> anyhow::Result<()> {
    let registries = Registries::new(client.clone());
    let facility = registries.facility(facility_id).await?;
    let facility =
        facility.with_context(|| format!("the registry has no facility {facility_id}"))?;
    let name = facility.facility_name.context("the registry has no name of the facility")?;
    let role = RequestedLink::new(client.client_id(), "Example HMS", BridgeRole::Hiu);
    let links = BridgeLinks::new(facility_id, name.as_str()).service(role);
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
async fn connect(settings: &Settings) -> anyhow::Result<(AbdmClient, HiuId, Option<Sandbox>)> {
    if let Some(environment) = settings.environment()? {
        let hiu_id = settings.hiu_id.clone().context("give --hiu-id or set ABDM_HIU_ID")?;
        let client = AbdmClient::new(environment, settings.credentials()?)?;
        return Ok((client, hiu_id, None));
    }
    println!("No environment is named, so that an embedded sandbox plays ABDM.");
    let sandbox = Sandbox::start_quick().await?;
    let credentials = sandbox.register_client("SBX_LOCAL", "local-secret", Party::Hospital);
    let hiu_id = match &settings.hiu_id {
        Some(id) => id.clone(),
        None => HiuId::new("IN0000000001")?,
    };
    sandbox.register_facility(Facility::new(hiu_id.as_str(), "Local", Role::Hiu, "SBX_LOCAL"))?;
    Ok((AbdmClient::new(sandbox.environment()?, credentials)?, hiu_id, Some(sandbox)))
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
