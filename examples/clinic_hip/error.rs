//! Why the clinic's own system could not do what it was asked.

use abdm_core::id::IdError;
use abdm_flow::store::StoreError;
use abdm_store::rusqlite;
use fhir_bundles::build::BuildError;

/// Why.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClinicError {
    #[error("the clinic's database: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("a number in the clinic's database: {0}")]
    Id(#[from] IdError),
    #[error("a record in the clinic's database: {0}")]
    Document(#[from] BuildError),
    #[error("a date in the clinic's database: {0}")]
    Date(#[from] chrono::ParseError),
    #[error("the store of the flows: {0}")]
    Store(#[from] StoreError),
    #[error("ABDM would not take it: {0}")]
    Hip(#[from] hip_services::Error),
    #[error("the work was given up")]
    GivenUp,
}
