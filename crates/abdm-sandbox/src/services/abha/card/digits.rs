//! Ten digits and a dash as small patterns, so that a card needs no font.

/// The height of a digit.
pub(super) const HEIGHT: usize = 7;
/// The width of a digit, and of the gap after it.
const WIDTH: usize = 5;
const GAP: usize = 1;

/// Each row of each digit, the leftmost pixel in the highest of five bits.
const PATTERNS: [[u8; HEIGHT]; 10] = [
    [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
    [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
    [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110],
    [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
    [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
    [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
    [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
    [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
    [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
];
const DASH: [u8; HEIGHT] = [0, 0, 0, 0b01110, 0, 0, 0];

/// How wide a text is.
pub(super) fn width(text: &str) -> usize {
    (text.len() * (WIDTH + GAP)).saturating_sub(GAP)
}

/// Calls for every dark pixel of a text. What is neither digit nor dash stays blank.
pub(super) fn draw(text: &str, mut dark: impl FnMut(usize, usize)) {
    for (place, character) in text.chars().enumerate() {
        let digit = character.to_digit(10).and_then(|d| PATTERNS.get(usize::try_from(d).ok()?));
        let pattern = if character == '-' { Some(&DASH) } else { digit };
        for (y, row) in pattern.into_iter().flatten().enumerate() {
            for x in (0..WIDTH).filter(|x| row & (0b10000 >> x) != 0) {
                dark(place * (WIDTH + GAP) + x, y);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_side_by_side() {
        let mut grid = vec![vec![' '; width("7-1")]; HEIGHT];
        draw("7-1", |x, y| grid[y][x] = '#');
        let rows: Vec<String> = grid.into_iter().map(|row| row.into_iter().collect()).collect();
        assert_eq!(
            rows,
            [
                "#####         #  ",
                "    #        ##  ",
                "   #          #  ",
                "  #    ###    #  ",
                " #            #  ",
                " #            #  ",
                " #           ### ",
            ]
        );
    }
}
