//! Links between ABHA numbers and benefit programmes (m1-abha.md 10).

mod link;
mod search;
mod subject;

use abha_enrollment::api::benefit::{LinkBenefit, ListProgrammes, SearchBenefit};

use crate::server::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<LinkBenefit>(link::link)
        .serve::<SearchBenefit>(search::search)
        .serve::<ListProgrammes>(search::list)
}
