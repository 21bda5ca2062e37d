//! Commands that succeed.

use serde_json::{Value, json};

use crate::support::{
    CIPHERTEXT, PLAINTEXT, PLAINTEXT_BASE64, REQUESTER_X509_KEY, SENDER_PUBLIC_KEY,
    requester_arguments, run, run_with_input, sender_arguments, stdout, with_command,
};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn generated_key_material_has_the_fields_of_the_java_tool_in_its_order() {
    for command in ["gkm", "generate-key-material"] {
        let text = stdout(&run(&[command]));
        let keys: Vec<&str> =
            text.lines().filter_map(|line| line.trim().split('"').nth(1)).collect();
        assert_eq!(keys, ["privateKey", "publicKey", "x509PublicKey", "nonce"]);
        let json = parsed(&text);
        let lengths: Vec<usize> =
            keys.iter().map(|key| json[*key].as_str().unwrap().len()).collect();
        assert_eq!(lengths, [44, 88, 412, 44]);
    }
    assert_ne!(stdout(&run(&["gkm"])), stdout(&run(&["gkm"])));
}

#[test]
fn generated_keys_work_in_both_directions() {
    let [sender, requester] = [(), ()].map(|()| parsed(&stdout(&run(&["gkm"]))));
    let text = |side: &Value, key: &str| side[key].as_str().unwrap().to_owned();
    let encrypted = parsed(&stdout(&run(&[
        "e",
        "नमस्ते",
        &text(&sender, "nonce"),
        &text(&requester, "nonce"),
        &text(&sender, "privateKey"),
        &text(&requester, "publicKey"),
    ])));
    let decrypted = parsed(&stdout(&run(&[
        "d",
        &text(&encrypted, "encryptedData"),
        &text(&requester, "nonce"),
        &text(&sender, "nonce"),
        &text(&requester, "privateKey"),
        &text(&sender, "x509PublicKey"),
    ])));
    assert_eq!(decrypted, json!({ "decryptedData": "नमस्ते" }));
}

#[test]
fn encrypting_prints_the_json_of_the_java_tool_to_the_byte() {
    let expected = format!("{{\n  \"encryptedData\": \"{CIPHERTEXT}\"\n}}\n");
    for (command, data) in [
        ("e", PLAINTEXT),
        ("encrypt", PLAINTEXT),
        ("se", PLAINTEXT_BASE64),
        ("sane-encrypt", PLAINTEXT_BASE64),
    ] {
        let output = run(&with_command(command, data, sender_arguments()));
        assert_eq!(stdout(&output), expected, "{command}");
    }
}

#[test]
fn decrypting_prints_the_json_of_the_java_tool_to_the_byte() {
    let expected = format!("{{\n  \"decryptedData\": \"{PLAINTEXT}\"\n}}\n");
    for command in ["d", "decrypt"] {
        let output = run(&with_command(command, CIPHERTEXT, requester_arguments()));
        assert_eq!(stdout(&output), expected, "{command}");
    }
}

#[test]
fn both_key_encodings_are_taken_on_both_sides() {
    let [own_nonce, peer_nonce, private_key, _] = sender_arguments();
    let keys = [own_nonce, peer_nonce, private_key, REQUESTER_X509_KEY];
    assert!(stdout(&run(&with_command("e", PLAINTEXT, keys))).contains(CIPHERTEXT));
    let [own_nonce, peer_nonce, private_key, _] = requester_arguments();
    let keys = [own_nonce, peer_nonce, private_key, SENDER_PUBLIC_KEY];
    assert!(stdout(&run(&with_command("d", CIPHERTEXT, keys))).contains(PLAINTEXT));
}

#[test]
fn a_dash_reads_the_data_from_standard_input() {
    let from_input = |command, input: &str, keys| {
        stdout(&run_with_input(&with_command(command, "-", keys), input.as_bytes()))
    };
    assert!(from_input("e", PLAINTEXT, sender_arguments()).contains(CIPHERTEXT));
    let wrapped = format!("{}\n{}\n", &PLAINTEXT_BASE64[..10], &PLAINTEXT_BASE64[10..]);
    assert!(from_input("se", &wrapped, sender_arguments()).contains(CIPHERTEXT));
    assert!(from_input("d", &format!("{CIPHERTEXT}\n"), requester_arguments()).contains(PLAINTEXT));
}

#[test]
fn a_document_too_long_for_an_argument_goes_through_standard_input_both_ways() {
    let document = "रोगी ".repeat(400_000);
    let sealed = run_with_input(&with_command("e", "-", sender_arguments()), document.as_bytes());
    let sealed = parsed(&stdout(&sealed));
    let content = sealed["encryptedData"].as_str().unwrap();
    let opened = run_with_input(&with_command("d", "-", requester_arguments()), content.as_bytes());
    assert_eq!(parsed(&stdout(&opened))["decryptedData"], document);
}

#[test]
fn a_file_holds_the_command_and_one_argument_per_line() {
    let path = std::env::temp_dir().join(format!("fidelius-cli-{}.txt", std::process::id()));
    let lines = with_command("d", CIPHERTEXT, requester_arguments()).join("\r\n");
    std::fs::write(&path, format!("{lines}\r\n\n")).unwrap();
    for flag in ["-f", "--filepath"] {
        let output = run(&[flag, path.to_str().unwrap()]);
        assert!(stdout(&output).contains(PLAINTEXT), "{flag}");
    }
    std::fs::remove_file(path).unwrap();
    let output = run_with_input(&["-f", "-"], lines.as_bytes());
    assert!(stdout(&output).contains(PLAINTEXT));
}

#[test]
fn arguments_of_a_file_may_leave_the_data_to_standard_input() {
    let path = std::env::temp_dir().join(format!("fidelius-cli-data-{}.txt", std::process::id()));
    let lines = with_command("e", "-", sender_arguments()).join("\n");
    std::fs::write(&path, lines).unwrap();
    let output = run_with_input(&["-f", path.to_str().unwrap()], PLAINTEXT.as_bytes());
    std::fs::remove_file(path).unwrap();
    assert!(stdout(&output).contains(CIPHERTEXT));
}

#[test]
fn help_is_a_success() {
    for word in ["help", "h", "--help", "-h"] {
        assert!(stdout(&run(&[word])).contains("<sender-nonce> <requester-nonce>"), "{word}");
    }
}
