//! The other implementations, as a child process that answers line by line.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::Value;

pub(crate) const PEERS: [&str; 2] = ["java", "abdm-ecdh"];

/// One side's keys as the peers print them.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    pub(crate) private_key: String,
    pub(crate) public_key: String,
    pub(crate) x509_public_key: String,
    pub(crate) nonce: String,
}

pub(crate) struct Peers {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peers {
    /// Starts the peers, or says why this test is skipped.
    pub(crate) fn start() -> Option<Peers> {
        let Ok(python) = std::env::var("FIDELIUS_INTEROP_PYTHON") else {
            let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!in_ci, "FIDELIUS_INTEROP_PYTHON must be set in CI");
            use std::io::Write as _;
            // Past the test runner's capture: a skip is to be seen.
            let _ = writeln!(std::io::stderr(), "skipped: FIDELIUS_INTEROP_PYTHON is not set");
            return None;
        };
        let mut process = Command::new(python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/peers.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Some(Peers {
            questions: process.stdin.take().unwrap(),
            answers: BufReader::new(process.stdout.take().unwrap()),
            process,
        })
    }

    fn ask(&mut self, question: &[&str]) -> Value {
        serde_json::to_writer(&self.questions, question).unwrap();
        self.questions.write_all(b"\n").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("no answer to {question:?}"))
    }

    pub(crate) fn generate(&mut self, peer: &str) -> Keys {
        let made = self.ask(&[peer, "gkm"]);
        let field = |name: &str| made[name].as_str().unwrap().to_owned();
        Keys {
            private_key: field("privateKey"),
            public_key: field("publicKey"),
            x509_public_key: field("x509PublicKey"),
            nonce: field("nonce"),
        }
    }

    /// The peer encrypts base64 data to a public key.
    pub(crate) fn encrypt(
        &mut self,
        peer: &str,
        data: &str,
        own: &Keys,
        nonce: &str,
        public_key: &str,
    ) -> String {
        let question = [peer, "se", data, &own.nonce, nonce, &own.private_key, public_key];
        let answer = self.ask(&question);
        answer["encryptedData"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// The peer decrypts; nothing if it could not. A wrong tag gives an empty text in Java.
    pub(crate) fn decrypt(
        &mut self,
        peer: &str,
        content: &str,
        own: &Keys,
        nonce: &str,
        public_key: &str,
    ) -> Option<String> {
        let question = [peer, "d", content, &own.nonce, nonce, &own.private_key, public_key];
        self.ask(&question)["decryptedData"].as_str().map(str::to_owned)
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
