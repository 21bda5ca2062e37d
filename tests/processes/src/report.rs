//! What was counted, and what was found wrong.

/// The lines of a report.
#[derive(Debug, Default)]
pub struct Report {
    lines: Vec<(String, String)>,
    violations: Vec<String>,
}

impl Report {
    /// One figure.
    pub fn tell(&mut self, what: impl Into<String>, figure: impl ToString) {
        let (what, figure) = (what.into(), figure.to_string());
        println!("  {what}: {figure}");
        self.lines.push((what, figure));
    }

    /// Something that must hold.
    pub fn demand(&mut self, what: impl Into<String>, holds: bool) {
        let what = what.into();
        if !holds {
            println!("  VIOLATION: {what}");
            self.violations.push(what);
        }
    }

    /// How much did not hold.
    #[must_use]
    pub const fn violations(&self) -> usize {
        self.violations.len()
    }

    /// Prints everything, as one table.
    pub fn print(&self) {
        println!("\n| checked | result |\n|---|---|");
        for (what, figure) in &self.lines {
            println!("| {what} | {figure} |");
        }
        for violation in &self.violations {
            println!("| VIOLATION | {violation} |");
        }
        println!("| violations | {} |", self.violations.len());
    }
}
