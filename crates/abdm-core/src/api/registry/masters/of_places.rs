//! Codes of places, and the lists that have a name of their own.

use super::list::MasterList;
use super::of_one_code;
use crate::wire::NoBody;

crate::endpoint! {
    /// The states of the local government directory (LGD).
    pub ListStates {
        method: GET,
        family: Registry,
        path: "/v1.5/facility/lgd/states",
        auth: RegistryBearer,
        request: NoBody,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// The districts of a state.
    pub ListDistricts {
        method: GET,
        family: Registry,
        path: "/v1.5/facility/lgd/districts",
        auth: RegistryBearer,
        request: DistrictsOf,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// The sub-districts of a district.
    pub ListSubdistricts {
        method: GET,
        family: Registry,
        path: "/v1.5/facility/lgd/subdistricts",
        auth: RegistryBearer,
        request: SubdistrictsOf,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// Of what there are lists of codes.
    pub ListMasterTypes {
        method: GET,
        family: Registry,
        path: "/v1.5/facility/get-master-types",
        auth: RegistryBearer,
        request: NoBody,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

crate::endpoint! {
    /// One list of codes.
    pub FetchMasterData {
        method: GET,
        family: Registry,
        path: "/v1.5/facility/get-master-data",
        auth: RegistryBearer,
        request: MasterData,
        response: MasterList,
        success: OK,
        replay: Safe,
        errors: Registry,
        source: "registries.md",
    }
}

of_one_code! {
    /// Of which state.
    pub DistrictsOf { state_code = "stateCode": u32 } by u32
}

of_one_code! {
    /// Of which district.
    pub SubdistrictsOf { district_code = "districtCode": u32 } by u32
}

of_one_code! {
    /// Which list, by its name from [`ListMasterTypes`].
    pub MasterData { kind = "type": String } by impl Into<String>
}
