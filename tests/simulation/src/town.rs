//! Everything of one run: houses, nodes, the gateway, and how a node is built.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::client::AbdmClient;
use abdm_core::environment::Environment;
use abdm_core::ids::{Ids, SeededIds};
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_flow::store::{FlowStore, Scope};
use abdm_flow::testing::GatedStore;
use abdm_flow::{Engine, EngineOptions};
use chrono::TimeDelta;
use hip_services::{Edition, Hip};
use hiu_services::Hiu;

use crate::clock::NodeClock;
use crate::gateway::Gateway;
use crate::hospital::Wards;
use crate::house::House;
use crate::life::Life;
use crate::mutant::Mutant;
use crate::node::{Alive, Desk, Node, Role};
use crate::people::{MARK, People};
use crate::random::Random;
use crate::register::TrustsTelephones;
use crate::shelf::{Librarian, Shelf};
use crate::store::broken::Broken;
use crate::store::gate::NodeGate;
use crate::store::watched::Watched;
use crate::wire::{Wire, push_host};
use crate::world::World;

/// The kinds of flow of each house; at the end of a run they are compared with those of the nodes.
const HIP_KINDS: &[&str] = &[
    "hip.link-token",
    "hip.link",
    "hip.auto-link",
    "hip.backfill",
    "hip.user-link",
    "hip.patient-status",
    "hip.patient-auth",
    "hip.consent",
    "hip.transfer",
    "hip.share",
    "hip.running-token",
    "hip.sms",
];
const HIU_KINDS: &[&str] = &["hiu.consent", ARTEFACT];
pub(crate) const ARTEFACT: &str = "hiu.artefact";

/// One run's places.
#[derive(Debug)]
pub(crate) struct Town {
    pub(crate) world: Arc<World>,
    pub(crate) people: Arc<People>,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) houses: Vec<Arc<House>>,
    pub(crate) nodes: Vec<Arc<Node>>,
    /// One for each HIU, in the order of their ids.
    pub(crate) shelves: Vec<Arc<Shelf>>,
}

impl Town {
    pub(crate) fn new(seed: u64, world: World) -> Self {
        let random = Random::new(seed);
        let world = Arc::new(world);
        let people = People::drawn(&random.of("people"), &world.options, world.now());
        let people = Arc::new(people);
        let gateway = Arc::new(Gateway::new(&world, &people, random.of("gateway")));
        let hospital = Arc::new(House::new("hospital", HIP_KINDS));
        let practice = Arc::new(House::new("practice", HIU_KINDS));
        let mut nodes = Vec::new();
        let clocks = random.of("clocks");
        let mut add = |name: String, role: Role, house: &Arc<House>| {
            let clock = off_by_some(&clocks, &world);
            let own = random.of(&name);
            nodes.push(Arc::new(Node::new(name, role, house, clock, own, world.mutant)));
        };
        for number in 1..=world.options.hip_nodes {
            add(format!("hip-{number}"), Role::Hip, &hospital);
        }
        for (place, hiu) in people.hius.iter().enumerate() {
            for number in 1..=world.options.hiu_nodes {
                add(format!("hiu-{place}-{number}"), Role::Hiu(hiu.clone()), &practice);
            }
        }
        let shelves = people.hius.iter().map(|_| Arc::default()).collect();
        gateway.serves(nodes.clone());
        Self { world, people, gateway, houses: vec![hospital, practice], nodes, shelves }
    }

    /// A node as it is at the beginning of one of its lives.
    ///
    /// # Panics
    /// When it cannot be built: a mistake in the simulation.
    pub(crate) fn starts(&self, node: &Node, life: &Arc<Life>, number: u32) -> Alive {
        let name = || node.name.clone();
        let (world, life_of) = (&self.world, || Arc::clone(life));
        let ids: Arc<dyn Ids> =
            Arc::new(SeededIds::new(node.random.of(&format!("life {number}")).next()));
        let wire = Arc::new(Wire {
            world: Arc::clone(world),
            gateway: Arc::clone(&self.gateway),
            node: name(),
            life: life_of(),
        });
        let secret = ClientSecret::new(format!("secret-{MARK}"));
        let credentials = Credentials::new("SBX_000000", secret);
        let client = AbdmClient::builder(Environment::sandbox(), credentials, wire.clone())
            .outgoing_transport(wire)
            .clock(node.clock.clone())
            .ids(Arc::clone(&ids))
            .build();
        let mut options = EngineOptions::default();
        options.node = world.options.nodes_are_named.then(name);
        options.poll_interval = world.options.poll;
        options.concurrency = world.options.concurrency;
        options.scopes = Some(match &node.role {
            Role::Hip => self.people.all_hips().map(|id| Scope::new(id.as_str())).collect(),
            Role::Hiu(id) => vec![Scope::new(id.as_str())],
        });
        let engine = Engine::with(self.store(node, life), client.clock(), ids, options);
        let desk = match &node.role {
            Role::Hip => Desk::Hip(self.hip(node, life, &engine, client)),
            Role::Hiu(_) => Desk::Hiu(self.hiu(node, life, &engine, client)),
        };
        let receiver = match &desk {
            Desk::Hip(hip) => hip.receiver(),
            Desk::Hiu(hiu) => hiu.receiver(),
        };
        Alive { life: life_of(), desk, receiver }
    }

    /// The way to the node's store, from the node on: sealed, gated, watched, broken where the run
    /// wants it, and the store itself.
    fn store(&self, node: &Node, life: &Arc<Life>) -> Arc<dyn FlowStore> {
        let house = &node.house;
        let gate = Arc::new(NodeGate {
            world: Arc::clone(&self.world),
            house: Arc::clone(house),
            node: node.name.clone(),
            holder: self.world.options.nodes_are_named.then(|| node.name.clone()),
            life: Arc::clone(life),
        });
        let broken = |store: Arc<dyn FlowStore>, mutant| -> Arc<dyn FlowStore> {
            let (memory, gate) = (Arc::clone(&house.broken), Arc::clone(&gate));
            Arc::new(Broken { store, mutant, memory, gate })
        };
        let mut store: Arc<dyn FlowStore> = house.memory.clone();
        // Below the seal a number cannot be told from an endpoint's hash: that mutant stands above.
        let mutant = self.world.mutant;
        let is_above = mutant == Some(Mutant::DuplicatesByNumberAlone);
        if let Some(mutant) = mutant.filter(|_| !is_above) {
            store = broken(store, mutant);
        }
        let watched = Watched { store, works: Arc::clone(&house.works) };
        let gated = GatedStore::new(Arc::new(watched), Arc::clone(&gate));
        let sealed = Arc::new(House::sealed(Arc::new(gated)));
        match mutant.filter(|_| is_above) {
            Some(mutant) => broken(sealed, mutant),
            None => sealed,
        }
    }

    fn hip(&self, node: &Node, life: &Arc<Life>, engine: &Engine, client: AbdmClient) -> Hip {
        let wards = Wards {
            world: Arc::clone(&self.world),
            people: Arc::clone(&self.people),
            node: node.name.clone(),
            life: Arc::clone(life),
        };
        let mut ids = self.people.hips.iter();
        let first = ids.next().expect("there is a facility").clone();
        let mut builder = Hip::builder(first, client)
            .hospital(wards.clone())
            .patients(wards.clone(), wards.clone())
            .record_preparer(wards)
            .link_otp_valid_for(self.world.options.otp_valid_for)
            .engine(engine, House::key());
        match self.world.mutant {
            Some(Mutant::TrustsTelephones) => builder = builder.matcher(TrustsTelephones),
            Some(Mutant::TakesOldOtps) => {
                builder = builder.link_otp_valid_for(Duration::from_secs(60 * 60));
            }
            _ => {}
        }
        let mut builder = ids.fold(builder, |builder, id| builder.also(id.clone()));
        if let Some(older) = &self.people.older {
            builder = builder.also(older.clone()).edition(older.clone(), Edition::V0_5);
        }
        builder.build().expect("a HIP")
    }

    fn hiu(&self, node: &Node, life: &Arc<Life>, engine: &Engine, client: AbdmClient) -> Hiu {
        let Role::Hiu(id) = &node.role else { unreachable!("only HIUs are built here") };
        let place = self.people.hius.iter().position(|known| known == id).unwrap_or_default();
        let librarian = Librarian {
            world: Arc::clone(&self.world),
            people: Arc::clone(&self.people),
            gateway: Arc::clone(&self.gateway),
            shelf: self.shelves.get(place).expect("a shelf for each HIU").clone(),
            node: node.name.clone(),
            life: Arc::clone(life),
        };
        Hiu::builder(id.clone(), client)
            .records(Arc::new(librarian))
            .engine(engine, House::key())
            .bridge_url(push_host(place))
            .build()
            .expect("a HIU")
    }
}

/// A clock that is off by as much as the run allows, in either direction.
fn off_by_some(random: &Random, world: &World) -> NodeClock {
    let signed = |most: u64| {
        let most = i64::try_from(most).unwrap_or_default();
        let drawn = random.between(0, u64::try_from(2 * most).unwrap_or_default());
        i64::try_from(drawn).unwrap_or_default() - most
    };
    let offset = u64::try_from(world.options.most_offset.as_millis()).unwrap_or_default();
    NodeClock::new(&world.clock, signed(offset), signed(world.options.most_drift))
}

/// How long the whole way of a message takes at most, and the store's and the hospital's part of
/// it.
impl crate::options::Options {
    /// How long after the end of a consent a page may still leave whose consent was looked at
    /// before: as long as what lies between the look and the sending may take.
    pub(crate) fn grace(&self) -> Duration {
        let held = if self.rates.pauses > 0 { Duration::from_secs(90) } else { Duration::ZERO };
        4 * self.slowest_store + self.slowest_hook + held
    }

    /// How much nearer to each other two requests for a link token may come to ABDM than they were
    /// meant: by how far clocks are off, and the way of the first took longer.
    pub(crate) fn token_slack(&self) -> TimeDelta {
        let longer = self.grace() + self.slowest_way;
        TimeDelta::from_std(longer).unwrap_or(TimeDelta::MAX) + self.clocks_off() * 2
    }
}
