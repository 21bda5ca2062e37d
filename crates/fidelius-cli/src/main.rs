#![doc = include_str!("../README.md")]

mod command;
mod failure;
mod run;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use crate::{command::Invocation, failure::Failure};

fn main() -> ExitCode {
    match answer() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to tell if standard error is closed too.
            let _ = writeln!(io::stderr(), "fidelius-cli: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn answer() -> Result<(), Failure> {
    let text = match Invocation::from_process(std::env::args_os().skip(1))? {
        Invocation::Help => command::USAGE.to_owned(),
        Invocation::Run(command) => run::run(command)?,
    };
    let mut output = io::stdout().lock();
    writeln!(output, "{text}").and_then(|()| output.flush()).map_err(Failure::Output)
}
