//! The ABHA card and its QR code, as PNG.
//!
//! ABDM's card has a photo and eleven languages; this one has what a scanner and an eye need: a
//! band in the colours of the scheme, the QR code, and the number in plain digits.

mod canvas;
mod digits;

use abdm_core::wire::Document;
use fast_qr::{ECL, QRBuilder, QRCode};
use serde_json::{Map, Value, json};

use self::canvas::{Canvas, Colour};
use super::shown::born;
use crate::server::Refusal;
use crate::world::{Account, Person};

/// Pixels of a module of the QR code.
const SCALE: usize = 6;
/// The quiet zone around a code, in modules.
const QUIET: usize = 4;
/// The height of the coloured band above and below, in pixels.
const BAND: usize = 56;
/// The digits of the number, in pixels of the card per pixel of the pattern.
const DIGIT: usize = 4;

/// The QR code alone.
pub(crate) fn qr_code(person: &Person, account: Option<&Account>) -> Result<Document, Refusal> {
    let code = encode(person, account)?;
    let side = (code.size + 2 * QUIET) * SCALE;
    let mut canvas = Canvas::new(side, side);
    draw_code(&mut canvas, &code, (0, 0));
    image(&canvas)
}

/// The whole card.
pub(crate) fn card(person: &Person, account: Option<&Account>) -> Result<Document, Refusal> {
    let code = encode(person, account)?;
    let side = (code.size + 2 * QUIET) * SCALE;
    let number = account.map(|account| account.number.to_dashed()).unwrap_or_default();
    let text_width = digits::width(&number) * DIGIT;
    let width = side.max(text_width + 2 * BAND);
    let mut canvas = Canvas::new(width, BAND + side + digits::HEIGHT * DIGIT + 2 * BAND);
    canvas.fill((0, 0), (width, BAND), Colour::Blue);
    canvas.fill((0, BAND), (width, BAND / 7), Colour::Saffron);
    draw_code(&mut canvas, &code, ((width - side) / 2, BAND + BAND / 7));
    let below = BAND + BAND / 7 + side;
    let start = ((width - text_width) / 2, below);
    digits::draw(&number, |x, y| {
        canvas.fill((start.0 + x * DIGIT, start.1 + y * DIGIT), (DIGIT, DIGIT), Colour::Blue);
    });
    canvas.fill((0, canvas.height() - BAND / 2), (width, BAND / 2), Colour::Green);
    image(&canvas)
}

/// The text of the code: the fields that scanners know (m1-abha.md 12).
fn text(person: &Person, account: Option<&Account>) -> String {
    let mut fields = Map::new();
    let mut add = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    if let Some(account) = account {
        add("hidn", json!(account.number.to_dashed()));
    }
    if let Some(address) = person.preferred_address() {
        add("hid", json!(address.as_str()));
    }
    add("name", json!(person.name()));
    add("gender", json!(person.gender));
    add("dob", json!(born(person)));
    add("statelgd", json!(person.home.state_code));
    add("distlgd", json!(person.home.district_code));
    add("state name", json!(person.home.state_name));
    add("district_name", json!(person.home.district_name));
    if let Some(mobile) = &person.mobile {
        add("mobile", json!(mobile));
    }
    add("address", json!(person.home.address));
    Value::Object(fields).to_string()
}

fn encode(person: &Person, account: Option<&Account>) -> Result<QRCode, Refusal> {
    QRBuilder::new(text(person, account)).ecl(ECL::M).build().map_err(|_| undrawable())
}

fn draw_code(canvas: &mut Canvas, code: &QRCode, (left, top): (usize, usize)) {
    let side = code.size + 2 * QUIET;
    canvas.fill((left, top), (side * SCALE, side * SCALE), Colour::White);
    let rows = code.data.chunks(code.size.max(1)).take(code.size);
    for (y, row) in rows.enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, module)| module.value()) {
            let corner = (left + (QUIET + x) * SCALE, top + (QUIET + y) * SCALE);
            canvas.fill(corner, (SCALE, SCALE), Colour::Black);
        }
    }
}

fn image(canvas: &Canvas) -> Result<Document, Refusal> {
    let bytes = canvas.png().ok_or_else(undrawable)?;
    Ok(Document::new("image/png", bytes))
}

fn undrawable() -> Refusal {
    Refusal::bad("ABDM-9999", "Unknown exception")
}
