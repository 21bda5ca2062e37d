//! The sandbox's RSA keys: made at start or by a rotation, and written down in a state file alone.
//!
//! One signs session tokens and callbacks (RS256), one signs link tokens and tokens of persons
//! (RS512), and what persons typed is decrypted with a 4096-bit key on the ABHA family and a
//! 2048-bit one on the PHR families (gateway.md 5, m1-abha.md 4). These two are made when first
//! asked for: it takes seconds.

use std::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    Pkcs1PrivateDecryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::SandboxError;

/// A key that signs tokens.
pub(crate) struct SigningKey {
    kid: String,
    algorithm: Algorithm,
    private: EncodingKey,
    public: DecodingKey,
    jwk: Value,
    /// The public half, DER of a SubjectPublicKeyInfo.
    spki: Vec<u8>,
    /// The private half, DER of a PKCS #8 key.
    pkcs8: Vec<u8>,
}

impl SigningKey {
    fn generate(algorithm: Algorithm) -> Result<Self, SandboxError> {
        let key =
            PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(|_| SandboxError::Keys)?;
        Self::new(&key, algorithm)
    }

    fn restored(pkcs8: &[u8], algorithm: Algorithm) -> Result<Self, SandboxError> {
        let key = PrivateDecryptingKey::from_pkcs8(pkcs8).map_err(|_| SandboxError::Keys)?;
        Self::new(&key, algorithm)
    }

    fn new(key: &PrivateDecryptingKey, algorithm: Algorithm) -> Result<Self, SandboxError> {
        install_provider();
        let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| SandboxError::Keys)?;
        let spki: PublicKeyX509Der<'_> =
            key.public_key().as_der().map_err(|_| SandboxError::Keys)?;
        let spki = spki.as_ref().to_vec();
        let private = EncodingKey::from_rsa_der(pkcs1(der.as_ref()).ok_or(SandboxError::Keys)?);
        let jwk = Jwk::from_encoding_key(&private, algorithm).map_err(|_| SandboxError::Keys)?;
        let public = DecodingKey::from_jwk(&jwk).map_err(|_| SandboxError::Keys)?;
        let AlgorithmParameters::RSA(parts) = jwk.algorithm else {
            return Err(SandboxError::Keys);
        };
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, parts.n.as_bytes());
        let kid = URL_SAFE_NO_PAD.encode(digest);
        let jwk = json!({
            "kid": kid, "kty": "RSA", "alg": name(algorithm), "use": "sig", "n": parts.n, "e": parts.e,
        });
        let pkcs8 = der.as_ref().to_vec();
        Ok(Self { kid, algorithm, private, public, jwk, spki, pkcs8 })
    }

    /// Signs these claims.
    pub(crate) fn sign<T: Serialize>(&self, claims: &T) -> Result<String, SandboxError> {
        self.sign_as(&self.kid, claims)
    }

    /// Signs them under the id of another key.
    pub(crate) fn sign_as<T: Serialize>(
        &self,
        kid: &str,
        claims: &T,
    ) -> Result<String, SandboxError> {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(kid.to_owned());
        jsonwebtoken::encode(&header, claims, &self.private).map_err(|_| SandboxError::Keys)
    }

    /// The claims of a token, when this key signed it. Its end is the caller's to judge, by the
    /// sandbox's own clock.
    pub(crate) fn verify<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let mut signature_only = Validation::new(self.algorithm);
        signature_only.required_spec_claims.clear();
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        jsonwebtoken::decode(token, &self.public, &signature_only).ok().map(|token| token.claims)
    }

    /// Its `kid`.
    pub(crate) fn id(&self) -> &str {
        &self.kid
    }

    /// The public half as a PEM text, as every tool prints it.
    pub(crate) fn public_pem(&self) -> String {
        let text = STANDARD.encode(&self.spki);
        let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
        let lines: String = lines.flat_map(|line| [line, "\n".into()]).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{lines}-----END PUBLIC KEY-----\n")
    }

    /// The public half as the key set shows it.
    pub(crate) const fn jwk(&self) -> &Value {
        &self.jwk
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// The two signing keys of the gateway.
#[derive(Debug)]
pub(crate) struct SigningKeys {
    /// RS256: session tokens and callbacks.
    pub(crate) gateway: SigningKey,
    /// RS512: link tokens and the tokens of persons.
    pub(crate) links: Arc<SigningKey>,
    /// The public halves of the gateway's former keys, the newest first.
    former: Vec<Value>,
}

/// So many former keys stay in the key set.
const FORMER_KEYS: usize = 8;

impl SigningKeys {
    /// The pair with which every sandbox of this process begins.
    pub(crate) fn of_process() -> Result<Arc<Self>, SandboxError> {
        static KEYS: OnceLock<Option<Arc<SigningKeys>>> = OnceLock::new();
        let keys = KEYS.get_or_init(|| Self::generate().ok().map(Arc::new));
        keys.clone().ok_or(SandboxError::Keys)
    }

    /// A fresh pair. Takes some tenths of a second: not for the async threads.
    pub(crate) fn generate() -> Result<Self, SandboxError> {
        Ok(Self {
            gateway: SigningKey::generate(Algorithm::RS256)?,
            links: Arc::new(SigningKey::generate(Algorithm::RS512)?),
            former: Vec::new(),
        })
    }

    /// The pair after this one, when only the gateway's own key changes. Takes some tenths of a
    /// second: not for the async threads.
    pub(crate) fn succeeded(&self) -> Result<Self, SandboxError> {
        let gateway = SigningKey::generate(Algorithm::RS256)?;
        let former = std::iter::once(self.gateway.jwk()).chain(&self.former).cloned();
        let former = former.take(FORMER_KEYS).collect();
        Ok(Self { gateway, links: Arc::clone(&self.links), former })
    }

    /// What the key set shows.
    pub(crate) fn shown(&self) -> Vec<Value> {
        let own = [self.gateway.jwk(), self.links.jwk()];
        own.into_iter().chain(&self.former).cloned().collect()
    }
}

/// Which keys are replaced by a rotation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RotatedKeys {
    /// Those that sign and those that decrypt.
    #[default]
    All,
    /// Those that sign session tokens, callbacks, link tokens and the tokens of persons. Callbacks
    /// name a `kid` that no cache has, and a link token of before is damaged (ABDM-1066).
    Signing,
    /// Those that decrypt what persons typed, as the public certificates of milestone 1 show them.
    /// What was encrypted for the old ones is refused as any other wrong key is.
    Decrypting,
}

/// What is kept of the keys: DER of PKCS #8.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedKeys {
    #[serde(with = "crate::state::bytes")]
    gateway: Vec<u8>,
    #[serde(with = "crate::state::bytes")]
    links: Vec<u8>,
    /// Once it was made.
    #[serde(with = "crate::state::bytes::option")]
    abha: Option<Vec<u8>>,
    /// Once it was made.
    #[serde(with = "crate::state::bytes::option")]
    phr: Option<Vec<u8>>,
}

impl SavedKeys {
    pub(crate) fn of(signing: &SigningKeys, decrypting: &DecryptingKeys) -> Self {
        let SigningKeys { gateway, links, former: _ } = signing;
        let pkcs8 = |key: Option<&Arc<DecryptingKey>>| key.map(|key| key.pkcs8.clone());
        Self {
            gateway: gateway.pkcs8.clone(),
            links: links.pkcs8.clone(),
            abha: pkcs8(decrypting.made_abha()),
            phr: pkcs8(decrypting.made_phr()),
        }
    }

    pub(crate) fn restored(&self) -> Result<(SigningKeys, DecryptingKeys), SandboxError> {
        let Self { gateway, links, abha, phr } = self;
        let key = |pkcs8: &Option<Vec<u8>>| -> Result<_, SandboxError> {
            let key = pkcs8.as_deref().map(DecryptingKey::restored).transpose()?;
            Ok(key.map_or_else(OnceLock::new, |key| OnceLock::from(Arc::new(key))))
        };
        let signing = SigningKeys {
            gateway: SigningKey::restored(gateway, Algorithm::RS256)?,
            links: Arc::new(SigningKey::restored(links, Algorithm::RS512)?),
            former: Vec::new(),
        };
        Ok((signing, DecryptingKeys { abha: key(abha)?, phr: key(phr)? }))
    }
}

/// A key that decrypts what persons typed.
pub(crate) struct DecryptingKey {
    key: OaepPrivateDecryptingKey,
    certificate: String,
    /// DER of a PKCS #8 key.
    pkcs8: Vec<u8>,
}

/// The sizes tell which key a text was encrypted for.
const ABHA_SIZE: KeySize = KeySize::Rsa4096;
const PHR_SIZE: KeySize = KeySize::Rsa2048;

type OfProcess = OnceLock<Option<Arc<DecryptingKey>>>;

static ABHA_KEY: OfProcess = OnceLock::new();
static PHR_KEY: OfProcess = OnceLock::new();

/// The keys that decrypt what persons typed: those of a state file or of a rotation, or else those
/// with which every sandbox of this process begins.
#[derive(Debug, Default)]
pub(crate) struct DecryptingKeys {
    abha: OnceLock<Arc<DecryptingKey>>,
    phr: OnceLock<Arc<DecryptingKey>>,
}

impl DecryptingKeys {
    /// Whether nobody has to wait for them any more.
    pub(crate) fn are_made(&self) -> bool {
        self.made_abha().is_some() && self.made_phr().is_some()
    }

    fn made_abha(&self) -> Option<&Arc<DecryptingKey>> {
        self.abha.get().or_else(|| ABHA_KEY.get()?.as_ref())
    }

    fn made_phr(&self) -> Option<&Arc<DecryptingKey>> {
        self.phr.get().or_else(|| PHR_KEY.get()?.as_ref())
    }

    /// A fresh pair. Takes seconds: not for the async threads.
    pub(crate) fn generate() -> Result<Self, SandboxError> {
        let key = |size| Ok::<_, SandboxError>(Arc::new(DecryptingKey::generate(size)?).into());
        Ok(Self { abha: key(ABHA_SIZE)?, phr: key(PHR_SIZE)? })
    }

    /// The 4096-bit key of the ABHA family.
    pub(crate) fn abha(&self) -> Result<Arc<DecryptingKey>, SandboxError> {
        of_process(&self.abha, &ABHA_KEY, ABHA_SIZE)
    }

    /// The 2048-bit key of the PHR families.
    pub(crate) fn phr(&self) -> Result<Arc<DecryptingKey>, SandboxError> {
        of_process(&self.phr, &PHR_KEY, PHR_SIZE)
    }
}

fn of_process(
    own: &OnceLock<Arc<DecryptingKey>>,
    process: &'static OfProcess,
    size: KeySize,
) -> Result<Arc<DecryptingKey>, SandboxError> {
    if let Some(key) = own.get() {
        return Ok(Arc::clone(key));
    }
    let key = process.get_or_init(|| DecryptingKey::generate(size).ok().map(Arc::new));
    key.clone().ok_or(SandboxError::Keys)
}

impl DecryptingKey {
    fn generate(size: KeySize) -> Result<Self, SandboxError> {
        Self::new(PrivateDecryptingKey::generate(size).map_err(|_| SandboxError::Keys)?)
    }

    fn restored(pkcs8: &[u8]) -> Result<Self, SandboxError> {
        Self::new(PrivateDecryptingKey::from_pkcs8(pkcs8).map_err(|_| SandboxError::Keys)?)
    }

    fn new(key: PrivateDecryptingKey) -> Result<Self, SandboxError> {
        let der: PublicKeyX509Der<'_> =
            key.public_key().as_der().map_err(|_| SandboxError::Keys)?;
        let certificate = STANDARD.encode(der.as_ref());
        let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| SandboxError::Keys)?;
        let pkcs8 = der.as_ref().to_vec();
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| SandboxError::Keys)?;
        Ok(Self { key, certificate, pkcs8 })
    }

    /// The public half: base64 of a SubjectPublicKeyInfo, without PEM armor.
    pub(crate) fn certificate(&self) -> &str {
        &self.certificate
    }

    /// A text under the public half, in base64.
    pub(crate) fn encrypt(&self, text: &str) -> Result<String, SandboxError> {
        let der = STANDARD.decode(&self.certificate).map_err(|_| SandboxError::Keys)?;
        let key = PublicEncryptingKey::from_der(&der).map_err(|_| SandboxError::Keys)?;
        let key = OaepPublicEncryptingKey::new(key).map_err(|_| SandboxError::Keys)?;
        let mut out = vec![0; key.ciphertext_size()];
        let cipher = key.encrypt(&OAEP_SHA1_MGF1SHA1, text.as_bytes(), &mut out, None);
        Ok(STANDARD.encode(cipher.map_err(|_| SandboxError::Keys)?))
    }

    /// What stands in a base64 RSA-OAEP text (SHA-1, MGF1 SHA-1). `None` for a wrong key, padding
    /// or encoding alike: ABDM does not tell them apart either.
    pub(crate) fn decrypt(&self, text: &str) -> Option<String> {
        let cipher = STANDARD.decode(text).ok()?;
        if cipher.len() != self.key.key_size_bytes() {
            return None;
        }
        let mut plain = vec![0; self.key.min_output_size()];
        let plain = self.key.decrypt(&OAEP_SHA1_MGF1SHA1, &cipher, &mut plain, None).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }
}

/// The key of the registries, which encrypt by PKCS #1 and under a certificate of their own
/// (registries.md). Every sandbox of the process has the same.
pub(crate) struct RegistryKey {
    key: Pkcs1PrivateDecryptingKey,
    certificate: String,
}

static REGISTRY_KEY: OnceLock<Option<RegistryKey>> = OnceLock::new();

impl RegistryKey {
    /// The key, if somebody has asked for its public half: nothing can be encrypted for it else.
    pub(crate) fn made() -> Option<&'static Self> {
        REGISTRY_KEY.get()?.as_ref()
    }

    /// The public half: base64 of a SubjectPublicKeyInfo. The first time takes a moment: not for
    /// the async threads.
    pub(crate) fn certificate() -> Result<&'static str, SandboxError> {
        let key = REGISTRY_KEY.get_or_init(Self::generate).as_ref();
        key.map(|key| key.certificate.as_str()).ok_or(SandboxError::Keys)
    }

    fn generate() -> Option<Self> {
        let key = PrivateDecryptingKey::generate(KeySize::Rsa2048).ok()?;
        let der: PublicKeyX509Der<'_> = key.public_key().as_der().ok()?;
        let certificate = STANDARD.encode(der.as_ref());
        Some(Self { key: Pkcs1PrivateDecryptingKey::new(key).ok()?, certificate })
    }

    /// What stands in a base64 text of RSA/ECB/PKCS1Padding.
    pub(crate) fn decrypt(&self, text: &str) -> Option<String> {
        let cipher = STANDARD.decode(text).ok()?;
        let mut plain = vec![0; self.key.min_output_size()];
        let plain = self.key.decrypt(&cipher, &mut plain).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }
}

impl fmt::Debug for RegistryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegistryKey(…)")
    }
}

impl fmt::Debug for DecryptingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DecryptingKey(…)")
    }
}

/// The PKCS #1 key inside a PKCS #8 one, which is what `jsonwebtoken` reads: behind version and
/// algorithm (22 bytes for every RSA key) stands one OCTET STRING with a length of two bytes.
fn pkcs1(pkcs8: &[u8]) -> Option<&[u8]> {
    match pkcs8.split_at_checked(22)? {
        (_, [0x04, 0x82, high, low, key @ ..]) => {
            (key.len() == usize::from(u16::from_be_bytes([*high, *low]))).then_some(key)
        }
        _ => None,
    }
}

const fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::RS512 => "RS512",
        _ => "RS256",
    }
}

/// `jsonwebtoken` panics when several backends are compiled in and none was chosen.
fn install_provider() {
    let _already_set = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}
