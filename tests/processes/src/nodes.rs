//! What runs in a process of its own.

mod facility;
mod hip;
mod hiu;
mod holder;
mod tasks;

use clap::Subcommand;

pub use self::facility::Facility;
pub use self::hip::document_of;
pub use self::hiu::{Keep, PAGES_IN_HAND, hiu_of, keeps};
pub use self::holder::{TRIAL, rows_of};

/// A node.
#[derive(Debug, Subcommand)]
pub enum Node {
    /// An engine behind a callback receiver.
    Tasks(tasks::Tasks),
    /// One who claims, is stopped, and commits too late.
    Holder(holder::Holder),
    /// A Health Information Provider.
    Hip(hip::HipNode),
    /// A Health Information User.
    Hiu(hiu::HiuNode),
}

impl Node {
    /// Runs it until it is killed, or has done what it was asked.
    ///
    /// # Errors
    /// Why it cannot run.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Tasks(node) => node.run().await,
            Self::Holder(node) => node.run().await,
            Self::Hip(node) => node.run().await,
            Self::Hiu(node) => node.run().await,
        }
    }
}
