//! A flow that counts: each callback begins one, and it has one piece of work to do.

use std::time::Duration;

use abdm_core::headers::REQUEST_ID;
use abdm_flow::store::{FlowKey, Message, Scope};
use abdm_flow::{
    EffectContext, EffectFailure, Flow, FlowError, FlowHost, ReceiveContext, ReceiveError,
    Received, Step,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Whose tasks.
#[must_use]
pub fn scope() -> Scope {
    Scope::new("IN0000000001")
}

/// One task, known by the `REQUEST-ID` of its callback.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Task {
    /// The `REQUEST-ID`.
    pub id: String,
    /// How often its callback counted: once.
    pub came: u32,
    /// How often its work counted: once.
    pub worked: u32,
}

/// What happens to a task.
#[derive(Debug, Clone)]
pub enum TaskEvent {
    /// Its callback.
    Came,
    /// Its work is done.
    Worked,
    /// Never asked for.
    Woken,
}

/// What a task wants done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum TaskEffect {
    /// Its work.
    Work,
}

impl Task {
    /// A task that has not begun.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), came: 0, worked: 0 }
    }
}

impl Flow for Task {
    const KIND: &'static str = "kill.task";
    const VERSION: u32 = 1;
    type Event = TaskEvent;
    type Effect = TaskEffect;

    // It counts what it is told: that nothing is told twice is the store's promise.
    fn on(&mut self, event: TaskEvent, _: DateTime<Utc>) -> Result<Step<TaskEffect>, FlowError> {
        Ok(match event {
            TaskEvent::Came => {
                self.came += 1;
                Step::nothing().effect(TaskEffect::Work)
            }
            TaskEvent::Worked => {
                self.worked += 1;
                Step::nothing().done()
            }
            TaskEvent::Woken => Step::nothing(),
        })
    }

    fn woken() -> TaskEvent {
        TaskEvent::Woken
    }
}

/// Does the work: it waits.
#[derive(Debug)]
pub struct Worker {
    /// How long.
    pub takes: Duration,
    /// Whether each beginning and each end is told on standard output: `begins ID ATTEMPT`,
    /// `ends ID`.
    pub tells: bool,
}

#[async_trait]
impl FlowHost for Worker {
    type Flow = Task;

    async fn perform(
        &self,
        cx: &EffectContext<'_, Task>,
        _: &TaskEffect,
    ) -> Result<Option<TaskEvent>, EffectFailure<TaskEvent>> {
        let id = cx.own_flow()?.id;
        if self.tells {
            println!("begins {id} {}", cx.attempt());
        }
        if !self.takes.is_zero() {
            tokio::time::sleep(self.takes).await;
        }
        if self.tells {
            println!("ends {id}");
        }
        Ok(Some(TaskEvent::Worked))
    }

    async fn receive(
        &self,
        _: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<Task>, ReceiveError> {
        let id = message.header(REQUEST_ID).unwrap_or_default();
        Ok(Received::start(FlowKey::new("task", id), Task::new(id), TaskEvent::Came))
    }
}
