use super::Meta;

/// What every resource type has.
pub trait ResourceContent {
    /// The FHIR name of the type, as in `resourceType`.
    const TYPE: &'static str;

    /// The logical id.
    fn id(&self) -> Option<&str>;

    /// Profiles, version and security labels.
    fn meta(&self) -> Option<&Meta>;
}

/// Declares the enum of all modelled resources.
macro_rules! resources {
    ($($name:ident,)*) => {
        /// Any resource: one of the modelled types, or any other as plain JSON.
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Resource {
            $(
                #[doc = concat!("A [`", stringify!($name), "`].")]
                $name(Box<$name>),
            )*
            /// A resource of a type that ABDM documents do not use, or one without a type, or one
            /// nested deeper than FHIR allows: kept as it was read.
            Other($crate::json::Object),
        }

        impl Resource {
            /// The `resourceType`, empty when there is none.
            #[must_use]
            pub fn resource_type(&self) -> &str {
                match self {
                    $( Self::$name(_) => stringify!($name), )*
                    Self::Other(object) => {
                        object.get("resourceType").and_then($crate::json::Json::as_str).unwrap_or_default()
                    }
                }
            }

            /// The logical id.
            #[must_use]
            pub fn id(&self) -> Option<&str> {
                match self {
                    $( Self::$name(resource) => $crate::model::ResourceContent::id(&**resource), )*
                    Self::Other(object) => object.get("id").and_then($crate::json::Json::as_str),
                }
            }

            /// Profiles, version and security labels; `None` for a type that is not modelled.
            #[must_use]
            pub fn meta(&self) -> Option<&$crate::model::Meta> {
                match self {
                    $( Self::$name(resource) => $crate::model::ResourceContent::meta(&**resource), )*
                    Self::Other(_) => None,
                }
            }

            fn typed(object: $crate::json::Object, key: &str) -> Self {
                use $crate::json::Json;
                let mut object = object;
                // FHIR has no contained resources inside contained ones and no bundles inside
                // documents; reading them as plain JSON bounds how far this reader recurses.
                let too_deep = key == "contained" && object.contains("contained");
                let Some(Json::String(name)) = object.get("resourceType").filter(|_| !too_deep) else {
                    return Self::Other(object);
                };
                match name.as_str() {
                    "Bundle" if !key.is_empty() => Self::Other(object),
                    $(
                        stringify!($name) => {
                            object.remove("resourceType");
                            Self::$name(Box::new($name::from_object(object)))
                        }
                    )*
                    _ => Self::Other(object),
                }
            }
        }

        impl $crate::model::Value for Resource {
            fn fits(_: &str, json: &$crate::json::Json) -> bool {
                json.as_object().is_some()
            }

            fn read(key: &str, json: $crate::json::Json) -> Option<Self> {
                match json {
                    $crate::json::Json::Object(object) => Some(Self::typed(object, key)),
                    _ => None,
                }
            }

            fn write(&self, writer: &mut $crate::json::Writer) {
                match self {
                    $( Self::$name(resource) => $crate::model::Value::write(&**resource, writer), )*
                    Self::Other(object) => writer.object(|writer| writer.members(object)),
                }
            }

            fn leftovers(&self, path: &$crate::model::Path<'_>, report: &mut dyn FnMut(String)) {
                match self {
                    $( Self::$name(resource) => {
                        $crate::model::Value::leftovers(&**resource, path, report);
                    } )*
                    Self::Other(_) => {}
                }
            }

            fn modifiers(&self, report: &mut dyn FnMut($crate::model::Modifier<'_>)) {
                match self {
                    $( Self::$name(resource) => {
                        $crate::model::Value::modifiers(&**resource, report);
                    } )*
                    Self::Other(_) => {}
                }
            }

            fn member_text(&self, name: &str) -> Option<&str> {
                match self {
                    $( Self::$name(resource) => {
                        $crate::model::Value::member_text(&**resource, name)
                    } )*
                    Self::Other(object) => object.get(name).and_then($crate::json::Json::as_str),
                }
            }
        }

        /// The type and the names of its elements; values stay out of logs.
        impl std::fmt::Debug for Resource {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $( Self::$name(resource) => resource.fmt(f), )*
                    Self::Other(object) => object.fmt(f),
                }
            }
        }

        $crate::model::value::serde_through_text!(Resource);
    };
}
pub(super) use resources;
