//! A profile photo.

use std::fmt;

use abdm_core::id::IdError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The largest photo that ABDM takes, in bytes.
pub const MAX_PHOTO_BYTES: usize = 100 * 1024;

/// A photo of a face: PNG or JPEG of at most 100 KB.
#[derive(Clone)]
pub struct Photo(Vec<u8>);

impl Photo {
    /// Takes the bytes of an image file. Whether a face is on it, ABDM decides.
    ///
    /// # Errors
    /// When it is neither PNG nor JPEG, or too large.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, IdError> {
        let bytes = bytes.into();
        let image = bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8\xff");
        if !image {
            return Err(IdError::new("Photo", "it must be a PNG or JPEG image"));
        }
        if bytes.len() > MAX_PHOTO_BYTES {
            return Err(IdError::new("Photo", "it must have at most 100 KB"));
        }
        Ok(Self(bytes))
    }

    /// Base64, as ABDM takes it.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.0)
    }
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Photo({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_small_images_are_photos() {
        let jpeg = |size: usize| [b"\xff\xd8\xff".to_vec(), vec![0; size - 3]].concat();
        assert!(Photo::new(jpeg(MAX_PHOTO_BYTES)).is_ok());
        assert!(Photo::new(jpeg(MAX_PHOTO_BYTES + 1)).is_err());
        assert!(Photo::new(b"%PDF-1.7".to_vec()).is_err());
        assert!(Photo::new(Vec::new()).is_err());
    }
}
