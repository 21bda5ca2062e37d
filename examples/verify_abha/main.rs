//! A desk in the terminal that finds out whose ABHA it is: every way to verify a person.
//!
//! Without settings it works on a sandbox inside this program, whose people are invented; against
//! NHA's sandbox by configuration alone:
//!
//! ```console
//! $ cargo run --example verify_abha                 # choose a way from the menu
//! $ cargo run --example verify_abha -- --demo       # all ways, one after another, by itself
//! $ cargo run --example verify_abha -- --abha-number 91-1111-1000-0010 --route number-mobile
//! ```
//!
//! `routes.rs` is what a vendor writes: one function for each way.

mod arguments;
mod demo;
mod person;
mod route;
mod routes;
mod summary;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use abdm_examples::connection::Connection;
use abdm_examples::consent::ConsentBook;
use abdm_examples::counter::Counter;
use abdm_examples::exit::Stopped;
use abdm_examples::screen::Screen;
use abdm_examples::steps::Trouble;
use abdm_examples::words::Word;
use abha_enrollment::Desk;
use abha_enrollment::error::Problem;
use clap::Parser;
use tracing_subscriber::EnvFilter;

use self::arguments::Arguments;
use self::person::Person;
use self::route::Route;
use self::routes::Verifier;
use self::summary::{RouteOutcome, Summary};

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
    // What failed on the way to a success was explained when it happened.
    for error in summary.errors().filter(|_| !summary.is_success()) {
        eprintln!("verify_abha: {}: {}", error.step, error.message);
    }
    if summary.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The whole run, but for what the process does at its end.
async fn run(arguments: &Arguments, mut screen: Screen) -> anyhow::Result<Summary> {
    screen.line("ABHA verification desk · आभा सत्यापन");
    let options = &arguments.options;
    let connection = if options.demo {
        Connection::embedded().await?
    } else {
        Connection::open(&options.settings).await?
    };
    connection.introduce(options.demo, &mut screen);
    let book = ConsentBook::new(options.consent_book.clone());
    let desk = Desk::builder(connection.client.clone(), book);
    let desk = desk.keys(options.settings.keys()).build();
    let counter = if options.demo {
        Counter::new(desk, screen, demo::Player::new(&connection)?)
    } else {
        Counter::new(desk, screen, arguments.answers()?)
    };
    let counter = counter.seeing_phones(connection.sandbox.clone());
    let mut verifier = Verifier::new(counter, connection, arguments);
    let routes = if options.demo { Route::ALL.to_vec() } else { arguments.routes() };
    let mut outcomes = Vec::new();
    match verifier.counter.choose_language() {
        Ok(()) if routes.is_empty() => from_menu(&mut verifier, &mut outcomes).await,
        Ok(()) => {
            for route in routes {
                outcomes.extend(try_route(&mut verifier, route).await);
            }
        }
        Err(stopped) => outcomes.push(RouteOutcome::stopped(None, &stopped)),
    }
    let all_must_succeed = options.demo || arguments.names_routes();
    Ok(Summary::new(outcomes, &mut verifier.counter, all_must_succeed))
}

/// The operator chooses ways until one succeeds.
async fn from_menu(verifier: &mut Verifier<'_>, outcomes: &mut Vec<RouteOutcome>) {
    loop {
        let route = match verifier.choose_route() {
            Ok(route) => route,
            Err(stopped) => {
                let goodbye = verifier.counter.word(Word::Goodbye);
                verifier.counter.screen.line(goodbye);
                return outcomes.push(RouteOutcome::stopped(None, &stopped));
            }
        };
        let Some(outcome) = try_route(verifier, route).await else { continue };
        let over = outcome.is_ok() || outcome.is_cancelled();
        outcomes.push(outcome);
        if over {
            return;
        }
    }
}

/// One way; its failure is explained and kept. Nothing comes of a way that the operator went back
/// from.
async fn try_route(verifier: &mut Verifier<'_>, route: Route) -> Option<RouteOutcome> {
    let title = route.title(verifier.counter.language);
    verifier.counter.screen.heading(title);
    let person: Result<Person, Stopped> = verifier.follow(route).await;
    match person {
        Ok(person) => Some(RouteOutcome::done(route, person)),
        Err(Stopped::Back) => None,
        Err(stopped) => {
            match &stopped {
                Stopped::Failed { error, .. } => {
                    verifier.counter.explain(error);
                    if error.problem() == Problem::NoAbha {
                        verifier.counter.screen.hint("cargo run --example create_abha");
                    }
                }
                Stopped::Cancelled => {
                    let goodbye = verifier.counter.word(Word::Goodbye);
                    verifier.counter.screen.line(goodbye);
                }
                other => verifier.counter.screen.problem(other),
            }
            tracing::debug!(route = route.name(), trouble = ?Trouble::of_stop("", &stopped));
            Some(RouteOutcome::stopped(Some(route), &stopped))
        }
    }
}
