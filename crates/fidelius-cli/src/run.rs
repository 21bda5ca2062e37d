//! Runs one command and returns its JSON, spelled and indented as the Java tool does.

use fidelius_crypto::{
    DecryptOptions, Input, KeyEncoding,
    hazmat::{self, ExplicitKeys, Nonce, PrivateKey},
};
use serde::Serialize;

use crate::{
    command::{Command, Keys},
    failure::Failure,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GeneratedKeys {
    private_key: String,
    public_key: String,
    x509_public_key: String,
    nonce: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Encrypted {
    encrypted_data: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Decrypted<'a> {
    decrypted_data: &'a str,
}

pub(crate) fn run(command: Command) -> Result<String, Failure> {
    match command {
        Command::GenerateKeyMaterial => generate(),
        Command::Encrypt(document, keys) => encrypt(document.read()?, &keys),
        Command::SaneEncrypt(text, keys) => {
            let text = String::from_utf8(text.read()?).map_err(|_| Failure::SaneInput)?;
            let document = hazmat::decode_base64(&text).map_err(|_| Failure::SaneInput)?;
            encrypt(document, &keys)
        }
        Command::Decrypt(content, keys) => {
            // What is not text is not base64 either.
            let invalid = fidelius_crypto::Error::InvalidBase64 { input: Input::Content };
            decrypt(&String::from_utf8(content.read()?).map_err(|_| invalid)?, &keys)
        }
    }
}

fn generate() -> Result<String, Failure> {
    let private_key = PrivateKey::generate()?;
    let public_key = hazmat::public_key(&private_key);
    json(&GeneratedKeys {
        private_key: hazmat::encode_base64(private_key.to_bytes().as_slice()),
        public_key: public_key.to_base64(KeyEncoding::Raw),
        x509_public_key: public_key.to_base64(KeyEncoding::X509),
        nonce: Nonce::generate()?.to_base64(),
    })
}

fn encrypt(document: Vec<u8>, keys: &Keys) -> Result<String, Failure> {
    json(&Encrypted { encrypted_data: hazmat::encrypt(document, keys.explicit())? })
}

fn decrypt(content: &str, keys: &Keys) -> Result<String, Failure> {
    let (document, _) = hazmat::decrypt(content, keys.explicit(), &DecryptOptions::default())?;
    json(&Decrypted { decrypted_data: document.as_str()? })
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(value)?)
}

impl Keys {
    fn explicit(&self) -> ExplicitKeys<'_> {
        ExplicitKeys {
            own_private_key: &self.own_private_key,
            own_nonce: &self.own_nonce,
            peer_public_key: &self.peer_public_key,
            peer_nonce: &self.peer_nonce,
        }
    }
}
