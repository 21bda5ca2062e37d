/// Declares a FHIR datatype, backbone element or resource: the struct, and how it is read and
/// written without loss.
///
/// `field: Type = "name"` is an element; `field: Option<Choice> = "valueA" | "valueB"` is one with a
/// choice of types.
macro_rules! element {
    (
        $(#[doc = $doc:literal])*
        struct $name:ident $(resource $resource:literal)? {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident: $type:ty = $first:literal $(| $more:literal)*,
            )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[doc = $field_doc])*
                pub $field: $type,
            )*
            /// Everything the fields above do not take, written back as it was read.
            pub extra: $crate::json::Object,
        }

        impl $name {
            /// An element without content, to be filled field by field.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            pub(crate) fn from_object(object: $crate::json::Object) -> Self {
                let mut this = Self::default();
                if object.len() > $crate::model::value::MOST_MEMBERS {
                    this.extra = object;
                    return this;
                }
                for (key, value) in object.into_members() {
                    let refused = match key.as_str() {
                        // Of doubled members none may overtake another on writing.
                        known if this.extra.contains(known) => Some(value),
                        $(
                            $first $(| $more)* => {
                                $crate::model::Field::put(&mut this.$field, key.as_str(), value)
                            }
                        )*
                        _ => Some(value),
                    };
                    if let Some(value) = refused {
                        this.extra.push(key, value);
                    }
                }
                this
            }

            pub(crate) fn write_members(&self, writer: &mut $crate::json::Writer) {
                $( writer.member("resourceType", |writer| writer.string($resource)); )?
                $( $crate::model::Field::write(&self.$field, $first, writer); )*
                writer.members(&self.extra);
            }
        }

        impl $crate::model::Value for $name {
            fn fits(_: &str, json: &$crate::json::Json) -> bool {
                json.as_object().is_some()
            }

            fn read(_: &str, json: $crate::json::Json) -> Option<Self> {
                match json {
                    $crate::json::Json::Object(object) => Some(Self::from_object(object)),
                    _ => None,
                }
            }

            fn write(&self, writer: &mut $crate::json::Writer) {
                writer.object(|writer| self.write_members(writer));
            }

            fn leftovers(&self, path: &$crate::model::Path<'_>, report: &mut dyn FnMut(String)) {
                for (name, _) in self.extra.iter() {
                    report(format!("{path}.{name}"));
                }
                $( $crate::model::Field::leftovers(&self.$field, path, $first, report); )*
            }

            fn modifiers(&self, report: &mut dyn FnMut($crate::model::Modifier<'_>)) {
                for (name, _) in self.extra.iter() {
                    if $crate::model::value::is_modifier(name) {
                        report($crate::model::Modifier::Unreadable(name));
                    }
                }
                $( $crate::model::Field::modifiers(&self.$field, $first, report); )*
            }

            fn member_text(&self, name: &str) -> Option<&str> {
                match name {
                    $( $first => $crate::model::Field::text(&self.$field), )*
                    _ => None,
                }
            }
        }

        /// Names the elements that are present; their values are health data and stay out of logs.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))?;
                let mut present = f.debug_set();
                $(
                    if $crate::model::Field::is_present(&self.$field) {
                        present.entry(&format_args!("{}", stringify!($field)));
                    }
                )*
                for (name, _) in self.extra.iter() {
                    present.entry(&format_args!("extra.{name}"));
                }
                present.finish()
            }
        }

        $( resource_type!($name, $resource); )?
        $crate::model::value::serde_through_text!($name);
    };
}

/// What only a resource has.
macro_rules! resource_type {
    ($name:ident, $resource:literal) => {
        impl $crate::model::ResourceContent for $name {
            const TYPE: &'static str = $resource;

            fn id(&self) -> Option<&str> {
                self.id.as_deref()
            }

            fn meta(&self) -> Option<&$crate::model::Meta> {
                self.meta.as_ref()
            }
        }

        impl From<$name> for $crate::model::Resource {
            fn from(resource: $name) -> Self {
                Self::$name(Box::new(resource))
            }
        }
    };
}

/// Declares the types that one `element[x]` can have.
macro_rules! choice {
    (
        $(#[doc = $doc:literal])*
        enum $name:ident {
            $( $variant:ident($type:ty) = $key:literal, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "a box per value would cost more than it saves")]
        pub enum $name {
            $(
                #[doc = concat!("`", $key, "`")]
                $variant($type),
            )*
        }

        impl $crate::model::Value for $name {
            fn fits(key: &str, json: &$crate::json::Json) -> bool {
                match key {
                    $( $key => <$type as $crate::model::Value>::fits(key, json), )*
                    _ => false,
                }
            }

            fn read(key: &str, json: $crate::json::Json) -> Option<Self> {
                match key {
                    $( $key => $crate::model::Value::read(key, json).map(Self::$variant), )*
                    _ => None,
                }
            }

            fn write(&self, writer: &mut $crate::json::Writer) {
                match self {
                    $( Self::$variant(value) => $crate::model::Value::write(value, writer), )*
                }
            }

            fn leftovers(&self, path: &$crate::model::Path<'_>, report: &mut dyn FnMut(String)) {
                match self {
                    $( Self::$variant(value) => {
                        $crate::model::Value::leftovers(value, path, report);
                    } )*
                }
            }

            fn modifiers(&self, report: &mut dyn FnMut($crate::model::Modifier<'_>)) {
                match self {
                    $( Self::$variant(value) => {
                        $crate::model::Value::modifiers(value, report);
                    } )*
                }
            }

            fn key(&self, _: &'static str) -> &'static str {
                match self {
                    $( Self::$variant(_) => $key, )*
                }
            }
        }

        /// Names the type that was chosen; its value stays out of logs.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $( Self::$variant(_) => f.write_str(concat!(stringify!($variant), "(…)")), )*
                }
            }
        }
    };
}
