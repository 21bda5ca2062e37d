//! The searches for facilities.

use std::sync::Arc;

use abdm_core::api::registry::{
    DirectoryFacility, DirectoryReply, Facility, FacilitySearchReply, FindDuplicateFacilities,
    FindNearbyFacilities, NearbyReply, PostalPlace, SearchFacilities, SearchFacilityDirectory,
};
use serde_json::{Value, json};

use super::check;
use super::made_up::{Place, facilities};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<SearchFacilities>(search)
        .serve::<FindNearbyFacilities>(nearby)
        .serve::<FindDuplicateFacilities>(duplicates)
        .serve::<SearchFacilityDirectory>(directory)
}

/// Fuzzy on a name: each word of what is asked stands in it.
fn resembles(name: Option<&String>, asked: &str) -> bool {
    let name = name.map(|name| name.to_lowercase()).unwrap_or_default();
    asked.to_lowercase().split_whitespace().all(|word| name.contains(word))
}

/// Exact on all else, where it is asked.
fn is(own: Option<&String>, asked: &str) -> bool {
    asked.trim().is_empty() || own.is_some_and(|own| own == asked.trim())
}

fn search(engine: &Arc<Engine>, received: Received<SearchFacilities>) -> Result<Answer, Refusal> {
    let asked = received.call.body;
    check(&asked)?;
    let fits = |facility: &Facility| {
        if !asked.facility_id.is_empty() {
            return facility.facility_id.as_deref() == Some(&asked.facility_id);
        }
        resembles(facility.facility_name.as_ref(), &asked.facility_name)
            && is(facility.ownership_code.as_ref(), &asked.ownership_code)
            && is(facility.state_lgd_code.as_ref(), &asked.state_lgd_code)
            && is(facility.district_lgd_code.as_ref(), &asked.district_lgd_code)
            && is(facility.sub_district_lgd_code.as_ref(), &asked.sub_district_lgd_code)
            && is(facility.pincode.as_ref(), &asked.pincode)
    };
    let all = facilities(&engine.world()).into_iter().map(|place| place.facility);
    let found: Vec<Facility> = all.filter(fits).collect();
    let (size, count) = (asked.results_per_page as usize, found.len());
    let skipped = size.saturating_mul(asked.page as usize - 1);
    let mut reply = FacilitySearchReply::default();
    reply.message = Some("Facility search results".to_owned());
    reply.total_facilities = i64::try_from(count).ok();
    reply.number_of_pages = i64::try_from(count.div_ceil(size)).ok();
    reply.facilities = found.into_iter().skip(skipped).take(size).collect();
    Answer::of::<SearchFacilities>(&reply)
}

/// Kilometres between two places, on a flat map: near enough for a search around a town.
fn distance(one: (f64, f64), other: (f64, f64)) -> f64 {
    const KILOMETRES_A_DEGREE: f64 = 111.2;
    let north = one.0 - other.0;
    let east = (one.1 - other.1) * one.0.to_radians().cos();
    north.hypot(east) * KILOMETRES_A_DEGREE
}

fn nearby(
    engine: &Arc<Engine>,
    received: Received<FindNearbyFacilities>,
) -> Result<Answer, Refusal> {
    let asked = received.call.body;
    check(&asked)?;
    let number = |text: &str| text.parse::<f64>().unwrap_or_default();
    let centre = (number(&asked.center_lat), number(&asked.center_lon));
    let radius = number(&asked.radius_in_km);
    let name = asked.facility_name.as_deref().unwrap_or_default();
    let owner = asked.facility_ownership.as_deref().unwrap_or_default();
    let mut found: Vec<(f64, Facility)> = facilities(&engine.world())
        .into_iter()
        .filter_map(|Place { facility, at }| Some((distance(centre, at?), facility)))
        .filter(|(away, facility)| {
            *away <= radius
                && resembles(facility.facility_name.as_ref(), name)
                && is(facility.ownership_code.as_ref(), owner)
        })
        .collect();
    found.sort_by(|one, other| one.0.total_cmp(&other.0));
    let whole = |text: &str| text.parse::<usize>().unwrap_or_default();
    let mut reply = NearbyReply::default();
    reply.search_count_total = i64::try_from(found.len()).ok();
    let shown = found.into_iter().skip(whole(&asked.from)).take(whole(&asked.size));
    reply.record_list =
        shown.map(|(_, facility)| serde_json::to_value(facility).unwrap_or_default()).collect();
    Answer::of::<FindNearbyFacilities>(&reply)
}

fn duplicates(
    engine: &Arc<Engine>,
    received: Received<FindDuplicateFacilities>,
) -> Result<Answer, Refusal> {
    let asked = received.call.body;
    check(&asked)?;
    let alike = |facility: &Facility| {
        resembles(facility.facility_name.as_ref(), &asked.name)
            && is(facility.district_lgd_code.as_ref(), &asked.district)
            && is(facility.sub_district_lgd_code.as_ref(), &asked.sub_district)
    };
    let all = facilities(&engine.world()).into_iter().map(|place| place.facility);
    let shown = all.filter(alike).map(|facility| {
        json!({"facilityId": facility.facility_id, "facilityName": facility.facility_name,
            "address": facility.address, "pincode": facility.pincode})
    });
    Answer::of::<FindDuplicateFacilities>(&shown.collect::<Vec<Value>>())
}

fn directory(
    engine: &Arc<Engine>,
    received: Received<SearchFacilityDirectory>,
) -> Result<Answer, Refusal> {
    let asked = received.call.body;
    check(&asked)?;
    let of = |field: &Option<String>| field.clone().unwrap_or_default();
    let (name, state, district) = (
        of(&asked.facility.facility_name),
        of(&asked.facility.state),
        of(&asked.facility.district),
    );
    let fits = |facility: &Facility| {
        resembles(facility.facility_name.as_ref(), &name)
            && is(facility.state_lgd_code.as_ref(), &state)
            && is(facility.district_lgd_code.as_ref(), &district)
    };
    let shown = |facility: Facility| {
        let mut place = PostalPlace::default();
        (place.address_line1, place.pincode) = (facility.address, facility.pincode);
        (place.district, place.state) = (facility.district_name, facility.state_name);
        let mut shown = DirectoryFacility::default();
        (shown.id, shown.name) = (facility.facility_id, facility.facility_name);
        shown.contact_number = Some("9999900020".to_owned());
        (shown.latitude, shown.longitude) = (facility.latitude, facility.longitude);
        shown.address = Some(place);
        shown
    };
    let all = facilities(&engine.world()).into_iter().map(|place| place.facility);
    let mut reply = DirectoryReply::default();
    reply.reference_number = Some(crate::random_uuid().to_string());
    reply.facilities = all.filter(fits).map(shown).collect();
    Answer::of::<SearchFacilityDirectory>(&reply)
}
