//! Waiting for a face that the ABHA app scans (m1-abha.md 6.4, 7.5): what enrolment and login
//! share.

use std::time::Duration;

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::api::enrollment::{
    CaptureStatus, CheckFaceCapture, FaceAuthStart, FaceCaptureQuery, InitFaceAuth,
};
use crate::app_links::AppPage;
use crate::desk::Desk;
use crate::error::{Asked, Error, Problem};

/// The life of a face scan's transaction.
pub const FACE_SCAN_LIFE: TimeDelta = TimeDelta::minutes(10);
/// How long to wait between two questions whether the app has sent the face; ABDM wants 5 to 10 s.
pub const FACE_POLL_EVERY: Duration = Duration::from_secs(6);

/// A face scan that the app may do now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FaceWait {
    txn_id: TxnId,
    expires_at: DateTime<Utc>,
    purpose: FacePurpose,
}

/// What the face is for: the scope of the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum FacePurpose {
    Enrolment,
    Login,
}

impl FaceWait {
    /// Opens a transaction for a scan.
    pub(super) async fn begin(desk: &Desk, purpose: FacePurpose) -> Result<Self, Error> {
        let start = match purpose {
            FacePurpose::Enrolment => FaceAuthStart::enrolment(),
            FacePurpose::Login => FaceAuthStart::login(),
        };
        let started = desk.send(Asked::Plainly, &Call::<InitFaceAuth>::new(start)).await?;
        Ok(Self::under(started.txn_id, purpose, desk.now()))
    }

    /// Waits under a transaction that another call has opened.
    pub(super) fn under(txn_id: TxnId, purpose: FacePurpose, now: DateTime<Utc>) -> Self {
        Self { txn_id, expires_at: now + FACE_SCAN_LIFE, purpose }
    }

    pub(super) const fn txn_id(&self) -> &TxnId {
        &self.txn_id
    }

    pub(super) const fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    pub(super) fn link(&self, desk: &Desk) -> Option<String> {
        let base = AppPage::FaceAuth.link(desk.client().environment());
        base.map(|base| self.link_at(&base))
    }

    pub(super) fn link_at(&self, base: &str) -> String {
        format!("{base}?txnId={}", self.txn_id)
    }

    /// Asks once.
    pub(super) async fn is_complete(&self, desk: &Desk) -> Result<bool, Error> {
        if desk.now() >= self.expires_at {
            return Err(Error::new(Problem::TransactionOver));
        }
        let txn_id = self.txn_id.clone();
        let query = match self.purpose {
            FacePurpose::Enrolment => FaceCaptureQuery::enrolment(txn_id),
            FacePurpose::Login => FaceCaptureQuery::login(txn_id),
        };
        let call = Call::<CheckFaceCapture>::new(query);
        match desk.send(Asked::Plainly, &call).await?.status {
            CaptureStatus::Complete => Ok(true),
            CaptureStatus::Failed => Err(Error::new(Problem::BiometricMismatch)),
            _ => Ok(false),
        }
    }

    /// Asks until it is there.
    pub(super) async fn completed(&self, desk: &Desk) -> Result<(), Error> {
        while !self.is_complete(desk).await? {
            tokio::time::sleep(FACE_POLL_EVERY).await;
        }
        Ok(())
    }
}

/// The methods that every step with a face in the ABHA app has, by its field `wait`.
macro_rules! face_step {
    ($name:ident) => {
        impl $name {
            /// The link to show as a QR code, or to open on the person's phone. Known for NHA's
            /// sandbox only; elsewhere `None`: give the base that NHA told you to
            /// [`link_at`](Self::link_at).
            #[must_use]
            pub fn link(&self) -> Option<String> {
                self.state.wait.link(&self.desk)
            }

            /// The link below another base.
            #[must_use]
            pub fn link_at(&self, base: &str) -> String {
                self.state.wait.link_at(base)
            }

            /// The link as a QR code, for the person's phone to scan; `None` where there is no
            /// link.
            #[cfg(feature = "qr")]
            #[must_use]
            pub fn qr_code(&self) -> Option<crate::qr::QrCode> {
                self.link().and_then(|link| crate::qr::QrCode::of(&link).ok())
            }

            /// Until when the app can send the face.
            #[must_use]
            pub const fn expires_at(&self) -> chrono::DateTime<chrono::Utc> {
                self.state.wait.expires_at()
            }

            /// Whether the app has sent the face. Ask every 5 to 10 seconds, or let
            /// [`completed`](Self::completed) ask.
            ///
            /// # Errors
            /// [`Problem::BiometricMismatch`](crate::Problem::BiometricMismatch) when the face was
            /// not recognised, [`Problem::TransactionOver`](crate::Problem::TransactionOver) after
            /// ten minutes, without a call; and whatever a call can meet.
            pub async fn is_complete(&self) -> Result<bool, crate::error::Error> {
                self.state.wait.is_complete(&self.desk).await
            }

            /// Asks every [`FACE_POLL_EVERY`](crate::flow::FACE_POLL_EVERY) until the app has sent
            /// the face. Needs a tokio runtime with its timer; may be dropped and called again.
            ///
            /// # Errors
            /// As [`is_complete`](Self::is_complete).
            pub async fn completed(&self) -> Result<(), crate::error::Error> {
                self.state.wait.completed(&self.desk).await
            }
        }
    };
}

pub(super) use face_step;
