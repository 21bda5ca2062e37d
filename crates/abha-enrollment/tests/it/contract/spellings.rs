//! Where a source spells a request otherwise than this crate: the newer form, and why.

use abdm_contract::{BodySlip, Correction, Spelling};
use abdm_core::endpoint::Endpoint as _;
use abha_enrollment::api::{enrollment, login};
use serde_json::Value;

pub(super) const SPELLINGS: &[Spelling] = &[
    Spelling {
        why: "`iris.Pid` of the collection is `iris.pid` in the portal of 2026 (m1-abha.md 6.4)",
        apply: |body| renamed(body, "/authData/iris", "Pid", "pid"),
    },
    Spelling {
        why: "`demo_auth.pincode` of the collection is `pinCode` in the portal of 2026 (m1-abha.md 6.6)",
        apply: |body| renamed(body, "/authData/demo_auth", "pincode", "pinCode"),
    },
    Spelling {
        why: "without a photo some enrolments of an ABHA address leave `profilePhoto` out, one has it empty; \
              this crate writes it empty",
        apply: |body| {
            let details = body.pointer_mut("/phrDetails").and_then(Value::as_object_mut);
            details.is_some_and(|details| {
                let missing = !details.contains_key("profilePhoto");
                details.entry("profilePhoto").or_insert_with(|| Value::from(""));
                missing
            })
        },
    },
];

fn renamed(body: &mut Value, block: &str, old: &str, new: &str) -> bool {
    let Some(block) = body.pointer_mut(block).and_then(Value::as_object_mut) else {
        return false;
    };
    block.remove(old).is_some_and(|value| block.insert(new.to_owned(), value).is_none())
}

pub(super) const CORRECTIONS: &[Correction] = &[Correction {
    why: "the path of the iris login's OTP request lacks `/profile`, which its sisters have",
    apply: |saved| {
        let slip = saved.place.contains("Login via IRIS / Request otp");
        if slip {
            login::RequestLoginOtp::META.path.clone_into(&mut saved.url.path);
        }
        slip
    },
}];

pub(super) const BODY_SLIPS: &[BodySlip] = &[BodySlip {
    why: "an example of the swagger's OTP request shows the body of the verification",
    applies: |meta, body| {
        meta.name == enrollment::RequestEnrolmentOtp::META.name && body.get("authData").is_some()
    },
}];
