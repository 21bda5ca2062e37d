//! How callbacks come to the nodes: late, twice, out of order, hours later once more, or never.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::call::{Call, Envelope};
use abdm_core::endpoint::{AuthScheme, Endpoint};
use abdm_core::environment::{Environment, Family};
use abdm_core::headers::{HipHeaders, HiuHeaders};
use abdm_core::id::{HipId, HiuId, RequestId};
use abdm_core::ids::{Ids as _, SeededIds};
use abdm_core::secret::AccessToken;
use bytes::Bytes;
use hip_services::api::hip_linking::OnLinkCareContexts;
use hip_services::api::v0_5::linking::OnAddCareContexts;
use http::{Request, StatusCode};
use tokio::time::{sleep, timeout};

use super::{Gateway, tokens};
use crate::ledger::{FaultKind, Told};
use crate::node::{Node, Role};

/// How long the gateway waits for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether a callback must come in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comes {
    /// An answer: now and then ABDM never gives it.
    Mostly,
    /// A notice, which the consent manager repeats until somebody takes it.
    Always,
}

/// Under which name a callback is taken in: V0.5's answer to a link as V3's.
fn taken_in_as(name: &'static str) -> &'static str {
    if name == OnAddCareContexts::META.name { OnLinkCareContexts::META.name } else { name }
}

impl Gateway {
    /// Tells the HIP something.
    pub(super) fn tells_hip<E>(self: &Arc<Self>, hip: &HipId, comes: Comes, body: E::Request)
    where
        E: Endpoint<Headers = HipHeaders, Path = ()>,
        E::Auth: AuthScheme<Credential = ()>,
    {
        self.tells_hip_with::<E>(hip, HipHeaders { hip_id: hip.clone() }, comes, body);
    }

    /// The same with headers of its own, for what is answered: under which number it goes out.
    pub(super) fn tells_hip_with<E>(
        self: &Arc<Self>,
        hip: &HipId,
        headers: E::Headers,
        comes: Comes,
        body: E::Request,
    ) -> RequestId
    where
        E: Endpoint<Path = ()>,
        E::Auth: AuthScheme<Credential = ()>,
    {
        self.tells(Role::Hip, hip.as_str(), comes, &Call::<E>::new(body).headers(headers))
    }

    /// Tells a HIU something.
    pub(super) fn tells_hiu<E>(self: &Arc<Self>, hiu: &HiuId, comes: Comes, body: E::Request)
    where
        E: Endpoint<Headers = HiuHeaders, Path = ()>,
        E::Auth: AuthScheme<Credential = ()>,
    {
        let call = Call::<E>::new(body).headers(HiuHeaders { hiu_id: hiu.clone() });
        self.tells(Role::Hiu(hiu.clone()), hiu.as_str(), comes, &call);
    }

    fn tells<E: Endpoint>(
        self: &Arc<Self>,
        whom: Role,
        facility: &str,
        comes: Comes,
        call: &Call<E>,
    ) -> RequestId {
        let (world, rates) = (&self.world, &self.world.options.rates);
        let name = E::META.name;
        let number = self.number(name);
        if comes == Comes::Mostly && world.strikes("callback never", rates.callback_never) {
            return number;
        }
        let base = Environment::sandbox().base(Family::Bridge).clone();
        let envelope = Envelope::new(number, world.now());
        let Ok(request) = call.to_http(&base, &envelope) else {
            return number;
        };
        let copies = 1 + u64::from(world.strikes("callback twice", rates.callback_twice));
        let told = Told { facility: facility.to_owned(), endpoint: taken_in_as(name), number };
        for _ in 0..copies {
            self.begins(&told, whom.clone(), request.clone(), Duration::ZERO);
        }
        if world.strikes("callback late again", rates.callback_late) {
            let hours = Duration::from_secs(60 * 60);
            let pause = self.random.pause(hours / 6, 6 * hours);
            self.begins(&told, whom, request, pause);
        }
        number
    }

    /// The number of a message.
    fn number(&self, name: &'static str) -> RequestId {
        if !self.world.options.numbers_by_endpoint {
            return RequestId::fresh(&self.world.ids);
        }
        let mut state = self.state();
        let number = state.numbers.entry(name).or_default();
        *number += 1;
        RequestId::from_uuid(SeededIds::new(*number).uuid())
    }

    fn begins(self: &Arc<Self>, told: &Told, whom: Role, request: Request<Bytes>, pause: Duration) {
        let (gateway, told) = (Arc::clone(self), told.clone());
        self.world.begins_delivery();
        tokio::spawn(async move {
            sleep(pause).await;
            gateway.brings(told, &whom, &request).await;
            gateway.world.ends_delivery();
        });
    }

    /// Comes again until somebody has taken it.
    async fn brings(&self, told: Told, whom: &Role, request: &Request<Bytes>) {
        let (world, name) = (&self.world, told.endpoint);
        sleep(self.random.pause(Duration::from_millis(5), Duration::from_secs(2))).await;
        loop {
            world.takes_up_to(world.options.slowest_way).await;
            let lost = world.strikes("callback lost", world.options.rates.callback_lost);
            let node = if lost { None } else { self.one_node(whom) };
            if let Some(node) = node {
                world.ledger.brought(&told, world.now());
                let status = timeout(PATIENCE, node.receives(self.signed(request))).await;
                let status = status.ok().flatten();
                self.says(format_args!("tells {} {name}: {status:?}", node.name));
                let lost = world.strikes("answer lost", world.options.rates.answer_lost);
                match status {
                    Some(StatusCode::ACCEPTED) if !lost => {
                        world.ledger.accepted(told);
                        return;
                    }
                    // What is not understood does not get better.
                    Some(status) if status.is_client_error() && world.is_healed() => {
                        let what = format!("{name} was refused: {status}");
                        world.ledger.fault(FaultKind::Lost, what);
                        return;
                    }
                    _ => {}
                }
            }
            let soon = if world.is_healed() { 10 } else { 60 };
            sleep(self.random.pause(Duration::from_secs(5), Duration::from_secs(soon))).await;
        }
    }

    /// One of the nodes that serve this role and live.
    pub(crate) fn one_node(&self, whom: &Role) -> Option<Arc<Node>> {
        let mut nodes = self.nodes();
        nodes.retain(|node| node.role == *whom && node.is_up());
        self.random.one_of(&nodes).cloned()
    }

    /// The same message with a token of the present hour.
    fn signed(&self, request: &Request<Bytes>) -> Request<Bytes> {
        let token = AccessToken::new(tokens::of(tokens::GATEWAY, self.world.now()));
        let mut signed = request.clone();
        if let Ok(value) = format!("Bearer {}", token.expose()).parse() {
            signed.headers_mut().insert(http::header::AUTHORIZATION, value);
        }
        signed
    }
}
