//! Who is in the registries. All of it is invented.

use abdm_core::api::registry::{Facility, Practitioner, Professional, Qualification, Registration};

use crate::world::World;

/// Facilities that nobody has linked yet: HFR id, name, owner, state, district, sub-district,
/// pincode, degrees north and east.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    (&'static str, &'static str),
    (&'static str, &'static str),
    (&'static str, &'static str),
    &'static str,
    (f64, f64),
);

const FACILITIES: [Row; 4] = [
    (
        "IN9900000001",
        "Example Hospital",
        "P",
        ("Maharashtra", "27"),
        ("Pune", "490"),
        ("Haveli", "4194"),
        "411001",
        (18.5204, 73.8567),
    ),
    (
        "IN9900000002",
        "Sample Nursing Home",
        "P",
        ("Maharashtra", "27"),
        ("Pune", "490"),
        ("Mulshi", "4195"),
        "411057",
        (18.5913, 73.7389),
    ),
    (
        "IN9900000003",
        "Example District Hospital",
        "G",
        ("Karnataka", "29"),
        ("Mysuru", "545"),
        ("Mysuru", "5547"),
        "570001",
        (12.2958, 76.6394),
    ),
    (
        "IN9900000004",
        "Trial Diagnostic Centre",
        "PP",
        ("Delhi", "7"),
        ("New Delhi", "79"),
        ("Connaught Place", "438"),
        "110001",
        (28.6315, 77.2167),
    ),
];

/// A facility, and where it is.
pub(super) struct Place {
    pub(super) facility: Facility,
    /// Degrees north and east; those that a tester registered are nowhere.
    pub(super) at: Option<(f64, f64)>,
}

/// All facilities: the made-up ones, and those of the sandbox's bridges whose id is one of the HFR.
pub(super) fn facilities(world: &World) -> Vec<Place> {
    let mut all: Vec<Place> = FACILITIES.iter().map(place).collect();
    for own in world.registry.facilities() {
        let is_there =
            all.iter().any(|place| place.facility.facility_id.as_deref() == Some(&own.id));
        if !is_there && own.id.len() == 12 && own.id.starts_with("IN") {
            let mut facility = Facility::new(own.id.as_str(), own.name.as_str());
            facility.ownership_code = Some("P".to_owned());
            facility.facility_status = Some("Approved".to_owned());
            all.push(Place { facility, at: None });
        }
    }
    all
}

/// The facility with this id.
pub(super) fn facility(world: &World, id: &str) -> Option<Facility> {
    let mut all = facilities(world).into_iter().map(|place| place.facility);
    all.find(|facility| facility.facility_id.as_deref() == Some(id))
}

fn place(row: &Row) -> Place {
    let text = |text: &str| Some(text.to_owned());
    let (id, name, owner, state, district, sub_district, pincode, at) = *row;
    let mut facility = Facility::new(id, name);
    facility.facility_status = text("Approved");
    facility.ownership_code = text(owner);
    facility.ownership = text(match owner {
        "G" => "Government",
        "P" => "Private",
        _ => "Public-Private-Partnership",
    });
    facility.system_of_medicine = text("Modern Medicine(Allopathy)");
    facility.system_of_medicine_code = text("M");
    facility.facility_type = text("Hospital");
    facility.facility_type_code = text("5");
    (facility.state_name, facility.state_lgd_code) = (text(state.0), text(state.1));
    (facility.district_name, facility.district_lgd_code) = (text(district.0), text(district.1));
    facility.sub_district_name = text(sub_district.0);
    facility.sub_district_lgd_code = text(sub_district.1);
    facility.address = text("1 Example Road");
    facility.pincode = text(pincode);
    (facility.latitude, facility.longitude) = (Some(at.0.to_string()), Some(at.1.to_string()));
    Place { facility, at: Some(at) }
}

/// A professional, and their mobile number.
pub(super) struct Known {
    pub(super) professional: Professional,
    pub(super) mobile: &'static str,
    pub(super) detail: Practitioner,
}

/// HPR number, address, name, mobile number, registration number.
const PROFESSIONALS: [(&str, &str, &str, &str, &str); 3] = [
    ("71000000000001", "asha.invented@hpr.abdm", "Asha Invented", "9999900021", "MH-EX-1"),
    ("71000000000002", "ravi.invented@hpr.abdm", "Ravi Invented", "9999900021", "MH-EX-2"),
    ("71000000000003", "devi.invented@dr.abdm", "Devi Invented", "9999900023", "KA-EX-3"),
];

/// All professionals.
pub(super) fn professionals() -> impl Iterator<Item = Known> {
    PROFESSIONALS.iter().enumerate().map(|(at, (number, address, name, mobile, registered))| {
        let text = |text: &str| Some(text.to_owned());
        let mut professional = Professional::new(number, address, name);
        professional.auth_methods = vec!["MOBILE_OTP".to_owned()];
        (professional.category_id, professional.sub_category_id) = (text("1"), text("1"));
        let mut registration = Registration::default();
        registration.identifier = Some((at + 1).to_string());
        registration.category = text("Permanent");
        registration.system_of_medicine = text("Modern Medicine");
        registration.council_name = text("Example Medical Council");
        registration.registration_number = text(registered);
        registration.is_renewable = Some(false);
        let mut qualification = Qualification::default();
        qualification.course_name = text("MBBS");
        qualification.college_name = text("Example Medical College");
        qualification.qualification_year = text("2010");
        let mut detail = Practitioner::default();
        detail.identifier = Some((at + 1).to_string());
        (detail.active, detail.is_council_verified) = (Some(true), Some(true));
        (detail.name, detail.hpr_id) = (text(name), text(address));
        detail.salutation = text("Dr.");
        detail.application_status = text("Approved");
        detail.hpr_category = text("Doctor");
        detail.mobile_number = text(&format!("******{}", mobile.get(6..).unwrap_or_default()));
        detail.registrations = vec![registration];
        detail.qualifications = vec![qualification];
        Known { professional, mobile, detail }
    })
}
