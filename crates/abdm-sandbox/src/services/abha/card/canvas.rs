//! A picture of a few colours.

/// The colours of a card; their order is that of the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    White,
    Black,
    Blue,
    Saffron,
    Green,
}

/// Red, green, blue of each colour.
const PALETTE: [[u8; 3]; 5] =
    [[255, 255, 255], [0, 0, 0], [26, 58, 110], [240, 142, 40], [34, 120, 72]];

/// Pixels, row by row, white at first.
#[derive(Debug)]
pub(super) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![Colour::White as u8; width * height] }
    }

    pub(super) const fn height(&self) -> usize {
        self.height
    }

    /// Fills a rectangle; what lies outside is left out.
    pub(super) fn fill(
        &mut self,
        (left, top): (usize, usize),
        (width, height): (usize, usize),
        colour: Colour,
    ) {
        let right = (left + width).min(self.width);
        for row in self.pixels.chunks_mut(self.width.max(1)).skip(top).take(height) {
            if let Some(part) = row.get_mut(left..right) {
                part.fill(colour as u8);
            }
        }
    }

    /// The picture as a PNG file; `None` when it is too large for one.
    pub(super) fn png(&self) -> Option<Vec<u8>> {
        let (width, height) = (u32::try_from(self.width).ok()?, u32::try_from(self.height).ok()?);
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(PALETTE.concat());
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.pixels).ok()?;
        writer.finish().ok()?;
        Some(file)
    }
}
