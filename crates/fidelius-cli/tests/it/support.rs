//! The binary, one known exchange, and ways to run the one on the other.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

/// Exchange fid-03 of the shared vectors, made with BouncyCastle.
pub(crate) const PLAINTEXT: &str = "The quick brown fox jumps over the lazy dog.";
/// The same as base64.
pub(crate) const PLAINTEXT_BASE64: &str =
    "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4=";
/// What it encrypts to.
pub(crate) const CIPHERTEXT: &str =
    "Ea12rw+GBdzeUGHeBTNaWVdocqYR8MMJGEuh/IgnMp4dXz+/n5JwQbPJqqA9Zu6WKW1+j/eRyHNobq8S";
/// The sender's side of it.
pub(crate) const SENDER_PRIVATE_KEY: &str = "A1WrO6Keg0KgqG5mbQb6ZJgvYLyzftEmlTGT7ERuyqE=";
/// The sender's side of it.
pub(crate) const SENDER_PUBLIC_KEY: &str =
    "BEyNTZwdAxybDif5EBt6CAWWr8T1cj2DiEZejaJF6gW+b+hjSlyqzK0ihk1ZfrHxIZH1TM4hVU/4NwPNXu7vgfI=";
/// The sender's side of it.
pub(crate) const SENDER_X509_KEY: &str = "MIIBMTCB6gYHKoZIzj0CATCB3gIBATArBgcqhkjOPQEBAiB/////////////////////////////////////////7TBEBCAqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqYSRShRAQge0Je0Je0Je0Je0Je0Je0Je0Je0Je0Je0JgtenHcQyGQEQQQqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0kWiCuGaG4oIa04B7dLHdI0UySPU1+bXxhsinpxaJ+ztPZAiAQAAAAAAAAAAAAAAAAAAAAFN753qL3nNZYEmMaXPXT7QIBCANCAARMjU2cHQMcmw4n+RAbeggFlq/E9XI9g4hGXo2iReoFvm/oY0pcqsytIoZNWX6x8SGR9UzOIVVP+DcDzV7u74Hy";
/// The sender's side of it.
pub(crate) const SENDER_NONCE: &str = "zUbid5/TyxLBjLQ3fzv4oNJ53YVqG8n8E8MSpTs1OrA=";
/// The requester's side of it.
pub(crate) const REQUESTER_PRIVATE_KEY: &str = "A/4ay92sRAI+SumHAtlLItqf+Lx2x/U38/Vpz9rnBW8=";
/// The requester's side of it.
pub(crate) const REQUESTER_PUBLIC_KEY: &str =
    "BE5QoLOK8Sm4hq/7eSNeAzf9o+1P2S+eu7l2wtF68SmZcp3Le7bHtG3sKRf0WUk2uslkLsjKbK03ccOUDmQVx/8=";
/// The requester's side of it.
pub(crate) const REQUESTER_X509_KEY: &str = "MIIBMTCB6gYHKoZIzj0CATCB3gIBATArBgcqhkjOPQEBAiB/////////////////////////////////////////7TBEBCAqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqYSRShRAQge0Je0Je0Je0Je0Je0Je0Je0Je0Je0Je0JgtenHcQyGQEQQQqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0kWiCuGaG4oIa04B7dLHdI0UySPU1+bXxhsinpxaJ+ztPZAiAQAAAAAAAAAAAAAAAAAAAAFN753qL3nNZYEmMaXPXT7QIBCANCAAROUKCzivEpuIav+3kjXgM3/aPtT9kvnru5dsLRevEpmXKdy3u2x7Rt7CkX9FlJNrrJZC7IymytN3HDlA5kFcf/";
/// The requester's side of it.
pub(crate) const REQUESTER_NONCE: &str = "J9bvYL6qvWYTjnyZQO8mET1WL26lUsfLETMKEz6Xc+w=";

/// Runs the binary with arguments and no input.
pub(crate) fn run(arguments: &[&str]) -> Output {
    run_with_input(arguments, b"")
}

/// Runs the binary with arguments and something on standard input.
pub(crate) fn run_with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fidelius-cli"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// The arguments after the data, for encrypting.
pub(crate) fn sender_arguments() -> [&'static str; 4] {
    [SENDER_NONCE, REQUESTER_NONCE, SENDER_PRIVATE_KEY, REQUESTER_PUBLIC_KEY]
}

/// The arguments after the data, for decrypting.
pub(crate) fn requester_arguments() -> [&'static str; 4] {
    [REQUESTER_NONCE, SENDER_NONCE, REQUESTER_PRIVATE_KEY, SENDER_X509_KEY]
}

pub(crate) fn with_command<'a>(
    command: &'a str,
    data: &'a str,
    rest: [&'a str; 4],
) -> Vec<&'a str> {
    [[command, data].as_slice(), &rest].concat()
}

/// Standard output of a run that must succeed.
pub(crate) fn stdout(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "exit {:?}: {stderr}", output.status.code());
    assert_eq!(stderr, "");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard error of a run that must fail with this code and print nothing else.
pub(crate) fn failure(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    String::from_utf8(output.stderr.clone()).unwrap()
}
