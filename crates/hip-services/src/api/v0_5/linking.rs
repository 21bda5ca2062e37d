//! Linking by the facility: care contexts with a patient's access token, and the notice of new
//! records (m2-hip.md 10).

mod add_care_contexts;
mod notify_context;
mod on_add_care_contexts;
mod on_notify_context;

pub use self::add_care_contexts::{AddCareContexts, AddedCareContexts, CareContextsToAdd};
pub use self::notify_context::NotifyContextV05;
pub use self::on_add_care_contexts::{AddReply, OnAddCareContexts};
pub use self::on_notify_context::OnNotifyContextV05;
