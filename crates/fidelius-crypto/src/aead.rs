//! Step 6 of fidelius.md 1: AES-256-GCM with a 96-bit IV, a 128-bit tag and no associated data.
//!
//! Two libraries do the same work. `aws-lc` (feature `aws-lc`, on by default) is about four times
//! faster on processors with wide vector AES; `RustCrypto`'s `aes-gcm` needs no C compiler and is
//! what remains without the feature. `docs/performance.md` has the measurements.

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(any(not(feature = "aws-lc"), test))]
mod rust_crypto;

#[cfg(feature = "aws-lc")]
pub(crate) use self::aws_lc::{open_in_place, seal, seal_in_place};
#[cfg(not(feature = "aws-lc"))]
pub(crate) use self::rust_crypto::{open_in_place, seal, seal_in_place};

/// Length of the key in bytes.
pub(crate) const KEY_LEN: usize = 32;
/// Length of the IV in bytes.
pub(crate) const IV_LEN: usize = 12;
/// Length of the tag in bytes.
pub(crate) const TAG_LEN: usize = 16;

#[cfg(all(test, feature = "aws-lc"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn both_libraries_give_the_same_bytes(
            key: [u8; KEY_LEN],
            iv: [u8; IV_LEN],
            plaintext in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let sealed = aws_lc::seal(&key, &iv, &plaintext).unwrap();
            prop_assert_eq!(&rust_crypto::seal(&key, &iv, &plaintext).unwrap(), &sealed);

            let mut in_place = plaintext.clone();
            aws_lc::seal_in_place(&key, &iv, &mut in_place).unwrap();
            prop_assert_eq!(&in_place, &sealed);
            let mut in_place = plaintext.clone();
            rust_crypto::seal_in_place(&key, &iv, &mut in_place).unwrap();
            prop_assert_eq!(&in_place, &sealed);

            let mut opened = sealed.clone();
            let length = aws_lc::open_in_place(&key, &iv, &mut opened).unwrap();
            prop_assert_eq!(&opened[..length], plaintext.as_slice());
            let mut opened = sealed;
            let length = rust_crypto::open_in_place(&key, &iv, &mut opened).unwrap();
            prop_assert_eq!(&opened[..length], plaintext.as_slice());
        }
    }
}
