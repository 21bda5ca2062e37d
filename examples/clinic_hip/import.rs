//! Patients and documents of the system that the clinic had before.

use abdm_core::clock::format_timestamp;
use abdm_examples::hip_program::Records;
use abdm_store::rusqlite::{TransactionBehavior, params};

use crate::clinic::Clinic;
use crate::desk::register;
use crate::error::ClinicError;

impl Clinic {
    /// Takes over what a records file holds. The same file again changes nothing.
    pub(crate) async fn import(&self, records: Records) -> Result<(), ClinicError> {
        self.on(move |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for patient in &records.patients {
                register(&transaction, patient)?;
            }
            for document in &records.documents {
                let (visit, made_at) = (&document.care_context, format_timestamp(document.date));
                transaction.execute(
                    "INSERT INTO visits VALUES (?1, ?2, ?3, ?4, NULL, '', '', 1)
                     ON CONFLICT (number) DO UPDATE SET display = excluded.display",
                    params![visit.as_str(), document.patient.as_str(), document.display, made_at],
                )?;
                transaction.execute(
                    "INSERT INTO imported_documents (place, visit, hi_type, bundle, made_at)
                     VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (place) DO UPDATE SET hi_type = excluded.hi_type,
                         bundle = excluded.bundle, made_at = excluded.made_at",
                    params![
                        document.id.as_str(),
                        visit.as_str(),
                        document.hi_type.as_str(),
                        document.content.as_ref(),
                        made_at,
                    ],
                )?;
            }
            Ok(transaction.commit()?)
        })
        .await
    }
}
