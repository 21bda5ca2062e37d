//! ABDM health-data encryption (Fidelius): ECDH on Curve25519 in Weierstrass form, HKDF-SHA-256, AES-256-GCM.
