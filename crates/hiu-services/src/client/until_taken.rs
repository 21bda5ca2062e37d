//! A call whose answer its flow need not know.

use abdm_core::client::CallError;
use abdm_flow::{EffectContext, EffectFailure, Flow};
use abdm_role::verdict::{reason, repeatable};

/// What became of it. It is tried until ABDM takes it, or refuses it: then it is set aside with its
/// reason.
pub(super) fn until_taken<R, F: Flow>(
    cx: &EffectContext<'_, F>,
    answer: Result<R, CallError>,
) -> Result<Option<F::Event>, EffectFailure<F::Event>> {
    match repeatable(cx, answer, u32::MAX)? {
        Ok(()) => Ok(None),
        Err(error) => Err(EffectFailure::bury(reason(&error))),
    }
}
