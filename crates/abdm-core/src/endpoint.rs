//! Endpoints.

use crate::id::IdError;

/// The variable segments of an endpoint's path.
pub trait PathParams: Sized {
    /// The segments, in the order of the path's `{…}` marks.
    fn segments(&self) -> Vec<String>;

    /// Reads the segments back.
    ///
    /// # Errors
    /// When their number or form does not fit.
    fn from_segments(segments: &[String]) -> Result<Self, IdError>;
}
