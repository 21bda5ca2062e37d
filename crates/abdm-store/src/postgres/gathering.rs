//! Messages that come while others are taken in wait for them, and are then taken in together: one
//! statement and one commit for all of them.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use abdm_flow::store::{Accepted, Arrival, StoreError, StoreErrorKind};
use deadpool_postgres::Pool;
use tokio::sync::oneshot;

use super::intake::{accept, accept_many};

/// So many statements take messages in at once; who comes then waits for one of them.
const AT_ONCE: usize = 2;
/// The most messages of one statement.
const MOST_TOGETHER: usize = 64;
/// And the most bytes of their bodies, unless one alone has more.
const MOST_BYTES: usize = 1 << 20;
/// The most messages that wait; who comes then is told that the store is overloaded.
const MOST_WAITING: usize = 4_096;

/// The messages that wait to be taken in.
#[derive(Debug, Default)]
pub(super) struct Gathering(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<Waiter>,
    /// How many tasks take messages in.
    under_way: usize,
}

#[derive(Debug)]
struct Waiter {
    arrival: Arrival,
    answer: oneshot::Sender<Result<Accepted, StoreError>>,
}

impl Gathering {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a message in. Once begun that ends by itself, whoever still waits.
    pub(super) async fn accept(
        self: &Arc<Self>,
        pool: &Pool,
        arrival: Arrival,
    ) -> Result<Accepted, StoreError> {
        let (answer, accepted) = oneshot::channel();
        let begins = {
            let mut waiting = self.lock();
            if waiting.messages.len() >= MOST_WAITING {
                return Err(unavailable("too many messages wait"));
            }
            waiting.messages.push_back(Waiter { arrival, answer });
            let begins = waiting.under_way < AT_ONCE;
            waiting.under_way += usize::from(begins);
            begins
        };
        if begins {
            let taking = Taking { gathering: Arc::clone(self), ended: false };
            let pool = pool.clone();
            tokio::spawn(async move { taking.goes_on(&pool).await });
        }
        accepted.await.map_err(|_| unavailable("the store has stopped"))?
    }
}

impl Waiting {
    /// Those of the first one's scope, as many as go together: no two of the same key, since only
    /// the first of them is new, and only if it is kept.
    fn next(&mut self) -> Vec<Waiter> {
        let (mut together, mut bytes) = (Vec::<Waiter>::new(), 0);
        let mut keys = BTreeSet::new();
        let mut later = VecDeque::new();
        for waiter in self.messages.drain(..) {
            let (scope, inbound) = (&waiter.arrival.scope, &waiter.arrival.inbound);
            let size = inbound.body.len();
            let goes = together.first().is_none_or(|first| {
                first.arrival.scope == *scope
                    && together.len() < MOST_TOGETHER
                    && bytes + size <= MOST_BYTES
            });
            if goes && keys.insert((inbound.key.endpoint.clone(), inbound.key.message.clone())) {
                bytes += size;
                together.push(waiter);
            } else {
                later.push_back(waiter);
            }
        }
        self.messages = later;
        together
    }
}

/// A task that takes messages in until none waits.
struct Taking {
    gathering: Arc<Gathering>,
    ended: bool,
}

impl Taking {
    async fn goes_on(mut self, pool: &Pool) {
        loop {
            let together = {
                let mut waiting = self.gathering.lock();
                let together = waiting.next();
                // In one look, or who comes now would wait for a task that has ended.
                self.ended = together.is_empty();
                waiting.under_way -= usize::from(self.ended);
                together
            };
            if self.ended {
                return;
            }
            take_in(pool, together).await;
        }
    }
}

impl Drop for Taking {
    fn drop(&mut self) {
        // Its runtime has ended in the midst of it: the next message begins another one.
        if !self.ended {
            self.gathering.lock().under_way -= 1;
        }
    }
}

async fn take_in(pool: &Pool, together: Vec<Waiter>) {
    let (arrivals, answers): (Vec<_>, Vec<_>) =
        together.into_iter().map(|waiter| (waiter.arrival, waiter.answer)).unzip();
    let client = match pool.get().await {
        Ok(client) => client,
        Err(error) => return refuse_all(answers, &error.to_string()),
    };
    if let [arrival] = arrivals.as_slice() {
        return tell(answers, [accept(&client, arrival).await]);
    }
    match accept_many(&client, &arrivals).await {
        Ok(accepted) => tell(answers, accepted.into_iter().map(Ok)),
        // Mostly the server is away, and it would be so for each of them. Where one waited too long
        // for a transaction of the vendor's that has taken the same message in, all are told so.
        Err(error) if error.kind == StoreErrorKind::Unavailable => {
            refuse_all(answers, &error.to_string());
        }
        // One of them is what the database cannot take: the others are not to suffer for it.
        Err(_) => {
            for (arrival, answer) in arrivals.iter().zip(answers) {
                tell([answer], [accept(&client, arrival).await]);
            }
        }
    }
}

type Answer = oneshot::Sender<Result<Accepted, StoreError>>;

fn tell(
    answers: impl IntoIterator<Item = Answer>,
    accepted: impl IntoIterator<Item = Result<Accepted, StoreError>>,
) {
    for (answer, accepted) in answers.into_iter().zip(accepted) {
        // Nobody may wait any more.
        let _ = answer.send(accepted);
    }
}

fn refuse_all(answers: Vec<Answer>, why: &str) {
    let refused = |_: &Answer| Err(unavailable(why));
    let refused: Vec<_> = answers.iter().map(refused).collect();
    tell(answers, refused);
}

fn unavailable(why: &str) -> StoreError {
    StoreError::with_source(StoreErrorKind::Unavailable, why)
}
