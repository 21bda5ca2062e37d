//! A registration desk in the terminal: a person gets an ABHA number and an ABHA address.
//!
//! Without settings it works on a sandbox inside this program, whose people are invented; against
//! NHA's sandbox by configuration alone:
//!
//! ```console
//! $ cargo run --example create_abha                 # a desk on this machine alone
//! $ cargo run --example create_abha -- --demo       # the same, played by itself
//! $ export ABDM_ENV=sandbox ABDM_CLIENT_ID=SBX_000000 ABDM_CLIENT_SECRET_FILE=secret.txt
//! $ cargo run --example create_abha                 # NHA's sandbox, with real persons
//! ```
//!
//! `desk.rs` is what a vendor writes: the order of the steps. What a counter needs around it
//! (questions, the dialogue about an OTP, consent text, card) is in the library of this package.

mod address;
mod arguments;
mod demo;
mod desk;
mod summary;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use abdm_examples::card;
use abdm_examples::connection::Connection;
use abdm_examples::consent::ConsentBook;
use abdm_examples::counter::Counter;
use abdm_examples::screen::Screen;
use abha_enrollment::Desk;
use clap::Parser;
use tracing_subscriber::EnvFilter;

use self::arguments::Arguments;
use self::summary::Summary;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "error".into()))
        .with_writer(std::io::stderr)
        .init();
    let summary = match run(&arguments, Screen::terminal(arguments.options.json)).await {
        Ok(summary) => summary,
        Err(error) => Summary::of_fault(&error),
    };
    if arguments.options.json {
        println!("{}", summary.to_json());
    }
    if let Some(error) = summary.error().filter(|_| !summary.is_cancelled()) {
        eprintln!("create_abha: {}: {}", error.step, error.message);
    }
    if summary.has_abha() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The whole run, but for what the process does at its end.
async fn run(arguments: &Arguments, mut screen: Screen) -> anyhow::Result<Summary> {
    screen.line("ABHA registration desk · आभा पंजीकरण");
    let connection = if arguments.options.demo {
        Connection::embedded().await?
    } else {
        Connection::open(&arguments.options.settings).await?
    };
    connection.introduce(arguments.options.demo, &mut screen);
    let book = ConsentBook::new(arguments.options.consent_book.clone());
    let desk = Desk::builder(connection.client.clone(), book);
    let desk = desk.keys(arguments.options.settings.keys()).build();
    let counter = if arguments.options.demo {
        Counter::new(desk, screen, demo::Player::new(&connection)?)
    } else {
        Counter::new(desk, screen, arguments.answers())
    };
    let mut counter = counter.seeing_phones(connection.sandbox.clone());
    let outcome = desk::register(&mut counter, arguments).await;
    if arguments.options.demo && std::fs::remove_dir_all(card::demo_folder()).is_ok() {
        counter.screen.hint("The demonstration is over: its card is removed again.");
    }
    Ok(Summary::of(outcome, &mut counter))
}
