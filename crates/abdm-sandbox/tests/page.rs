//! The lines of `docs/sandbox.md` work as written, against the program itself.

#[cfg(test)]
mod page {
    use std::io::{BufRead as _, BufReader};
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, Stdio};

    /// Where the page's lines expect the sandbox.
    const WRITTEN: &str = "http://127.0.0.1:9000";

    struct Program(Child);

    impl Drop for Program {
        fn drop(&mut self) {
            self.0.kill().unwrap();
            self.0.wait().unwrap();
        }
    }

    /// The program on a free port, started as the page says but for that, and its address. The
    /// environment names another port, which the flag overrules.
    fn start() -> (Program, String) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_abdm-sandbox"))
            .args(["--port", "0", "--otp", "123456"])
            .env("ABDM_LISTEN", "127.0.0.1:9")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first.split_whitespace().last().unwrap().to_owned();
        // The rest is read away, or the program would wait on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        (Program(program), address)
    }

    /// Every `sh` block but the one that starts the sandbox.
    fn blocks(page: &str) -> String {
        let blocks = page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
        blocks.filter(|block| !block.contains("cargo run")).collect()
    }

    fn has(tool: &str) -> bool {
        let tried = Command::new("sh").args(["-c", &format!("command -v {tool}")]).output();
        tried.is_ok_and(|found| found.status.success())
    }

    /// Slim images have no `ca-certificates`.
    #[test]
    fn a_machine_without_trusted_roots_plays_over_http() {
        let mut program = Command::new(env!("CARGO_BIN_EXE_abdm-sandbox"))
            .args(["--port", "0"])
            .env("SSL_CERT_FILE", "/nowhere/roots.pem")
            .env("SSL_CERT_DIR", "/nowhere")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        assert!(first.starts_with("ABDM sandbox at "), "{first}");
        program.kill().unwrap();
        let ended = program.wait_with_output().unwrap();
        let warned = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(warned.contains("install ca-certificates"), "{warned}");
    }

    #[test]
    fn a_flag_beats_the_environment() {
        let (_program, address) = start();
        assert!(!address.ends_with(":9"), "{address}");
    }

    /// Sandbox fault 5: a panic and exit code 101, although SIGTERM was clean.
    #[cfg(unix)]
    #[test]
    fn a_reader_who_closes_the_pipe_costs_neither_a_panic_nor_the_exit_code() {
        let mut program = Command::new(env!("CARGO_BIN_EXE_abdm-sandbox"))
            .args(["--port", "0", "--otp", "123456"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut reader = BufReader::with_capacity(16, program.stdout.take().unwrap());
        reader.read_line(&mut first).unwrap();
        drop(reader);
        assert!(first.starts_with("ABDM sandbox at "), "{first}");
        let address = first.trim().rsplit("http://").next().unwrap().to_owned();
        // Until it serves, it has not written all of its welcome.
        assert!(std::net::TcpStream::connect(address).is_ok());
        let killed = Command::new("kill").arg(program.id().to_string()).status().unwrap();
        assert!(killed.success());
        let ended = program.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!((ended.status.code(), errors.as_str()), (Some(0), ""));
    }

    /// Runs the lines of a page; what they print, and the folder that they ran in. `None` where the page
    /// or a tool is missing.
    fn run(name: &str) -> Option<(String, PathBuf)> {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
        let Ok(page) = std::fs::read_to_string(page) else {
            println!("skipped: docs/{name} is not beside the crate");
            return None;
        };
        if let Some(missing) = ["bash", "curl", "openssl", "sed"].into_iter().find(|t| !has(t)) {
            assert!(std::env::var_os("CI").is_none(), "{missing} is missing");
            println!("skipped: {missing} is missing");
            return None;
        }
        let (_program, address) = start();
        let lines = blocks(&page);
        assert!(lines.contains(WRITTEN));
        // A refused call ends curl with a failure, which is noted and does not hide behind a pipe.
        let noting =
            "curl() { command curl --fail-with-body \"$@\" || echo \"REFUSED: $*\" >&2; }\n";
        let script = format!("set -u\n{noting}{}", lines.replace(WRITTEN, &address));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let run = Command::new("bash").args(["-c", &script]).current_dir(&folder).output().unwrap();
        let (out, err) =
            (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success() && err.is_empty(), "{err}\n{out}");
        Some((out.into_owned(), folder))
    }

    #[test]
    fn every_line_works_as_written() {
        let Some((out, folder)) = run("sandbox.md") else {
            return;
        };
        assert!(out.contains("asha.kumari@sbx"), "{out}");
        for image in ["card.png", "qr.png", "address-card.png"] {
            let bytes = std::fs::read(folder.join(image)).unwrap();
            assert!(bytes.starts_with(b"\x89PNG"), "{image}: {} bytes", bytes.len());
        }
    }

    #[test]
    fn every_line_of_the_own_api_works_as_written() {
        let Some((out, _)) = run("sandbox-control.md") else {
            return;
        };
        assert!(!out.contains("timed-out"), "{out}");
        assert!(out.contains(r#""careContextReference":"VISIT-1""#), "{out}");
        assert!(out.contains(r#""status":"REVOKED""#) || out.contains("GRANTED"), "{out}");
    }
}
