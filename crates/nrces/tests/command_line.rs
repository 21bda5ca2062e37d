//! The program as people and scripts use it.

#[cfg(test)]
mod tests {
    use std::{
        env, fs,
        io::Write as _,
        path::PathBuf,
        process::{Command, Output, Stdio},
    };

    const TYPES: [&str; 8] = [
        "op-consultation",
        "prescription",
        "discharge-summary",
        "diagnostic-report",
        "immunization-record",
        "health-document-record",
        "wellness-record",
        "invoice",
    ];

    fn run(arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_nrces"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }

    fn text(output: &Output) -> String {
        String::from_utf8(output.stdout.clone()).unwrap()
    }

    fn file(name: &str, bytes: &[u8]) -> PathBuf {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    #[test]
    fn examples_of_every_type_pass_the_check() {
        for kind in TYPES {
            let bundle = run(&["example", kind], b"");
            assert_eq!(bundle.status.code(), Some(0), "{kind}");
            let checked = run(&["check", "-"], &bundle.stdout);
            assert_eq!(checked.status.code(), Some(0), "{kind}: {}", text(&checked));
            assert!(text(&checked).contains("no errors, no warnings"), "{kind}");
        }
    }

    #[test]
    fn plain_examples_become_bundles_that_pass_the_check() {
        for kind in TYPES {
            let record = run(&["example", kind, "--plain"], b"");
            let path = file(&format!("{kind}.json"), &record.stdout);
            let bundle = run(&["from-plain", kind, path.to_str().unwrap()], b"");
            assert_eq!(bundle.status.code(), Some(0), "{kind}");
            assert_eq!(run(&["check", "-"], &bundle.stdout).status.code(), Some(0), "{kind}");
        }
    }

    #[test]
    fn a_broken_bundle_exits_with_one_and_names_path_and_rule() {
        let bundle = text(&run(&["example", "invoice"], b""));
        let broken = bundle.replace("\"type\": \"document\"", "\"type\": \"collection\"");
        let output = run(&["check", "-"], broken.as_bytes());
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output).contains("error Bundle.type [fixed-value]"), "{}", text(&output));
        let output = run(&["check", "--json", "-"], broken.as_bytes());
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output).contains("\"rule\": \"fixed-value\""));
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        let output = run(&["check", "-"], b"{\"a\": }");
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output).contains("line 1, column 7"), "{}", text(&output));
    }

    #[test]
    fn problems_of_a_plain_record_exit_with_one() {
        let output = run(&["from-plain", "prescription", "-"], b"{\"medicines\": []}");
        assert_eq!(output.status.code(), Some(1));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("did you mean medications?"), "{told}");
        let output = run(&["from-plain", "prescription", "-", "--json"], b"{}");
        assert!(text(&output).contains("\"path\": \"patient\""));
    }

    #[test]
    fn records_are_shown_and_written_as_pages() {
        let bundle = run(&["example", "diagnostic-report"], b"").stdout;
        let shown = run(&["show", "-", "--width", "72"], &bundle);
        assert!(text(&shown).contains("Hemoglobin"));
        let page = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("page.html");
        let written = run(&["html", "-", "-o", page.to_str().unwrap()], &bundle);
        assert_eq!(written.status.code(), Some(0));
        assert!(fs::read_to_string(page).unwrap().starts_with("<!DOCTYPE html>"));
    }

    #[test]
    fn the_language_is_the_documents_or_the_one_that_is_asked_for() {
        let bundle = run(&["example", "prescription"], b"").stdout;
        for (arguments, words) in [
            (&["show", "-", "--language", "en"][..], "Patient"),
            (&["show", "-", "--language", "hi-IN"], "रोगी"),
            (&["html", "-", "--language", "ur"], "<html lang=\"ur-IN\" dir=\"rtl\">"),
            (&["html", "-"], "<html lang=\"hi-IN\">"),
        ] {
            let shown = run(arguments, &bundle);
            assert_eq!(shown.status.code(), Some(0), "{arguments:?}");
            assert!(text(&shown).contains(words), "{arguments:?}");
        }
        let refused = run(&["show", "-", "--language", "ta"], &bundle);
        assert_eq!(refused.status.code(), Some(2));
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(told.contains("use one of en, hi, ur"), "{told}");
    }

    #[test]
    fn what_cannot_be_read_exits_with_two() {
        assert_eq!(run(&["check", "no-such-file.json"], b"").status.code(), Some(2));
        assert_eq!(run(&["show", "-"], b"[]").status.code(), Some(2));
        assert_eq!(run(&["example", "visit"], b"").status.code(), Some(2));
    }

    #[test]
    fn a_folder_without_documents_exits_with_two() {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("empty");
        fs::create_dir_all(folder.join("inner.json")).unwrap();
        fs::write(folder.join("notes.txt"), "x").unwrap();
        let output = run(&["check", folder.to_str().unwrap()], b"");
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("no *.json in"), "{told}");
        // Also beside a file that is good: what was named was not checked.
        let bundle = run(&["example", "invoice"], b"").stdout;
        let good = file("good-invoice.json", &bundle);
        let both = ["check", good.to_str().unwrap(), folder.to_str().unwrap()];
        assert_eq!(run(&both, b"").status.code(), Some(2));
    }

    #[test]
    fn the_files_of_a_folder_are_checked() {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("two");
        fs::create_dir_all(&folder).unwrap();
        for (name, kind) in [("a.json", "invoice"), ("b.JSON", "prescription")] {
            fs::write(folder.join(name), run(&["example", kind], b"").stdout).unwrap();
        }
        let output = run(&["check", folder.to_str().unwrap()], b"");
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output).contains("2 files, no errors"), "{}", text(&output));
    }

    #[test]
    fn a_record_of_another_type_than_expected_exits_with_one() {
        let bundle = run(&["example", "prescription"], b"").stdout;
        for (wanted, status) in [("prescription", 0), ("Prescription", 0), ("invoice", 1)] {
            let output = run(&["check", "--type", wanted, "-"], &bundle);
            assert_eq!(output.status.code(), Some(status), "{wanted}: {}", text(&output));
        }
        let output = run(&["check", "--type", "visit", "-"], &bundle);
        assert_eq!(output.status.code(), Some(2));
    }

    #[test]
    fn json_output_names_file_type_and_findings() {
        let bundle = text(&run(&["example", "invoice"], b""));
        let marked = format!("\u{feff}{bundle}");
        let output = run(&["check", "--json", "-"], marked.as_bytes());
        assert_eq!(output.status.code(), Some(0));
        let told = text(&output);
        for member in [
            "\"file\": \"-\"",
            "\"hiType\": \"Invoice\"",
            "\"errors\": 0",
            "\"warnings\": 1",
            "\"notListed\": 0",
            "\"rule\": \"byte-order-mark\"",
            "\"kind\": \"format\"",
        ] {
            assert!(told.contains(member), "{member} in {told}");
        }
    }

    #[test]
    fn the_types_are_listed() {
        let list = text(&run(&["example", "--list"], b""));
        for kind in TYPES {
            assert!(list.contains(kind), "{kind}");
        }
        assert!(text(&run(&["schema", "invoice"], b"")).contains("urn:abdm:plain:invoice"));
    }

    #[test]
    fn official_examples_are_clean_but_for_the_known_defect() {
        let Some(contract) = env::var_os("ABDM_CONTRACT_DIR") else {
            assert!(env::var_os("CI").is_none(), "CI needs ABDM_CONTRACT_DIR");
            use std::io::Write as _;
            // Past the test runner's capture: a skip is to be seen.
            let _ = writeln!(
                std::io::stderr(),
                "skipped: set ABDM_CONTRACT_DIR to check the official examples"
            );
            return;
        };
        let folder = PathBuf::from(contract).join("fhir/examples/6.5.0");
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let is_known = path.to_string_lossy().contains("OPConsultNote-example-05");
            let output = run(&["check", path.to_str().unwrap()], b"");
            assert_eq!(output.status.code(), Some(i32::from(is_known)), "{}", text(&output));
        }
    }
}
