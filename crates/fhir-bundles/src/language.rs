//! The languages in which narratives are written, and the words in them.

/// A record's language: the `language` of its resources and the labels of its narrative. What the
/// hospital writes itself (names, complaints, instructions) is never translated. Ten languages have
/// labels of their own; a record in another language of India keeps its tag and has English ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Language {
    /// English as used in India: `en-IN`.
    #[default]
    English,
    /// हिन्दी: `hi-IN`.
    Hindi,
    /// বাংলা: `bn-IN`.
    Bengali,
    /// मराठी: `mr-IN`.
    Marathi,
    /// తెలుగు: `te-IN`.
    Telugu,
    /// தமிழ்: `ta-IN`.
    Tamil,
    /// ગુજરાતી: `gu-IN`.
    Gujarati,
    /// ಕನ್ನಡ: `kn-IN`.
    Kannada,
    /// മലയാളം: `ml-IN`.
    Malayalam,
    /// ਪੰਜਾਬੀ: `pa-IN`.
    Punjabi,
    /// অসমীয়া: `as-IN`. English labels.
    Assamese,
    /// बर’: `brx-IN`. English labels.
    Bodo,
    /// डोगरी: `doi-IN`. English labels.
    Dogri,
    /// کٲشُر: `ks-IN`. English labels.
    Kashmiri,
    /// कोंकणी: `kok-IN`. English labels.
    Konkani,
    /// मैथिली: `mai-IN`. English labels.
    Maithili,
    /// মৈতৈলোন্: `mni-IN`. English labels.
    Manipuri,
    /// नेपाली: `ne-IN`. English labels.
    Nepali,
    /// ଓଡ଼ିଆ: `or-IN`. English labels.
    Odia,
    /// संस्कृतम्: `sa-IN`. English labels.
    Sanskrit,
    /// ᱥᱟᱱᱛᱟᱲᱤ: `sat-IN`. English labels.
    Santali,
    /// سنڌي: `sd-IN`. English labels.
    Sindhi,
    /// اردو: `ur-IN`. English labels.
    Urdu,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::English,
        Self::Hindi,
        Self::Bengali,
        Self::Marathi,
        Self::Telugu,
        Self::Tamil,
        Self::Gujarati,
        Self::Kannada,
        Self::Malayalam,
        Self::Punjabi,
        Self::Assamese,
        Self::Bodo,
        Self::Dogri,
        Self::Kashmiri,
        Self::Konkani,
        Self::Maithili,
        Self::Manipuri,
        Self::Nepali,
        Self::Odia,
        Self::Sanskrit,
        Self::Santali,
        Self::Sindhi,
        Self::Urdu,
    ];

    /// The language tag, such as `hi-IN`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en-IN",
            Self::Hindi => "hi-IN",
            Self::Bengali => "bn-IN",
            Self::Marathi => "mr-IN",
            Self::Telugu => "te-IN",
            Self::Tamil => "ta-IN",
            Self::Gujarati => "gu-IN",
            Self::Kannada => "kn-IN",
            Self::Malayalam => "ml-IN",
            Self::Punjabi => "pa-IN",
            Self::Assamese => "as-IN",
            Self::Bodo => "brx-IN",
            Self::Dogri => "doi-IN",
            Self::Kashmiri => "ks-IN",
            Self::Konkani => "kok-IN",
            Self::Maithili => "mai-IN",
            Self::Manipuri => "mni-IN",
            Self::Nepali => "ne-IN",
            Self::Odia => "or-IN",
            Self::Sanskrit => "sa-IN",
            Self::Santali => "sat-IN",
            Self::Sindhi => "sd-IN",
            Self::Urdu => "ur-IN",
        }
    }

    /// The language of a tag, by its first part: `hi`, `hi-IN`, `HI`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(first))
    }

    /// The tag's first part, such as `hi`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.tag().split('-').next().unwrap_or_default()
    }

    /// The word for a label.
    pub(crate) fn word(self, label: Label) -> &'static str {
        let [en, hi, bn, mr, te, ta, gu, kn, ml, pa] = words(label);
        match self {
            Self::English => en,
            Self::Hindi => hi,
            Self::Bengali => bn,
            Self::Marathi => mr,
            Self::Telugu => te,
            Self::Tamil => ta,
            Self::Gujarati => gu,
            Self::Kannada => kn,
            Self::Malayalam => ml,
            Self::Punjabi => pa,
            Self::Assamese
            | Self::Bodo
            | Self::Dogri
            | Self::Kashmiri
            | Self::Konkani
            | Self::Maithili
            | Self::Manipuri
            | Self::Nepali
            | Self::Odia
            | Self::Sanskrit
            | Self::Santali
            | Self::Sindhi
            | Self::Urdu => en,
        }
    }
}

/// Whether a word, in lower case, is one of the labels in any of the languages.
pub(crate) fn is_label(word: &str) -> bool {
    let is_in = |label: &str| {
        label.split(|c: char| !c.is_alphanumeric()).any(|part| part.to_lowercase() == word)
    };
    Label::ALL.into_iter().any(|label| words(label).into_iter().any(is_in))
}

/// What a narrative names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Patient,
    Doctor,
    Hospital,
    Date,
    Gender,
    BirthDate,
    Visit,
    Medicine,
    Dosage,
    Allergy,
    Test,
    Result,
    ReferenceRange,
    Conclusion,
    Procedure,
    FollowUp,
    Reason,
    Note,
    Document,
    Vaccine,
    Amount,
    Total,
    Status,
    Condition,
    Plan,
    Family,
    Day,
    Days,
    Week,
    Weeks,
    Month,
    Months,
}

impl Label {
    const ALL: [Self; 26] = [
        Self::Patient,
        Self::Doctor,
        Self::Hospital,
        Self::Date,
        Self::Gender,
        Self::BirthDate,
        Self::Visit,
        Self::Medicine,
        Self::Dosage,
        Self::Allergy,
        Self::Test,
        Self::Result,
        Self::ReferenceRange,
        Self::Conclusion,
        Self::Procedure,
        Self::FollowUp,
        Self::Reason,
        Self::Note,
        Self::Document,
        Self::Vaccine,
        Self::Amount,
        Self::Total,
        Self::Status,
        Self::Condition,
        Self::Plan,
        Self::Family,
    ];
}

/// English, Hindi, Bengali, Marathi, Telugu, Tamil, Gujarati, Kannada, Malayalam, Punjabi.
const fn words(label: Label) -> [&'static str; 10] {
    match label {
        Label::Patient => {
            ["Patient", "रोगी", "রোগী", "रुग्ण", "రోగి", "நோயாளி", "દર્દી", "ರೋಗಿ", "രോഗി", "ਮਰੀਜ਼"]
        }
        Label::Doctor => [
            "Doctor",
            "डॉक्टर",
            "ডাক্তার",
            "डॉक्टर",
            "వైద్యుడు",
            "மருத்துவர்",
            "ડૉક્ટર",
            "ವೈದ್ಯರು",
            "ഡോക്ടർ",
            "ਡਾਕਟਰ",
        ],
        Label::Hospital => [
            "Hospital",
            "अस्पताल",
            "হাসপাতাল",
            "रुग्णालय",
            "ఆసుపత్రి",
            "மருத்துவமனை",
            "હોસ્પિટલ",
            "ಆಸ್ಪತ್ರೆ",
            "ആശുപത്രി",
            "ਹਸਪਤਾਲ",
        ],
        Label::Date => {
            ["Date", "दिनांक", "তারিখ", "दिनांक", "తేదీ", "தேதி", "તારીખ", "ದಿನಾಂಕ", "തീയതി", "ਮਿਤੀ"]
        }
        Label::Gender => {
            ["Gender", "लिंग", "লিঙ্গ", "लिंग", "లింగం", "பாலினம்", "લિંગ", "ಲಿಂಗ", "ലിംഗം", "ਲਿੰਗ"]
        }
        Label::BirthDate => [
            "Date of birth",
            "जन्म तिथि",
            "জন্ম তারিখ",
            "जन्मतारीख",
            "పుట్టిన తేదీ",
            "பிறந்த தேதி",
            "જન્મ તારીખ",
            "ಜನ್ಮ ದಿನಾಂಕ",
            "ജനന തീയതി",
            "ਜਨਮ ਮਿਤੀ",
        ],
        Label::Visit => [
            "Visit",
            "मुलाक़ात",
            "সাক্ষাৎ",
            "भेट",
            "సందర్శన",
            "வருகை",
            "મુલાકાત",
            "ಭೇಟಿ",
            "സന്ദർശനം",
            "ਮੁਲਾਕਾਤ",
        ],
        Label::Medicine => {
            ["Medicine", "दवा", "ওষুধ", "औषध", "మందు", "மருந்து", "દવા", "ಔಷಧಿ", "മരുന്ന്", "ਦਵਾਈ"]
        }
        Label::Dosage => {
            ["Dosage", "ख़ुराक", "মাত্রা", "मात्रा", "మోతాదు", "அளவு", "માત્રા", "ಪ್ರಮಾಣ", "അളവ്", "ਖੁਰਾਕ"]
        }
        Label::Allergy => [
            "Allergy",
            "एलर्जी",
            "অ্যালার্জি",
            "ॲलर्जी",
            "అలెర్జీ",
            "ஒவ்வாமை",
            "એલર્જી",
            "ಅಲರ್ಜಿ",
            "അലർജി",
            "ਐਲਰਜੀ",
        ],
        Label::Test => {
            ["Test", "जाँच", "পরীক্ষা", "तपासणी", "పరీక్ష", "பரிசோதனை", "તપાસ", "ಪರೀಕ್ಷೆ", "പരിശോധന", "ਜਾਂਚ"]
        }
        Label::Result => [
            "Result",
            "परिणाम",
            "ফলাফল",
            "निष्कर्ष",
            "ఫలితం",
            "முடிவு",
            "પરિણામ",
            "ಫಲಿತಾಂಶ",
            "ഫലം",
            "ਨਤੀਜਾ",
        ],
        Label::ReferenceRange => [
            "Reference range",
            "सामान्य सीमा",
            "স্বাভাবিক সীমা",
            "सामान्य मर्यादा",
            "సాధారణ పరిధి",
            "இயல்பு வரம்பு",
            "સામાન્ય મર્યાદા",
            "ಸಾಮಾನ್ಯ ವ್ಯಾಪ್ತಿ",
            "സാധാരണ പരിധി",
            "ਆਮ ਸੀਮਾ",
        ],
        Label::Conclusion => [
            "Conclusion",
            "निष्कर्ष",
            "উপসংহার",
            "निष्कर्ष",
            "ముగింపు",
            "தீர்மானம்",
            "નિષ્કર્ષ",
            "ತೀರ್ಮಾನ",
            "നിഗമനം",
            "ਸਿੱਟਾ",
        ],
        Label::Procedure => [
            "Procedure",
            "प्रक्रिया",
            "প্রক্রিয়া",
            "प्रक्रिया",
            "ప్రక్రియ",
            "செயல்முறை",
            "પ્રક્રિયા",
            "ಕಾರ್ಯವಿಧಾನ",
            "നടപടിക്രമം",
            "ਪ੍ਰਕਿਰਿਆ",
        ],
        Label::FollowUp => [
            "Follow up",
            "अगली मुलाक़ात",
            "পরবর্তী সাক্ষাৎ",
            "पुढील भेट",
            "తదుపరి సందర్శన",
            "அடுத்த வருகை",
            "આગામી મુલાકાત",
            "ಮುಂದಿನ ಭೇಟಿ",
            "അടുത്ത സന്ദർശനം",
            "ਅਗਲੀ ਮੁਲਾਕਾਤ",
        ],
        Label::Reason => {
            ["Reason", "कारण", "কারণ", "कारण", "కారణం", "காரணம்", "કારણ", "ಕಾರಣ", "കാരണം", "ਕਾਰਨ"]
        }
        Label::Note => {
            ["Note", "टिप्पणी", "মন্তব্য", "टीप", "గమనిక", "குறிப்பு", "નોંધ", "ಟಿಪ್ಪಣಿ", "കുറിപ്പ്", "ਨੋਟ"]
        }
        Label::Document => [
            "Document",
            "दस्तावेज़",
            "নথি",
            "दस्तऐवज",
            "పత్రం",
            "ஆவணம்",
            "દસ્તાવેજ",
            "ದಾಖಲೆ",
            "രേഖ",
            "ਦਸਤਾਵੇਜ਼",
        ],
        Label::Vaccine => {
            ["Vaccine", "टीका", "টিকা", "लस", "టీకా", "தடுப்பூசி", "રસી", "ಲಸಿಕೆ", "വാക്സിൻ", "ਟੀਕਾ"]
        }
        Label::Amount => {
            ["Amount", "राशि", "পরিমাণ", "रक्कम", "మొత్తం", "தொகை", "રકમ", "ಮೊತ್ತ", "തുക", "ਰਕਮ"]
        }
        Label::Total => ["Total", "कुल", "মোট", "एकूण", "మొత్తం", "மொத்தம்", "કુલ", "ಒಟ್ಟು", "ആകെ", "ਕੁੱਲ"],
        Label::Status => {
            ["Status", "स्थिति", "অবস্থা", "स्थिती", "స్థితి", "நிலை", "સ્થિતિ", "ಸ್ಥಿತಿ", "നില", "ਸਥਿਤੀ"]
        }
        Label::Condition => [
            "Condition",
            "समस्या",
            "সমস্যা",
            "समस्या",
            "సమస్య",
            "பிரச்சினை",
            "સમસ્યા",
            "ಸಮಸ್ಯೆ",
            "പ്രശ്നം",
            "ਸਮੱਸਿਆ",
        ],
        Label::Plan => {
            ["Plan", "योजना", "পরিকল্পনা", "योजना", "ప్రణాళిక", "திட்டம்", "યોજના", "ಯೋಜನೆ", "പദ്ധതി", "ਯੋਜਨਾ"]
        }
        Label::Family => [
            "Family history",
            "पारिवारिक इतिहास",
            "পারিবারিক ইতিহাস",
            "कौटुंबिक इतिहास",
            "కుటుంబ చరిత్ర",
            "குடும்ப வரலாறு",
            "પારિવારિક ઇતિહાસ",
            "ಕುಟುಂಬದ ಇತಿಹಾಸ",
            "കുടുംബ ചരിത്രം",
            "ਪਰਿਵਾਰਕ ਇਤਿਹਾਸ",
        ],
        Label::Day => ["day", "दिन", "দিন", "दिवस", "రోజు", "நாள்", "દિવસ", "ದಿನ", "ദിവസം", "ਦਿਨ"],
        Label::Days => {
            ["days", "दिन", "দিন", "दिवस", "రోజులు", "நாட்கள்", "દિવસ", "ದಿನಗಳು", "ദിവസം", "ਦਿਨ"]
        }
        Label::Week => {
            ["week", "सप्ताह", "সপ্তাহ", "आठवडा", "వారం", "வாரம்", "અઠવાડિયું", "ವಾರ", "ആഴ്ച", "ਹਫ਼ਤਾ"]
        }
        Label::Weeks => {
            ["weeks", "सप्ताह", "সপ্তাহ", "आठवडे", "వారాలు", "வாரங்கள்", "અઠવાડિયા", "ವಾರಗಳು", "ആഴ്ച", "ਹਫ਼ਤੇ"]
        }
        Label::Month => {
            ["month", "महीना", "মাস", "महिना", "నెల", "மாதம்", "મહિનો", "ತಿಂಗಳು", "മാസം", "ਮਹੀਨਾ"]
        }
        Label::Months => {
            ["months", "महीने", "মাস", "महिने", "నెలలు", "மாதங்கள்", "મહિના", "ತಿಂಗಳುಗಳು", "മാസം", "ਮਹੀਨੇ"]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_found_by_its_tag() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
            assert_eq!(Language::from_tag(&language.code().to_uppercase()), Some(language));
        }
        assert_eq!(Language::from_tag("fr"), None);
        assert_eq!(Language::Urdu.word(Label::Patient), "Patient");
        assert_eq!(Language::Marathi.word(Label::Days), "दिवस");
    }
}
