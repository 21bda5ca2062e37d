use abdm_core::vocabulary::{Gender, HiType};
use abdm_examples::hip_program::records::Patient;
use abdm_examples::hip_program::{Desk as _, EventLines, Records};
use abdm_examples::store::Database;
use abdm_store::rusqlite::{Connection, params, params_from_iter};
use fhir_bundles::check;
use hip_services::OldVisits as _;
use hip_services::api::sharing::SharedPatient;
use hip_services::patient_index::{PatientIndex as _, PatientQuery};

use crate::clinic::Clinic;
use crate::day::practice;
use crate::desk::register;
use crate::reception::birth;
use crate::{documents, old_visits, queue};

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
        let counted = move |connection: &mut Connection| {
            Ok(connection.query_row(sql, [], |row| row.get::<_, String>(0))?)
        };
        clinic.on(counted).await.unwrap()
    };
    clinic.import(invented(&clinic)).await.unwrap();
    let first = count(clinic.clone()).await;
    clinic.import(invented(&clinic)).await.unwrap();
    assert_eq!((count(clinic.clone()).await, first.as_str()), (first.clone(), "2 2 4"));
    let wishes = clinic.to_link(None).await.unwrap();
    assert_eq!(wishes, invented(&clinic).to_link(None));
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
    let mut statements: Vec<(String, usize)> = statements.into_iter().map(|sql| (sql, 1)).collect();
    statements.push((queue::SERVING.to_owned(), 2));
    statements.push((queue::CALL_NEXT.to_owned(), 3));
    statements.push((old_visits::PAGE.to_owned(), 3));
    let explain = move |connection: &mut Connection| {
        for (sql, values) in &statements {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let steps = plan.query_map(params_from_iter(vec!["1"; *values]), |row| {
                row.get::<_, String>("detail")
            })?;
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

fn wait(connection: &Connection, share: &str, number: &str, came_at: &str) {
    let sql = "INSERT INTO queue VALUES (?1, 'OPD1', ?2, 'UHID-000123', ?3, NULL)";
    connection.execute(sql, [share, number, came_at]).unwrap();
}

#[tokio::test]
async fn nobody_is_served_before_being_called_and_yesterdays_token_counts_no_more() {
    let clinic = clinic();
    clinic.import(invented(&clinic)).await.unwrap();
    let story = |connection: &mut Connection| {
        // A minute before and after midnight in India.
        let yesterday = "2026-09-14T18:29:00Z".parse().unwrap();
        let today = "2026-09-14T18:31:00Z".parse().unwrap();
        let later = "2026-09-14T18:32:00Z".parse().unwrap();
        wait(connection, "share-1", "7", "2026-09-14T18:28:00.000Z");
        wait(connection, "share-2", "8", "2026-09-14T18:28:30.000Z");
        assert_eq!(queue::serving(connection, "OPD1", yesterday)?, None);
        assert_eq!(queue::call_next(connection, "OPD1", yesterday)?.as_deref(), Some("7"));
        assert_eq!(queue::serving(connection, "OPD1", yesterday)?.as_deref(), Some("7"));
        assert_eq!(queue::serving(connection, "OPD1", today)?, None);
        assert_eq!(queue::call_next(connection, "OPD1", today)?, None, "8 was of yesterday");
        wait(connection, "share-3", "1", "2026-09-14T18:30:10.000Z");
        wait(connection, "share-4", "2", "2026-09-14T18:30:20.000Z");
        assert_eq!(queue::serving(connection, "OPD1", today)?, None);
        assert_eq!(queue::call_next(connection, "OPD1", today)?.as_deref(), Some("1"));
        assert_eq!(queue::call_next(connection, "OPD1", later)?.as_deref(), Some("2"));
        assert_eq!(queue::serving(connection, "OPD1", later)?.as_deref(), Some("2"));
        assert_eq!(queue::serving(connection, "OPD2", later)?, None);
        Ok(())
    };
    clinic.on(story).await.unwrap();
}

#[test]
fn a_day_that_there_never_was_is_no_date_of_birth() {
    for (parts, born) in [
        ([Some("1999"), Some("6"), Some("26")], Some("1999-06-26")),
        ([Some("1999"), Some("02"), Some("30")], Some("1999")),
        ([Some("1999"), Some("13"), Some("1")], Some("1999")),
        ([Some("1999"), Some("0"), Some("0")], Some("1999")),
        ([Some("1999"), None, Some("26")], Some("1999")),
        ([Some("99"), Some("6"), Some("26")], None),
        ([Some("unknown"), None, None], None),
        ([None, Some("6"), Some("26")], None),
    ] {
        let mut given = SharedPatient::new("meera.sample@sbx".parse().unwrap());
        let [year, month, day] = parts.map(|part| part.map(str::to_owned));
        (given.year_of_birth, given.month_of_birth, given.day_of_birth) = (year, month, day);
        assert_eq!(birth(&given).as_deref(), born, "{parts:?}");
    }
}

#[tokio::test]
async fn old_visits_are_walked_in_pages_patient_by_patient_each_once() {
    let clinic = clinic();
    let fill = |connection: &mut Connection| {
        let mut patient = Patient::new("UHID-000903", "Meera Sample")?;
        patient.gender = Some(Gender::Female);
        patient.birth = Some("1999".to_owned());
        patient.abha_address = Some("meera.sample@sbx".parse()?);
        register(connection, &patient)?;
        practice::visits_of_earlier_years(connection, "UHID-000903")?;
        // None of these is a visit to link: not final, without records, of somebody without gender.
        let sql = "INSERT INTO visits SELECT ?1, uhid, display, began, NULL, '', '', ?2
                   FROM visits WHERE number = 'OPD-2022-0054'";
        connection.execute(sql, params!["A-OPEN", false])?;
        connection.execute(sql, params!["A-WITHOUT-RECORDS", true])?;
        let mut nobody = Patient::new("UHID-000001", "Imran Specimen")?;
        nobody.abha_address = Some("imran.specimen@sbx".parse()?);
        register(connection, &nobody)?;
        let sql = "UPDATE visits SET uhid = 'UHID-000001' WHERE number = 'A-WITHOUT-RECORDS'";
        connection.execute(sql, [])?;
        Ok(())
    };
    clinic.on(fill).await.unwrap();
    for limit in 1..5 {
        let (mut walked, mut after) = (Vec::new(), None);
        loop {
            let page = clinic.next(&clinic.hip_id, after.as_ref(), limit).await.unwrap();
            assert!(page.len() <= limit);
            let Some(last) = page.last() else { break };
            after = Some(last.cursor.clone());
            walked.extend(page.into_iter().map(|old| old.visit.reference.to_string()));
        }
        assert_eq!(walked, ["OPD-2022-0054", "OPD-2023-0311", "OPD-2024-0170"], "{limit}");
    }
    let elsewhere = "IN2710000002".parse().unwrap();
    assert!(clinic.next(&elsewhere, None, 100).await.unwrap().is_empty());
    let unknown = "OPD-OF-NOBODY".parse().unwrap();
    assert!(clinic.next(&clinic.hip_id, Some(&unknown), 100).await.is_err(), "no end of the list");
}
