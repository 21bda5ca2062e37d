//! Milestone 1: a registration desk gets a person an ABHA number and an ABHA address.

use std::io::{Write as _, stdin, stdout};

use abdm_core::client::AbdmClient;
use abdm_core::environment::Environment;
use abdm_core::secret::{AadhaarNumber, ClientSecret, MobileNumber, Otp};
use abdm_core::session::Credentials;
use abha_enrollment::flow::enrolment::MobileLink;
use abha_enrollment::hooks::{ConsentRecord, ConsentRecorder, GivenConsent, HookError};
use abha_enrollment::{Desk, Error, Problem, error::Language, input::AbhaAddressName};

/// Where you keep who agreed to what, before an Aadhaar number leaves.
#[derive(Debug)]
struct ConsentTable;

#[async_trait::async_trait]
impl ConsentRecorder for ConsentTable {
    async fn record(&self, consent: &ConsentRecord) -> Result<(), HookError> {
        println!("INSERT INTO consent: {} {}", consent.operator, consent.given_at);
        Ok(())
    }
}

/// `read` asks the operator; `store` writes an ABHA number (14 digits) into the patient's record.
pub async fn register(
    client: AbdmClient,
    mut read: impl FnMut(&str) -> String,
    mut store: impl FnMut(&str),
) -> Result<(), Error> {
    let desk = Desk::new(client, ConsentTable);
    let aadhaar = AadhaarNumber::new(&read("Aadhaar"))?; // checked here: 12 digits, check digit
    let mobile = MobileNumber::new(&read("Mobile"))?;
    let mut flow = desk.enrol(&aadhaar, GivenConsent::new("operator-17", "hi")).await?;
    let mut person = loop {
        let Ok(otp) = Otp::new(&read("OTP")) else {
            println!("an OTP has six digits");
            continue;
        };
        match flow.verify(&otp, &mobile).await {
            Ok(person) => break person,
            Err(e) if e.problem() == Problem::WrongOtp => {
                println!("{}", e.desk_text(Language::Hindi))
            }
            Err(other) => return Err(other),
        }
    };
    if let Some(number) = person.abha_number() {
        // At once, before any step that can fail: the number exists, whatever happens now.
        store(number.to_digits()); // `{number}` is masked, for logs
    }
    if *person.mobile_link() != MobileLink::Linked {
        // Not the phone that Aadhaar knows: it gets an OTP of its own.
        let mut linking = person.link_mobile(&mobile).await?;
        person = linking.verify(&Otp::new(&read("OTP to the other phone"))?).await?;
    }
    if !person.has_chosen_address() {
        for name in person.suggest_addresses().await? {
            println!("free: {}", name.as_str());
        }
        let chosen = AbhaAddressName::parse(&read("which ABHA address?"))?;
        println!("ABHA address: {}", person.claim_address(&chosen).await?);
    }
    let registration = person.finish().await; // the profile is an extra: number and address stand
    if let Some(number) = &registration.abha_number {
        store(number.to_digits()); // the same, or the first that ABDM told
    }
    if let Some(why) = &registration.profile_missing {
        println!("{}", why.desk_text(Language::Hindi));
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let environment = Environment::at("http://127.0.0.1:9000")?; // later: Environment::sandbox()
    let secret = ClientSecret::new("clinic-secret-not-real"); // from your vault
    let client = AbdmClient::new(environment, Credentials::new("SBX_CLINIC", secret))?;
    let read = |question: &str| {
        print!("{question}: ");
        let mut answer = String::new();
        let read = stdout().flush().and_then(|()| stdin().read_line(&mut answer));
        if !matches!(read, Ok(1..)) {
            std::process::exit(1); // nobody is there to answer
        }
        answer.trim().to_owned()
    };
    Ok(register(client, read, |number| println!("UPDATE patient SET abha = {number}")).await?)
}
