//! What the desk says, in English and Hindi. What errors mean is said by
//! [`abha_enrollment::Error::desk_text`].

use abha_enrollment::error::Language;

macro_rules! words {
    ($( $(#[$doc:meta])* $name:ident => $english:literal, $hindi:literal; )+) => {
        /// A sentence of the desk.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Word {
            $( $(#[$doc])* $name, )+
        }

        impl Word {
            /// The sentence.
            #[must_use]
            pub const fn text(self, language: Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$name, Language::Hindi) => $hindi,
                        (Self::$name, _) => $english,
                    )+
                }
            }
        }
    };
}

words! {
    /// Which language.
    AskLanguage => "Language / भाषा: 1 English, 2 हिन्दी (Enter: 1)", "Language / भाषा: 1 English, 2 हिन्दी (Enter: 1)";
    /// The language was unclear.
    ChooseLanguage => "Please type 1 or 2 / कृपया 1 या 2 लिखें", "Please type 1 or 2 / कृपया 1 या 2 लिखें";
    /// Neither yes nor no.
    YesOrNo => "Please answer y or n.", "कृपया y (हाँ) या n (नहीं) लिखें।";
    /// No number of the list; `{}` is its last one.
    TypeNumber => "Please type 1 to {}", "कृपया 1 से {} तक लिखें";
    /// The first call of the embedded sandbox.
    MakesKeys => "The sandbox makes its keys; this takes some seconds.", "सैंडबॉक्स अपनी कुंजियाँ बना रहा है; कुछ सेकंड लगेंगे।";
    /// Heading of the consent.
    Consent => "Consent: please read it, or read it out, to the end", "सहमति: कृपया अंत तक पढ़ें या पढ़कर सुनाएँ";
    /// Whether the person agrees.
    AskConsent => "Does the person agree? (y/n)", "क्या व्यक्ति सहमत है? (y = हाँ / n = नहीं)";
    /// Without consent nothing happens.
    NoConsent => "Without consent nothing is sent.", "सहमति के बिना कुछ भी नहीं भेजा जाता।";
    /// The data were given by option.
    ConsentGiven => "The Aadhaar number was given by option: the text counts as shown and accepted.", "आधार संख्या विकल्प से दी गई: पाठ दिखाया और स्वीकार किया हुआ माना गया।";
    /// Heading of a creation.
    Person => "The person", "व्यक्ति";
    /// The Aadhaar number.
    AskAadhaar => "Aadhaar number, 12 digits (shown as dots)", "आधार संख्या, 12 अंक (बिंदु दिखेंगे)";
    /// The mobile number.
    AskMobile => "Mobile number for messages, 10 digits", "संदेशों के लिए मोबाइल नंबर, 10 अंक";
    /// The mobile number of an ABHA.
    AskAbhaMobile => "Mobile number of the ABHA, 10 digits", "आभा से जुड़ा मोबाइल नंबर, 10 अंक";
    /// Another mobile number.
    AskOtherMobile => "Another mobile number (Enter: none)", "दूसरा मोबाइल नंबर (Enter: कोई नहीं)";
    /// An OTP is on its way.
    OtpSent => "An OTP is on its way.", "ओटीपी भेजा जा रहा है।";
    /// It was sent again.
    OtpSentAgain => "The OTP was sent again; the one before is void.", "ओटीपी दोबारा भेजा गया; पिछला अब मान्य नहीं है।";
    /// The OTP, which may be sent again.
    AskOtp => "OTP, 6 digits (r: send again)", "ओटीपी, 6 अंक (r: दोबारा भेजें)";
    /// The OTP, when no resend is left.
    AskOtpOnly => "OTP, 6 digits", "ओटीपी, 6 अंक";
    /// How long to wait.
    WaitSeconds => "seconds left to wait:", "प्रतीक्षा के शेष सेकंड:";
    /// How many resends are left.
    ResendsLeft => "times it may still be sent again:", "और कितनी बार भेजा जा सकता है:";
    /// The phone that the sandbox plays.
    Phone => "the person's phone, played by the sandbox, shows", "व्यक्ति का फ़ोन (सैंडबॉक्स) दिखाता है";
    /// A new ABHA.
    Created => "An ABHA number was created.", "आभा संख्या बन गई।";
    /// An existing ABHA.
    Exists => "This person has an ABHA number already: this is it, no second one was made.", "इस व्यक्ति की आभा संख्या पहले से है: यही है, दूसरी नहीं बनाई गई।";
    /// The mobile number is linked.
    MobileLinked => "The mobile number is linked with the ABHA.", "मोबाइल नंबर आभा से जुड़ गया है।";
    /// It needs an OTP of its own.
    MobileDiffers => "This mobile number is not the one of Aadhaar: it needs an OTP of its own.", "यह मोबाइल नंबर आधार वाला नहीं है: इसके लिए अलग ओटीपी चाहिए।";
    /// The ABHA has another.
    MobileOther => "The ABHA has another mobile number:", "आभा में दूसरा मोबाइल नंबर है:";
    /// Whether to change it.
    AskChangeMobile => "Change it to the one that was given? (y/n)", "क्या उसे दिए गए नंबर से बदलें? (y = हाँ / n = नहीं)";
    /// Heading of the address.
    Address => "ABHA address", "आभा पता";
    /// The rule beside the field.
    AddressRule => "Or an own name. Rule: 8 to 18 characters: letters and digits, at most one dot and one underscore, neither at the beginning nor at the end", "या अपना नाम। नियम: 8 से 18 वर्ण: अंग्रेज़ी अक्षर और अंक, अधिकतम एक बिंदु (.) और एक अंडरस्कोर (_), जो न आरंभ में हों न अंत में";
    /// Which address.
    AskAddress => "Number of a suggestion, or an own name (Enter: none)", "सुझाव का क्रमांक या अपना नाम (Enter: कोई नहीं)";
    /// The address is claimed.
    AddressClaimed => "The ABHA address is claimed:", "आभा पता मिल गया:";
    /// The address stays.
    AddressKept => "The ABHA address stays:", "आभा पता वही रहेगा:";
    /// Heading of the result.
    Card => "ABHA card", "आभा कार्ड";
    /// The number.
    AbhaNumber => "ABHA number", "आभा संख्या";
    /// The name.
    Name => "Name", "नाम";
    /// Date of birth.
    Born => "Date of birth", "जन्म तिथि";
    /// Gender.
    Gender => "Gender", "लिंग";
    /// Mobile number.
    Mobile => "Mobile", "मोबाइल";
    /// Whether to save the card.
    AskSaveCard => "Save the card as a file? (y/n)", "कार्ड फ़ाइल में सहेजें? (y = हाँ / n = नहीं)";
    /// The card is saved.
    CardSaved => "The card is saved:", "कार्ड सहेजा गया:";
    /// The card was fetched.
    CardFetched => "The card is there:", "कार्ड आ गया:";
    /// The QR code.
    QrOfCard => "The QR code of the card:", "कार्ड का क्यूआर कोड:";
    /// The QR code, made here.
    QrOfProfile => "A QR code of the same content, made here:", "वही जानकारी वाला क्यूआर कोड, यहीं बनाया गया:";
    /// Logged out.
    LoggedOut => "Logged out.", "लॉग आउट हो गया।";
    /// Out of doors.
    Goodbye => "Ended. Nothing more was sent.", "समाप्त। और कुछ नहीं भेजा गया।";
    /// Ended after the creation.
    GoodbyeLater => "Ended. The ABHA exists; the rest can be done later.", "समाप्त। आभा बन चुकी है; शेष बाद में हो सकता है।";
    /// Left out.
    WithoutIt => "It goes on without it.", "इसके बिना आगे बढ़ते हैं।";
    /// Once more.
    OnceMore => "Trying once more.", "एक बार फिर प्रयास।";
    /// The outcome is unknown.
    LookingUp => "Looking it up with Aadhaar: another OTP comes.", "आधार से खोजा जा रहा है: एक और ओटीपी आएगा।";
    /// Which way.
    AskRoute => "Which way? (number)", "कौन सा तरीका? (क्रमांक)";
    /// Heading of the ways.
    Routes => "How does the person prove the ABHA?", "व्यक्ति आभा कैसे सिद्ध करेगा?";
    /// The ABHA number to prove.
    AskAbhaNumber => "ABHA number, 14 digits", "आभा संख्या, 14 अंक";
    /// The ABHA address to prove.
    AskAbhaAddress => "ABHA address, for example asha.example@sbx", "आभा पता, जैसे asha.example@sbx";
    /// The password.
    AskPassword => "Password of the ABHA (shown as dots)", "आभा का पासवर्ड (बिंदु दिखेंगे)";
    /// The QR text.
    AskQr => "Text of the QR code, or a file that holds it (Enter: back)", "क्यूआर कोड का पाठ, या उसकी फ़ाइल (Enter: वापस)";
    /// What is no QR code.
    /// A document that is none.
    NoCard => "ABDM's answer is no card: nothing to save.", "एबीडीएम का उत्तर कार्ड नहीं है: सहेजने को कुछ नहीं।";
    /// Several accounts.
    Accounts => "ABHA numbers of this mobile number:", "इस मोबाइल नंबर की आभा संख्याएँ:";
    /// Which account.
    AskAccount => "Which one is the person's? (number)", "व्यक्ति की कौन सी है? (क्रमांक)";
    /// What a card says.
    Claims => "The card says, unverified:", "कार्ड के अनुसार, असत्यापित:";
    /// Verified.
    Verified => "The person is verified.", "व्यक्ति सत्यापित है।";
}

#[cfg(test)]
mod tests {
    use abha_enrollment::input::AbhaAddressName;

    use super::*;

    #[test]
    fn the_rule_beside_the_field_is_the_library_s() {
        assert!(Word::AddressRule.text(Language::English).contains(AbhaAddressName::RULE));
    }

    #[test]
    fn hindi_is_hindi() {
        let word = Word::Created;
        assert!(word.text(Language::English).is_ascii());
        assert!(word.text(Language::Hindi).chars().any(|c| ('\u{900}'..'\u{980}').contains(&c)));
    }
}
