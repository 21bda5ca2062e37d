//! NHA's terms and conditions, which a person must see in full before an Aadhaar number leaves, and
//! the book in which the acceptance is written down.

use std::io::Write as _;
use std::path::PathBuf;

use abha_enrollment::error::Language;
use abha_enrollment::hooks::{ConsentRecord, ConsentRecorder, HookError};
use async_trait::async_trait;

/// NHA's consent text for `abha-enrollment` 1.4 (certification case CRT_ABHA_102: shown in full,
/// nothing truncated). Compare it with the text that NHA publishes on the day of your certification:
/// the calls carry its code and version only.
pub const ENGLISH: &str = "Terms and Conditions

I, hereby declare that I am voluntarily sharing my Aadhaar number and demographic information issued by \
UIDAI, with National Health Authority (NHA) for the sole purpose of creation of ABHA number. I understand \
that my ABHA number can be used and shared for purposes as may be notified by ABDM from time to time \
including provision of healthcare services. Further, I am aware that my personal identifiable information \
(Name, Address, Age, Date of Birth, Gender and Photograph) may be made available to the entities working in \
the National Digital Health Ecosystem (NDHE) which inter alia includes stakeholders and entities such as \
healthcare professionals (e.g. doctors), facilities (e.g. hospitals, laboratories) and data fiduciaries \
(e.g. health programmes), which are registered with or linked to the Ayushman Bharat Digital Mission \
(ABDM), and various processes there under. I authorize NHA to use my Aadhaar number for performing Aadhaar \
based authentication with UIDAI as per the provisions of the Aadhaar (Targeted Delivery of Financial and \
other Subsidies, Benefits and Services) Act, 2016 for the aforesaid purpose. I understand that UIDAI will \
share my e-KYC details, or response of “Yes” with NHA upon successful authentication. I have been duly \
informed about the option of using other IDs apart from Aadhaar; however, I consciously choose to use \
Aadhaar number for the purpose of availing benefits across the NDHE. I am aware that my personal \
identifiable information excluding Aadhaar number / VID number can be used and shared for purposes as \
mentioned above. I reserve the right to revoke the given consent at any point of time as per provisions of \
Aadhaar Act and Regulations.";

/// The same in Hindi: a translation for the person at the desk, which stands before NHA's text and
/// does not replace it.
pub const HINDI: &str = "नियम एवं शर्तें (अनुवाद; मान्य पाठ नीचे अंग्रेज़ी में है)

मैं घोषणा करता/करती हूँ कि मैं यूआईडीएआई द्वारा जारी अपनी आधार संख्या और जनसांख्यिकीय जानकारी, केवल आभा संख्या \
बनाने के उद्देश्य से, स्वेच्छा से राष्ट्रीय स्वास्थ्य प्राधिकरण (एनएचए) के साथ साझा कर रहा/रही हूँ। मैं समझता/समझती \
हूँ कि मेरी आभा संख्या का उपयोग और साझाकरण स्वास्थ्य सेवाएँ देने सहित उन उद्देश्यों के लिए किया जा सकता है, जिन्हें \
एबीडीएम समय-समय पर अधिसूचित करे। मुझे यह भी ज्ञात है कि मेरी व्यक्तिगत पहचान योग्य जानकारी (नाम, पता, आयु, जन्म तिथि, \
लिंग और फोटो) राष्ट्रीय डिजिटल स्वास्थ्य तंत्र (एनडीएचई) में कार्यरत संस्थाओं को उपलब्ध कराई जा सकती है, जिनमें आयुष्मान \
भारत डिजिटल मिशन (एबीडीएम) में पंजीकृत या उससे जुड़े स्वास्थ्य पेशेवर (जैसे डॉक्टर), संस्थान (जैसे अस्पताल, प्रयोगशालाएँ) \
और डेटा न्यासी (जैसे स्वास्थ्य कार्यक्रम) तथा उसके अंतर्गत विभिन्न प्रक्रियाएँ शामिल हैं। मैं उक्त उद्देश्य के लिए आधार \
(वित्तीय और अन्य सहायिकियों, प्रसुविधाओं और सेवाओं का लक्ष्यित परिदान) अधिनियम, 2016 के प्रावधानों के अनुसार यूआईडीएआई से \
आधार आधारित प्रमाणीकरण हेतु अपनी आधार संख्या का उपयोग करने के लिए एनएचए को अधिकृत करता/करती हूँ। मैं समझता/समझती हूँ कि \
सफल प्रमाणीकरण पर यूआईडीएआई मेरे ई-केवाईसी विवरण, या “हाँ” का उत्तर, एनएचए के साथ साझा करेगा। मुझे आधार के अतिरिक्त अन्य \
पहचान पत्रों के विकल्प की विधिवत जानकारी दी गई है; फिर भी मैं एनडीएचई में लाभ प्राप्त करने के लिए सोच-समझकर आधार संख्या का \
उपयोग चुनता/चुनती हूँ। मुझे ज्ञात है कि आधार संख्या / वीआईडी संख्या को छोड़कर मेरी व्यक्तिगत पहचान योग्य जानकारी का उपयोग \
और साझाकरण ऊपर बताए उद्देश्यों के लिए किया जा सकता है। आधार अधिनियम और विनियमों के प्रावधानों के अनुसार मैं दी गई सहमति को \
किसी भी समय वापस लेने का अधिकार सुरक्षित रखता/रखती हूँ।";

/// The pages to show in a language: NHA's own text is always among them.
#[must_use]
pub const fn pages(language: Language) -> &'static [&'static str] {
    match language {
        Language::Hindi => &[HINDI, ENGLISH],
        _ => &[ENGLISH],
    }
}

/// Where the desk writes down who agreed to what: a file of JSON lines, or the log.
///
/// A facility's own recorder writes into its database.
#[derive(Debug, Clone, Default)]
pub struct ConsentBook {
    file: Option<PathBuf>,
}

impl ConsentBook {
    /// A book in this file; without one, the record goes to the program's log.
    #[must_use]
    pub const fn new(file: Option<PathBuf>) -> Self {
        Self { file }
    }
}

#[async_trait]
impl ConsentRecorder for ConsentBook {
    async fn record(&self, consent: &ConsentRecord) -> Result<(), HookError> {
        match &self.file {
            Some(file) => {
                let mut book = std::fs::File::options().create(true).append(true).open(file)?;
                writeln!(book, "{}", serde_json::to_string(consent)?)?;
                book.sync_data()?;
            }
            None => tracing::info!(
                operator = consent.operator,
                language = consent.language,
                purpose = ?consent.purpose,
                version = consent.text.version,
                "consent recorded"
            ),
        }
        Ok(())
    }
}
