use super::*;

const LIMITS: Limits =
    Limits { otp_life: TimeDelta::minutes(10), lock: TimeDelta::minutes(30), requests: 5 };
const KIND: (Counter, &[Scope]) = (Counter::Enrolment, &[Scope::AbhaEnrol]);

fn sent() -> (Proofs, TxnId, DateTime<Utc>) {
    let (mut proofs, txn) = (Proofs::default(), TxnId::new("t-1").unwrap());
    let now = DateTime::UNIX_EPOCH;
    let otp = Expected::Otp("123456".to_owned());
    let kind = (Counter::Enrolment, vec![Scope::AbhaEnrol]);
    proofs.open(txn.clone(), Proof::new(kind, vec![0], "9999999999", otp, now));
    (proofs, txn, now)
}

#[test]
fn a_wrong_otp_leaves_the_transaction_and_a_right_one_ends_it() {
    let (mut proofs, txn, now) = sent();
    let mut prove = |otp: &str| proofs.prove_otp(&txn, KIND, otp, LIMITS, now);
    assert_eq!(prove("000000").unwrap_err(), WrongProof::Mismatch);
    assert!(prove("123456").is_ok());
    assert_eq!(prove("123456").unwrap_err(), WrongProof::UnknownTransaction);
}

#[test]
fn the_fourth_wrong_otp_locks_for_half_an_hour() {
    let (mut proofs, txn, now) = sent();
    let mut prove = |otp: &str| proofs.prove_otp(&txn, KIND, otp, LIMITS, now);
    for _ in 0..3 {
        assert_eq!(prove("0").unwrap_err(), WrongProof::Mismatch);
    }
    assert_eq!(prove("0").unwrap_err(), WrongProof::Locked);
    assert_eq!(prove("123456").unwrap_err(), WrongProof::Locked);
    assert!(!proofs.is_locked("9999999999", now + TimeDelta::minutes(31)));
}

#[test]
fn an_otp_does_not_live_for_ever() {
    let (mut proofs, txn, now) = sent();
    let later = now + TimeDelta::minutes(11);
    let late = proofs.prove_otp(&txn, KIND, "123456", LIMITS, later).unwrap_err();
    assert_eq!(late, WrongProof::Expired);
}

#[test]
fn a_proof_belongs_to_its_counter_and_scope() {
    let (mut proofs, txn, now) = sent();
    let elsewhere = (Counter::Login, KIND.1);
    let error = proofs.prove_otp(&txn, elsewhere, "123456", LIMITS, now).unwrap_err();
    assert_eq!(error, WrongProof::UnknownTransaction);
    let other = (KIND.0, [Scope::AbhaEnrol, Scope::MobileVerify].as_slice());
    let error = proofs.prove_otp(&txn, other, "123456", LIMITS, now).unwrap_err();
    assert_eq!(error, WrongProof::OtherScope);
    assert_eq!(proofs.prove_scan(&txn, KIND).unwrap_err(), WrongProof::Mismatch);
}

#[test]
fn an_older_proof_of_the_same_kind_is_void_and_those_of_others_are_not() {
    let (mut proofs, first, now) = sent();
    let mut send = |txn: &str, target: &str| {
        let kind = (Counter::Enrolment, vec![Scope::AbhaEnrol]);
        let otp = Expected::Otp("123456".to_owned());
        let txn = TxnId::new(txn).unwrap();
        proofs.open(txn.clone(), Proof::new(kind, vec![0], target, otp, now));
        txn
    };
    let (other, second) = (send("t-2", "9999999998"), send("t-3", "9999999999"));
    let mut prove = |txn| proofs.prove_otp(txn, KIND, "123456", LIMITS, now);
    assert_eq!(prove(&first).unwrap_err(), WrongProof::UnknownTransaction);
    assert!(prove(&other).is_ok());
    assert!(prove(&second).is_ok());
}

#[test]
fn what_nobody_comes_back_for_is_forgotten() {
    let (mut proofs, _, now) = sent();
    for count in 0..REMEMBERED + 10 {
        let kind = (Counter::Enrolment, vec![Scope::AbhaEnrol]);
        let otp = Expected::Otp("123456".to_owned());
        let (txn, target) = (TxnId::new(format!("n-{count}")).unwrap(), count.to_string());
        assert!(proofs.may_ask(&target, LIMITS, now));
        proofs.open(txn, Proof::new(kind, vec![0], target, otp, now));
    }
    assert_eq!(proofs.newest().count(), REMEMBERED);
    assert_eq!((proofs.open.len(), proofs.asked.len()), (TRANSACTIONS, REMEMBERED));
}

#[test]
fn too_many_requests_lock_the_target() {
    let (mut proofs, _, now) = sent();
    for _ in 0..5 {
        assert!(proofs.may_ask("9999999999", LIMITS, now));
    }
    assert!(!proofs.may_ask("9999999999", LIMITS, now));
    assert!(proofs.may_ask("9999999998", LIMITS, now));
    assert!(proofs.may_ask("9999999999", LIMITS, now + TimeDelta::minutes(31)));
}
