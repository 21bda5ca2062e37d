//! The Java tool and this one on the same inputs, command by command.
//!
//! `FIDELIUS_INTEROP_PYTHON` names a Python with the package `pyfidelius`, which carries the Java tool.
//! Without it these tests say that they skip; with `CI=true` that is a failure.

use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{
    CIPHERTEXT, PLAINTEXT, PLAINTEXT_BASE64, failure, requester_arguments, run, sender_arguments,
    stdout, with_command,
};

const CLASS_PATH: &str = "import importlib.util, pathlib; \
    package = importlib.util.find_spec('pyfidelius').submodule_search_locations[0]; \
    jars = sorted(pathlib.Path(package).glob('fidelius-cli-*/lib/*.jar')); \
    print(':'.join(map(str, jars)))";

struct JavaTool {
    class_path: String,
}

impl JavaTool {
    fn find() -> Option<JavaTool> {
        let Ok(python) = std::env::var("FIDELIUS_INTEROP_PYTHON") else {
            let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!in_ci, "FIDELIUS_INTEROP_PYTHON must be set in CI");
            use std::io::Write as _;
            // Past the test runner's capture: a skip is to be seen.
            let _ = writeln!(std::io::stderr(), "skipped: FIDELIUS_INTEROP_PYTHON is not set");
            return None;
        };
        let output = Command::new(python).args(["-c", CLASS_PATH]).output().unwrap();
        let class_path = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        assert!(class_path.contains("fidelius-cli"), "pyfidelius is not installed");
        Some(JavaTool { class_path })
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new("java")
            .args(["-Dfile.encoding=UTF-8", "-cp", &self.class_path])
            .arg("com.mgrm.fidelius.FideliusApplication")
            .args(arguments)
            .output()
            .unwrap()
    }
}

#[test]
fn both_print_the_same_for_every_command() {
    let Some(java) = JavaTool::find() else { return };
    let path = std::env::temp_dir().join(format!("fidelius-java-{}.txt", std::process::id()));
    let in_file = with_command("d", CIPHERTEXT, requester_arguments());
    std::fs::write(&path, in_file.join("\n")).unwrap();
    let commands = [
        with_command("e", PLAINTEXT, sender_arguments()),
        with_command("encrypt", "quotes \" \\ < > & ' and \t tab", sender_arguments()),
        with_command("se", PLAINTEXT_BASE64, sender_arguments()),
        with_command("d", CIPHERTEXT, requester_arguments()),
        vec!["-f", path.to_str().unwrap()],
    ];
    for command in &commands {
        let ours = stdout(&run(command));
        assert_eq!(stdout(&java.run(command)), ours, "{}", command[0]);
    }
    std::fs::remove_file(path).unwrap();
}

#[test]
fn special_characters_decrypt_to_the_same_json_text() {
    let Some(java) = JavaTool::find() else { return };
    let text = "नमस्ते 🙂 \" \\ / < > & ' \t \r\n \u{1} \u{7f}";
    let sealed = stdout(&run(&with_command("e", text, sender_arguments())));
    let sealed: Value = serde_json::from_str(&sealed).unwrap();
    let content = sealed["encryptedData"].as_str().unwrap();
    let command = with_command("d", content, requester_arguments());
    assert_eq!(stdout(&java.run(&command)), stdout(&run(&command)));
}

#[test]
fn keys_of_one_serve_the_other() {
    let Some(java) = JavaTool::find() else { return };
    let ours: Value = serde_json::from_str(&stdout(&run(&["gkm"]))).unwrap();
    let theirs: Value = serde_json::from_str(&stdout(&java.run(&["gkm"]))).unwrap();
    let fields = |keys: &Value| keys.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&ours), fields(&theirs));

    let field = |keys: &Value, name: &str| keys[name].as_str().unwrap().to_owned();
    let (our_nonce, their_nonce) = (field(&ours, "nonce"), field(&theirs, "nonce"));
    let (ours_private, their_public) = (field(&ours, "privateKey"), field(&theirs, "publicKey"));
    let encrypt = ["e", PLAINTEXT, &our_nonce, &their_nonce, &ours_private, &their_public];
    let sealed = stdout(&run(&encrypt));
    assert_eq!(stdout(&java.run(&encrypt)), sealed);
    let content = field(&serde_json::from_str(&sealed).unwrap(), "encryptedData");
    let (theirs_private, our_public) =
        (field(&theirs, "privateKey"), field(&ours, "x509PublicKey"));
    let decrypt = ["d", &content, &their_nonce, &our_nonce, &theirs_private, &our_public];
    assert_eq!(stdout(&java.run(&decrypt)), stdout(&run(&decrypt)));
    assert!(stdout(&run(&decrypt)).contains(PLAINTEXT));
}

#[test]
fn a_flipped_byte_fails_here_where_the_java_tool_reports_success() {
    let Some(java) = JavaTool::find() else { return };
    let flipped = CIPHERTEXT.replacen('A', "B", 1);
    let command = with_command("d", &flipped, requester_arguments());
    failure(&run(&command), 1);
    let java = java.run(&command);
    assert_eq!(java.status.code(), Some(0));
    let json: Value = serde_json::from_slice(&java.stdout).unwrap();
    assert_eq!(json["decryptedData"], "");
}
