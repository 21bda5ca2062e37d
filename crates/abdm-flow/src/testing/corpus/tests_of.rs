//! What is tried on a corpus.
#![expect(clippy::panic, reason = "for tests")]

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::io::{ErrorKind, Write as _};

use super::variants::tag;
use super::{InCorpus, Kept, KeptEffect, Walk, folder, variants_of};

/// More steps than these lead nowhere.
const MOST_STEPS: usize = 2_000;
/// So often is a flow woken that nobody answers: some remind for ever.
const MOST_WAKE_UPS: usize = 200;

/// Reads every file of every version, its effects and notes too, and drives it on twice: with
/// everything answered, to an end; and through silence, without an error.
///
/// # Panics
/// With the file and what is wrong.
pub fn drive_on<F: InCorpus>(root: &str) {
    for version in 1..=F::VERSION {
        for (name, kept) in Kept::all::<F>(root, version) {
            let file = format!("{} v{version} {name}", F::KIND);
            let read = || -> Walk<F> {
                let flow = kept.flow(version).unwrap_or_else(|error| panic!("{file}: {error}"));
                Walk::from_kept(flow, &kept)
            };
            read_notes(&read(), &file);
            let over = answered(read(), &file);
            assert!(over.done || over.flow.rests(), "{file} comes to no end: {:?}", over.flow);
            in_silence(read(), &file);
        }
    }
}

/// Every effect is answered, and what is waited for comes.
fn answered<F: InCorpus>(mut walk: Walk<F>, file: &str) -> Walk<F> {
    let mut effects = VecDeque::from(std::mem::take(&mut walk.effects));
    for _ in 0..MOST_STEPS {
        let events = if let Some(effect) = effects.pop_front() {
            walk.flow.answers(read_effect::<F>(&effect, file), walk.now)
        } else if walk.done {
            return walk;
        } else if let Some(event) = walk.flow.awaited(walk.now) {
            vec![event]
        } else if let Some(at) = walk.wake_at.take() {
            walk.now = walk.now.max(at);
            vec![F::woken()]
        } else {
            return walk;
        };
        for event in events {
            tell(&mut walk, event, file);
            effects.extend(std::mem::take(&mut walk.effects));
        }
    }
    panic!("{file} comes to no end: {:?}", walk.flow)
}

/// Nothing is answered: the flow is woken whenever it wants.
fn in_silence<F: InCorpus>(mut walk: Walk<F>, file: &str) {
    for _ in 0..MOST_WAKE_UPS {
        for effect in &walk.effects {
            read_effect::<F>(effect, file);
        }
        let Some(at) = walk.wake_at.take() else { return };
        walk.now = walk.now.max(at);
        tell(&mut walk, F::woken(), file);
    }
}

fn tell<F: InCorpus>(walk: &mut Walk<F>, event: F::Event, file: &str) {
    let told = format!("{event:?}");
    walk.try_on(event).unwrap_or_else(|error| panic!("{file}: {told}: {error}"));
    read_notes(walk, file);
}

fn read_notes<F: InCorpus>(walk: &Walk<F>, file: &str) {
    for note in &walk.notes {
        if let Err(why) = F::read_note(note) {
            panic!("{file}: a note: {why}");
        }
    }
}

/// An effect as the present release reads it, whichever wrote it: effects bear no version.
fn read_effect<F: InCorpus>(effect: &KeptEffect, file: &str) -> F::Effect {
    serde_json::from_value(effect.effect.clone())
        .unwrap_or_else(|error| panic!("{file}: an effect: {error}"))
}

/// Every version up to the present has files, those of the present one show every stage, and every
/// effect is shown by those of any: effects bear no version, and older forms of them are read still.
///
/// # Panics
/// With what has no file.
pub fn is_complete<F: InCorpus>(root: &str) {
    let (kind, present) = (F::KIND, F::VERSION);
    for version in 1..=present {
        let files = Kept::all::<F>(root, version);
        assert!(!files.is_empty(), "{kind} v{version} has no file, see abdm_flow::testing::corpus");
    }
    let mut shown = BTreeSet::new();
    for (_, kept) in (1..=present).flat_map(|version| Kept::all::<F>(root, version)) {
        for KeptEffect { effect, .. } in &kept.effects {
            let variant = tag(effect);
            let within = effect.get(variant).map_or("", tag);
            shown.extend([format!("effect/{variant}"), format!("effect/{variant}/{within}")]);
        }
    }
    for (name, kept) in Kept::all::<F>(root, present) {
        let flow: F = kept.flow(present).unwrap_or_else(|error| panic!("{kind} {name}: {error}"));
        shown.extend(flow.shows());
        shown.extend(kept.notes.iter().flat_map(F::read_note));
    }
    let all = F::stages().into_iter().chain(variants_of::<F::Effect>("effect"));
    let missing: Vec<String> = all.filter(|variant| !shown.contains(variant)).collect();
    assert!(
        missing.is_empty(),
        "{kind} v{present} has no file with {missing:?}: extend its walks, see \
         abdm_flow::testing::corpus"
    );
}

/// Writes the files of the present version that are not there. Those that are stay as they are.
///
/// # Panics
/// When a file cannot be written, or two states have one name.
pub fn write<F: InCorpus>(root: &str) {
    let folder = folder::<F>(root, F::VERSION);
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names = BTreeSet::new();
    for (name, kept) in F::walks().into_iter().flat_map(|walk| walk.kept) {
        assert!(names.insert(name.clone()), "{}: two states are called {name}", F::KIND);
        let path = folder.join(format!("{name}.json"));
        let text = serde_json::to_string_pretty(&kept).unwrap_or_else(|error| panic!("{error}"));
        let written = fs::File::create_new(&path)
            .and_then(|mut file| file.write_all(format!("{text}\n").as_bytes()));
        match written {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            written => written.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        }
    }
}
