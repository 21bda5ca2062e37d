//! The scheme of fidelius.md 1 from two key pairs and two nonces to an AES key: where both
//! directions meet.

use zeroize::Zeroizing;

use crate::{
    Error, Input, KeyEncoding, KeyMaterial, PublicKey,
    aead::{self, IV_LEN, KEY_LEN},
    curve::COORDINATE_LEN,
    kdf,
    key_material::Peer,
    nonce::{MixedNonces, Nonce},
    private_key::PrivateKey,
};

/// One side's private key, public key and nonce.
pub(crate) struct OwnKeys {
    pub(crate) private_key: PrivateKey,
    pub(crate) public_key: PublicKey,
    pub(crate) nonce: Nonce,
}

impl OwnKeys {
    pub(crate) fn generate() -> Result<OwnKeys, Error> {
        Ok(OwnKeys::new(PrivateKey::generate()?, Nonce::generate()?))
    }

    pub(crate) fn new(private_key: PrivateKey, nonce: Nonce) -> OwnKeys {
        let public_key = PublicKey::from_own_point(private_key.public_point());
        OwnKeys { private_key, public_key, nonce }
    }

    pub(crate) fn key_material(
        &self,
        encoding: KeyEncoding,
        expiry: chrono::DateTime<chrono::Utc>,
    ) -> KeyMaterial {
        KeyMaterial::from_parts(&self.public_key, encoding, &self.nonce, expiry)
    }

    /// Agrees on a secret with the peer. Refuses a peer that shows us our own key or nonce, which
    /// would make salt and IV all zero or the secret a function of one side alone
    /// (fidelius.md 8, rule 4).
    pub(crate) fn agree(&self, peer: &Peer) -> Result<Agreement, Error> {
        if peer.nonce == self.nonce {
            return Err(Error::ReflectedKeyMaterial { input: Input::PeerNonce });
        }
        if peer.public_key == self.public_key {
            return Err(Error::ReflectedKeyMaterial { input: Input::PeerPublicKey });
        }
        Ok(Agreement {
            secret: self.private_key.agree(peer.public_key.point())?,
            mixed: self.nonce.mix(&peer.nonce),
        })
    }
}

/// A shared secret with the salt and IV that belong to it.
pub(crate) struct Agreement {
    secret: Zeroizing<[u8; COORDINATE_LEN]>,
    mixed: MixedNonces,
}

impl Agreement {
    /// Whether peers that drop leading zeros of the secret would derive another key.
    pub(crate) fn has_leading_zero(&self) -> bool {
        self.secret.starts_with(&[0])
    }

    /// The session for the secret as the standard has it: all 32 bytes.
    pub(crate) fn session(&self) -> Session {
        self.session_with(self.secret.as_slice())
    }

    /// The session as peers derive it that write the secret in its shortest unsigned form.
    pub(crate) fn session_of_shortest_unsigned(&self) -> Session {
        self.session_with(self.significant())
    }

    /// The session as peers derive it that write the secret in its shortest two's-complement form;
    /// nothing if that is the same bytes as the unsigned form.
    pub(crate) fn session_of_shortest_signed(&self) -> Option<Session> {
        let significant = self.significant();
        let top_bit_is_set = significant.first().is_some_and(|byte| byte & 0x80 != 0);
        let with_sign = self.secret.len().checked_sub(significant.len() + 1);
        let signed = with_sign.and_then(|start| self.secret.get(start..));
        signed.filter(|_| top_bit_is_set).map(|signed| self.session_with(signed))
    }

    fn significant(&self) -> &[u8] {
        let zeros = self.secret.iter().take_while(|byte| **byte == 0).count();
        self.secret.get(zeros..).unwrap_or_default()
    }

    fn session_with(&self, ikm: &[u8]) -> Session {
        Session { key: kdf::derive_key(ikm, &self.mixed.salt), iv: self.mixed.iv }
    }
}

/// A key and the one IV that goes with it: good for a single message.
pub(crate) struct Session {
    key: Zeroizing<[u8; KEY_LEN]>,
    iv: [u8; IV_LEN],
}

impl Session {
    pub(crate) fn seal(&self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        aead::seal(&self.key, &self.iv, plaintext)
    }

    pub(crate) fn seal_in_place(&self, plaintext: &mut Vec<u8>) -> Result<(), Error> {
        aead::seal_in_place(&self.key, &self.iv, plaintext)
    }

    /// Returns how many bytes of the buffer are plaintext.
    pub(crate) fn open_in_place(&self, sealed: &mut [u8]) -> Result<usize, Error> {
        aead::open_in_place(&self.key, &self.iv, sealed)
    }
}
