//! The Java tool's command line: a command word, then arguments by position.

use std::{
    ffi::OsString,
    io::{self, Read},
    path::{Path, PathBuf},
};

use fidelius_crypto::zeroize::Zeroizing;

use crate::failure::Failure;

pub(crate) const USAGE: &str = "\
fidelius-cli: ABDM health-data encryption

  fidelius-cli generate-key-material | gkm
      prints a fresh key pair and nonce

  fidelius-cli encrypt | e         <string-to-encrypt> <sender-nonce> <requester-nonce> <sender-private-key> <requester-public-key>
  fidelius-cli sane-encrypt | se   <base64-string-to-encrypt> <sender-nonce> <requester-nonce> <sender-private-key> <requester-public-key>
  fidelius-cli decrypt | d         <encrypted-data> <requester-nonce> <sender-nonce> <requester-private-key> <sender-public-key>
      `-` in place of the string or data reads it from standard input

  fidelius-cli --filepath | -f     <file>
      reads the command and its arguments from a file, one per line; `-` is standard input,
      which the string or data then cannot be read from

The result is JSON on standard output. On failure there is none, the reason is on standard error, and
the exit code is 1 (bad key, nonce, base64 or tag) or 2 (bad command or arguments).";

const ENCRYPT_ARGUMENTS: &str = "<string-to-encrypt> <sender-nonce> <requester-nonce> <sender-private-key> <requester-public-key>";
const DECRYPT_ARGUMENTS: &str =
    "<encrypted-data> <requester-nonce> <sender-nonce> <requester-private-key> <sender-public-key>";

/// What the process was asked for.
pub(crate) enum Invocation {
    Help,
    Run(Command),
}

/// One command with its arguments read.
pub(crate) enum Command {
    GenerateKeyMaterial,
    Encrypt(Data, Keys),
    SaneEncrypt(Data, Keys),
    Decrypt(Data, Keys),
}

/// The four arguments after the data: own side first, as the tool has it.
pub(crate) struct Keys {
    pub(crate) own_nonce: String,
    pub(crate) peer_nonce: String,
    pub(crate) own_private_key: Zeroizing<String>,
    pub(crate) peer_public_key: String,
}

/// The string or data argument.
pub(crate) enum Data {
    Given(String),
    StandardInput,
}

impl Data {
    pub(crate) fn read(self) -> Result<Vec<u8>, Failure> {
        match self {
            Data::Given(text) => Ok(text.into_bytes()),
            Data::StandardInput => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes).map_err(Failure::Input)?;
                Ok(bytes)
            }
        }
    }
}

impl Invocation {
    /// Reads the process's arguments, without the program's name.
    pub(crate) fn from_process(
        arguments: impl Iterator<Item = OsString>,
    ) -> Result<Invocation, Failure> {
        let text = |(at, argument): (usize, OsString)| {
            argument.into_string().map_err(|_| Failure::NotText(at + 1))
        };
        let arguments = arguments.enumerate().map(text).collect::<Result<Vec<_>, _>>()?;
        match arguments.split_first() {
            None => Err(Failure::NoCommand),
            Some((command, [])) if ["help", "h", "--help", "-h"].contains(&command.as_str()) => {
                Ok(Invocation::Help)
            }
            Some((flag, rest)) if flag == "-f" || flag == "--filepath" => {
                let [path] = rest else {
                    return Err(Failure::FilePath);
                };
                let path = Path::new(path);
                let command = Command::from_lines(&read_arguments(path)?)?;
                // It has been read to its end: the document would be empty.
                if is_standard_input(path) && command.reads_standard_input() {
                    return Err(Failure::InputUsedUp);
                }
                Ok(Invocation::Run(command))
            }
            Some((command, rest)) => {
                Command::from_arguments(command, rest.to_vec()).map(Invocation::Run)
            }
        }
    }
}

impl Command {
    /// One argument per line, the command first. Empty lines at the end are dropped.
    fn from_lines(text: &str) -> Result<Command, Failure> {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        if lines.is_empty() {
            return Err(Failure::NoCommand);
        }
        let command = lines.remove(0);
        Command::from_arguments(&command, lines)
    }

    fn reads_standard_input(&self) -> bool {
        match self {
            Command::GenerateKeyMaterial => false,
            Command::Encrypt(data, _)
            | Command::SaneEncrypt(data, _)
            | Command::Decrypt(data, _) => {
                matches!(data, Data::StandardInput)
            }
        }
    }

    fn from_arguments(command: &str, arguments: Vec<String>) -> Result<Command, Failure> {
        match command {
            "gkm" | "generate-key-material" => match arguments.len() {
                0 => Ok(Command::GenerateKeyMaterial),
                found => Err(Failure::ArgumentCount {
                    command: "generate-key-material",
                    expected: 0,
                    found,
                    names: "none",
                }),
            },
            "e" | "encrypt" => {
                let (document, keys) = data_and_keys("encrypt", ENCRYPT_ARGUMENTS, arguments)?;
                Ok(Command::Encrypt(document, keys))
            }
            "se" | "sane-encrypt" => {
                let (text, keys) = data_and_keys("sane-encrypt", ENCRYPT_ARGUMENTS, arguments)?;
                Ok(Command::SaneEncrypt(text, keys))
            }
            "d" | "decrypt" => {
                let (content, keys) = data_and_keys("decrypt", DECRYPT_ARGUMENTS, arguments)?;
                Ok(Command::Decrypt(content, keys))
            }
            unknown => Err(Failure::UnknownCommand(unknown.chars().take(40).collect())),
        }
    }
}

fn data_and_keys(
    command: &'static str,
    names: &'static str,
    arguments: Vec<String>,
) -> Result<(Data, Keys), Failure> {
    let found = arguments.len();
    let [data, own_nonce, peer_nonce, own_private_key, peer_public_key] =
        <[String; 5]>::try_from(arguments).map_err(|_| Failure::ArgumentCount {
            command,
            expected: 5,
            found,
            names,
        })?;
    let data = if data == "-" { Data::StandardInput } else { Data::Given(data) };
    let own_private_key = Zeroizing::new(own_private_key);
    Ok((data, Keys { own_nonce, peer_nonce, own_private_key, peer_public_key }))
}

/// Whether the path stands for standard input, under our name or one of the system's.
fn is_standard_input(path: &Path) -> bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path == Path::new(name))
}

fn read_arguments(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let read = if path == Path::new("-") {
        io::read_to_string(io::stdin().lock())
    } else {
        std::fs::read_to_string(path)
    };
    let path = PathBuf::from(path);
    read.map(Zeroizing::new).map_err(|source| Failure::File { path, source })
}
