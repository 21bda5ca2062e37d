//! Links with benefit programmes.

use abha_enrollment::Problem;
use abha_enrollment::api::account::ProfileUpdate;
use abha_enrollment::flow::benefit::Beneficiary;
use abha_enrollment::input::XmlUid;

use crate::lobby::PROGRAMME;
use crate::profile::{House, logged_in};

#[tokio::test]
async fn a_programme_links_searches_lists_and_lets_go() {
    let house = House::open().await;
    let desk = house.lobby.desk_of(PROGRAMME);
    let number = house.number("Ravi Example");
    let whose = Beneficiary::AbhaNumber(&number);
    assert!(desk.programmes_of(&number).await.unwrap().is_empty());

    let linked = desk.link_benefit(whose).await.unwrap();
    assert_eq!(linked.benefit_name.as_deref(), Some(PROGRAMME));
    assert_eq!(linked.status.as_deref(), Some("Benefit record has been linked successfully"));
    assert_eq!(linked.health_id.unwrap().whole(), Some(&number));
    assert_eq!(desk.programmes_of(&number).await.unwrap(), [PROGRAMME]);
    // ABDM-1140: there is nothing left to do.
    let again = desk.link_benefit(whose).await.unwrap();
    assert_eq!(again.status.as_deref(), Some("The benefit record has already been linked"));
    assert_eq!((again.benefit_name, again.health_id), (None, None));

    let records = desk.search_benefit(whose).await.unwrap();
    let record = XmlUid::new(records[0].benefit_id.as_ref().unwrap().as_str()).unwrap();
    let whose = Beneficiary::Record(&record);
    assert_eq!(desk.search_benefit(whose).await.unwrap(), records);
    desk.unlink_benefit(whose).await.unwrap();
    // ABDM-1138: gone already.
    desk.unlink_benefit(whose).await.unwrap();
    assert!(desk.programmes_of(&number).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_person_is_linked_by_their_own_session() {
    let house = House::open().await;
    let desk = house.lobby.desk_of(PROGRAMME);
    let patient = house.patient("Joseph Fictional");
    let session = logged_in(&desk, patient.aadhaar.as_ref().unwrap(), &patient.mobile).await;
    desk.link_benefit(Beneficiary::Session(&session)).await.unwrap();
    assert_eq!(house.patient("Joseph Fictional").note, Some("linked with a benefit programme"));
}

#[tokio::test]
async fn an_unknown_programme_and_none_are_refused() {
    let house = House::open().await;
    let number = house.number("Ravi Example");
    for desk in [house.lobby.desk.clone(), house.lobby.desk_of("Nobody's")] {
        let error = desk.link_benefit(Beneficiary::AbhaNumber(&number)).await.unwrap_err();
        assert_eq!(error.problem(), Problem::NotPermitted);
        assert!(error.to_string().contains("Invalid Benefit Name"), "{error}");
    }
    let nobody = "91-1234-5678-9015".parse().unwrap();
    let desk = house.lobby.desk_of(PROGRAMME);
    assert_eq!(desk.programmes_of(&nobody).await.unwrap_err().problem(), Problem::NoAbha);
    let error = desk.link_benefit(Beneficiary::AbhaNumber(&nobody)).await.unwrap_err();
    assert_eq!(error.code().unwrap().as_str(), "ABDM-1211");
}

#[tokio::test]
async fn clients_without_the_role_have_no_programmes() {
    let house = House::open().await;
    house
        .sandbox
        .set(|switches| switches.restricted_features = vec!["benefit".to_owned()])
        .unwrap();
    let number = house.number("Ravi Example");
    let error = house.lobby.desk_of(PROGRAMME).programmes_of(&number).await.unwrap_err();
    assert_eq!(error.code().unwrap().as_str(), "ABDM-1021");
}

#[tokio::test]
async fn a_programme_changes_mobile_number_and_photo_of_anybody() {
    let house = House::open().await;
    let desk = house.lobby.desk_of(PROGRAMME);
    let patient = house.patient("Joseph Fictional");
    let session = logged_in(&desk, patient.aadhaar.as_ref().unwrap(), &patient.mobile).await;
    let update = || {
        let mut update = ProfileUpdate::default();
        update.abha_number = Some(house.number("Meera Sample"));
        update.mobile = Some("9888800007".into());
        update
    };
    let profile = session.update(update()).await.unwrap();
    assert_eq!(profile.name.unwrap().as_str(), "Meera Sample");
    assert_eq!(profile.mobile.unwrap().as_str(), "******0007");
    // Without a programme nobody may.
    let plain = house.lobby.desk.profile(session.session().clone());
    let error = plain.update(update()).await.unwrap_err();
    assert_eq!(error.problem(), Problem::NotPermitted);
}
