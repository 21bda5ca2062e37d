//! The matrix of logins: which scope goes with which hint and sender (m1-abha.md 7.1).

use abha_enrollment::api::vocabulary::{LoginHint, OtpSystem, Scope};

use crate::services::abha::scan::Scanned;

/// By which proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// An OTP of UIDAI.
    AadhaarOtp,
    /// An OTP of ABDM.
    MobileOtp,
    /// A scan at the desk.
    Scan(Scanned),
    /// A face that the ABHA app scans.
    AbhaApp,
}

impl Way {
    const fn of(scope: &Scope) -> Option<Self> {
        Some(match scope {
            Scope::AadhaarVerify => Self::AadhaarOtp,
            Scope::MobileVerify => Self::MobileOtp,
            Scope::AadhaarBioVerify => Self::Scan(Scanned::Finger),
            Scope::AadhaarFaceVerify => Self::Scan(Scanned::Face),
            Scope::AadhaarIrisVerify => Self::Scan(Scanned::Iris),
            Scope::QrVerify => Self::AbhaApp,
            _ => return None,
        })
    }

    /// Whether an OTP ends it.
    pub(super) const fn is_otp(self) -> bool {
        matches!(self, Self::AadhaarOtp | Self::MobileOtp)
    }

    /// Who is asked: ABDM for its own OTP, UIDAI for everything else.
    pub(super) fn is_asked_of(self, system: &OtpSystem) -> bool {
        let right = if self == Self::MobileOtp { OtpSystem::Abdm } else { OtpSystem::Aadhaar };
        *system == right
    }
}

/// What a login is for, by its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Purpose {
    pub(super) way: Way,
    /// One of the accounts that Find ABHA listed.
    found: bool,
    /// To list enrolment numbers.
    pub(super) retrieval: bool,
    /// To switch a deactivated ABHA number on again.
    pub(super) reactivation: bool,
    /// The older scope with `aadhaar-otp-verify` besides.
    older: bool,
}

impl Purpose {
    /// Reads a scope, whose order matters to nobody. `None` when it is none of the matrix.
    pub(super) fn read(scope: &[Scope]) -> Option<Self> {
        let has = |part| scope.iter().filter(|own| **own == part).count();
        let mut ways = scope.iter().filter_map(Way::of);
        let (way, None) = (ways.next()?, ways.next()) else {
            return None;
        };
        let extras =
            [Scope::SearchAbha, Scope::Retrieval, Scope::Reactivate, Scope::AadhaarOtpVerify];
        let [found, retrieval, reactivation, older] = extras.map(|extra| has(extra) == 1);
        let this = Self { way, found, retrieval, reactivation, older };
        let extras = [found, retrieval, reactivation, older].into_iter().filter(|on| *on).count();
        let complete = has(Scope::AbhaLogin) == 1 && scope.len() == 2 + extras && extras <= 1;
        let fitting = (!retrieval || way == Way::MobileOtp)
            && (!reactivation || way.is_otp())
            && (!older || way == Way::AadhaarOtp);
        (complete && fitting).then_some(this)
    }

    /// Whether this kind of value may name the person. An ABHA address never may: it is proved on
    /// the web family.
    pub(super) const fn takes(&self, hint: &LoginHint) -> bool {
        match hint {
            LoginHint::Index => self.found,
            LoginHint::Aadhaar => {
                matches!(self.way, Way::AadhaarOtp) && !self.found && !self.reactivation
            }
            LoginHint::Mobile => {
                matches!(self.way, Way::MobileOtp) && !self.found && !self.reactivation
            }
            LoginHint::AbhaNumber => {
                let plain = !self.found && !self.retrieval && !self.older;
                plain && !matches!(self.way, Way::AbhaApp)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(scope: &[&str]) -> Option<Purpose> {
        let scope: Vec<Scope> = scope.iter().map(|part| Scope::from(*part)).collect();
        Purpose::read(&scope)
    }

    #[test]
    fn every_row_of_the_matrix_takes_its_hint_and_no_other() {
        use LoginHint::{Aadhaar, AbhaAddress, AbhaNumber, Index, Mobile};
        let all = [AbhaNumber, Mobile, Aadhaar, Index, AbhaAddress, LoginHint::Email];
        let rows: [(&[&str], &[LoginHint]); 11] = [
            (&["abha-login", "aadhaar-verify"], &[AbhaNumber, Aadhaar]),
            (&["abha-login", "mobile-verify"], &[AbhaNumber, Mobile]),
            (&["abha-login", "aadhaar-verify", "aadhaar-otp-verify"], &[Aadhaar]),
            (&["abha-login", "aadhaar-bio-verify"], &[AbhaNumber]),
            (&["abha-login", "aadhaar-face-verify"], &[AbhaNumber]),
            (&["abha-login", "aadhaar-iris-verify"], &[AbhaNumber]),
            (&["abha-login", "search-abha", "mobile-verify"], &[Index]),
            (&["abha-login", "search-abha", "qr-verify"], &[Index]),
            (&["abha-login", "mobile-verify", "retrieval"], &[Mobile]),
            (&["abha-login", "mobile-verify", "re-activate"], &[AbhaNumber]),
            (&["re-activate", "aadhaar-verify", "abha-login"], &[AbhaNumber]),
        ];
        for (scope, hints) in rows {
            let purpose = read(scope).unwrap();
            for hint in &all {
                assert_eq!(purpose.takes(hint), hints.contains(hint), "{scope:?} {hint:?}");
            }
        }
    }

    #[test]
    fn other_scopes_are_none_of_the_matrix() {
        for scope in [
            &["abha-login"][..],
            &["mobile-verify"],
            &["abha-login", "mobile-verify", "aadhaar-verify"],
            &["abha-login", "mobile-verify", "mobile-verify"],
            &["abha-login", "aadhaar-verify", "retrieval"],
            &["abha-login", "aadhaar-bio-verify", "re-activate"],
            &["abha-login", "mobile-verify", "aadhaar-otp-verify"],
            &["abha-login", "mobile-verify", "re-activate", "search-abha"],
            &["abha-enrol", "mobile-verify"],
            &["abha-login", "password-verify"],
        ] {
            assert_eq!(read(scope), None, "{scope:?}");
        }
    }
}
