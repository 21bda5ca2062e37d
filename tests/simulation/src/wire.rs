//! The network between a node and everybody else: what is sent may be late, lost, come twice, or be
//! answered to nobody.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::data_flow::DataPage;
use abdm_core::transport::{Transport, TransportError, TransportErrorKind};
use abdm_core::wire::read_json;
use async_trait::async_trait;
use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderValue, Request, Response, StatusCode};
use tokio::time::{Instant, timeout};

use crate::gateway::{Gateway, reply};
use crate::ledger::FaultKind;
use crate::life::Life;
use crate::log::say;
use crate::node::Role;
use crate::world::World;

/// One life of a node's way to the others.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) world: Arc<World>,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) node: String,
    pub(crate) life: Arc<Life>,
}

/// Where HIUs take pushes: a host for each, by its number.
pub(crate) fn push_host(number: usize) -> String {
    format!("https://hiu-{number}.example.org")
}

impl Wire {
    /// The HIU that a request goes to, if it is a push.
    fn pushed_to(&self, request: &Request<Bytes>) -> Option<Role> {
        let host = request.uri().host()?;
        let number: usize = host.strip_prefix("hiu-")?.split('.').next()?.parse().ok()?;
        self.gateway.people.hius.get(number).cloned().map(Role::Hiu)
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (world, rates) = (&self.world, &self.world.options.rates);
        world.takes_up_to(world.options.slowest_way).await;
        if world.strikes("request lost", rates.request_lost) {
            return Err(self.breaks_off(true).await);
        }
        if world.strikes("refused as busy", rates.refused_busy) {
            let mut busy = reply(StatusCode::SERVICE_UNAVAILABLE);
            if world.random.chance(5_000) {
                busy.headers_mut().insert(RETRY_AFTER, HeaderValue::from(3));
            }
            return Ok(busy);
        }
        let whom = self.pushed_to(&request);
        if whom.is_some() && world.strikes("push twice", rates.push_twice) {
            drop(self.arrives(whom.clone(), request.clone()));
        }
        let answer = self.arrives(whom, request).await.ok().flatten();
        self.life.goes_on().await;
        world.may_end(&self.node, &self.life, rates.crash_on_wire).await;
        world.takes_up_to(world.options.slowest_way).await;
        if world.strikes("answer lost", rates.answer_lost) {
            return Err(self.breaks_off(false).await);
        }
        if world.strikes("failed after", rates.failed_after) {
            return Ok(reply(StatusCode::INTERNAL_SERVER_ERROR));
        }
        answer.ok_or_else(|| TransportError::new(TransportErrorKind::Connect))
    }

    /// How a call ends that has no answer.
    async fn breaks_off(&self, never_arrived: bool) -> TransportError {
        let kind = match self.world.random.below(3) {
            0 if never_arrived => TransportErrorKind::Connect,
            0 | 1 => TransportErrorKind::Interrupted,
            _ => {
                std::future::pending::<()>().await;
                TransportErrorKind::TimedOut
            }
        };
        TransportError::new(kind)
    }

    /// What has left is dealt with, whatever becomes of its sender.
    fn arrives(
        &self,
        whom: Option<Role>,
        request: Request<Bytes>,
    ) -> tokio::task::JoinHandle<Option<Response<Bytes>>> {
        let gateway = Arc::clone(&self.gateway);
        tokio::spawn(async move {
            let Some(whom) = whom else {
                return Some(gateway.handle(&request));
            };
            let node = gateway.one_node(&whom)?;
            let page = page_of(&request);
            let answer = node.answers(request).await?;
            let status = answer.status().as_u16();
            say!(gateway.world, "{} answers page {page} with {status}", node.name);
            if answer.status() == StatusCode::ACCEPTED {
                gateway.world.counts.add("pages");
            }
            Some(answer)
        })
    }

    /// Nothing leaves under a consent that is over.
    fn check_page(&self, request: &Request<Bytes>) {
        let Ok(page) = read_json::<DataPage>(request.body()) else {
            self.world.ledger.fault(FaultKind::Lost, "a page that cannot be read left".to_owned());
            return;
        };
        let (world, ledger) = (&self.world, &self.world.ledger);
        let Some(consent) = ledger.consent_of(&page.transaction_id) else {
            ledger.fault(FaultKind::OutsideConsent, "a page of no transfer left".to_owned());
            return;
        };
        if let Some(since) = ledger.ended_since(&consent) {
            let late = Instant::now() - since;
            if late > world.options.grace() {
                let what = format!(
                    "{} sent a page under {consent} {} ms after its end",
                    self.node,
                    late.as_millis()
                );
                ledger.fault(FaultKind::OutsideConsent, what);
            }
        }
    }
}

fn page_of(request: &Request<Bytes>) -> String {
    read_json::<DataPage>(request.body())
        .map_or_else(|_| "?".to_owned(), |page| format!("{}/{}", page.page_number, page.page_count))
}

#[async_trait]
impl Transport for Wire {
    async fn send(
        &self,
        request: Request<Bytes>,
        deadline: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        self.life.goes_on().await;
        let rates = &self.world.options.rates;
        self.world.may_end(&self.node, &self.life, rates.crash_on_wire).await;
        say!(self.world, "{} calls {}", self.node, request.uri().path());
        if self.pushed_to(&request).is_some() {
            self.check_page(&request);
        }
        let exchanged = timeout(deadline, self.exchange(request)).await;
        self.life.goes_on().await;
        exchanged.unwrap_or_else(|_| Err(TransportError::new(TransportErrorKind::TimedOut)))
    }
}
