use std::fmt;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    findings: Vec<Finding>,
    left_out: usize,
}

impl Report {
    pub(super) fn new(findings: Vec<Finding>, left_out: usize) -> Self {
        Self { findings, left_out }
    }

    /// All findings in the order of the document.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The errors among them.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }

    /// The warnings among them.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Warning)
    }

    /// Whether a reviewer would refuse the document.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// How many findings beyond the first thousand were counted and not listed.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

/// One thing that is wrong. Its texts name places and rules, never a patient's data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Where: a FHIRPath from the Bundle, such as `Bundle.entry[3].resource.code`.
    pub path: String,
    /// The rule's id: an invariant such as `bdl-7`, or our own name such as `reference-resolves`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What sort of rule it is.
    pub kind: Kind,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, rule, severity, message, help, .. } = self;
        write!(f, "{severity}: {path}: {message} [{rule}]; {help}")
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing.
    Information,
    /// Accepted by a validator, and worse than it need be.
    Warning,
    /// A validator or reviewer refuses the document.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// What sort of rule was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// The JSON is not of the shape that R4 defines: unknown element, wrong type, wrong count.
    Shape,
    /// A text does not follow the format of its type: date, code, base64, decimal.
    Format,
    /// A code is not in the set that the element allows, or not the fixed one.
    Code,
    /// An R4 invariant does not hold.
    Invariant,
    /// An NRCES profile is not met.
    Profile,
    /// A reference leads nowhere or to the wrong type.
    Reference,
    /// Nothing forbids it, and the patient's app shows "NA" or nothing.
    ShownAsNa,
}

impl Kind {
    /// The name in JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Format => "format",
            Self::Code => "code",
            Self::Invariant => "invariant",
            Self::Profile => "profile",
            Self::Reference => "reference",
            Self::ShownAsNa => "shown-as-na",
        }
    }
}
