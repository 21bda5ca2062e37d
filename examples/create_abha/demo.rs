//! The desk played by itself, on the embedded sandbox.

use abdm_core::secret::AadhaarNumber;
use abdm_examples::answers::{Answers, Question, Topic};
use abdm_examples::connection::Connection;
use abdm_examples::exit::Stopped;
use abdm_examples::screen::Screen;
use abdm_sandbox::Sandbox;
use anyhow::Context as _;

/// The person's own mobile number, which Aadhaar does not know.
const MOBILE: &str = "9876543210";
/// Somebody else's address.
const TAKEN: &str = "ravi.example";

/// Plays the operator and the person: everything goes wrong once, and then right.
#[derive(Debug)]
pub(crate) struct Player {
    connection: Connection,
    sandbox: Sandbox,
    aadhaar: AadhaarNumber,
    scene: Scene,
    otps: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scene {
    Enrolment,
    Mobile,
}

impl Player {
    pub(crate) fn new(connection: &Connection) -> anyhow::Result<Self> {
        let sandbox = connection.sandbox.clone().context("a demonstration needs the sandbox")?;
        let mut people = sandbox.patients().into_iter().filter(|p| p.abha_number.is_none());
        let aadhaar = people.find_map(|person| person.aadhaar);
        let aadhaar = aadhaar.context("everybody in the sandbox has an ABHA number")?;
        let connection = connection.clone();
        Ok(Self { connection, sandbox, aadhaar, scene: Scene::Enrolment, otps: 0 })
    }

    fn otp(&self, number: &str) -> String {
        self.sandbox.otp_for(number).map(|otp| otp.expose().to_owned()).unwrap_or_default()
    }

    /// A wrong OTP, one resend too early, one in time, and then the right one. The second OTP, to the
    /// person's own mobile number, is typed at once.
    fn next_otp(&mut self, screen: &mut Screen) -> String {
        self.otps += 1;
        match (self.scene, self.otps) {
            (Scene::Enrolment, 1) => "000000".to_owned(),
            (Scene::Enrolment, 2) => "r".to_owned(),
            (Scene::Enrolment, 3) => {
                screen.line("    … a minute later …");
                self.connection.clock.leap(61);
                "r".to_owned()
            }
            (Scene::Enrolment, _) => {
                self.scene = Scene::Mobile;
                self.otp(self.aadhaar.expose())
            }
            (Scene::Mobile, _) => self.otp(MOBILE),
        }
    }
}

impl Answers for Player {
    fn answer(&mut self, question: &Question<'_>, screen: &mut Screen) -> Result<String, Stopped> {
        let answer = match (question.topic, question.asked) {
            (Topic::Language, _) => "1".to_owned(),
            (Topic::Consent | Topic::SaveCard | Topic::ChangeMobile, _) => "y".to_owned(),
            // A slip of the finger: the check digit is wrong.
            (Topic::Aadhaar, 0) => "234567890125".to_owned(),
            (Topic::Aadhaar, _) => self.aadhaar.expose().to_owned(),
            (Topic::Mobile, _) => MOBILE.to_owned(),
            (Topic::Otp, _) => self.next_otp(screen),
            (Topic::AddressName, 0) => TAKEN.to_owned(),
            (Topic::AddressName, _) => "1".to_owned(),
            (topic, _) => {
                return Err(Stopped::Unanswered(format!("the play has no line for {topic:?}")));
            }
        };
        screen.prompt(question.prompt);
        screen.line(question.topic.masked(&answer));
        Ok(answer)
    }
}
