//! The profiles that a resource claims in `meta.profile`.

use super::{
    Kind,
    generated::{BASE_PROFILES, PROFILES, RESOURCE_TYPES},
    near::nearest,
    path::Path,
    rules::Profile,
    walk::{Nodes, Walk},
};
use crate::{codes::PROFILE_BASE, json::Json};

/// Where R4 keeps its own profiles.
const R4_BASE: &str = "http://hl7.org/fhir/StructureDefinition/";

/// A profile of the guide by its name.
pub(super) fn profile(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.name == name).copied()
}

/// The name of an NRCES profile, without a version.
pub(super) fn profile_name(url: &str) -> Option<&str> {
    url.strip_prefix(PROFILE_BASE)?.split('|').next()
}

/// The profiles that a resource claims.
pub(super) fn declared(resource: &Json) -> impl Iterator<Item = &str> {
    let profiles = resource.get("meta").and_then(|meta| meta.get("profile"));
    profiles.and_then(Json::as_array).unwrap_or_default().iter().filter_map(Json::as_str)
}

/// Whether a resource claims one of R4's profiles of vital signs.
pub(super) fn is_vital_sign(resource: &Json) -> bool {
    declared(resource).any(|url| base_profile(url).is_some())
}

fn base_profile(url: &str) -> Option<&'static Profile> {
    let name = url.strip_prefix(R4_BASE)?.split('|').next()?;
    BASE_PROFILES.iter().find(|profile| profile.name == name).copied()
}

impl Walk<'_, '_> {
    /// Adds what a claimed profile demands, or says why it cannot be held against the resource.
    pub(super) fn claim(&mut self, url: &str, type_: &str, nodes: &mut Nodes, path: &Path<'_>) {
        let of_guide = profile_name(url);
        let known = of_guide.and_then(profile).or_else(|| base_profile(url));
        let claimed_type = match known {
            Some(profile) => profile.type_,
            None => match url.strip_prefix(R4_BASE).and_then(|name| name.split('|').next()) {
                // R4 publishes each type as a profile that adds nothing.
                Some("Resource" | "DomainResource") => type_,
                Some(name) if RESOURCE_TYPES.binary_search(&name).is_ok() => name,
                _ => return self.unknown_profile(url, of_guide, type_, path),
            },
        };
        if claimed_type != type_ {
            let own = PROFILES.iter().find(|profile| profile.type_ == type_);
            let help = match own {
                Some(own) => format!("name one of {type_}, such as {PROFILE_BASE}{}", own.name),
                None => format!("leave it out; the guide has no profile of {type_}"),
            };
            self.checker.error(
                path.name("meta").name("profile").to_string(),
                "profile-type",
                Kind::Profile,
                format!("the profile is one of {claimed_type}, not of {type_}"),
                help,
            );
        } else if let Some(profile) = known
            && !nodes.iter().any(|node| std::ptr::eq(*node, &profile.root))
        {
            nodes.push(&profile.root);
        }
    }

    fn unknown_profile(&mut self, url: &str, of_guide: Option<&str>, type_: &str, path: &Path<'_>) {
        let of_type = PROFILES.iter().filter(|profile| profile.type_ == type_);
        let names = of_type.map(|profile| profile.name);
        let (message, near) = match of_guide {
            Some(name) => ("the NRCES profile is not one for documents", nearest(name, names)),
            None => {
                let name = url.rsplit('/').next().unwrap_or_default();
                let message =
                    "the profile is not known here, so the resource was not held against it";
                (message, nearest(name, names))
            }
        };
        let help = match near {
            Some(name) => format!("write {PROFILE_BASE}{name}"),
            None => "name a profile of the guide ndhm.in 6.5.0, or have it checked by who made it"
                .to_owned(),
        };
        self.checker.warning(
            path.name("meta").name("profile").to_string(),
            "profile-known",
            Kind::Profile,
            message,
            help,
        );
    }
}
