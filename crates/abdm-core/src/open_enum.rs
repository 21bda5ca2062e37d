//! Open string enums: known variants plus whatever else the wire brings.
//!
//! ABDM adds values without notice. An unknown one must never make a message unreadable, and must
//! leave again exactly as it came.

/// What [`open_enum!`](crate::open_enum!) defines: known texts, and whatever else the wire brings.
pub trait OpenText: Sized + Clone + From<String> + 'static {
    /// Every known value.
    const KNOWN: &'static [Self];

    /// The text as it stands on the wire.
    fn text(&self) -> &str;

    /// Reads a text without regard to case and to blanks around it. What is not known is kept as it
    /// came.
    #[must_use]
    fn in_any_case(text: &str) -> Self {
        let read = text.trim();
        let known = Self::KNOWN.iter().find(|known| known.text().eq_ignore_ascii_case(read));
        known.cloned().unwrap_or_else(|| text.to_owned().into())
    }
}

/// Defines an enum of wire texts with a catch-all variant `Other(String)`.
///
/// Reading never fails and writing is lossless. Matching is exact, as the wire is; what peers are
/// known to write in any case is read by [`lenient::any_case`](crate::lenient::any_case).
///
/// ```
/// abdm_core::open_enum! {
///     /// How a care context's transfer ended.
///     pub enum HiStatus {
///         /// It was delivered.
///         Delivered = "DELIVERED",
///         /// It was not.
///         Errored = "ERRORED",
///     }
/// }
/// assert_eq!(HiStatus::from("DELIVERED"), HiStatus::Delivered);
/// assert_eq!(HiStatus::from("LATER").as_str(), "LATER");
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$doc:meta])*
        $vis:vis enum $name:ident {
            $( $(#[$variant_doc:meta])* $variant:ident = $text:literal ),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash,
            $crate::id::private::Serialize, $crate::id::private::Deserialize,
        )]
        #[serde(crate = "::abdm_core::id::private::serde", from = "String", into = "String")]
        #[non_exhaustive]
        $vis enum $name {
            $( $(#[$variant_doc])* $variant, )+
            /// A value that this version does not know, kept as it came.
            Other(String),
        }

        impl $name {
            /// Every known value, in the contract's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Other(text) => text,
                }
            }
        }

        impl $crate::open_enum::OpenText for $name {
            const KNOWN: &'static [Self] = Self::ALL;

            fn text(&self) -> &str {
                self.as_str()
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$variant, )+
                    other => Self::Other(other.to_owned()),
                }
            }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
