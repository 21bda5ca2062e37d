//! A node as a process: started, killed, stopped, continued.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// How long a node may take to say something.
const PATIENCE: Duration = Duration::from_secs(60);

/// For so long nothing must lie in the pipe of a node that stands still.
const READ_OUT: Duration = Duration::from_millis(500);

/// A running node.
#[derive(Debug)]
pub struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts this program as a node, with these arguments.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(arguments: &[String]) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("node")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the node does not start")?;
        let output = child.stdout.take().context("the node has no output")?;
        Ok(Self { child, lines: BufReader::new(output).lines() })
    }

    /// The next line that it says.
    ///
    /// # Errors
    /// When it ends, or says nothing for a minute.
    pub async fn line(&mut self) -> anyhow::Result<String> {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
        line.context("the node says nothing")??.context("the node has ended")
    }

    /// The rest of the first line that begins so.
    ///
    /// # Errors
    /// As [`line`](Self::line).
    pub async fn says(&mut self, beginning: &str) -> anyhow::Result<String> {
        loop {
            if let Some(rest) = self.line().await?.strip_prefix(beginning) {
                return Ok(rest.trim().to_owned());
            }
        }
    }

    /// The lines that a process which stands still has said and nobody has read.
    ///
    /// # Errors
    /// When it has ended.
    pub async fn unread(&mut self) -> anyhow::Result<Vec<String>> {
        let mut lines = Vec::new();
        // They lie in the pipe: to read them takes no time, and no more come.
        while let Ok(line) = tokio::time::timeout(READ_OUT, self.lines.next_line()).await {
            lines.push(line?.context("the node has ended")?);
        }
        Ok(lines)
    }

    /// Its id, while it runs.
    ///
    /// # Errors
    /// When it has ended.
    pub fn id(&self) -> anyhow::Result<u32> {
        self.child.id().context("the node has ended")
    }

    /// Tells it a line.
    ///
    /// # Errors
    /// When it does not listen.
    pub async fn tell(&mut self, line: &str) -> anyhow::Result<()> {
        let input = self.child.stdin.as_mut().context("the node has no input")?;
        input.write_all(format!("{line}\n").as_bytes()).await?;
        Ok(input.flush().await?)
    }

    /// `kill -9`.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// `SIGSTOP`: it stands still, wherever it is.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn stop(&self) -> anyhow::Result<()> {
        self.signal("-STOP").await
    }

    /// `SIGCONT`: it goes on.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn go_on(&self) -> anyhow::Result<()> {
        self.signal("-CONT").await
    }

    async fn signal(&self, signal: &str) -> anyhow::Result<()> {
        let id = self.id()?;
        let sent = Command::new("kill").args([signal, &id.to_string()]).status().await?;
        if !sent.success() {
            bail!("the node cannot be sent {signal}");
        }
        Ok(())
    }
}
