//! The ways to verify a person.

use abha_enrollment::error::Language;
use clap::ValueEnum;

macro_rules! routes {
    ($( $(#[$doc:meta])* $name:ident => $english:literal, $hindi:literal; )+) => {
        /// A way to verify a person.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
        pub(crate) enum Route {
            $( $(#[$doc])* $name, )+
        }

        impl Route {
            /// Every way, in the order of the menu.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What the menu calls it.
            pub(crate) const fn title(self, language: Language) -> &'static str {
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

routes! {
    /// ABHA number, OTP to the mobile number of Aadhaar (VRFY_ABHA_101)
    NumberAadhaar => "ABHA number, OTP to the mobile of Aadhaar", "आभा संख्या, आधार के मोबाइल पर ओटीपी";
    /// ABHA number, OTP to the mobile number of the ABHA (VRFY_ABHA_201)
    NumberMobile => "ABHA number, OTP to the mobile of the ABHA", "आभा संख्या, आभा के मोबाइल पर ओटीपी";
    /// ABHA address, OTP to the mobile number of Aadhaar (VRFY_ABHA_102)
    AddressAadhaar => "ABHA address, OTP to the mobile of Aadhaar", "आभा पता, आधार के मोबाइल पर ओटीपी";
    /// ABHA address, OTP to the mobile number of the ABHA (VRFY_ABHA_202)
    AddressMobile => "ABHA address, OTP to the mobile of the ABHA", "आभा पता, आभा के मोबाइल पर ओटीपी";
    /// Mobile number, then a choice among its accounts (VRFY_ABHA_301-305)
    Mobile => "Mobile number, then choose among its ABHA numbers", "मोबाइल नंबर, फिर उसकी आभा संख्याओं में से चुनाव";
    /// Aadhaar number (VRFY_ABHA_401-405)
    Aadhaar => "Aadhaar number", "आधार संख्या";
    /// Find the ABHA numbers of a mobile number, then prove one by OTP
    Find => "Find the ABHA numbers of a mobile number, then prove one", "मोबाइल नंबर से आभा संख्या खोजें, फिर सिद्ध करें";
    /// ABHA number and password
    Password => "ABHA number and password", "आभा संख्या और पासवर्ड";
    /// The QR code of a card, then an OTP
    Qr => "QR code of the ABHA card, then an OTP", "आभा कार्ड का क्यूआर कोड, फिर ओटीपी";
    /// Only ask whether there is an ABHA, and in which state
    Lookup => "Only look up: is there an ABHA, and in which state?", "केवल खोजें: क्या आभा है, और किस स्थिति में?";
}

impl Route {
    /// What the command line calls it.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}
