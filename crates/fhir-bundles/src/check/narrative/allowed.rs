//! What a narrative may hold: the lists of R4's txt-1, with what its words allow beyond them and
//! HL7's validator takes (chapter 9 of HTML 4 has `kbd`, chapter 7 `address`, chapter 8 `bdo`; images
//! have maps).

pub(super) const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "b",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "map",
    "ol",
    "p",
    "pre",
    "q",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "ul",
    "var",
];

/// Attributes of any element.
pub(super) const ATTRIBUTES: &[&str] = &[
    "abbr",
    "accesskey",
    "align",
    "alt",
    "axis",
    "bgcolor",
    "border",
    "cellhalign",
    "cellpadding",
    "cellspacing",
    "cellvalign",
    "char",
    "charoff",
    "charset",
    "cite",
    "class",
    "colspan",
    "compact",
    "coords",
    "dir",
    "frame",
    "headers",
    "height",
    "href",
    "hreflang",
    "hspace",
    "id",
    "lang",
    "longdesc",
    "name",
    "nowrap",
    "rel",
    "rev",
    "rowspan",
    "rules",
    "scope",
    "shape",
    "span",
    "src",
    "start",
    "style",
    "summary",
    "tabindex",
    "title",
    "type",
    "valign",
    "value",
    "vspace",
    "width",
    "xml:lang",
    "xml:space",
];

/// Attributes of one element.
pub(super) const ATTRIBUTES_OF: &[(&str, &str)] =
    &[("img", "usemap"), ("img", "ismap"), ("area", "nohref"), ("pre", "space")];

/// The entities of HTML 4 that editors write.
pub(super) const ENTITIES: &[&str] = &[
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf",
    "laquo", "not", "shy", "reg", "macr", "deg", "plusmn", "sup1", "sup2", "sup3", "acute",
    "micro", "para", "middot", "cedil", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest",
    "times", "divide", "eacute", "egrave", "agrave", "aacute", "auml", "ouml", "uuml", "szlig",
    "ccedil", "ntilde", "alpha", "beta", "gamma", "delta", "mu", "omega", "Delta", "Omega", "ensp",
    "emsp", "thinsp", "ndash", "mdash", "lsquo", "rsquo", "sbquo", "ldquo", "rdquo", "bdquo",
    "dagger", "bull", "hellip", "permil", "prime", "Prime", "euro", "trade", "larr", "uarr",
    "rarr", "darr", "harr", "minus", "infin", "asymp", "ne", "le", "ge",
];

/// What to write in place of an element that is not allowed.
pub(super) fn instead_of(element: &str) -> &'static str {
    match element {
        "font" | "center" | "u" | "s" | "strike" | "del" | "ins" | "mark" => {
            "use span or div with a style, such as style=\"text-decoration: underline\""
        }
        "section" | "article" | "header" | "footer" | "main" | "nav" | "aside" | "details"
        | "summary" | "figure" | "fieldset" => "use div, and a heading such as h2",
        "svg" | "video" | "audio" | "canvas" | "picture" | "object" | "embed" => {
            "use img, or send the file as an attachment"
        }
        "script" | "style" | "link" | "base" | "meta" | "iframe" | "form" | "input" | "button" => {
            "leave it out; a narrative has no script, form, frame or style sheet"
        }
        "html" | "head" | "body" | "title" => "send the content of the body alone, inside one div",
        _ => "leave it out, or use div, span, p, table or a list",
    }
}
