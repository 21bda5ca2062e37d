//! Back-fills.

use abdm_core::error::ErrorClass;
use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::Flow as _;
use abdm_flow::testing::corpus::{InCorpus, KeptNote, Walk, variant_of, variants_of};
use chrono::{DateTime, Utc};

use super::{failure, hip_id, start};
use crate::flow::{
    Again, BackfillEffect, BackfillEvent, BackfillFailure, BackfillFlow, BackfillNews,
    BackfillOptions, BackfillState, BackfillWait, ContextOutcome, HipLinkFlow, LinkReport,
    LinkWord, Taken, WishForLink,
};
use crate::patient::{LinkPatient, Visit};

fn patient() -> LinkPatient {
    let date = "2019-09-14T08:00:00Z".parse().unwrap();
    let visit = |reference: &str| {
        Visit::new(reference.parse().unwrap(), "A visit", date, [HiType::OpConsultation])
    };
    LinkPatient::new(
        "asha.test@sbx".parse().unwrap(),
        "UHID-000123".parse().unwrap(),
        "Asha Test Kumari",
        Gender::Female,
        1988,
    )
    .without_notice()
    .visit(visit("OPD-1"))
    .visit(visit("OPD-2"))
}

fn new() -> Walk<BackfillFlow> {
    Walk::new(BackfillFlow::new(hip_id(), "2019-2025", start()), start())
}

fn begun() -> Walk<BackfillFlow> {
    new().on(BackfillEvent::Begin(BackfillOptions::default().between_hours(9, 17)))
}

fn taken(turn: u64) -> Taken {
    Taken {
        cursor: Some(format!("UHID-000123/OPD-{turn}").parse().unwrap()),
        seen: 4,
        already: 1,
        refused: vec![BackfillFailure::new(
            "UHID-000124".parse().unwrap(),
            "OPD-3".parse().unwrap(),
            failure("ABDM-1207", ErrorClass::UserInput),
            start(),
        )],
        patient: Some(Box::new(patient())),
        ..Taken::default()
    }
}

fn comes_back(turn: u64) -> BackfillEvent {
    BackfillEvent::Taken { turn, taken: Taken { comes_back: true, ..taken(turn) } }
}

fn linking() -> Walk<BackfillFlow> {
    begun().on(BackfillEvent::Taken { turn: 1, taken: taken(1) })
}

fn word(wish: u64, outcome: &ContextOutcome) -> BackfillEvent {
    let outcomes = vec![outcome.clone(); 2];
    let word = LinkWord::Over { outcomes, problems: Vec::new(), no_token: false };
    BackfillEvent::Word(LinkReport::new(wish, patient(), word))
}

impl InCorpus for BackfillFlow {
    fn stages() -> Vec<String> {
        let mut all = variants_of::<BackfillState>("state");
        all.extend(variants_of::<BackfillWait>("waits"));
        all.push("note/link".to_owned());
        all.extend(variants_of::<BackfillNews>("effect/Tell"));
        all
    }

    fn shows(&self) -> Vec<String> {
        let progress = self.progress();
        let waits = progress.waits.map(|(why, _)| variant_of("waits", &why));
        waits.into_iter().chain([variant_of("state", &self.state)]).collect()
    }

    fn walks() -> Vec<Walk<Self>> {
        let down = ContextOutcome::NotLinked(failure("ABDM-1024", ErrorClass::UpstreamFault));
        let failing = (1..=4).fold(begun(), |walk, n| {
            let walk = walk.on(BackfillEvent::Taken { turn: n, taken: taken(n) });
            walk.on(word(n, &down)).woken()
        });
        let failing = failing.on(BackfillEvent::Taken { turn: 5, taken: taken(5) });
        let failing = failing.on(word(5, &down)).keep("failing").woken();
        let failing = failing.on(BackfillEvent::Taken { turn: 6, taken: taken(6) });
        let failing = failing.on(word(6, &ContextOutcome::Linked));
        let retries =
            begun().on(BackfillEvent::Taken { turn: 1, taken: Taken { at_end: true, ..taken(1) } });
        let day = BackfillOptions::default().patients_per_day(1);
        let day = new().on(BackfillEvent::Begin(day));
        let day = day.on(BackfillEvent::Taken { turn: 1, taken: taken(1) });
        let busy = new().on(BackfillEvent::Begin(BackfillOptions::default().at_once(1)));
        let busy = busy.on(BackfillEvent::Taken { turn: 1, taken: taken(1) });
        let night = BackfillOptions::default().between_hours(22, 6);
        let over = begun().on(BackfillEvent::Taken {
            turn: 1,
            taken: Taken { at_end: true, ..Taken::default() },
        });
        vec![
            new().keep("new"),
            begun().keep("running").on(BackfillEvent::Pause).keep("paused"),
            linking().keep("linking-pace"),
            linking().on(BackfillEvent::Cancel).keep("cancelled"),
            busy.keep("linking-one"),
            day.keep("day-is-full"),
            new().on(BackfillEvent::Begin(night)).keep("not-its-hours"),
            begun().on(BackfillEvent::NotRead { turn: 1 }).keep("hospital-fails"),
            begun().on(comes_back(1)).keep("list-comes-back"),
            retries.on(word(1, &down)).woken().keep("retries"),
            failing.keep("works-again"),
            over.keep("finished"),
        ]
    }

    fn answers(&self, effect: BackfillEffect, _: DateTime<Utc>) -> Vec<BackfillEvent> {
        let BackfillEffect::Take { turn, .. } = effect else { return Vec::new() };
        let counts = self.progress().counts;
        let again = (counts.waiting > 0).then(|| Again {
            key: "2019-2025/1".to_owned(),
            tries: 1,
            since: start(),
            linked: counts.waiting,
        });
        let taken = Taken { at_end: true, again, ..Taken::default() };
        vec![BackfillEvent::Taken { turn, taken }]
    }

    fn awaited(&self, _: DateTime<Utc>) -> Option<BackfillEvent> {
        match self.state {
            BackfillState::New => Some(BackfillEvent::Begin(BackfillOptions::default())),
            BackfillState::Paused => Some(BackfillEvent::Resume),
            _ => {
                let state = serde_json::to_value(self).unwrap();
                let under_way = state["under_way"].as_object().unwrap().clone();
                let wish = under_way.keys().next()?.parse().unwrap();
                Some(word(wish, &ContextOutcome::Linked))
            }
        }
    }

    fn read_note(note: &KeptNote) -> Result<String, String> {
        assert_eq!((&*note.kind, &*note.subject), (HipLinkFlow::KIND, WishForLink::SUBJECT));
        note.read::<WishForLink>().map(|_| "note/link".to_owned())
    }
}
