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
        start_with(&[])
    }

    /// The same with further arguments.
    fn start_with(further: &[&str]) -> (Program, String) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_abdm-sandbox"))
            .args(["--port", "0", "--otp", "123456"])
            .args(further)
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

    /// A panic and exit code 101, although SIGTERM was clean.
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

    /// Runs the lines of a page; what they print, and the folder that they ran in. `None` where the
    /// page or a tool is missing.
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

    /// What a receiver over HTTPS with a certificate of its own is: prints its port.
    const RECEIVER: &str = r#"
import http.server, ssl
class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
"#;

    /// A consent of which the HIP at `$BRIDGE` hears, and what the journal says of that callback.
    const HEARD: &str = r#"
ctl() { curl -sS -X "$1" "$BASE/sandbox/$2" ${3:+-H "Content-Type: application/json" -d "$3"}; echo; }
ctl PATCH switches '{"time_scale":0.01,"redeliver":false}' >/dev/null
ctl POST clients '{"clientId":"SBX_TLS","clientSecret":"not-a-secret","bridgeUrl":"'$BRIDGE'"}' >/dev/null
ctl POST facilities '{"id":"IN-TLS","name":"TLS","types":["HIP"],"clientId":"SBX_TLS"}' >/dev/null
ctl POST links '{"patient":"ravi.example@sbx","hipId":"IN-TLS","patientReference":"U",
  "careContexts":[{"reference":"V","hiTypes":["OPConsultation"]}]}' >/dev/null
ctl POST played/hius '{"id":"OTHER-HIU"}' >/dev/null
ctl POST played/hius/OTHER-HIU/requests '{"patient":"ravi.example@sbx"}' >/dev/null
REQUEST=$(ctl GET "wait/consent-request?patient=ravi.example@sbx" | sed 's/.*"requestId":"\([^"]*\)".*/\1/')
ctl POST app/ravi.example@sbx/requests/$REQUEST/approve >/dev/null
ctl GET "wait/callback?endpoint=OnConsentNotify"
"#;

    // A self-signed receiver was refused, without a word of TLS.
    #[test]
    fn a_callback_trusts_the_certificate_that_it_was_told_and_says_tls_where_it_was_tls() {
        if let Some(missing) = ["bash", "curl", "openssl", "python3"].into_iter().find(|t| !has(t))
        {
            assert!(std::env::var_os("CI").is_none(), "{missing} is missing");
            println!("skipped: {missing} is missing");
            return;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tls");
        std::fs::create_dir_all(&folder).unwrap();
        let made = Command::new("openssl")
            .args(
                "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 30"
                    .split(' '),
            )
            .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut receiver = Command::new("python3")
            .args(["-c", RECEIVER])
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(receiver.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let _receiver = Program(receiver);
        let bridge = format!("https://127.0.0.1:{}", port.trim());
        let heard = |(_program, base): &(Program, String)| {
            let run = Command::new("bash")
                .args(["-c", HEARD])
                .env("BASE", base)
                .env("BRIDGE", &bridge)
                .output()
                .unwrap();
            String::from_utf8_lossy(&run.stdout).into_owned()
        };
        let untold = heard(&start());
        assert!(untold.contains("TLS failed"), "{untold}");
        let certificate = folder.join("cert.pem");
        let told = heard(&start_with(&["--callback-ca", certificate.to_str().unwrap()]));
        assert!(told.contains(r#""status":202"#) && told.contains("delivered"), "{told}");
    }

    #[test]
    fn the_sandbox_tells_its_public_url_and_reaches_itself_all_the_same() {
        let (_program, told) = start_with(&["--public-url", "http://sandbox.example:9000/"]);
        assert_eq!(told, "http://sandbox.example:9000");
        let wrong = Command::new(env!("CARGO_BIN_EXE_abdm-sandbox"))
            .args(["--port", "0", "--public-url", "sandbox.example/path"])
            .output()
            .unwrap();
        assert!(!wrong.status.success());
        let error = String::from_utf8_lossy(&wrong.stderr).into_owned();
        assert!(error.contains("public URL"), "{error}");
    }
}
