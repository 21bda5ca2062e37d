//! Health professionals (HPR).

mod detail;
mod look_up;

pub use self::detail::{
    FetchProfessional, Practitioner, PractitionerQuery, Practitioners, ProfessionalQuery,
    ProfessionalReply, Qualification, Registration,
};
pub use self::look_up::{
    CheckHprId, FindProfessional, FindProfessionalsByMobile, HprExists, HprId, Professional,
    ProfessionalMobile,
};
