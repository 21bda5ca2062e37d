//! The counter of a registration desk: questions and answers, steps and their explanation.

use std::time::Duration;

use abdm_core::person::AbhaNumber;
use abdm_sandbox::Sandbox;
use abha_enrollment::error::{DeskAction, Language};
use abha_enrollment::{Desk, Error};

use crate::answers::{Answers, Question, Topic};
use crate::exit::Stopped;
use crate::screen::Screen;
use crate::steps::{Steps, Trouble};
use crate::words::Word;

/// So often a step is tried again that fails for want of an answer.
const PATIENCE: u32 = 2;

/// Everything that stands on the counter.
#[derive(Debug)]
#[non_exhaustive]
pub struct Counter {
    /// The desk behind it.
    pub desk: Desk,
    /// What the operator sees.
    pub screen: Screen,
    /// The language of the operator and the person.
    pub language: Language,
    /// What was done.
    pub steps: Steps,
    answers: Box<dyn Answers>,
    phones: Option<Sandbox>,
    keys_are_made: bool,
}

impl Counter {
    /// A counter in English.
    pub fn new(desk: Desk, screen: Screen, answers: impl Answers + 'static) -> Self {
        Self {
            desk,
            screen,
            language: Language::English,
            steps: Steps::default(),
            answers: Box::new(answers),
            phones: None,
            keys_are_made: false,
        }
    }

    /// The same, with the phones of the embedded sandbox's people in sight.
    #[must_use]
    pub fn seeing_phones(mut self, sandbox: Option<Sandbox>) -> Self {
        self.phones = sandbox;
        self
    }

    /// A sentence in the language of the desk.
    #[must_use]
    pub const fn word(&self, word: Word) -> &'static str {
        word.text(self.language)
    }

    /// Whether a person is there, who can wait and decide.
    #[must_use]
    pub fn has_operator(&self) -> bool {
        self.answers.is_person()
    }

    /// Asks once.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn ask(
        &mut self,
        topic: Topic,
        prompt: Word,
        choices: &[String],
        refused: Option<&str>,
        asked: usize,
    ) -> Result<String, Stopped> {
        let prompt = prompt.text(self.language);
        let question = Question { topic, prompt, choices, refused, asked };
        self.answers.answer(&question, &mut self.screen)
    }

    /// Asks until the answer can be read.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn ask_for<T>(
        &mut self,
        topic: Topic,
        prompt: Word,
        mut refused: Option<String>,
        read: impl Fn(&str) -> Result<T, Error>,
    ) -> Result<T, Stopped> {
        loop {
            let asked = usize::from(refused.is_some());
            let typed = self.ask(topic, prompt, &[], refused.as_deref(), asked)?;
            match read(&typed) {
                Ok(value) => return Ok(value),
                Err(error) => refused = Some(self.explain(&error)),
            }
        }
    }

    /// Asks for the language of the desk. Where nobody answers, it is English.
    ///
    /// # Errors
    /// When the person leaves.
    pub fn choose_language(&mut self) -> Result<(), Stopped> {
        let mut refused: Option<String> = None;
        self.language = loop {
            let why = refused.as_deref();
            let typed = match self.ask(Topic::Language, Word::AskLanguage, &[], why, 0) {
                Err(Stopped::Unanswered(_)) => break Language::English,
                typed => typed?.to_lowercase(),
            };
            match typed.as_str() {
                "" | "1" | "en" | "english" => break Language::English,
                "2" | "hi" | "hindi" | "हिन्दी" | "हिंदी" => {
                    break Language::Hindi;
                }
                _ => refused = Some(self.refuse(Word::ChooseLanguage.text(self.language))),
            }
        };
        Ok(())
    }

    /// Shows why an answer is not taken, and gives it back.
    pub fn refuse(&mut self, why: impl Into<String>) -> String {
        let why = why.into();
        self.screen.problem(&why);
        why
    }

    /// Asks for yes or no.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn ask_whether(&mut self, topic: Topic, prompt: Word) -> Result<bool, Stopped> {
        loop {
            let typed = self.ask(topic, prompt, &[], None, 0)?.to_lowercase();
            match typed.as_str() {
                "y" | "yes" | "हाँ" | "हां" | "ह" => return Ok(true),
                "n" | "no" | "नहीं" | "न" => return Ok(false),
                _ => {
                    self.refuse(self.word(Word::YesOrNo));
                }
            }
        }
    }

    /// Asks for one of several, by its number; its place is given back.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn ask_which(
        &mut self,
        topic: Topic,
        prompt: Word,
        choices: &[String],
    ) -> Result<usize, Stopped> {
        let mut refused: Option<String> = None;
        loop {
            let typed = self.ask(topic, prompt, choices, refused.as_deref(), 0)?;
            match chosen(&typed, choices) {
                Some(place) => return Ok(place),
                None => {
                    let text =
                        self.word(Word::TypeNumber).replace("{}", &choices.len().to_string());
                    refused = Some(self.refuse(text));
                }
            }
        }
    }

    /// Runs one step.
    ///
    /// # Errors
    /// Those of the step.
    pub async fn step<T>(
        &mut self,
        name: &str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.steps.run(name, work).await
    }

    /// Runs a step that may be repeated; again when ABDM did not answer.
    ///
    /// # Errors
    /// Those of the last try.
    pub async fn persist<T, F>(
        &mut self,
        name: &str,
        mut work: impl FnMut() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        if self.phones.is_some() && !std::mem::replace(&mut self.keys_are_made, true) {
            self.screen.hint(self.word(Word::MakesKeys));
        }
        let mut tries = 0;
        loop {
            match self.steps.run(name, work()).await {
                Err(error)
                    if tries < PATIENCE && error.problem().action() == DeskAction::TryLater =>
                {
                    tries += 1;
                    self.explain(&error);
                    self.screen.hint(Word::OnceMore.text(self.language));
                    tokio::time::sleep(Duration::from_secs(tries.into())).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Runs a step that the run can do without: its failure is explained and noted.
    pub async fn optional<T>(
        &mut self,
        name: &str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Option<T> {
        match self.steps.run(name, work).await {
            Ok(value) => Some(value),
            Err(error) => {
                self.explain(&error);
                self.warn(Trouble::of(name, &error));
                None
            }
        }
    }

    /// Notes what the run goes on without.
    pub fn warn(&mut self, trouble: Trouble) {
        self.screen.hint(format_args!("{} ({})", self.word(Word::WithoutIt), trouble.step));
        self.steps.warnings.push(trouble);
    }

    /// Shows what an error means, and gives its sentence back.
    pub fn explain(&mut self, error: &Error) -> String {
        let text = error.desk_text(self.language);
        self.screen.problem(&text);
        if let Some(at) = error.retry_at() {
            let left = (at - self.desk.now()).num_milliseconds().max(0);
            let left = (left + 999) / 1000;
            self.screen.hint(format_args!("{} {left}", self.word(Word::WaitSeconds)));
        }
        match error.problem().action() {
            DeskAction::AskNha | DeskAction::AskSupport | DeskAction::LookUpFirst => {
                if let Some(said) = error.abdm_text() {
                    self.screen.hint(format_args!("ABDM: {said}"));
                }
                if let Some(id) = error.request_id() {
                    self.screen.hint(format_args!("REQUEST-ID {id}"));
                }
            }
            _ => {}
        }
        text
    }

    /// Shows the OTP that the embedded sandbox sent to this number, as the person's phone would.
    pub fn show_phone(&mut self, number: &str) {
        let otp = self.phones.as_ref().and_then(|phones| phones.otp_for(number));
        if let Some(otp) = otp {
            self.screen.hint(format_args!("☎ {}: {}", self.word(Word::Phone), otp.expose()));
        }
    }
}

/// The place of a choice by its number, or by the ABHA number that it begins with; in some lists
/// most of its digits are masked (`xx-xxxx-xxxx-xx15`), and then it must fit one line only.
fn chosen(typed: &str, choices: &[String]) -> Option<usize> {
    let by_place = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let by_number = || {
        let wanted = typed.parse::<AbhaNumber>().ok()?.to_dashed();
        let fits = |choice: &String| {
            let shown = choice.split(' ').next().unwrap_or_default();
            shown.len() == wanted.len()
                && shown
                    .chars()
                    .zip(wanted.chars())
                    .all(|(shown, wanted)| shown == wanted || matches!(shown, 'x' | 'X' | '*'))
        };
        let mut fitting = choices.iter().enumerate().filter(|(_, choice)| fits(choice));
        let (place, _) = fitting.next()?;
        fitting.next().is_none().then_some(place)
    };
    by_place.filter(|place| *place < choices.len()).or_else(by_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_chosen_by_its_place_or_its_number() {
        let accounts = ["91-1234-5678-9015  Asha", "91-5555-5555-5559  Ravi"].map(str::to_owned);
        for (typed, place) in [
            ("2", Some(1)),
            ("91-5555-5555-5559", Some(1)),
            ("91123456789015", Some(0)),
            ("0", None),
            ("3", None),
            ("", None),
            ("91-9876-5432-1098", None),
        ] {
            assert_eq!(chosen(typed, &accounts), place, "{typed}");
        }
        let masked = ["xx-xxxx-xxxx-xx15  Asha", "xx-xxxx-xxxx-xx59  Ravi"].map(str::to_owned);
        assert_eq!(chosen("91-5555-5555-5559", &masked), Some(1));
        let alike = ["91-****-****-9015  Asha", "91-****-****-9015  Ravi"].map(str::to_owned);
        assert_eq!(chosen("91-1234-5678-9015", &alike), None);
    }
}
