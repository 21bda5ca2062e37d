use fhir_bundles::{
    HiType, Record,
    build::{Condition, Document, Medicine, OpConsultation, Practitioner},
};

use crate::samples;

fn record(kind: HiType) -> Record {
    Record::read(&samples::sample(kind, "full").to_vec()).unwrap()
}

#[test]
fn records_of_every_type_are_shown_on_a_terminal_of_any_width() {
    for kind in HiType::ALL {
        let record = record(kind);
        insta::assert_snapshot!(format!("{}_terminal", kind.slug()), record.render_text(80));
        for width in [0, 40, 61, 120] {
            let text = record.render_text(width);
            assert!(!text.is_empty());
            let widest = text.lines().map(unicode_width::UnicodeWidthStr::width).max().unwrap();
            assert!(widest <= width.max(40), "{kind}: {widest} columns of {width}");
        }
    }
}

#[test]
fn pages_of_every_type_need_nothing_else() {
    for kind in HiType::ALL {
        let page = record(kind).render_html();
        insta::assert_snapshot!(format!("{}_page", kind.slug()), page);
        for forbidden in ["<script", "<link", "<iframe", "@import", "url(", "http-equiv=\"refresh"]
        {
            assert!(!page.contains(forbidden), "{kind}: {forbidden}");
        }
        let fetched = page.split("src=\"").skip(1).all(|rest| rest.starts_with("data:image/"));
        assert!(fetched, "{kind} fetches something");
    }
}

#[test]
fn nothing_that_is_written_can_become_markup() {
    let attack = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>&\u{202e}";
    let document = OpConsultation::new(
        samples::patient(),
        Practitioner::with_hpr_id(attack, "71-1"),
        samples::clinic(),
        samples::visit(),
    )
    .title(attack)
    .chief_complaint(Condition::new(attack).note(attack))
    .medication(Medicine::new(attack).dose(attack).timing(attack).instruction(attack))
    .document(Document::new(attack, "text/html", b"<script>alert(3)</script>".to_vec()))
    .build()
    .unwrap();
    let record = Record::of(&document);
    let page = record.render_html();
    assert!(!page.contains("<script>") && !page.contains("<img src=x"));
    assert!(!page.contains("data:text/html") && page.contains("data:application/octet-stream"));
    assert!(!page.contains('\u{202e}'));
    assert!(!record.render_text(80).contains('\u{202e}'));
}

#[test]
fn a_terminal_is_never_steered_by_a_record() {
    let document = OpConsultation::new(
        samples::patient(),
        samples::doctor(),
        samples::clinic(),
        samples::visit(),
    )
    .chief_complaint("Fever\u{1b}[2J\u{7}\r\nand cough")
    .build()
    .unwrap();
    let text = Record::of(&document).render_text(80);
    assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()));
}
