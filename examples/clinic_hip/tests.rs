use abdm_core::vocabulary::HiType;
use abdm_examples::hip_program::{Desk as _, EventLines, Records};
use abdm_examples::store::Database;
use fhir_bundles::check;
use hip_services::patient_index::{PatientIndex as _, PatientQuery};

use crate::clinic::Clinic;
use crate::day::practice;
use crate::documents;

fn clinic() -> Clinic {
    let hip_id = "IN2710000001".parse().unwrap();
    Clinic::open(&Database::Memory, hip_id, "Example Clinic", EventLines::default()).unwrap()
}

fn invented(clinic: &Clinic) -> Records {
    Records::open(None, &clinic.hip_id, &clinic.name).unwrap()
}

#[tokio::test]
async fn documents_of_all_eight_kinds_are_made_from_rows_and_correct() {
    let clinic = clinic();
    let own = clinic.clone();
    let mut kinds = clinic
        .on(move |connection| {
            let (uhid, _) = practice::a_stay_of_last_month(connection, "IPD/1")?;
            practice::see_a_patient(connection, &uhid, "OPD:2")?;
            let mut kinds = Vec::new();
            for visit in ["IPD/1", "OPD:2"] {
                for listed in documents::of_visit(connection, visit)? {
                    let id = listed.id.as_str();
                    let made = documents::record(connection, &own, visit, id)?.unwrap();
                    let report = check(&made.content);
                    let errors: Vec<_> = report.errors().collect();
                    assert!(errors.is_empty(), "{id}: {errors:?}");
                    assert_eq!((&made.hi_type, made.date), (&listed.hi_type, listed.date));
                    kinds.push(made.hi_type);
                }
                assert!(documents::record(connection, &own, visit, "invoice:none")?.is_none());
            }
            Ok(kinds)
        })
        .await
        .unwrap();
    kinds.sort();
    let mut all = HiType::ALL.to_vec();
    all.sort();
    assert_eq!(kinds, all);
}

#[tokio::test]
async fn the_same_records_file_again_changes_nothing() {
    let clinic = clinic();
    let count = |clinic: Clinic| async move {
        let sql = "SELECT (SELECT count(*) FROM patients) || ' ' ||
                   (SELECT count(*) FROM patient_mobiles) || ' ' ||
                   (SELECT count(*) FROM imported_documents)";
        let counted = move |connection: &mut abdm_store::rusqlite::Connection| {
            Ok(connection.query_row(sql, [], |row| row.get::<_, String>(0))?)
        };
        clinic.on(counted).await.unwrap()
    };
    clinic.import(invented(&clinic)).await.unwrap();
    let first = count(clinic.clone()).await;
    clinic.import(invented(&clinic)).await.unwrap();
    assert_eq!((count(clinic.clone()).await, first.as_str()), (first.clone(), "2 2 4"));
    let wishes = clinic.to_link(None).await.unwrap();
    assert_eq!(wishes, invented(&clinic).to_link(None).await.unwrap());
}

#[tokio::test]
async fn a_patient_is_found_by_each_key_and_nobody_without_one() {
    let clinic = clinic();
    clinic.import(invented(&clinic)).await.unwrap();
    let found = |change: fn(&mut PatientQuery)| {
        let mut query = PatientQuery::new(clinic.hip_id.clone());
        change(&mut query);
        let clinic = clinic.clone();
        async move {
            let found = clinic.find(&query).await.unwrap();
            found.into_iter().map(|patient| patient.reference.to_string()).collect::<Vec<_>>()
        }
    };
    assert!(found(|_| {}).await.is_empty());
    let keys: [fn(&mut PatientQuery); 3] = [
        |query| query.abha_addresses.push("ravi.example@sbx".to_owned()),
        |query| query.mobiles.push("9999900002".to_owned()),
        |query| query.record_numbers.push("uhid-000123".to_owned()),
    ];
    for key in keys {
        assert_eq!(found(key).await, ["UHID-000123"]);
    }
}

/// As many as a clinic has in ten years: whoever looks for their records waits for it.
#[tokio::test]
async fn what_a_patient_looks_for_is_found_by_an_index_in_every_table() {
    let mut statements: Vec<String> =
        documents::KINDS.iter().map(|(_, _, rows)| documents::of_one_visit(rows)).collect();
    statements.push(documents::SQL_OF_KINDS.clone());
    for (table, key) in [
        ("imported_documents", "visit"),
        ("visits", "uhid"),
        ("patients", "abha_address_folded"),
        ("patients", "abha_number_digits"),
        ("patients", "uhid_folded"),
        ("patient_mobiles", "mobile_digits"),
        ("patient_mobiles", "uhid"),
        ("lab_results", "report"),
        ("invoice_items", "invoice"),
    ] {
        statements.push(format!("SELECT * FROM {table} WHERE {key} = ?1"));
    }
    let explain = move |connection: &mut abdm_store::rusqlite::Connection| {
        for sql in &statements {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let steps = plan.query_map(["OPD-1"], |row| row.get::<_, String>("detail"))?;
            for step in steps {
                let step = step?;
                // Of a part in brackets the rows have been found before.
                let reads_all = step.starts_with("SCAN")
                    && !step.starts_with("SCAN (")
                    && step != "SCAN CONSTANT ROW";
                assert!(!reads_all, "{sql}: {step}");
            }
        }
        Ok(())
    };
    clinic().on(explain).await.unwrap();
}
