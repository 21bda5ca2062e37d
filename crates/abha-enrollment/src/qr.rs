//! Drawing QR codes: of the facility's link, of the link to the ABHA app, of any text.

use std::fmt;

use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder, QRCode};

/// Light modules around a code: scanners need four of them.
const QUIET: usize = 4;
/// Around a code on a terminal, where two are enough and rows are dear.
const QUIET_ON_TERMINAL: usize = 2;

/// Why a text has no QR code, or a code no image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QrError {
    /// More than fits: some two thousand characters.
    #[error("the text is too long for a QR code")]
    TooLong,
    /// The image cannot be written, or would be larger than 10,000 pixels.
    #[error("the QR code cannot be written as an image of this size")]
    Image,
}

/// A text as a QR code. `Debug` shows its size only: the text may be a person's.
///
/// ```
/// use abha_enrollment::qr::QrCode;
///
/// let code = QrCode::of("https://phrsbx.abdm.gov.in/face-auth?txnId=37d8d312")?;
/// assert!(code.svg().starts_with("<svg"));
/// assert!(code.png(8)?.starts_with(b"\x89PNG"));
/// println!("{}", code.terminal());
/// # Ok::<(), abha_enrollment::qr::QrError>(())
/// ```
#[derive(Clone)]
pub struct QrCode {
    code: Box<QRCode>,
}

impl QrCode {
    /// The code of a text. A seventh of it may be covered or dirty.
    ///
    /// # Errors
    /// When the text is too long.
    pub fn of(text: &str) -> Result<Self, QrError> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| QrError::TooLong)?;
        Ok(Self { code: Box::new(code) })
    }

    /// The code as an SVG document, to be printed at any size.
    #[must_use]
    pub fn svg(&self) -> String {
        SvgBuilder::default().margin(QUIET).to_str(&self.code)
    }

    /// The code as a black and white PNG, each module a square of so many pixels.
    ///
    /// # Errors
    /// When the image would be wider than 10,000 pixels, or nothing at all.
    pub fn png(&self, pixels_per_module: u32) -> Result<Vec<u8>, QrError> {
        let scale = usize::try_from(pixels_per_module).map_err(|_| QrError::Image)?;
        let modules = self.code.size + 2 * QUIET;
        let width = modules.checked_mul(scale).filter(|width| (1..=10_000).contains(width));
        let width = width.ok_or(QrError::Image)?;
        let side = u32::try_from(width).map_err(|_| QrError::Image)?;
        let mut pixels = Vec::with_capacity(width.div_ceil(8) * width);
        for y in 0..modules {
            let mut row = vec![0_u8; width.div_ceil(8)];
            for x in 0..width {
                if let Some(byte) = row.get_mut(x / 8)
                    && !self.is_dark(x / scale, y, QUIET)
                {
                    *byte |= 0x80 >> (x % 8);
                }
            }
            pixels.extend(std::iter::repeat_n(row, scale).flatten());
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().map_err(|_| QrError::Image)?;
        writer.write_image_data(&pixels).map_err(|_| QrError::Image)?;
        writer.finish().map_err(|_| QrError::Image)?;
        Ok(file)
    }

    /// The code in half blocks, two modules to a character, for a terminal with light letters on a
    /// dark ground.
    #[must_use]
    pub fn terminal(&self) -> String {
        let modules = self.code.size + 2 * QUIET_ON_TERMINAL;
        let mut text = String::new();
        for y in (0..modules).step_by(2) {
            for x in 0..modules {
                let dark = |y| y >= modules || self.is_dark(x, y, QUIET_ON_TERMINAL);
                text.push(match (dark(y), dark(y + 1)) {
                    (true, true) => ' ',
                    (true, false) => '▄',
                    (false, true) => '▀',
                    (false, false) => '█',
                });
            }
            text.push('\n');
        }
        text
    }

    /// Whether a module is dark, counted from the corner of the light margin.
    fn is_dark(&self, x: usize, y: usize, margin: usize) -> bool {
        let inside = |place: usize| place.checked_sub(margin).filter(|at| *at < self.code.size);
        let row =
            inside(y).and_then(|y| self.code.data.get(y * self.code.size..)?.get(..self.code.size));
        let module = inside(x).and_then(|x| row?.get(x));
        module.is_some_and(|module| module.value())
    }
}

impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QrCode({0} × {0} modules)", self.code.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str =
        "https://phrsbx.abdm.gov.in/share-profile?hip-id=IN0710000001&counter-id=OPD1";

    /// The modules of a drawing, rows of dark or light, margin included.
    fn of_png(png: &[u8], scale: usize) -> Vec<Vec<bool>> {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut bytes).unwrap();
        let side = frame.width as usize;
        let dark = |x: usize, y: usize| bytes[y * frame.line_size + x / 8] & (0x80 >> (x % 8)) == 0;
        (0..side)
            .step_by(scale)
            .map(|y| (0..side).step_by(scale).map(|x| dark(x, y)).collect())
            .collect()
    }

    fn of_terminal(text: &str) -> Vec<Vec<bool>> {
        let halves = |line: &str, upper: bool| {
            let dark = |c| matches!((c, upper), (' ', _) | ('▄', true) | ('▀', false));
            line.chars().map(dark).collect::<Vec<bool>>()
        };
        text.lines().flat_map(|line| [halves(line, true), halves(line, false)]).collect()
    }

    #[test]
    fn png_and_terminal_show_the_same_code_with_its_margin() {
        let code = QrCode::of(LINK).unwrap();
        let png = of_png(&code.png(3).unwrap(), 3);
        let terminal = of_terminal(&code.terminal());
        let size = code.code.size;
        assert_eq!(png.len(), size + 8);
        assert!(png[..4].iter().flatten().all(|dark| !dark), "the margin is light");
        let inside: Vec<Vec<bool>> =
            png[4..4 + size].iter().map(|row| row[4..4 + size].to_vec()).collect();
        let shown: Vec<Vec<bool>> =
            terminal[2..2 + size].iter().map(|row| row[2..2 + size].to_vec()).collect();
        assert_eq!(inside, shown);
        let corner: Vec<bool> = inside[0][..8].to_vec();
        assert_eq!(corner, [true, true, true, true, true, true, true, false], "a finder pattern");
        for (y, row) in inside.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                assert_eq!(*dark, code.code[y][x].value());
            }
        }
    }

    #[test]
    fn an_svg_draws_every_dark_module() {
        let code = QrCode::of(LINK).unwrap();
        let dark = (0..code.code.size)
            .flat_map(|y| (0..code.code.size).map(move |x| (x, y)))
            .filter(|(x, y)| code.is_dark(*x, *y, 0))
            .count();
        let svg = code.svg();
        assert_eq!(svg.matches("h1v1h-1").count(), dark);
        assert!(!svg.contains("IN0710000001"), "the text stands in the modules alone");
    }

    #[test]
    fn what_is_too_long_or_too_large_is_refused() {
        assert_eq!(QrCode::of(&"x".repeat(3000)).unwrap_err(), QrError::TooLong);
        let code = QrCode::of("x").unwrap();
        for pixels in [0, 1000, u32::MAX] {
            assert_eq!(code.png(pixels).unwrap_err(), QrError::Image, "{pixels}");
        }
        assert_eq!(format!("{code:?}"), "QrCode(21 × 21 modules)");
    }
}
