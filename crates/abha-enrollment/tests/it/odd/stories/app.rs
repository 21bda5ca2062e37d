//! What a PHR app does.

use abdm_core::endpoint::Endpoint as _;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abha_enrollment::api::phr::{EnrolPhrAddress, PhrProfileUpdate};
use abha_enrollment::error::Error;
use abha_enrollment::flow::phr_app::{AddressRoute, AppLoginOutcome, AppProfile, PhrApp};
use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::input::Password;

use super::{Story, dashed, enrols, number, otp};
use crate::odd::print::Printer;
use crate::support::{Bench, mobile};

fn address() -> AbhaAddress {
    "sentinela.p@sbx".parse().unwrap()
}

async fn by_password(app: &PhrApp) -> Result<AppProfile, Error> {
    app.log_in_by_password(&address(), &Password::existing("Sunrise#47")).await
}

/// The ABHA number that a login told.
fn told(profile: &AppProfile) -> Option<&AbhaNumber> {
    profile.user()?.abha_number.as_ref()?.whole()
}

impl Story {
    pub(super) async fn on_an_app(
        self,
        bench: &Bench,
        print: &Printer,
    ) -> Result<Vec<String>, Error> {
        let app = print.value(bench.desk.phr_app());
        match self {
            Self::AppByMobile | Self::AppByNumber | Self::AppByAddress => {
                let login = match self {
                    Self::AppByMobile => app.log_in_by_mobile(&mobile()).await,
                    Self::AppByNumber => {
                        app.log_in_by_abha_number(&number(), OtpRoute::AbhaMobile).await
                    }
                    _ => app.log_in_by_address(&address(), AddressRoute::Mobile).await,
                };
                let profile = match print.value(print.value(login?).verify(&otp()).await?) {
                    AppLoginOutcome::LoggedIn(profile) => profile,
                    AppLoginOutcome::ChooseAddress(choice) => {
                        print.value(choice.choose(&address()).await?)
                    }
                };
                print.value(profile.fetch().await?);
                Ok(dashed(told(&profile)))
            }
            Self::AppByPassword => {
                let profile = print.value(by_password(&app).await?);
                assert_eq!(profile.user().and_then(|user| user.address()), Some(address()));
                let shown = print.value(profile.fetch().await?);
                print.value(profile.update(PhrProfileUpdate::of(&shown)).await?);
                Ok(dashed(told(&profile)))
            }
            Self::AppChanges => {
                let profile = by_password(&app).await?;
                let mut change = print.value(profile.change_mobile(&mobile()).await?);
                let _ = change.confirm(&otp()).await?;
                print.value(&change);
                Ok(Vec::new())
            }
            Self::AppLinksNumber => {
                let profile = by_password(&app).await?;
                let route = OtpRoute::AbhaMobile;
                let mut flow = print.value(profile.prove_abha_number(&number(), route).await?);
                let proved = print.value(flow.verify(&otp()).await?);
                let _ = proved.link().await?;
                let account = proved.account().and_then(|account| account.abha_number.as_ref());
                Ok(dashed(account.and_then(|seen| seen.whole())))
            }
            Self::AppSwitches => {
                let switch = print.value(by_password(&app).await?.switch_profiles().await?);
                let profile = print.value(switch.choose(&address()).await?);
                Ok(dashed(told(&profile)))
            }
            Self::AppRenews => {
                let mut profile = by_password(&app).await?;
                profile.renew().await?;
                print.value(&profile);
                Ok(Vec::new())
            }
            _ => {
                let route = OtpRoute::AbhaMobile;
                let begun = app.create_address_by_abha_number(&number(), route).await?;
                let creation = print.value(print.value(begun).verify(&otp()).await?);
                enrols::an_address(bench, print, creation, EnrolPhrAddress::META.path).await
            }
        }
    }
}
