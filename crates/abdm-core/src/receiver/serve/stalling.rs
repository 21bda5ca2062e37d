//! A peer that does not take what it is sent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A connection that fails when nothing of what is written goes out for a while.
///
/// A peer that sends requests and reads no answer fills the buffers between; from then on a write
/// waits for it, without end, and holds one of the connections that the server has.
#[derive(Debug)]
pub(super) struct Stalling<S> {
    socket: S,
    patience: Duration,
    /// Where the patience with the write that waits at present ends.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl<S> Stalling<S> {
    pub(super) const fn new(socket: S, patience: Duration) -> Self {
        Self { socket, patience, alarm: None }
    }

    /// What came of a write, unless it has waited for too long.
    fn in_time<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.alarm = None;
            return written;
        }
        let patience = self.patience;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(patience)));
        alarm.as_mut().poll(cx).map(|()| {
            let text = "the peer takes nothing of what it is sent";
            Err(io::Error::new(io::ErrorKind::TimedOut, text))
        })
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stalling<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stalling<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.in_time(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, pieces);
        self.in_time(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.socket).poll_flush(cx);
        self.in_time(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = Pin::new(&mut self.socket).poll_shutdown(cx);
        self.in_time(cx, ended)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::time::Instant;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_write_of_which_nothing_goes_out_fails_after_the_patience() {
        let (ours, _theirs) = duplex(10);
        let (mut ours, begun) = (Stalling::new(ours, PATIENCE), Instant::now());
        let failed = ours.write_all(&[b'1'; 11]).await.unwrap_err();
        assert_eq!((failed.kind(), begun.elapsed()), (io::ErrorKind::TimedOut, PATIENCE));
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_slowly_is_served_however_long_it_takes() {
        let (ours, mut theirs) = duplex(10);
        let mut ours = Stalling::new(ours, PATIENCE);
        let reading = tokio::spawn(async move {
            let (mut all, mut piece) = (0, [0; 10]);
            while all < 1_000 {
                sleep(PATIENCE - Duration::from_secs(1)).await;
                all += theirs.read(&mut piece).await.unwrap();
            }
            all
        });
        ours.write_all(&[b'1'; 1_000]).await.unwrap();
        assert_eq!(reading.await.unwrap(), 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_sends_nothing_is_not_this_limits_matter() {
        let (ours, theirs) = duplex(10);
        let mut ours = Stalling::new(ours, PATIENCE);
        ours.write_all(b"1").await.unwrap();
        tokio::spawn(async move {
            sleep(PATIENCE * 10).await;
            drop(theirs);
        });
        assert_eq!(ours.read(&mut [0; 1]).await.unwrap(), 0);
    }
}
