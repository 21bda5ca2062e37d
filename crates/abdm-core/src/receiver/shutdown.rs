//! When a service is asked to end.

use std::io;

/// Is ready when the program is asked to end: by Ctrl-C, or by the `SIGTERM` of a service manager.
/// For [`serve`](super::serve) and for the workers of a role.
///
/// From the call on, these signals no longer end the program at once, so that what is under way can
/// finish; awaited or not. A second signal is not counted.
///
/// # Errors
/// When the system does not let the signals be caught.
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async { drop(tokio::signal::ctrl_c().await) })
    }
}
