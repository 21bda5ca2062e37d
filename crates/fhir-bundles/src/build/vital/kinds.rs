//! The kinds, their units and their limits.

use super::{super::exact::Exact, Unit, Vital};

const DEGREES: &[Unit] = &[
    Unit::first(
        "°C",
        &["°c", "c", "cel", "degc", "celsius", "centigrade", "degreecelsius", "degreescelsius"],
    ),
    Unit {
        add: Exact::new(-32, 0),
        kept: true,
        ..Unit::factor(
            "°F",
            &[
                "°f",
                "f",
                "degf",
                "[degf]",
                "fahrenheit",
                "farenheit",
                "degreefahrenheit",
                "degreesfahrenheit",
            ],
            5,
            9,
        )
    },
    Unit { add: Exact::new(-27_315, 2), ..Unit::factor("K", &["k", "kelvin", "°k"], 1, 1) },
];
const PER_MINUTE: &[Unit] = &[Unit::first(
    "/min",
    &[
        "/min",
        "bpm",
        "/m",
        "/minute",
        "permin",
        "perminute",
        "beats/min",
        "beats/minute",
        "beatsperminute",
        "breaths/min",
        "breaths/minute",
        "breathsperminute",
        "cpm",
        "rpm",
    ],
)];
const PER_CENT: &[Unit] = &[Unit::first("%", &["%", "percent", "percentage", "pc"])];
const KILOGRAMS: &[Unit] = &[
    Unit::first("kg", &["kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramme"]),
    Unit::factor("g", &["g", "gm", "gms", "gr", "gram", "grams", "gramme", "grammes"], 1, 1000),
    Unit::factor("lb", &["lb", "lbs", "pound", "pounds", "[lb_av]", "#"], 45_359_237, 100_000_000),
    Unit::factor("oz", &["oz", "ounce", "ounces", "[oz_av]"], 28_349_523_125, 1_000_000_000_000),
    Unit::factor("st", &["st", "stone", "stones", "[stone_av]"], 635_029_318, 100_000_000),
];
const CENTIMETRES: &[Unit] = &[
    Unit::first("cm", &["cm", "cms", "centimetre", "centimetres", "centimeter", "centimeters"]),
    Unit::factor("m", &["m", "mtr", "mtrs", "metre", "metres", "meter", "meters"], 100, 1),
    Unit::factor(
        "mm",
        &["mm", "mms", "millimetre", "millimetres", "millimeter", "millimeters"],
        1,
        10,
    ),
    Unit::factor("in", &["in", "inch", "inches", "[in_i]", "\"", "''"], 254, 100),
    Unit::whole("ft", &["ft", "foot", "feet", "[ft_i]", "'"], 3048, 100),
];
const MASS_INDEX: &[Unit] = &[Unit::first(
    "kg/m2",
    &["kg/m2", "kg/m²", "kg/m^2", "kg/m*2", "kgm2", "kg/sqm", "kg/m**2", "kgperm2"],
)];
const STEPS: &[Unit] = &[Unit::first("steps", &["steps", "step", "{steps}", "count", "nos"])];
const MERCURY: &[Unit] = &[
    Unit::first("mmHg", &["mmhg", "mm[hg]", "mmofhg", "torr", "millimetresofmercury"]),
    Unit::factor("cmHg", &["cmhg", "cm[hg]", "cmofhg"], 10, 1),
    Unit::factor("kPa", &["kpa", "kilopascal", "kilopascals"], 1_000_000_000_000, 133_322_387_415),
];

const fn limits(low: i128, high: i128) -> (Exact, Exact) {
    (Exact::new(low, 0), Exact::new(high, 0))
}

/// Of a body temperature.
pub(crate) static TEMPERATURE: Vital = Vital {
    word: "temperature",
    code: ("8310-5", "Body temperature"),
    name: "Body temperature",
    is_vital_sign: true,
    limits: limits(25, 45),
    decimals: 1,
    units: DEGREES,
};
/// Of the skin, which may be colder than the body.
pub(crate) static SURFACE_TEMPERATURE: Vital = Vital {
    word: "surface-temperature",
    code: ("61008-9", "Body surface temperature"),
    name: "Body surface temperature",
    limits: limits(10, 45),
    ..TEMPERATURE
};
/// Of the heart.
pub(crate) static PULSE: Vital = Vital {
    word: "pulse",
    code: ("8867-4", "Heart rate"),
    name: "Pulse",
    is_vital_sign: true,
    limits: limits(0, 350),
    decimals: 0,
    units: PER_MINUTE,
};
/// Of breathing.
pub(crate) static RESPIRATORY_RATE: Vital = Vital {
    word: "respiratory-rate",
    code: ("9279-1", "Respiratory rate"),
    name: "Respiratory rate",
    limits: limits(0, 150),
    ..PULSE
};
/// Of the blood.
pub(crate) static OXYGEN_SATURATION: Vital = Vital {
    word: "oxygen-saturation",
    code: ("2708-6", "Oxygen saturation in Arterial blood"),
    name: "Oxygen saturation",
    is_vital_sign: true,
    limits: limits(20, 100),
    decimals: 1,
    units: PER_CENT,
};
/// Of newborns as of adults: 200 g to 650 kg.
pub(crate) static WEIGHT: Vital = Vital {
    word: "weight",
    code: ("29463-7", "Body weight"),
    name: "Weight",
    is_vital_sign: true,
    limits: (Exact::new(2, 1), Exact::new(650, 0)),
    decimals: 2,
    units: KILOGRAMS,
};
/// Of newborns as of adults.
pub(crate) static HEIGHT: Vital = Vital {
    word: "height",
    code: ("8302-2", "Body height"),
    name: "Height",
    is_vital_sign: true,
    limits: limits(15, 280),
    decimals: 1,
    units: CENTIMETRES,
};
/// Of weight and height.
pub(crate) static BODY_MASS_INDEX: Vital = Vital {
    word: "body-mass-index",
    code: ("39156-5", "Body mass index (BMI) [Ratio]"),
    name: "Body mass index",
    is_vital_sign: true,
    limits: limits(4, 250),
    decimals: 1,
    units: MASS_INDEX,
};
/// Of a pedometer.
pub(crate) static STEP_COUNT: Vital = Vital {
    word: "steps",
    code: ("55423-8", "Number of steps in unspecified time Pedometer"),
    name: "Steps",
    is_vital_sign: false,
    limits: limits(0, 1_000_000),
    decimals: 0,
    units: STEPS,
};
/// The upper value of a blood pressure.
pub(crate) static SYSTOLIC: Vital = Vital {
    word: "systolic",
    code: ("8480-6", "Systolic blood pressure"),
    name: "Systolic blood pressure",
    is_vital_sign: true,
    limits: limits(30, 350),
    decimals: 1,
    units: MERCURY,
};
/// The lower value of a blood pressure.
pub(crate) static DIASTOLIC: Vital = Vital {
    word: "diastolic",
    code: ("8462-4", "Diastolic blood pressure"),
    name: "Diastolic blood pressure",
    limits: limits(0, 250),
    ..SYSTOLIC
};

/// All that a plain record can name as `kind`.
pub(crate) static KINDS: [&Vital; 9] = [
    &TEMPERATURE,
    &SURFACE_TEMPERATURE,
    &PULSE,
    &RESPIRATORY_RATE,
    &OXYGEN_SATURATION,
    &WEIGHT,
    &HEIGHT,
    &BODY_MASS_INDEX,
    &STEP_COUNT,
];
