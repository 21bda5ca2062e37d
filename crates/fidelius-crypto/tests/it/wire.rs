//! What goes over the wire, field by field.

use fidelius_crypto::{KeyEncoding, KeyMaterial};

use crate::support::{expiry, vectors};

#[test]
fn the_key_material_of_a_request_has_the_spelling_of_the_contract() {
    let receiver = vectors().vectors[0].requester.receiver();
    insta::assert_json_snapshot!(receiver.key_material(expiry()), @r#"
    {
      "cryptoAlg": "ECDH",
      "curve": "Curve25519",
      "dhPublicKey": {
        "expiry": "2026-11-24T10:00:00.000Z",
        "parameters": "Curve25519/32byte random key",
        "keyValue": "BBa9MhTV7xng+u7Jc3S9tXIolSlRR2l0kSQJE6+BP/pOBUw009JcHEfWSPY1dGuUPT9RAF5Glc1bHN94Xsl2yBg="
      },
      "nonce": "PhUpJc2IRC/tjwTSKGGS/z6rb4c3SJY2EUv/HWhD8cI="
    }
    "#);
}

#[test]
fn the_key_material_of_a_push_carries_an_x509_key() {
    let sender = vectors().vectors[0].sender.receiver();
    insta::assert_json_snapshot!(sender.key_material_as(KeyEncoding::X509, expiry()), @r#"
    {
      "cryptoAlg": "ECDH",
      "curve": "Curve25519",
      "dhPublicKey": {
        "expiry": "2026-11-24T10:00:00.000Z",
        "parameters": "Curve25519/32byte random key",
        "keyValue": "MIIBMTCB6gYHKoZIzj0CATCB3gIBATArBgcqhkjOPQEBAiB/////////////////////////////////////////7TBEBCAqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqYSRShRAQge0Je0Je0Je0Je0Je0Je0Je0Je0Je0Je0JgtenHcQyGQEQQQqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0kWiCuGaG4oIa04B7dLHdI0UySPU1+bXxhsinpxaJ+ztPZAiAQAAAAAAAAAAAAAAAAAAAAFN753qL3nNZYEmMaXPXT7QIBCANCAARAZLXX+mqY+nMbbUgxAcxP0ECCVOcCVw7waf33hd5H2Qid8tLlFXprXUiGdRhbIHw1h/UnlP2eIVWwrmcu8u/p"
      },
      "nonce": "DbSlxVomqlC1BjQDNn+9gTI0k5HOtfheKtjka0fT6qA="
    }
    "#);
}

#[test]
fn key_material_survives_json_unchanged() {
    let sent = vectors().vectors[0].requester.receiver().key_material(expiry());
    let text = serde_json::to_string(&sent).unwrap();
    assert_eq!(serde_json::from_str::<KeyMaterial>(&text).unwrap(), sent);
}

#[test]
fn a_peers_key_material_is_passed_on_as_it_came() {
    let received = serde_json::json!({
        "cryptoAlg": "ECDH",
        "curve": "curve25519",
        "dhPublicKey": {
            "expiry": "2126-01-01T00:00:00",
            "parameters": "Ephemeral public key",
            "keyValue": "BEBktQ=="
        },
        "nonce": "DbSlxQ=="
    });
    let read: KeyMaterial = serde_json::from_value(received.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), received);
}
