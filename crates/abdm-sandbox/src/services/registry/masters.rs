//! A few of the codes: enough for the made-up facilities.

use std::sync::Arc;

use abdm_core::api::registry::{
    CodedName, FetchMasterData, KeepsRules, ListDistricts, ListFacilitySubtypes, ListFacilityTypes,
    ListHprCategories, ListHprSubcategories, ListMasterTypes, ListOwnerSubtypes, ListSpecialities,
    ListStates, ListSubdistricts, MasterList,
};
use abdm_core::endpoint::Endpoint;

use super::{check, not_found};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<ListStates>(|_, call| {
            answer(&call, &[("27", "Maharashtra"), ("29", "Karnataka"), ("7", "Delhi")])
        })
        .serve::<ListDistricts>(|_, call| {
            let districts: &[_] = match call.call.body.state_code {
                27 => &[("490", "Pune")],
                29 => &[("545", "Mysuru")],
                7 => &[("79", "New Delhi")],
                _ => return Err(not_found("State")),
            };
            answer(&call, districts)
        })
        .serve::<ListSubdistricts>(|_, call| {
            let subdistricts: &[_] = match call.call.body.district_code {
                490 => &[("4194", "Haveli"), ("4195", "Mulshi")],
                545 => &[("5547", "Mysuru")],
                79 => &[("438", "Connaught Place")],
                _ => return Err(not_found("District")),
            };
            answer(&call, subdistricts)
        })
        .serve::<ListMasterTypes>(|_, call| {
            answer(&call, &[("OWNER", "Ownership"), ("MEDICINE", "System of medicine")])
        })
        .serve::<FetchMasterData>(master_data)
        .serve::<ListFacilityTypes>(|_, call| answer(&call, &[("5", "Hospital"), ("15", "Clinic")]))
        .serve::<ListFacilitySubtypes>(|_, call| answer(&call, &[("59", "General Hospital")]))
        .serve::<ListOwnerSubtypes>(|_, call| answer(&call, &[("1", "Sole proprietorship")]))
        .serve::<ListSpecialities>(|_, call| answer(&call, &[("101", "General Medicine")]))
        .serve::<ListHprCategories>(|_, call| answer(&call, &[("1", "Doctor"), ("2", "Nurse")]))
        .serve::<ListHprSubcategories>(|_, call| answer(&call, &[("1", "Modern Medicine")]))
}

fn answer<E>(received: &Received<E>, entries: &[(&str, &str)]) -> Result<Answer, Refusal>
where
    E: Endpoint<Response = MasterList>,
    E::Request: KeepsRules,
{
    check(&received.call.body)?;
    let entries = entries.iter().map(|(code, name)| CodedName::new(*code, *name));
    Answer::of::<E>(&MasterList(entries.collect()))
}

fn master_data(_: &Arc<Engine>, received: Received<FetchMasterData>) -> Result<Answer, Refusal> {
    let entries: &[_] = match received.call.body.kind.as_str() {
        "OWNER" => &[("G", "Government"), ("P", "Private"), ("PP", "Public-Private-Partnership")],
        "MEDICINE" => &[("M", "Modern Medicine(Allopathy)"), ("A", "Ayurveda")],
        "" => &[],
        _ => return Err(not_found("Master type")),
    };
    answer(&received, entries)
}
