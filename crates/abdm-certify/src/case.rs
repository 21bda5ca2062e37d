//! One case: what is done at the desk to show what NHA's tester looks for.

use std::fmt;
use std::pin::Pin;

use crate::need::Need;
use crate::outcome::Stop;
use crate::requirement::Milestone;
use crate::stage::Stage;

/// What a case does, as the registry holds it.
type Play = for<'a> fn(&'a mut Stage) -> Playing<'a>;

/// A case under way.
pub(crate) type Playing<'a> = Pin<Box<dyn Future<Output = Result<(), Stop>> + Send + 'a>>;

/// One case. [`cases`](crate::cases) has all of them, [`run`](crate::run) plays one at a place.
#[derive(Clone, Copy)]
pub struct Case {
    milestone: Milestone,
    id: &'static str,
    title: &'static str,
    requirements: &'static [&'static str],
    needs: &'static [Need],
    play: Play,
}

impl Case {
    /// A case that shows the requirement of its own id, and needs nothing but a desk.
    pub(crate) const fn new(
        milestone: Milestone,
        id: &'static str,
        title: &'static str,
        play: Play,
    ) -> Self {
        Self { milestone, id, title, requirements: &[], needs: &[], play }
    }

    /// The same for requirements of other ids.
    pub(crate) const fn shows(mut self, requirements: &'static [&'static str]) -> Self {
        self.requirements = requirements;
        self
    }

    /// The same with what the place must have for it.
    pub(crate) const fn needs(mut self, needs: &'static [Need]) -> Self {
        self.needs = needs;
        self
    }

    pub(crate) fn play<'a>(&self, stage: &'a mut Stage) -> Playing<'a> {
        (self.play)(stage)
    }

    /// The milestone that it belongs to.
    #[must_use]
    pub const fn milestone(&self) -> Milestone {
        self.milestone
    }

    /// Its id: that of its requirement, with an ending where one requirement has several cases. The
    /// file of its evidence has this name.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// What it shows, in a sentence.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        self.title
    }

    /// Id and title as one word, as tests are named: it stands in the evidence and in reports.
    ///
    /// ```
    /// let case = abdm_certify::cases::of("CRT_ABHA_101").unwrap();
    /// assert_eq!(case.name(), "crt_abha_101_an_abha_number_is_created_by_aadhaar_otp");
    /// ```
    #[must_use]
    pub fn name(&self) -> String {
        let letters =
            |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        let title = self.title.trim_end_matches('.').replace('\'', "").replace([',', ':', ';'], "");
        format!("{} {title}", self.id).chars().map(letters).collect()
    }

    /// The requirements that it shows, by their ids.
    #[must_use]
    pub const fn requirements(&self) -> &[&'static str] {
        if self.requirements.is_empty() {
            std::slice::from_ref(&self.id)
        } else {
            self.requirements
        }
    }

    /// What a place must have for it.
    #[must_use]
    pub const fn needed(&self) -> &'static [Need] {
        self.needs
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case")
            .field("id", &self.id)
            .field("title", &self.title)
            .finish_non_exhaustive()
    }
}
