use super::{Checker, check};
use crate::check::{Severity, path::Path};

/// What is said about a narrative, with its severity and rule.
fn found(text: &str) -> Vec<(Severity, &'static str, String)> {
    let mut checker = Checker::default();
    check(text, &Path::root("div"), &mut checker);
    let findings = checker.into_findings().into_iter();
    findings.map(|finding| (finding.severity, finding.rule, finding.message)).collect()
}

fn div(inner: &str) -> String {
    format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>")
}

#[test]
fn what_r4_allows_is_clean() {
    for inner in [
        "<p>a &lt; b<br/></p>",
        "&#160;अ",
        "<table border=\"1\" class='x'><tbody><tr><td colspan=\"2\" bgcolor=\"red\">a</td></tr></tbody></table>",
        "<a href=\"https://a.example/?a=1&amp;b=2\" name=\"x\">a</a><!-- a comment -->",
        "<img src=\"#a\" alt=\"\"/>",
        "<h1 id=\"a\" lang=\"hi\" xml:lang=\"hi\" dir=\"ltr\">a</h1><kbd>b</kbd><address>c</address>",
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a</p></div>",
        "<![CDATA[a & b]]>",
        "<p style=\"color: red\">a<b>b</b><i>c</i></p >",
    ] {
        assert_eq!(found(&div(inner)), [], "{inner}");
    }
    assert_eq!(found(&format!("\n {} ", div("a"))), []);
}

#[test]
fn what_is_not_well_formed_or_not_allowed_is_an_error() {
    for inner in [
        "<P>a</P>",
        "<p class=x>a</p>",
        "<p class>a</p>",
        "<p class=\"a\" class=\"b\">a</p>",
        "<p class=\"a\"id=\"b\">a</p>",
        "<p title=\"a < b\">a</p>",
        "<p title=\"a & b\">a</p>",
        "<p>a",
        "<p>a</i></p>",
        "<br>a",
        "a & b",
        "a &unknown; b",
        "a &#0; b",
        "a < b",
        "<font color=\"red\">a</font>",
        "<u>a</u>",
        "<center>a</center>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>a",
        "<p xmlns=\"http://www.w3.org/2000/svg\">a</p>",
        "<video src=\"a\"/>a",
        "<details>a</details>",
        "<section>a</section>",
        "<script>a</script>",
        "<style>a</style>",
        "<form>a</form>",
        "<iframe src=\"a\"/>a",
        "<html><body>a</body></html>",
        "<p foo=\"z\">a</p>",
        "<p onclick=\"x()\">a</p>",
        "<p data-a=\"1\">a</p>",
        "<p role=\"note\">a</p>",
        "<a href=\" java\nscript:x()\">a</a>",
        "<!DOCTYPE html>a",
        "<?php a ?>a",
        "<!-- a -- b -->a",
    ] {
        let found = found(&div(inner));
        let errors = found
            .iter()
            .filter(|(severity, rule, _)| *severity == Severity::Error && *rule == "txt-1");
        assert!(errors.count() > 0, "{inner}: {found:?}");
    }
    for whole in [
        "hello",
        "<div>a</div>",
        "<div xmlns=\"http://www.w3.org/1999/html\">a</div>",
        "<p xmlns=\"http://www.w3.org/1999/xhtml\">a</p>",
        "<div xmlns=\"http://www.w3.org/1999/xhtml\">a",
        "<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>b",
        "<DIV xmlns=\"http://www.w3.org/1999/xhtml\">a</DIV>",
        "<?xml version=\"1.0\"?><div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>",
        "<div xmlns=\"http://www.w3.org/1999/xhtml\" onload=\"a()\">a</div>",
        "<h:div xmlns:h=\"http://www.w3.org/1999/xhtml\">a</h:div>",
    ] {
        assert!(found(whole).iter().any(|(_, rule, _)| *rule == "txt-1"), "{whole}");
    }
    let two = format!("{}{}", div("a"), div("b"));
    assert_eq!(found(&two).len(), 1);
    assert!(found(&two)[0].2.contains("two roots"));
}

#[test]
fn a_narrative_without_text_breaks_txt_2() {
    for inner in ["", " \n", "<p></p>", "<br/>", "<img alt=\"a\"/>"] {
        assert_eq!(
            found(&div(inner)).iter().map(|it| it.1).collect::<Vec<_>>(),
            ["txt-2"],
            "{inner}"
        );
    }
    assert_eq!(found("<div xmlns=\"http://www.w3.org/1999/xhtml\"/>")[0].1, "txt-2");
}

#[test]
fn every_fault_is_named_once_and_the_rest_is_read() {
    let found = found(&div("<u>a</u><u>b</u><font>c</font><p foo=\"x\">d</p>"));
    let messages: Vec<_> = found.iter().map(|(_, _, message)| message.as_str()).collect();
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(messages[0].contains(" u,") && messages[1].contains(" font,"), "{messages:?}");
}

#[test]
fn an_entity_of_html_is_a_warning() {
    assert_eq!(found(&div("38&deg;C&nbsp;now"))[0].0, Severity::Warning);
}

#[test]
fn a_block_inside_a_paragraph_is_a_warning() {
    let found = found(&div("<p><table><tr><td>a</td></tr></table></p>"));
    assert!(found.len() == 1 && found[0].0 == Severity::Warning, "{found:?}");
}

#[test]
fn no_text_of_the_narrative_is_repeated() {
    for inner in ["<asha-devi-who-has-a-long-name>a", "<p asha=devi>", "&asha;"] {
        for (_, _, message) in found(&div(inner)) {
            assert!(!message.contains("devi"), "{message}");
        }
    }
}
