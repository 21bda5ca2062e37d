//! Commands that must fail: an exit code, a reason, and nothing on standard output.

use crate::support::{
    CIPHERTEXT, PLAINTEXT, REQUESTER_NONCE, REQUESTER_PRIVATE_KEY, SENDER_NONCE, SENDER_PUBLIC_KEY,
    failure, requester_arguments, run, run_with_input, sender_arguments, with_command,
};

fn decrypt(data: &str, arguments: [&str; 4]) -> String {
    failure(&run(&with_command("d", data, arguments)), 1)
}

#[test]
fn a_flipped_byte_fails_and_prints_nothing() {
    let flipped = CIPHERTEXT.replacen('A', "B", 1);
    assert_ne!(flipped, CIPHERTEXT);
    let reason = decrypt(&flipped, requester_arguments());
    assert!(reason.starts_with("fidelius-cli: AuthenticationFailed: "), "{reason}");
}

#[test]
fn every_bad_argument_is_named() {
    let swap = |at: usize, value: &'static str| {
        let mut arguments = requester_arguments();
        arguments[at] = value;
        decrypt(CIPHERTEXT, arguments)
    };
    for (at, value, class, what) in [
        (0, "!", "InvalidBase64", "own nonce"),
        (0, "AAAA", "InvalidNonceLength", "own nonce"),
        (1, "AAAA", "InvalidNonceLength", "peer nonce"),
        (2, "AA==", "InvalidPrivateKey", "private key"),
        (3, "AA==", "PointAtInfinity", "infinity"),
        (3, "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=", "InvalidKeyLength", "X25519"),
    ] {
        let reason = swap(at, value);
        assert!(reason.contains(class) && reason.contains(what), "{reason}");
    }
    let reason = decrypt("AAAA", requester_arguments());
    assert!(reason.contains("CiphertextTooShort"), "{reason}");
}

#[test]
fn a_reason_never_repeats_a_secret() {
    let arguments = [REQUESTER_NONCE, SENDER_NONCE, REQUESTER_PRIVATE_KEY, "AA=="];
    let reason = decrypt(CIPHERTEXT, arguments);
    assert!(!reason.contains(REQUESTER_PRIVATE_KEY) && !reason.contains(CIPHERTEXT));
}

#[test]
fn a_message_to_oneself_is_refused() {
    let arguments = [REQUESTER_NONCE, REQUESTER_NONCE, REQUESTER_PRIVATE_KEY, SENDER_PUBLIC_KEY];
    assert!(decrypt(CIPHERTEXT, arguments).contains("ReflectedKeyMaterial"));
}

#[test]
fn text_that_is_no_base64_is_refused_by_sane_encrypt() {
    let reason = failure(&run(&with_command("se", "plain text!", sender_arguments())), 1);
    assert!(reason.contains("InvalidBase64"), "{reason}");
    let arguments = with_command("se", "-", sender_arguments());
    let reason = failure(&run_with_input(&arguments, &[0xff]), 1);
    assert!(reason.contains("InvalidBase64"), "{reason}");
}

#[test]
fn content_that_is_no_text_is_refused() {
    use serde_json::Value;
    let output = run(&with_command("se", "//79", sender_arguments()));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let content = json["encryptedData"].as_str().unwrap();
    assert!(decrypt(content, requester_arguments()).contains("InvalidUtf8"));
}

#[test]
fn wrong_commands_and_counts_exit_with_two() {
    let four = with_command("e", PLAINTEXT, sender_arguments());
    let reason = failure(&run(&four[..5]), 2);
    assert!(reason.contains("takes 5 arguments, but 4 were given"), "{reason}");
    assert!(reason.contains("<sender-nonce> <requester-nonce>"), "{reason}");
    let too_many = [four.as_slice(), &["more"]].concat();
    assert!(failure(&run(&too_many), 2).contains("6 were given"));
    assert!(failure(&run(&["gkm", "x"]), 2).contains("0 arguments"));
    assert!(failure(&run(&["x"]), 2).contains("no command `x`"));
    assert!(failure(&run(&[]), 2).contains("no command given"));
    assert!(failure(&run(&["-f"]), 2).contains("one argument"));
    assert!(failure(&run(&["-f", "/does/not/exist"]), 2).contains("/does/not/exist"));
    assert!(failure(&run_with_input(&["-f", "-"], b"\n\n"), 2).contains("no command given"));
}

#[test]
fn data_from_standard_input_is_refused_when_the_arguments_came_from_there() {
    for (command, keys) in
        [("e", sender_arguments()), ("se", sender_arguments()), ("d", requester_arguments())]
    {
        let lines = with_command(command, "-", keys).join("\n");
        let paths: &[&str] = if cfg!(unix) { &["-", "/dev/stdin"] } else { &["-"] };
        for &path in paths {
            let reason = failure(&run_with_input(&["-f", path], lines.as_bytes()), 2);
            assert!(reason.contains("standard input has been read"), "{command} {path}: {reason}");
        }
    }
}
