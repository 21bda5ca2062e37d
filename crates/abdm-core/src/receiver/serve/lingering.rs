//! Ending a connection so that the peer reads its answer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::receiver::PushLimits;

/// How long a peer may go on sending after it was answered: as long as a head may take.
const LONGEST: Duration = Duration::from_secs(30);

/// How long it may send nothing meanwhile. Whoever has read the answer ends the connection.
const QUIET: Duration = Duration::from_secs(2);

/// How many bytes: twice the longest push that is taken by default.
const MOST_BYTES: usize = 2 * PushLimits::DEFAULT_LARGEST;

/// A connection that is closed with a moment's delay.
///
/// Closing a socket that has unread bytes resets it, and the reset may take the answer with it: a
/// peer that reads only when its whole body is sent would never see the 413 or 404. So at the end
/// only our own half is closed; what still comes is thrown away.
#[derive(Debug)]
pub(super) struct Lingering<S> {
    socket: S,
    end: Option<End>,
}

/// The end of a connection, of which our half is closed.
#[derive(Debug)]
struct End {
    latest: Instant,
    /// Where the quiet becomes too long, or the end comes.
    alarm: Pin<Box<Sleep>>,
    thrown_away: usize,
}

impl End {
    fn new() -> Self {
        let now = Instant::now();
        Self { latest: now + LONGEST, alarm: Box::pin(sleep_until(now + QUIET)), thrown_away: 0 }
    }

    fn threw_away(&mut self, count: usize) {
        self.thrown_away += count;
        let quiet = (Instant::now() + QUIET).min(self.latest);
        self.alarm.as_mut().reset(quiet);
    }
}

impl<S> Lingering<S> {
    pub(super) const fn new(socket: S) -> Self {
        Self { socket, end: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lingering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.end.is_none() {
            ready!(Pin::new(&mut this.socket).poll_shutdown(cx))?;
        }
        let end = this.end.get_or_insert_with(End::new);
        let mut scratch = [0; 16 * 1024];
        while end.alarm.as_mut().poll(cx).is_pending() && end.thrown_away < MOST_BYTES {
            let mut buffer = ReadBuf::new(&mut scratch);
            match ready!(Pin::new(&mut this.socket).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => end.threw_away(buffer.filled().len()),
                // The peer has ended too, in whichever way.
                Ok(()) | Err(_) => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::io::{AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::time::sleep;

    use super::*;

    /// How long the end takes with a peer that does this.
    async fn end_with<F: Future<Output = ()>>(peer: impl FnOnce(DuplexStream) -> F) -> Duration {
        let (ours, theirs) = duplex(64 * 1024);
        let mut ours = Lingering::new(ours);
        let started = Instant::now();
        tokio::select! {
            ended = ours.shutdown() => ended.unwrap(),
            () = async { peer(theirs).await; std::future::pending().await } => {}
        }
        started.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_ends_its_half_is_not_waited_for() {
        let took = end_with(|mut peer| async move {
            peer.write_all(&[b'1'; 200_000]).await.unwrap();
            drop(peer);
        });
        assert_eq!(took.await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_says_nothing_more_is_left_after_the_quiet() {
        let took = end_with(|peer| async move {
            let _held = peer;
            std::future::pending().await
        });
        assert_eq!(took.await, QUIET);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_drips_is_left_at_the_latest() {
        let took = end_with(|mut peer| async move {
            while peer.write_all(b"1").await.is_ok() {
                sleep(QUIET / 2).await;
            }
        });
        assert_eq!(took.await, LONGEST);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_pours_is_left_after_the_most_bytes() {
        let (piece, poured) = (vec![b'1'; 1024 * 1024], Cell::new(0));
        let (piece, poured) = (&piece, &poured);
        let took = end_with(|mut peer| async move {
            loop {
                peer.write_all(piece).await.unwrap();
                poured.set(poured.get() + piece.len());
            }
        });
        assert_eq!(took.await, Duration::ZERO);
        assert!(poured.get().abs_diff(MOST_BYTES) <= piece.len(), "{poured:?}");
    }
}
