//! Where a source spells a request otherwise than this crate: the newer form, and why.

use abdm_core::endpoint::{Endpoint as _, Metadata};
use abha_enrollment::api::{enrollment, login};
use serde_json::Value;

use super::saved::Saved;

/// A difference in a body that is known.
pub(super) struct Spelling {
    pub(super) why: &'static str,
    /// Brings the body into today's form; says whether there was anything to do.
    apply: fn(&mut Value) -> bool,
}

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

/// The body in today's form, and what was changed for it.
pub(super) fn normal(mut body: Value) -> (Value, Vec<&'static str>) {
    let used = SPELLINGS.iter().filter(|spelling| (spelling.apply)(&mut body));
    let used = used.map(|spelling| spelling.why).collect();
    (body, used)
}

/// A slip of a source's authors in the request itself.
pub(super) struct Slip {
    pub(super) why: &'static str,
    applies: fn(&Saved) -> bool,
    meant: &'static Metadata,
}

pub(super) const PATH_SLIPS: &[Slip] = &[Slip {
    why: "the path of the iris login's OTP request lacks `/profile`, which its sisters have",
    applies: |saved| saved.place.contains("Login via IRIS / Request otp"),
    meant: &login::RequestLoginOtp::META,
}];

/// Corrects a path that is a known slip.
pub(super) fn corrected(saved: &mut Saved) -> Option<&'static str> {
    let slip = PATH_SLIPS.iter().find(|slip| (slip.applies)(saved))?;
    slip.meant.path.clone_into(&mut saved.url.path);
    Some(slip.why)
}

pub(super) const BODY_SLIPS: &[BodySlip] = &[BodySlip {
    why: "an example of the swagger's OTP request shows the body of the verification",
    applies: |meta, body| {
        meta.name == enrollment::RequestEnrolmentOtp::META.name && body.get("authData").is_some()
    },
}];

/// A body that stands at the wrong call.
pub(super) struct BodySlip {
    pub(super) why: &'static str,
    applies: fn(&Metadata, &Value) -> bool,
}

/// Whether a body belongs to another call.
pub(super) fn misplaced(meta: &Metadata, body: &Value) -> Option<&'static str> {
    BODY_SLIPS.iter().find(|slip| (slip.applies)(meta, body)).map(|slip| slip.why)
}
