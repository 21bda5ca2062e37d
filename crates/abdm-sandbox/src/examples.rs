//! The clients and facilities that the program begins with, for samples and tests that are to find
//! the same ones.

use crate::error::SandboxError;
use crate::sandbox::Sandbox;
use crate::transcript::Party;
use crate::world::{Facility, Role};

/// A client with one facility, which is HIP and HIU. Its secret is none: it opens nothing but this.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ExampleClient {
    /// The client id.
    pub id: &'static str,
    /// The client secret.
    pub secret: &'static str,
    /// The id of its facility.
    pub facility: &'static str,
    /// The name of its facility.
    pub name: &'static str,
}

/// A clinic.
pub const CLINIC: ExampleClient = ExampleClient {
    id: "SBX_CLINIC",
    secret: "clinic-secret-not-real",
    facility: "IN2710000001",
    name: "Example Clinic",
};

/// A hospital.
pub const HOSPITAL: ExampleClient = ExampleClient {
    id: "SBX_HOSPITAL",
    secret: "hospital-secret-not-real",
    facility: "IN2710000002",
    name: "Test Hospital",
};

impl Sandbox {
    /// Whether an example is there, with its own secret: of what goes on from a state file it may
    /// have been deleted.
    #[must_use]
    pub fn has_example(&self, example: &ExampleClient) -> bool {
        self.has_client(example.id, example.secret)
    }

    /// Registers [`CLINIC`] and [`HOSPITAL`], as the program does when it starts.
    ///
    /// # Errors
    /// When somebody else has a facility's id.
    pub fn register_examples(&self) -> Result<(), SandboxError> {
        for (example, party) in [(CLINIC, Party::Clinic), (HOSPITAL, Party::Hospital)] {
            self.register_client(example.id, example.secret, party);
            let ExampleClient { id, facility, name, .. } = example;
            self.register_facility(Facility::new(facility, name, Role::Both, id))?;
        }
        Ok(())
    }
}
