//! A facility whose callbacks arrive at the bridge of the place, for the time of a case.

use std::time::Duration;

use abdm_core::bridge::set_callback_url;
use abdm_core::id::HipId;
use hip_services::{Hip, HipBuilder};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::outcome::Stop;
use crate::stage::Stage;

/// So long the facility may take to finish what it has begun.
const ENDING: Duration = Duration::from_secs(10);

/// A facility that works until it is closed, or its case has ended.
pub(crate) struct OpenFacility {
    pub(crate) hip: Hip,
    pub(crate) hip_id: HipId,
    /// The facility works until this goes.
    open: oneshot::Sender<()>,
    work: JoinHandle<()>,
}

impl OpenFacility {
    /// Builds the HIP of the place's facility, has its callbacks arrive, and lets it work.
    pub(crate) async fn open(
        stage: &Stage,
        build: impl FnOnce(HipBuilder) -> HipBuilder + Send,
    ) -> Result<Self, Stop> {
        let bridge = stage.bridge()?;
        let (hip_id, client) = (bridge.facility().clone(), stage.desk.client());
        let hip = build(Hip::builder(hip_id.clone(), client.clone()).in_memory()?).build()?;
        let url = bridge.serve(hip.callbacks()).await?;
        let (open, closing) = oneshot::channel::<()>();
        let worker = hip.clone();
        let work = tokio::spawn(async move { worker.run(async { drop(closing.await) }).await });
        set_callback_url(client, &url).await?;
        Ok(Self { hip, hip_id, open, work })
    }

    /// The facility is let finish what it has begun.
    pub(crate) async fn close(self) -> Result<(), Stop> {
        drop(self.open);
        tokio::time::timeout(ENDING, self.work).await??;
        Ok(())
    }
}
