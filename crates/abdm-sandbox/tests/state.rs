//! The program with a state file: ended in order, killed, and started anew.

#[cfg(unix)]
#[cfg(test)]
mod state {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpStream;
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, ExitStatus, Stdio};
    use std::time::Duration;

    use serde_json::{Value, json};

    /// A folder of one test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("abdm-sandbox-{name}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn file(&self) -> PathBuf {
            self.0.join("sandbox.json")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _gone = std::fs::remove_dir_all(&self.0);
        }
    }

    fn program(arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_abdm-sandbox"));
        command.args(["--port", "0"]).args(arguments);
        command.env_remove("ABDM_STATE").env_remove("RUST_BACKTRACE");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The program, running.
    struct Program {
        child: Child,
        address: String,
    }

    impl Program {
        fn start(arguments: &[&str]) -> Self {
            let mut child = program(arguments).spawn().unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            let address = first.rsplit("http://").next().unwrap().to_owned();
            // The rest is read away, or the program would wait on a full pipe.
            std::thread::spawn(move || lines.for_each(drop));
            Self { child, address }
        }

        fn at(file: &Path) -> Self {
            Self::start(&["--state", file.to_str().unwrap()])
        }

        fn call(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
            let mut stream = TcpStream::connect(&self.address).unwrap();
            let body = if body.is_null() { String::new() } else { body.to_string() };
            let head = format!(
                "{method} /sandbox/{path} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            (status, serde_json::from_str(body).unwrap_or_default())
        }

        fn add(&self, name: &str) {
            let person = json!({"firstName": "Asha", "lastName": name, "gender": "F",
                "dateOfBirth": "1990-05-17", "mobile": "9888800001"});
            let (status, answer) = self.call("POST", "people", &person);
            assert_eq!(status, 201, "{answer}");
        }

        /// The last names of the Ashas that were added.
        fn added(&self) -> Vec<String> {
            let (_, people) = self.call("GET", "people", &Value::Null);
            names(people.as_array().unwrap().iter().map(|person| &person["name"]))
        }

        fn terminate(mut self) -> ExitStatus {
            let killed = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
            assert!(killed.success());
            self.child.wait().unwrap()
        }

        /// As by `kill -9`.
        fn kill(&mut self) {
            self.child.kill().unwrap();
            self.child.wait().unwrap();
        }
    }

    impl Drop for Program {
        fn drop(&mut self) {
            let _ended = self.child.kill();
            let _ended = self.child.wait();
        }
    }

    fn names<'a>(all: impl Iterator<Item = &'a Value>) -> Vec<String> {
        let added = all.filter_map(|name| name.as_str()?.strip_prefix("Asha "));
        added.filter(|name| *name != "Kumari").map(str::to_owned).collect()
    }

    /// Those of them that stand in the file. It is whole, whenever it is looked at.
    fn saved(file: &Path) -> Vec<String> {
        let Ok(text) = std::fs::read_to_string(file) else {
            return Vec::new();
        };
        let saved: Value = serde_json::from_str(&text).unwrap();
        let people = saved["state"]["world"]["people"]["people"].as_array().unwrap();
        let whole = |person: &Value| {
            let part = |name: &str| person[name].as_str().unwrap().to_owned();
            Value::from(format!("{} {}", part("first_name"), part("last_name")))
        };
        names(people.iter().map(whole).collect::<Vec<_>>().iter())
    }

    #[test]
    fn what_was_made_before_a_sigterm_is_there_after_it() {
        let folder = Folder::new("sigterm");
        let program = Program::at(&folder.file());
        program.add("First");
        assert_eq!(program.terminate().code(), Some(0));
        let program = Program::at(&folder.file());
        assert_eq!(program.added(), ["First"]);
        // The clients of the examples stay deleted.
        assert_eq!(program.call("DELETE", "clients/SBX_CLINIC", &Value::Null).0, 204);
        program.terminate();
        let (_, clients) = Program::at(&folder.file()).call("GET", "clients", &Value::Null);
        assert_eq!(clients.as_array().unwrap().len(), 1, "{clients}");
    }

    #[test]
    fn a_killed_program_leaves_a_whole_file_with_everything_that_was_saved() {
        let folder = Folder::new("kill");
        let mut known = 0;
        for (round, letter) in (0_u64..).zip(["A", "B", "C", "D", "E", "F"]) {
            let mut program = Program::at(&folder.file());
            let before = program.added();
            assert_eq!(before.len(), known, "what the file had");
            program.add(letter);
            while saved(&folder.file()).len() == before.len() {
                std::thread::sleep(Duration::from_millis(10));
            }
            // It writes every second, and is killed at another moment each time.
            for count in 1..8 {
                program.add(&format!("{letter}{}", "o".repeat(count)));
                std::thread::sleep(Duration::from_millis(100 + 37 * round));
            }
            let seen = saved(&folder.file());
            program.kill();
            let left = saved(&folder.file());
            assert!(left.starts_with(&seen), "{left:?} after {seen:?}");
            known = left.len();
        }
        assert!(known > 0);
    }

    #[test]
    fn a_program_without_a_state_file_knows_nothing_of_the_one_before() {
        let program = Program::start(&[]);
        program.add("First");
        let (_, health) = program.call("GET", "health", &Value::Null);
        assert_eq!(health["state"], Value::Null);
        assert_eq!(program.terminate().code(), Some(0));
        assert_eq!(Program::start(&[]).added(), Vec::<String>::new());
    }

    #[test]
    fn a_second_program_on_a_file_and_a_damaged_file_are_refused_with_a_sentence() {
        let folder = Folder::new("refused");
        let file = folder.file();
        let refused = || {
            let ended = program(&["--state", file.to_str().unwrap()]).output().unwrap();
            assert_eq!((ended.status.code(), ended.stdout), (Some(1), Vec::new()));
            String::from_utf8(ended.stderr).unwrap()
        };
        let mut first = Program::at(&file);
        assert!(refused().contains("in use by another sandbox"), "{}", refused());
        // A killed program holds no lock.
        first.kill();
        Program::at(&file).kill();
        std::fs::write(&file, "{").unwrap();
        let told = refused();
        assert!(told.contains("is damaged") && told.contains("move it away"), "{told}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "{");
    }

    #[test]
    fn a_last_write_that_fails_is_told_by_the_exit_code() {
        let folder = Folder::new("lost");
        let file = folder.file();
        let mut program = Program::at(&file);
        while !file.exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        std::fs::remove_dir_all(&folder.0).unwrap();
        program.add("Lost");
        let mut errors = program.child.stderr.take().unwrap();
        assert_eq!(program.terminate().code(), Some(1));
        let mut told = String::new();
        errors.read_to_string(&mut told).unwrap();
        assert!(told.contains("is lost: the state file"), "{told}");
    }
}
