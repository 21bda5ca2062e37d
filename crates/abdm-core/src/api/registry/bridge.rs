//! `LinkBridge`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::linked_service::LinkedService;
use super::rules::{self, InvalidField, KeepsRules, is_there, keep};
use crate::endpoint::Endpoint as _;
use crate::error::ApiError;
use crate::open_enum;

crate::endpoint! {
    /// Link a facility to a bridge, one entry for each role. (The spelling of the path is NHA's.)
    /// The answer is a 200 whatever happened, and tells of each role.
    pub LinkBridge {
        method: POST,
        family: Registry,
        path: "/v1/bridges/MutipleHRPAddUpdateServices",
        auth: RegistryBearer,
        request: BridgeLinks,
        response: LinkageAnswer,
        answer: each,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "gateway.md 4, registries.md",
    }
}

open_enum! {
    /// In which role a facility is linked to a bridge.
    pub enum BridgeRole {
        /// Health Information Provider.
        Hip = "HIP",
        /// Health Information User.
        Hiu = "HIU",
    }
}

/// A facility, and the roles in which it is linked to bridges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BridgeLinks {
    /// The HFR id. A draft has none.
    pub facility_id: String,
    /// The name in the registry.
    pub facility_name: String,
    /// One entry for each role.
    #[serde(rename = "HRP")]
    pub services: Vec<RequestedLink>,
}

impl BridgeLinks {
    /// This facility, in no role yet.
    #[must_use]
    pub fn new(facility_id: impl Into<String>, facility_name: impl Into<String>) -> Self {
        let (facility_id, facility_name) = (facility_id.into(), facility_name.into());
        Self { facility_id, facility_name, services: Vec::new() }
    }

    /// And in this role.
    #[must_use]
    pub fn service(mut self, service: RequestedLink) -> Self {
        self.services.push(service);
        self
    }
}

/// One role of a facility on a bridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestedLink {
    /// The bridge id, which is the client id.
    pub bridge_id: String,
    /// What patients see: at most 15 characters, no special ones; unique per bridge within the
    /// facility. NHA's own sample is longer, so that it is sent all the same
    /// ([`name_problem`](Self::name_problem)).
    pub hip_name: String,
    /// The role.
    #[serde(rename = "type")]
    pub role: BridgeRole,
    /// `false` switches the role off without removing it.
    pub active: bool,
    /// Other names, as a third party sends them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alias: Vec<String>,
}

impl RequestedLink {
    /// This role on a bridge, switched on.
    #[must_use]
    pub fn new(bridge_id: impl Into<String>, name: impl Into<String>, role: BridgeRole) -> Self {
        let (bridge_id, hip_name) = (bridge_id.into(), name.into());
        Self { bridge_id, hip_name, role, active: true, alias: Vec::new() }
    }

    /// The same, switched off.
    #[must_use]
    pub const fn switched_off(mut self) -> Self {
        self.active = false;
        self
    }

    /// What the registry may refuse of the name (HIS-1125, HIS-1129).
    #[must_use]
    pub fn name_problem(&self) -> Option<&'static str> {
        if self.hip_name.chars().count() > 15 {
            Some("it has more than 15 characters")
        } else if self.hip_name.contains(['%', '$', '*', '#', '@', '(', '~', '&', '!', ')']) {
            Some("it has one of the characters %$*#@(~&!)")
        } else {
            None
        }
    }
}

impl KeepsRules for BridgeLinks {
    fn check(&self) -> Result<(), InvalidField> {
        rules::facility_id(&self.facility_id)?;
        rules::facility_name(&self.facility_name)?;
        keep(!self.services.is_empty(), "HRP", "it must name a role at least")?;
        for service in &self.services {
            // Client ids of the sandbox have an underscore.
            let inside = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
            let is_id = !service.bridge_id.is_empty() && service.bridge_id.bytes().all(inside);
            keep(is_id, "bridgeId", "it must be the client id: letters, digits, `_` and `-`")?;
            keep(is_there(&service.hip_name), "hipName", "it must be there")?;
            let is_role = matches!(service.role, BridgeRole::Hip | BridgeRole::Hiu);
            keep(is_role, "type", "it must be HIP or HIU")?;
        }
        Ok(())
    }
}

/// What the registry answers to a linkage, as it came: [`services`](Self::services) reads it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct LinkageAnswer {
    /// The JSON.
    pub body: Value,
}

impl LinkageAnswer {
    /// This answer.
    #[must_use]
    pub const fn new(body: Value) -> Self {
        Self { body }
    }

    /// What became of each role, in the order in which the registry tells it (ruling 36): one that
    /// was linked before is a success. Empty where it tells nothing.
    #[must_use]
    pub fn services(&self) -> Vec<Result<LinkedService, ApiError>> {
        let (status, headers) = (http::StatusCode::OK, http::HeaderMap::new());
        LinkedService::read_each(&LinkBridge::META, status, &headers, self.body.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> BridgeLinks {
        BridgeLinks::new("IN0000000001", "Example Hospital").service(RequestedLink::new(
            "SBX_000000",
            "Example HMS",
            BridgeRole::Hip,
        ))
    }

    #[test]
    fn it_is_written_as_the_contract_prints_it() {
        assert_eq!(
            serde_json::to_string(&link()).unwrap(),
            r#"{"facilityId":"IN0000000001","facilityName":"Example Hospital","HRP":[{"bridgeId":"SBX_000000","hipName":"Example HMS","type":"HIP","active":true}]}"#
        );
        let off = RequestedLink::new("SBX_000000", "Example HMS", BridgeRole::Hiu).switched_off();
        assert!(serde_json::to_string(&off).unwrap().contains(r#""active":false"#));
    }

    #[test]
    fn a_field_that_breaks_its_rule_is_named_and_a_name_that_is_too_long_only_warned_of() {
        assert_eq!(link().check(), Ok(()));
        let mut long = link();
        long.services[0].hip_name = "Sunrise Hospital 1".to_owned();
        assert_eq!(long.check(), Ok(()));
        assert!(long.services[0].name_problem().is_some());
        long.services[0].hip_name = "A&B".to_owned();
        assert!(long.services[0].name_problem().is_some());
        assert_eq!(link().services[0].name_problem(), None);
        let broken = |change: fn(&mut BridgeLinks)| {
            let mut link = link();
            change(&mut link);
            link.check().unwrap_err().field
        };
        assert_eq!(broken(|l| l.facility_id = "IN1".to_owned()), "facilityId");
        assert_eq!(broken(|l| l.facility_name = "A & B".to_owned()), "facilityName");
        assert_eq!(broken(|l| l.services.clear()), "HRP");
        assert_eq!(broken(|l| l.services[0].bridge_id = "SBX 1".to_owned()), "bridgeId");
        assert_eq!(broken(|l| l.services[0].hip_name = " ".to_owned()), "hipName");
        assert_eq!(broken(|l| l.services[0].role = "PHR".into()), "type");
    }

    #[test]
    fn mixed_results_are_told_one_by_one() {
        let answer = LinkageAnswer::new(serde_json::json!([
            {"servicesLinked": {"id": "IN0000000001", "name": "Example HMS", "type": "HIP"}},
            {"error": {"code": "2500", "message": "IN0000000001 is already associated with bridge SBX_1 and service id: IN0000000001_2"}},
            {"error": {"code": "HIS-1128", "message": "HIP name is in use"}}
        ]));
        let services = answer.services();
        let [Ok(first), Ok(second), Err(third)] = &services[..] else { panic!("{services:?}") };
        assert_eq!((first.id.as_ref().unwrap().as_str(), first.already), ("IN0000000001", false));
        let id = second.id.as_ref().unwrap().as_str();
        assert_eq!((id, second.already), ("IN0000000001_2", true));
        assert_eq!(third.code().unwrap().as_str(), "HIS-1128");
        let whole = serde_json::json!({"code": "HIS-400", "message": "Bad request", "details": [
            {"code": "HIS-1124", "message": "Bridge is not linked"}]});
        let services = LinkageAnswer::new(whole).services();
        let [Err(error)] = &services[..] else { panic!("{services:?}") };
        assert_eq!(error.code().unwrap().as_str(), "HIS-1124");
        assert!(LinkageAnswer::new(serde_json::json!([])).services().is_empty());
    }
}
