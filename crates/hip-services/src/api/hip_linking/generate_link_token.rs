//! `GenerateLinkToken`.

use abdm_core::headers::HipHeaders;
use abdm_core::lenient;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::vocabulary::Gender;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::OnGenerateLinkToken;

abdm_core::endpoint! {
    /// Ask for a link token: the right to link one patient's care contexts at one facility for six
    /// months.
    ///
    /// Never repeated by itself. The same request within about 370 s is refused (ABDM-1092), more
    /// than three a day for one address block that address for 24 hours (ABDM-1027,
    /// live-measurements.md 8 and 9). So: ask when the patient registers, keep the token until it
    /// expires, never ask per visit.
    pub GenerateLinkToken {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/v3/token/generate-token",
        auth: Session,
        headers: HipHeaders,
        request: LinkTokenRequest,
        response: Accepted,
        success: ACCEPTED,
        replay: Never,
        callback: OnGenerateLinkToken,
        errors: GenerateToken,
        source: "m2-hip.md 1.1",
    }
}

/// The patient as the ABHA profile has them: ABDM compares name, gender and year of birth.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinkTokenRequest {
    /// The ABHA number, when the patient has one. Sent as a JSON number; read in any form.
    #[serde(with = "as_number", default, skip_serializing_if = "Option::is_none")]
    pub abha_number: Option<AbhaNumber>,
    /// The ABHA address whose PHR apps will show the care contexts.
    pub abha_address: AbhaAddress,
    /// The name as in the ABHA profile.
    pub name: String,
    /// The gender as in the ABHA profile.
    pub gender: Gender,
    /// The year of birth as in the ABHA profile.
    #[serde(with = "lenient::integer")]
    pub year_of_birth: i64,
}

impl LinkTokenRequest {
    /// A request for the patient behind `abha_address`.
    #[must_use]
    pub fn new(
        abha_address: AbhaAddress,
        name: impl Into<String>,
        gender: Gender,
        year_of_birth: i64,
    ) -> Self {
        Self { abha_number: None, abha_address, name: name.into(), gender, year_of_birth }
    }

    /// The same with the ABHA number. A token that was made with it demands it in every link
    /// request.
    #[must_use]
    pub fn abha_number(mut self, number: AbhaNumber) -> Self {
        self.abha_number = Some(number);
        self
    }
}

impl std::fmt::Debug for LinkTokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkTokenRequest")
            .field("abha_number", &self.abha_number)
            .field("abha_address", &self.abha_address)
            .finish_non_exhaustive()
    }
}

/// The specification of this one call has the ABHA number as a JSON number.
mod as_number {
    use abdm_core::person::{AbhaNumber, digits};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        number: &Option<AbhaNumber>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match number.as_ref().map(|n| (n, n.to_digits().parse::<u64>())) {
            // A number with a leading zero has no JSON number that keeps it.
            Some((n, Ok(value))) if !n.to_digits().starts_with('0') => {
                serializer.serialize_u64(value)
            }
            _ => digits::option::serialize(number, serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<AbhaNumber>, D::Error> {
        digits::option::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_abha_number_leaves_as_a_number_and_is_read_in_any_form() {
        let request = LinkTokenRequest::new(
            "asha.test@sbx".parse().unwrap(),
            "Asha Test Kumari",
            Gender::Female,
            1988,
        )
        .abha_number("91-0000-0000-0001".parse().unwrap());
        let sent = serde_json::to_string(&request).unwrap();
        assert_eq!(
            sent,
            r#"{"abhaNumber":91000000000001,"abhaAddress":"asha.test@sbx","name":"Asha Test Kumari","gender":"F","yearOfBirth":1988}"#
        );
        for number in ["91000000000001", r#""91000000000001""#, r#""91-0000-0000-0001""#] {
            let loose = sent
                .replace(r#""abhaNumber":91000000000001"#, &format!(r#""abhaNumber":{number}"#));
            let loose = loose.replace("1988", r#""1988""#);
            assert_eq!(serde_json::from_str::<LinkTokenRequest>(&loose).unwrap(), request);
        }
    }

    #[test]
    fn a_number_with_a_leading_zero_keeps_it() {
        let request =
            LinkTokenRequest::new("asha.test@sbx".parse().unwrap(), "A", Gender::Female, 1988)
                .abha_number("01000000000001".parse().unwrap());
        let sent = serde_json::to_string(&request).unwrap();
        assert!(sent.starts_with(r#"{"abhaNumber":"01000000000001""#), "{sent}");
    }

    #[test]
    fn debug_shows_no_name() {
        let request =
            LinkTokenRequest::new("asha.test@sbx".parse().unwrap(), "Asha", Gender::Female, 1988);
        assert!(!format!("{request:?}").to_lowercase().contains("asha"));
    }
}
