//! The problems that a desk can have, and what to do about each.

use super::texts::Language;

/// What the desk should do about a [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeskAction {
    /// Ask the person for the value again; the flow goes on.
    AskAgain,
    /// Ask for another value: this one cannot be used.
    AskForAnother,
    /// Wait until [`Error::retry_at`](super::Error::retry_at), then try again.
    Wait,
    /// Try again in a while; nothing is lost.
    TryLater,
    /// Send a fresh OTP, or begin this flow again.
    StartAgain,
    /// Offer another way to prove the same.
    OfferAnotherWay,
    /// Offer to create an ABHA number.
    OfferCreation,
    /// Let the person prove their identity again: their session is over.
    LogInAgain,
    /// Do not repeat. See first whether it exists: an ABHA number by a login with the Aadhaar
    /// number, an ABHA address among those that its mobile number has.
    LookUpFirst,
    /// Offer to switch the ABHA number on again: [`Desk::reactivate`](crate::Desk::reactivate).
    OfferReactivation,
    /// Go on without it: what was proved or created stands, and nothing has to be repeated.
    GoOn,
    /// Only the person can change it: in the ABHA app, on ABHA's portal, or at UIDAI.
    AskThePerson,
    /// Tell the administrator, who asks NHA with the request id of the error.
    AskNha,
    /// Tell whoever built or set up this software, with the request id of the error.
    AskSupport,
}

macro_rules! problems {
    ($( $(#[$doc:meta])* $name:ident => $action:ident, $english:literal, $hindi:literal; )+) => {
        /// What a failed step means at the desk. The list grows: match with a wildcard arm.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Problem {
            $( $(#[$doc])* $name, )+
        }

        impl Problem {
            /// Every problem.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What to do.
            #[must_use]
            pub const fn action(self) -> DeskAction {
                match self {
                    $( Self::$name => DeskAction::$action, )+
                }
            }

            /// A sentence for the screen.
            #[must_use]
            pub const fn text(self, language: Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$name, Language::English) => $english,
                        (Self::$name, Language::Hindi) => $hindi,
                    )+
                }
            }
        }
    };
}

problems! {
    /// The Aadhaar number is mistyped: found here, nothing was sent (CRT_ABHA_104).
    AadhaarInvalid => AskAgain,
        "Aadhaar Number is not valid. Read the 12 digits again.",
        "आधार संख्या मान्य नहीं है। 12 अंक दोबारा पढ़ें।";
    /// The mobile number is mistyped (VRFY_ABHA_301).
    MobileInvalid => AskAgain,
        "Please enter a valid mobile number: 10 digits, the first one 6 to 9.",
        "कृपया मान्य मोबाइल नंबर भरें: 10 अंक, पहला अंक 6 से 9।";
    /// What was typed is not six digits.
    OtpMalformed => AskAgain,
        "The OTP has exactly 6 digits.",
        "ओटीपी में ठीक 6 अंक होते हैं।";
    /// The ABHA number is mistyped, or nobody's.
    AbhaNumberInvalid => AskAgain,
        "This is not a valid ABHA number. It has 14 digits.",
        "यह मान्य आभा संख्या नहीं है। इसमें 14 अंक होते हैं।";
    /// The ABHA address breaks its rule.
    AbhaAddressInvalid => AskAgain,
        "This is not a valid ABHA address. Use letters, digits, at most one dot and one underscore.",
        "यह मान्य आभा पता नहीं है। अक्षर, अंक, अधिकतम एक बिंदु और एक अंडरस्कोर का प्रयोग करें।";
    /// The e-mail address is mistyped.
    EmailInvalid => AskAgain,
        "This is not a valid e-mail address.",
        "यह मान्य ई-मेल पता नहीं है।";
    /// The password breaks ABDM's rule.
    PasswordTooWeak => AskAgain,
        "The password needs 8 characters: upper and lower case, a digit and one of #?!@$%&*.",
        "पासवर्ड में 8 अक्षर चाहिए: बड़े और छोटे अक्षर, एक अंक और #?!@$%&* में से एक चिह्न।";
    /// Some other value is not valid; ABDM's own text names it.
    InputInvalid => AskAgain,
        "One of the values is not valid. Check it and try again.",
        "कोई एक जानकारी मान्य नहीं है। जाँच कर दोबारा प्रयास करें।";
    /// The OTP is not the one that was sent. The flow goes on: ask again (CRT_ABHA_107).
    WrongOtp => AskAgain,
        "The OTP is wrong. Please try again.",
        "ओटीपी गलत है। कृपया दोबारा प्रयास करें।";
    /// The OTP is too old.
    OtpExpired => StartAgain,
        "The OTP has expired. Send a new one.",
        "ओटीपी की समय-सीमा समाप्त हो गई है। नया ओटीपी भेजें।";
    /// The OTP cannot be used any more: it was tried too often, or belongs to another transaction
    /// (UIDAI 402, 403). Typing it again does not help.
    OtpSpent => StartAgain,
        "This OTP can no longer be used. Send a new one.",
        "यह ओटीपी अब काम नहीं करेगा। नया ओटीपी भेजें।";
    /// The password is wrong.
    WrongPassword => AskAgain,
        "The password is wrong. Please try again.",
        "पासवर्ड गलत है। कृपया दोबारा प्रयास करें।";
    /// Finger, face or iris do not match.
    BiometricMismatch => AskAgain,
        "The fingerprint, face or iris was not recognised. Please scan again.",
        "फिंगरप्रिंट, चेहरा या आँख की पहचान नहीं हुई। कृपया दोबारा स्कैन करें।";
    /// The scan is too old, or was sent before. The flow goes on: scan again.
    ScanExpired => AskAgain,
        "This scan can no longer be used. Please scan again.",
        "यह स्कैन अब मान्य नहीं है। कृपया दोबारा स्कैन करें।";
    /// UIDAI has no such biometrics, the person has locked them, or they are not allowed.
    BiometricUnavailable => OfferAnotherWay,
        "This person cannot be verified by biometrics. Use an OTP.",
        "इस व्यक्ति का बायोमेट्रिक सत्यापन संभव नहीं है। ओटीपी का प्रयोग करें।";
    /// The device's data are not acceptable.
    BiometricDevice => AskSupport,
        "The scanner's data were not accepted. Check the device and its certificate.",
        "स्कैनर का डेटा स्वीकार नहीं हुआ। उपकरण और उसका प्रमाणपत्र जाँचें।";
    /// Too many OTPs asked for or typed wrongly: locked for 30 minutes (ABDM-1100).
    TooManyAttempts => Wait,
        "Too many attempts. Please wait 30 minutes, or use another way.",
        "बहुत अधिक प्रयास हुए। कृपया 30 मिनट प्रतीक्षा करें या दूसरा तरीका अपनाएँ।";
    /// A resend is allowed 60 s after the last OTP only (CRT_ABHA_106).
    ResendTooEarly => Wait,
        "Please wait 60 seconds before sending the OTP again.",
        "ओटीपी दोबारा भेजने से पहले कृपया 60 सेकंड प्रतीक्षा करें।";
    /// Both resends are used up (CRT_ABHA_106).
    NoResendsLeft => StartAgain,
        "The OTP was already sent again twice. Please start again.",
        "ओटीपी पहले ही दो बार दोबारा भेजा जा चुका है। कृपया फिर से शुरू करें।";
    /// UIDAI has no verified mobile number for this Aadhaar number to which an OTP could go (UIDAI
    /// 110 to 115).
    AadhaarWithoutMobile => OfferAnotherWay,
        "No mobile number is registered with this Aadhaar for an OTP. Use a fingerprint or another way.",
        "इस आधार के साथ ओटीपी के लिए कोई मोबाइल नंबर दर्ज नहीं है। फिंगरप्रिंट या दूसरा तरीका अपनाएँ।";
    /// UIDAI has suspended or cancelled this Aadhaar number (UIDAI 995 to 997 and their like).
    AadhaarSuspended => AskThePerson,
        "UIDAI has suspended this Aadhaar. The person must ask UIDAI; use another way meanwhile.",
        "यूआईडीएआई ने यह आधार निलंबित किया है। धारक यूआईडीएआई से संपर्क करें; अभी दूसरा तरीका अपनाएँ।";
    /// The person has locked their Aadhaar number, or its use (UIDAI 331, 332).
    AadhaarLocked => AskThePerson,
        "The person has locked this Aadhaar. They can unlock it in the mAadhaar app; or use another way.",
        "धारक ने यह आधार लॉक किया है। वे इसे एमआधार ऐप में खोल सकते हैं; या दूसरा तरीका अपनाएँ।";
    /// The virtual id is over; its owner has made a newer one, or can (UIDAI 517).
    VirtualIdExpired => AskForAnother,
        "This virtual ID has expired. Ask for the Aadhaar number or a new virtual ID.",
        "इस वर्चुअल आईडी की अवधि समाप्त हो गई है। आधार संख्या या नई वर्चुअल आईडी माँगें।";
    /// UIDAI has a technical fault (UIDAI 930 to 939, 950, K-955 and their like). Nothing was
    /// created.
    UidaiUnavailable => TryLater,
        "Aadhaar's service is not working now. Please try again later, or use another way.",
        "आधार की सेवा अभी काम नहीं कर रही। कृपया बाद में प्रयास करें या दूसरा तरीका अपनाएँ।";
    /// UIDAI does not take NHA's request, or refuses with a code that nobody has described yet:
    /// what the desk gave is not to blame, and a repetition does not help.
    UidaiRefused => OfferAnotherWay,
        "Aadhaar's service did not accept this. Use another way, and tell your administrator.",
        "आधार की सेवा ने इसे स्वीकार नहीं किया। दूसरा तरीका अपनाएँ और अपने प्रशासक को बताएँ।";
    /// Nobody has an ABHA number under this value: ABDM said so (ABDM-1114 and its like), or listed
    /// no account. Only this problem means so.
    ///
    /// The sentence is VRFY_ABHA_302's, for a number. Where an ABHA address was asked for, it may
    /// be mistyped only: ask again before an ABHA number is created.
    NoAbha => OfferCreation,
        "ABHA Number not found. Would you like to create one?",
        "आभा संख्या नहीं मिली। क्या आप नई बनाना चाहेंगे?";
    /// ABDM refused a search or a login without saying that there is no ABHA: it found nothing
    /// under a number whose form is right (rulings.md 41). Whether there is one is **unknown**, so
    /// do not create one on this.
    NothingFound => OfferAnotherWay,
        "ABDM found nothing under this number. Check it, or verify another way; do not create a new ABHA.",
        "इस नंबर पर एबीडीएम को कुछ नहीं मिला। नंबर जाँचें या दूसरे तरीके से सत्यापित करें; नई आभा न बनाएँ।";
    /// ABDM answered a proof or a change with success, and its answer cannot be read, or lacks what
    /// the contract names as its evidence: a token, a list, an account, `authResult` (rulings.md
    /// 42). The OTP is used up. The person may well have an ABHA number, so **do not create** one
    /// on this.
    AnswerUnusable => StartAgain,
        "ABDM's answer is incomplete. Please verify again; do not create a new ABHA.",
        "एबीडीएम का उत्तर अधूरा है। कृपया दोबारा सत्यापित करें; नई आभा न बनाएँ।";
    /// ABDM answered with success, and its answer cannot be read. Nothing was proved or created by
    /// the call, so it may be tried again.
    AnswerUnreadable => TryLater,
        "ABDM's answer could not be read. Please try again; if it stays so, tell your administrator.",
        "एबीडीएम का उत्तर पढ़ा नहीं जा सका। दोबारा प्रयास करें; फिर भी न हो तो अपने प्रशासक को बताएँ।";
    /// The gateway refuses a call with the person's token, by an empty 401 after a good login
    /// (rulings.md 35). The login stands, the token is kept: a new session or OTP does not help.
    RefusedByGateway => GoOn,
        "The profile cannot be shown now. The verification is complete.",
        "प्रोफ़ाइल अभी नहीं दिखाई जा सकती। सत्यापन पूरा हो चुका है।";
    /// The ABHA number is switched off (ABDM-1407, or an account that is `DEACTIVATED`). Its owner
    /// can switch it on again at the desk: [`Desk::reactivate`](crate::Desk::reactivate)
    /// (rulings.md 45).
    AbhaDeactivated => OfferReactivation,
        "This ABHA is deactivated. Would the person like to reactivate it now, with an OTP?",
        "यह आभा निष्क्रिय है। क्या धारक इसे अभी ओटीपी से फिर सक्रिय करना चाहेंगे?";
    /// The ABHA address is switched off. An address is switched on again in the ABHA app only.
    AddressDeactivated => AskThePerson,
        "This ABHA address is deactivated. The owner can reactivate it in the ABHA app.",
        "यह आभा पता निष्क्रिय है। धारक इसे आभा ऐप में फिर से सक्रिय कर सकते हैं।";
    /// The ABHA number or address was deleted by its owner. That is final (rulings.md 45).
    AbhaDeleted => AskThePerson,
        "This ABHA was deleted by its owner and cannot be used again.",
        "यह आभा धारक ने हटा दी है और इसका फिर उपयोग नहीं हो सकता।";
    /// The ABHA address belongs to somebody (CRT_ABHA_112).
    AddressTaken => AskForAnother,
        "ABHA Address is already exist. Please choose another.",
        "यह आभा पता पहले से मौजूद है। कृपया दूसरा चुनें।";
    /// The person has as many addresses as ABDM allows.
    TooManyAddresses => AskThePerson,
        "This person already has the largest number of ABHA addresses.",
        "इस व्यक्ति के पास आभा पतों की अधिकतम संख्या पहले से है।";
    /// Six ABHA numbers use this mobile number already (ABDM-1124).
    MobileInUse => AskForAnother,
        "This mobile number is already linked to 6 ABHA numbers. Please use another.",
        "यह मोबाइल नंबर पहले से 6 आभा संख्याओं से जुड़ा है। कृपया दूसरा नंबर दें।";
    /// Six ABHA numbers use this e-mail address already (ABDM-1135).
    EmailInUse => AskForAnother,
        "This e-mail address is already linked to 6 ABHA numbers. Please use another.",
        "यह ई-मेल पहले से 6 आभा संख्याओं से जुड़ा है। कृपया दूसरा दें।";
    /// The value is verified already; nothing to do unless another is wanted.
    AlreadyVerified => AskForAnother,
        "This is already verified. Please give another one to change it.",
        "यह पहले से सत्यापित है। बदलने के लिए कृपया दूसरा दें।";
    /// The mobile number is not the one of this ABHA.
    MobileNotLinked => OfferAnotherWay,
        "This mobile number is not linked to the ABHA. Use Aadhaar OTP.",
        "यह मोबाइल नंबर आभा से जुड़ा नहीं है। आधार ओटीपी का प्रयोग करें।";
    /// The mobile number must be verified first.
    MobileNotVerified => AskAgain,
        "Please verify the mobile number first.",
        "कृपया पहले मोबाइल नंबर सत्यापित करें।";
    /// This way to log in is closed for this person or client.
    MethodNotAllowed => OfferAnotherWay,
        "This way of verification is not available. Please use another.",
        "सत्यापन का यह तरीका उपलब्ध नहीं है। कृपया दूसरा तरीका अपनाएँ।";
    /// Name, date of birth or gender differ from the record: Aadhaar's in an enrolment by Aadhaar,
    /// the licence's in an application by driving licence.
    DetailsMismatch => AskAgain,
        "Name, date of birth or gender do not match the record. Please correct them.",
        "नाम, जन्मतिथि या लिंग रिकॉर्ड से मेल नहीं खाते। कृपया सुधारें।";
    /// A benefit programme holds on to this ABHA number (ABDM-1219, 1228).
    BenefitLinked => AskThePerson,
        "This ABHA is linked with a benefit programme and cannot be deleted or deactivated.",
        "यह आभा किसी लाभ योजना से जुड़ी है, इसलिए हटाई या निष्क्रिय नहीं की जा सकती।";
    /// The parent's ABHA number has as many children as ABDM allows.
    TooManyChildren => AskThePerson,
        "This parent's ABHA already has the largest number of children.",
        "इस अभिभावक की आभा में बच्चों की अधिकतम संख्या पहले से है।";
    /// ABDM's rules leave this out for whoever it is about: a parent below 18, a child that is too
    /// old for a child's ABHA number, a child's profile that was changed once, a child's number for
    /// a link (ABDM-1103, 1155, 1159, 1160).
    NotForThisPerson => OfferAnotherWay,
        "ABDM's rules do not allow this for this person. Use another way.",
        "एबीडीएम के नियम इस व्यक्ति के लिए इसकी अनुमति नहीं देते। दूसरा तरीका अपनाएँ।";
    /// ABDM made no ABHA number, because one exists for this Aadhaar number (ABDM-1141). Its text
    /// names the number; the person proves it by Aadhaar.
    AbhaExists => LookUpFirst,
        "This person already has an ABHA number. Verify it by Aadhaar instead.",
        "इस व्यक्ति की आभा संख्या पहले से है। आधार से उसे सत्यापित करें।";
    /// The sandbox's 100 creations for this client id are used up (ABDM-1227).
    SandboxLimit => AskNha,
        "This test system has created its 100 ABHA numbers. Tell your administrator to delete some.",
        "इस परीक्षण प्रणाली की 100 आभा संख्याओं की सीमा पूरी हो चुकी है। प्रशासक से कुछ हटाने को कहें।";
    /// The client id may not do this: a role or a subscription is missing (ABDM-1021, 1094,
    /// `900908`).
    NotPermitted => AskNha,
        "This facility is not permitted to do this. Tell your administrator.",
        "इस संस्था को यह करने की अनुमति नहीं है। अपने प्रशासक को बताएँ।";
    /// The person's session is over, or of the wrong kind.
    LoginOver => LogInAgain,
        "The session is over. Please verify again.",
        "सत्र समाप्त हो गया है। कृपया दोबारा सत्यापित करें।";
    /// The flow's transaction is over or used up.
    TransactionOver => StartAgain,
        "This step is over or already done. Please start again.",
        "यह चरण समाप्त हो गया है या पहले ही पूरा हो चुका है। कृपया फिर से शुरू करें।";
    /// ABDM counts calls. [`Error::retry_at`](super::Error::retry_at) is the time that it named.
    TooManyRequests => TryLater,
        "ABDM is busy. Please try again in a minute, or at the time shown.",
        "एबीडीएम व्यस्त है। कृपया एक मिनट बाद या दिखाए गए समय पर प्रयास करें।";
    /// No usable answer came to a step that must not be repeated: it may have happened.
    ///
    /// What to look for is the ABHA number that the step creates, by a login with the Aadhaar
    /// number: a new one has no mobile number yet, so a search by mobile number would say that
    /// there is none. After the creation of an ABHA address, look among the addresses that the
    /// person has
    /// ([`AddressCreation::existing`](crate::flow::address_creation::AddressCreation::existing));
    /// the sentence of [`Error::desk_text`](super::Error::desk_text) says so then.
    OutcomeUnknown => LookUpFirst,
        "It is not certain whether the ABHA was created. Look it up by Aadhaar first.",
        "यह निश्चित नहीं है कि आभा बनी या नहीं। दोबारा प्रयास से पहले आधार से खोजें।";
    /// ABDM or UIDAI do not answer.
    Unavailable => TryLater,
        "ABDM is not answering. Please try again later.",
        "एबीडीएम से उत्तर नहीं मिल रहा। कृपया बाद में प्रयास करें।";
    /// The consent could not be recorded, so the Aadhaar number was not sent.
    ConsentNotRecorded => TryLater,
        "The consent could not be recorded, so nothing was sent. Please try again.",
        "सहमति दर्ज नहीं हो सकी, इसलिए कुछ भेजा नहीं गया। कृपया दोबारा प्रयास करें।";
    /// A saved flow does not open, or is of another version.
    SavedFlowUnreadable => StartAgain,
        "The saved registration cannot be opened. Please start again.",
        "सहेजा हुआ पंजीकरण नहीं खुल रहा। कृपया फिर से शुरू करें।";
    /// Our request or the set-up is wrong.
    ProgramFault => AskSupport,
        "The system made an error. Please tell your administrator.",
        "सिस्टम में त्रुटि हुई। कृपया अपने प्रशासक को बताएँ।";
    /// ABDM refused for a reason that nobody has described yet; its own text says more.
    Refused => AskSupport,
        "ABDM did not accept this. Use another way, or tell your administrator.",
        "एबीडीएम ने इसे स्वीकार नहीं किया। दूसरा तरीका अपनाएँ या अपने प्रशासक को बताएँ।";
}

impl Problem {
    /// The sentence of [`OutcomeUnknown`](Self::OutcomeUnknown) where an ABHA address was to be
    /// created, for which there is nothing to look up by Aadhaar.
    pub(super) const fn address_outcome_unknown(language: Language) -> &'static str {
        match language {
            Language::English => {
                "It is not certain whether the ABHA address was created. Look at the person's addresses first."
            }
            Language::Hindi => "यह निश्चित नहीं है कि आभा पता बना या नहीं। पहले धारक के पतों की सूची देखें।",
        }
    }

    /// The problem with a value of this type that breaks its rule.
    pub(super) fn of_input(kind: &str) -> Self {
        match kind {
            "AadhaarNumber" | "VirtualId" => Self::AadhaarInvalid,
            "MobileNumber" => Self::MobileInvalid,
            "Otp" => Self::OtpMalformed,
            "AbhaNumber" => Self::AbhaNumberInvalid,
            "AbhaAddress" | "AbhaAddressName" => Self::AbhaAddressInvalid,
            "EmailAddress" => Self::EmailInvalid,
            "Password" => Self::PasswordTooWeak,
            _ => Self::InputInvalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_a_sentence_in_both_languages() {
        for problem in Problem::ALL {
            let (english, hindi) = (problem.text(Language::English), problem.text(Language::Hindi));
            assert!(english.is_ascii() && english.ends_with(['.', '?']), "{problem:?}");
            assert!(hindi.ends_with(['।', '?']), "{problem:?}");
            assert!(hindi.chars().filter(|c| ('\u{900}'..'\u{980}').contains(c)).count() > 10);
            assert!(english.len() < 110, "{problem:?}: a desk reads one line");
        }
    }

    #[test]
    fn certification_texts_are_there_word_for_word() {
        let text = |problem: Problem| problem.text(Language::English);
        assert!(text(Problem::AadhaarInvalid).starts_with("Aadhaar Number is not valid"));
        assert!(text(Problem::MobileInvalid).starts_with("Please enter a valid mobile number"));
        assert!(text(Problem::AddressTaken).starts_with("ABHA Address is already exist"));
        assert!(text(Problem::NoAbha).starts_with("ABHA Number not found"));
    }
}
