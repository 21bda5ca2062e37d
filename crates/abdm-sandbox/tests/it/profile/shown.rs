//! Profile, card, QR code, and the session that shows them.

use abdm_core::wire::Document;
use abha_enrollment::Problem;
use abha_enrollment::scanned::ScannedCard;

use super::House;

/// What a scanner reads off an image.
fn scan(document: &Document) -> String {
    assert_eq!(document.media_type(), "image/png");
    let mut decoder = png::Decoder::new(std::io::Cursor::new(document.bytes()));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (frame.width as usize, frame.height as usize);
    let grey = |x: usize, y: usize| {
        let at = y * frame.line_size + x * 3;
        let sum: u32 = pixels[at..at + 3].iter().map(|part| u32::from(*part)).sum();
        u8::try_from(sum / 3).unwrap()
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code is on it");
    grids[0].decode().unwrap().1
}

#[tokio::test]
async fn the_profile_says_who_is_logged_in() {
    let house = House::open().await;
    let session = house.logged_in("Ravi Example").await;
    let profile = session.fetch().await.unwrap();
    assert_eq!(profile.name.unwrap().as_str(), "Ravi Example");
    assert_eq!(profile.abha_number.unwrap().whole(), Some(&house.number("Ravi Example")));
    assert_eq!(profile.mobile.unwrap().as_str(), "******0002");
    assert_eq!(profile.kyc_verified, Some(true));
}

#[tokio::test]
async fn a_scanner_reads_card_and_code() {
    let house = House::open().await;
    let session = house.logged_in("Meera Sample").await;
    for document in [session.card().await.unwrap(), session.qr_code().await.unwrap()] {
        let text = scan(&document);
        let card = ScannedCard::read(&text).unwrap();
        assert_eq!(card.abha_number, Some(house.number("Meera Sample")));
        assert_eq!(card.abha_address.unwrap().as_str(), "meera.sample@sbx");
        assert_eq!(card.name.unwrap().as_str(), "Meera Sample");
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["gender"], "F");
        assert_eq!(json["dob"], "26-06-1999");
    }
}

#[tokio::test]
async fn a_session_is_renewed_and_ends_when_the_person_leaves() {
    let house = House::open().await;
    let first = house.logged_in("Ravi Example").await;
    let mut session = house.lobby.desk.profile(first.session().clone());
    session.renew().await.unwrap();
    assert_ne!(session.session().token.expose(), first.session().token.expose());
    session.fetch().await.unwrap();

    let mut left = house.lobby.desk.profile(session.session().clone());
    session.log_out().await.unwrap();
    assert_eq!(left.fetch().await.unwrap_err().problem(), Problem::LoginOver);
    assert_eq!(first.fetch().await.unwrap_err().problem(), Problem::LoginOver);
    assert_eq!(left.renew().await.unwrap_err().problem(), Problem::LoginOver);
}
