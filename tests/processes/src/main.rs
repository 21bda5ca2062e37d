//! The kill test, and the nodes that it starts: one program.

use abdm_processes::nodes::Node;
use abdm_processes::{KillTest, kill_test};
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(about = "Kills and stops real processes, and checks what became of their work")]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Runs the checks.
    KillTest(KillTest),
    /// Is a node: started by the checks.
    #[command(subcommand, hide = true)]
    Node(Node),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("ABDM_LOG"))
        .with_writer(std::io::stderr)
        .init();
    match Arguments::parse().what {
        What::KillTest(wanted) => kill_test(&wanted).await,
        What::Node(node) => node.run().await,
    }
}
