//! What can be said in every language: the keys of the language files, checked by the compiler where
//! they are used.

macro_rules! phrases {
    ($($name:ident,)*) => {
        /// Something to say; its words are in the files `language/*.txt`, under its name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Phrase {
            $($name,)*
        }

        impl Phrase {
            /// All of them, in the order of `en.txt`.
            pub(super) const ALL: &[Self] = &[$(Self::$name,)*];

            /// The key in the files.
            pub(super) fn key(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// Its place in [`Self::ALL`].
            pub(super) fn place(self) -> usize {
                self as usize
            }
        }
    };
}

#[rustfmt::skip]
phrases! {
    Patient, Doctor, Hospital, Date, Gender, BirthDate, Visit, Medicine, Dosage, Allergy, Test,
    Result, ReferenceRange, Conclusion, Procedure, FollowUp, Reason, Note, Document, Vaccine,
    Amount, Total, Status, Condition, Plan, Family, Day, Days, Week, Weeks, Month, Months, Jan, Feb,
    Mar, Apr, May, Jun, Jul, Aug, Sep, Oct, Nov, Dec, From, Until, FromUntil, AToB, AtLeast, AtMost,
    APerB, PerB, Second, Seconds, Minute, Minutes, Hour, Hours, Year, Years, ASecond, AMinute,
    AnHour, ADay, AWeek, AMonth, AYear, OneOrOther, Once, Twice, Times, TimesRange, UpToTimes,
    TimesPerUnit, EverySpan, TimesEverySpan, OnceInAll, TimesInAll, TimesRangeInAll,
    AtMostTimesInAll, ForSpan, OverSpan, OnDays, AtTimes, OnDates, IfNeeded, IfNeededFor,
    AtMostPerUnit, AtMostInSpan, AtMostAtATime, AtMostInALifetime, Rate, AndStep, ThenStep,
    EveryMorning, EveryAfternoon, AtBedtime, AtOnce, InTheMorning, EarlyMorning, LateMorning,
    AtNoon, InTheAfternoon, EarlyAfternoon, LateAfternoon, InTheEvening, EarlyEvening, LateEvening,
    AtNight, AfterGoingToSleep, OnWaking, WithMeals, WithBreakfast, WithLunch, WithDinner,
    BeforeMeals, BeforeBreakfast, BeforeLunch, BeforeDinner, AfterMeals, AfterBreakfast, AfterLunch,
    AfterDinner, Mondays, Tuesdays, Wednesdays, Thursdays, Fridays, Saturdays, Sundays, AsDirected,
    NotGiven, NotDone, NotDispensed, DoNotGive, DoNotPerform, DoNot, DeletedItem, ExcludedItem,
    Contraindicated, SubpotentDose, SubpotentDoseFor, IntendedNotTaken, CompletedNoLongerTaken,
    DidNotCome, NotBookedYet, NotDoneInPreparation, InProgressNotFinished, NotBillable,
    StatusUnknown, StatusOther, OnlyProposal, OnlyPlan, OnlyOption, OnlyOther, Inactive, ReplacedBy,
    ReplacesOther, SeeAlsoOther, AnotherRecord, AboutAnotherPatient, AboutNamelessPatient,
    NotAboutThePatient, WhoseIsUnclear, NoName, WarningRules, WarningExtension, WithoutUrl,
    WarningUnreadable, WarningBundle, NoLongerInUse, OfDocument, OfSection, OfRecord, OfReport,
    OfPanel, OfEntry, OfMedicine, EnteredInError, NotTaken, Declined, Rejected, Failed, Noshow,
    RuledOut, NotToBeDone, Denied, Refuted, Disproved, Cancelled, Canceled, Revoked, Superseded,
    Replaced, Aborted, Retired, Nullified, Obsolete, Abandoned, Deprecated, Terminated, Unconfirmed,
    Provisional, Differential, Suspected, Potential, Preliminary, Registered, Partial, Draft,
    Incomplete, Planned, Proposed, Preparation, Intended, Pending, Waitlist, Requested, Received,
    Accepted, Ready, NotStarted, Scheduled, InProgress, OnHold, Suspended, OnLeave, Stopped,
    Completed, Resolved, Remission, Finished, Ended, Off, HealthUnknown, Unavailable,
    Unsatisfactory, Amended, Corrected, Appended, Recurrence, Relapse, Arrived, Triaged, CheckedIn,
    Fulfilled, Booked, Active, Final, Current, Confirmed, Available, Issued, Balanced, Billable,
    Billed, Due, Overdue, Immune, Complete, HasNotAnswered, Tentative, Female, Male, Other, Unknown,
    Low, High, UnableToAssess, Mild, Moderate, Severe, Food, Medication, Environment, Biologic,
    Intolerance, Urgent, Asap, Stat, Old, Temporary, Maiden, Nickname, Anonymous, Usual, Official,
    Billing, Restricted, VeryRestricted, LowConfidentiality, ModerateConfidentiality, Unrestricted,
    Personal, Professional, Legal, Ambulatory, InpatientEncounter, EmergencyClass, VirtualClass,
    HomeHealth, Yes, No, Normal, Abnormal, CriticalAbnormal, HighResult, CriticalHigh,
    SignificantlyHigh, LowResult, CriticalLow, SignificantlyLow, OffScaleHigh, OffScaleLow,
    AboveHighThreshold, BelowLowThreshold, Positive, Negative, Detected, NotDetected, Reactive,
    WeaklyReactive, NonReactive, Indeterminate, Equivocal, Susceptible, Intermediate, Resistant,
    NonSusceptible, SusceptibleDoseDependent, Better, Worse, SignificantChangeUp,
    SignificantChangeDown, Expected, Unexpected, WithinTheRange, BelowTheRange, AboveTheRange,
    BeyondCriticalLow, BeyondCriticalHigh, OutsideTheRange, SaidButRange, NotJudged, NoValue,
    NothingGiven, OtherWords, StandingAgainst, NoNumber, RangeInWords, NoRangeFits,
    SeveralRangesFit, AnotherKindOfRange, OtherUnits, RangeUnitUnknown, ComparatorOpen,
    SenselessRange, SexNotKnown, ConditionNotKnown, AgeNotKnown, AgeNotKnownExactly, AgesInUnit,
    NoUnitGiven, AgeOf, ValueNotGiven, ValuesFrom, EachTimes, NumbersAtATime, SampleBelow,
    SampleAbove, Born, HasDied, DiedOn, TakenAlready, NotVerified, OnlyChanges, ShownAbove,
    RefersToMissing, NotInTheDocument, Estimated, ContributedToDeath, DidNotContributeToDeath,
    OnsetOf, ToSubstance, ByRoute, NotActive, ReportedNotOrdered, Allowed, NotAllowed, OfSeries,
    ReportedByPatient, NotReportedByPatient, NotFromGiver, CollectedAt, CollectedBy, ReceivedAt,
    FastingFor, NumberOf, ForReasons, InterpretedBy, FactorOf, PaidAmount, PaidBack, GivenAs,
    FileMissing, File, Bytes, PdfInside, FileInside, PdfNotPrinted, FileNotPrinted, CouldNotBeShown,
    NotAnElement, EntryWithoutResource, TypeNotUsed, NoSectionLeads, LeadsNowhere, ReferenceTo,
    PageOf, AlsoInTheDocument, HealthRecord, FurtherRecord, ResourceWithoutType, Order, Appointment,
    Illness, CarePlan, Activity, Vaccination, VaccinationsDue, Invoice, Category, Kind, BodySite,
    SeeAlso, Place, Service, Recorded, RecordedBy, OrderedAs, Device, When, Specimen, ReportedBy,
    Replaces, ReasonOfTheStatus, Quantity, Priority, PerformedBy, Outcome, For, Author, At, About,
    With, Source, Since, Series, Relation, Reaction, Performer, PartOf, OrderedOn, OrderedBy,
    Number, Manufacturer, Length, IssuedOn, InWords, Goal, GeneralPractitioner, ForThePatient,
    Expires, Dose, By, Against, AdvisedBy, Why, WhySo, Warning, VisitNumber, View, Valid, Used,
    ToBeGivenBy, Time, SupplyFor, Substitution, SubpotentReason, Study, Stage, Specialty,
    SpecialArrangements, Site, Sex, Severity, Setting, Security, SaidOn, SaidBy, Route,
    RequestedTest, Report, RepeatsAllowed, Relative, Readmission, Range, Progress, Product, Price,
    Picture, Period, Payment, Participant, Of, NotGivenLabel, Modality, Missing, MultipleBirth,
    Method, Member, Made, MadeBy, MaritalStatus, Lot, LastTime, LanguageLabel, KeptBy, IssuedBy,
    Holds, Group, Funding, Form, FirstFill, Factor, Evidence, Event, Empty, EligibleBy,
    DocumentStatus, DispensedBy, DispenseEvery, DischargedTo, Diet, Details, DerivedFrom,
    DailyAmount, Criticality, Created, Courtesies, Course, Contributor, Contains, ContactPerson,
    Contact, CodedAs, CareTeam, Brand, Batch, BasedOn, AuthenticatedBy, AskedFor, AlsoNamed, After,
    AdmittedFrom, Addresses, Address, Abha, UntilLabel, DoneOn, Complication, IfNeededLabel,
    BornLabel, Age, DiedLabel, DueOn, Taken, Attested, Confidentiality, Signature, Comment, Charge,
    OnDate, RateLabel, RateWholeLine, TotalWithoutTax, TypeAllergyIntolerance, TypeAppointment,
    TypeBinary, TypeCarePlan, TypeChargeItem, TypeComposition, TypeCondition, TypeDevice,
    TypeDiagnosticReport, TypeDocumentReference, TypeEncounter, TypeFamilyMemberHistory,
    TypeImagingStudy, TypeImmunization, TypeImmunizationRecommendation, TypeInvoice, TypeLocation,
    TypeMedia, TypeMedication, TypeMedicationAdministration, TypeMedicationDispense,
    TypeMedicationRequest, TypeMedicationStatement, TypeObservation, TypeOrganization, TypePatient,
    TypePractitioner, TypePractitionerRole, TypeProcedure, TypeRelatedPerson, TypeServiceRequest,
    TypeSpecimen, TypeTask, TypeGoal, TypeFlag, TypeAdverseEvent, TypeQuestionnaireResponse,
    TypeCoverage, TitleOpConsultation, TitlePrescription, TitleDischargeSummary,
    TitleDiagnosticReport, TitleImmunizationRecord, TitleHealthDocument, TitleWellnessRecord,
    TitleInvoice, TitleChiefComplaints, TitlePhysicalExamination, TitleAllergies,
    TitleMedicalHistory, TitleFamilyHistory, TitleInvestigationAdvice, TitleMedications,
    TitleFollowUp, TitleProcedure, TitleProcedures, TitleReferral, TitleOtherObservations,
    TitleDocuments, TitleInvestigations, TitleCarePlan, TitleVitalSigns, TitleBodyMeasurement,
    TitlePhysicalActivity, TitleGeneralAssessment, TitleWomenHealth, TitleLifestyle,
    TitleDocumentReference,
}

impl Phrase {
    /// Those of narratives: a language may have these alone.
    #[cfg(test)]
    pub(super) fn is_of_narratives(self) -> bool {
        self.place() <= Self::Months.place()
    }

    /// The phrase for a type of resource, such as `Observation`.
    pub(crate) fn of_type(kind: &str) -> Option<Self> {
        let is_it = |phrase: &&Self| phrase.key().strip_prefix("Type") == Some(kind);
        Self::ALL.iter().find(is_it).copied()
    }

    /// Those of the titles that the guide gives.
    pub(super) fn is_title(self) -> bool {
        self.place() >= Self::TitleOpConsultation.place()
    }
}
