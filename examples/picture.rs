//! The image of a QR code, as a server sends it, drawn again in a terminal.

use std::io::Cursor;

use abdm_core::wire::Document;
use png::{ColorType, Decoder, Transformations};

/// Modules of light around the code, in which a scanner expects nothing.
const QUIET: usize = 2;
/// Wider images are no QR code for a card, whatever their first bytes say.
const WIDEST: u32 = 4096;
/// The corner pattern of every code, in modules: a ring, a gap, and a block of three.
const CORNER: usize = 7;

/// Draws the image of a QR code in half blocks, for a terminal with light letters on a dark ground.
/// `None` when it is no PNG, or none of a QR code that stands upright with whole modules.
#[must_use]
pub fn in_terminal(image: &Document) -> Option<String> {
    let modules = Pixels::read(image.bytes())?.modules()?;
    let size = modules.len();
    let dark = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < size);
        let row = inside(y).and_then(|y| modules.get(y));
        row.zip(inside(x)).and_then(|(row, x)| row.get(x)).copied().unwrap_or_default()
    };
    let whole = size + 2 * QUIET;
    let line = |y: usize| {
        let below = |x| y + 1 >= whole || dark(x, y + 1);
        let blocks = (0..whole).map(|x| match (dark(x, y), below(x)) {
            (true, true) => ' ',
            (true, false) => '▄',
            (false, true) => '▀',
            (false, false) => '█',
        });
        blocks.collect::<String>()
    };
    Some((0..whole).step_by(2).map(line).collect::<Vec<_>>().join("\n"))
}

/// An image in black and white.
struct Pixels {
    width: usize,
    dark: Vec<bool>,
}

impl Pixels {
    fn read(png: &[u8]) -> Option<Self> {
        let mut decoder = Decoder::new(Cursor::new(png));
        decoder.set_transformations(Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().ok()?;
        let (width, height) = reader.info().size();
        if width.max(height) > WIDEST {
            return None;
        }
        let mut bytes = vec![0; reader.output_buffer_size()?];
        let info = reader.next_frame(&mut bytes).ok()?;
        let pixels = bytes.get(..info.buffer_size())?.chunks(info.color_type.samples());
        let is_dark = |pixel: &[u8]| {
            let (shade, alpha) = match (info.color_type, pixel) {
                (ColorType::Grayscale | ColorType::GrayscaleAlpha, [shade, rest @ ..]) => {
                    (*shade, rest.first().copied())
                }
                (_, [red, green, blue, rest @ ..]) => {
                    let sum = u16::from(*red) + u16::from(*green) + u16::from(*blue);
                    (u8::try_from(sum / 3).unwrap_or(u8::MAX), rest.first().copied())
                }
                _ => (u8::MAX, None),
            };
            shade < 128 && alpha.is_none_or(|alpha| alpha > 127)
        };
        Some(Self { width: usize::try_from(info.width).ok()?, dark: pixels.map(is_dark).collect() })
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width && self.dark.get(y * self.width + x).copied().unwrap_or_default()
    }

    /// The modules of the code that the image shows, row by row.
    fn modules(&self) -> Option<Vec<Vec<bool>>> {
        let place = |at: usize| (at % self.width, at / self.width);
        let dark =
            || (0..self.dark.len()).filter(|at| self.dark.get(*at) == Some(&true)).map(place);
        let (left, right) = (dark().map(|(x, _)| x).min()?, dark().map(|(x, _)| x).max()?);
        let (top, bottom) = (dark().map(|(_, y)| y).min()?, dark().map(|(_, y)| y).max()?);
        // The corner's upper edge is seven modules of dark and then a light one.
        let edge = (left..=right).take_while(|x| self.is_dark(*x, top)).count();
        let pitch = (edge / CORNER).max(1);
        let side = right - left + 1;
        let size = (side + pitch / 2) / pitch;
        let is_code = (21..=177).contains(&size)
            && size % 4 == 1
            && edge % CORNER == 0
            && (bottom - top).abs_diff(right - left) <= pitch;
        if !is_code {
            return None;
        }
        let middle = |from: usize, at: usize| from + (2 * at + 1) * side / (2 * size);
        let row = |y: usize| {
            (0..size).map(|x| self.is_dark(middle(left, x), middle(top, y))).collect::<Vec<_>>()
        };
        let modules: Vec<Vec<bool>> = (0..size).map(row).collect();
        has_corners(&modules).then_some(modules)
    }
}

/// Whether three corners show the pattern that belongs there.
fn has_corners(modules: &[Vec<bool>]) -> bool {
    let far = modules.len() - CORNER;
    let is_corner = |left: usize, top: usize| {
        (0..CORNER * CORNER).all(|at| {
            let (x, y) = (at % CORNER, at / CORNER);
            let ring = x.min(y).min(CORNER - 1 - x).min(CORNER - 1 - y);
            let seen = modules.get(top + y).and_then(|row| row.get(left + x));
            seen == Some(&(ring != 1))
        })
    };
    is_corner(0, 0) && is_corner(far, 0) && is_corner(0, far)
}

#[cfg(test)]
mod tests {
    use abha_enrollment::qr::QrCode;

    use super::*;

    #[test]
    fn the_image_of_a_code_shows_as_the_code_itself() {
        for text in ["91-1234-5678-9015", &"a longer text ".repeat(12)] {
            let code = QrCode::of(text).unwrap();
            for scale in [1, 3, 8] {
                let image = Document::new("image/png", code.png(scale).unwrap());
                let drawn = in_terminal(&image).unwrap();
                assert_eq!(drawn.trim_end(), code.terminal().trim_end(), "{scale} pixels");
            }
        }
    }

    #[test]
    fn other_images_show_nothing() {
        let mut image = QrCode::of("asha.example@sbx").unwrap().png(2).unwrap();
        for other in [b"\x89PNG\r\n\x1a\n".to_vec(), b"%PDF-1.4".to_vec(), Vec::new()] {
            assert_eq!(in_terminal(&Document::new("image/png", other)), None);
        }
        image.truncate(image.len() / 2);
        assert_eq!(in_terminal(&Document::new("image/png", image)), None);
    }
}
