//! Functions on numbers.

use num_bigint::{BigInt, BigUint, Sign};

use super::{float, take};
use crate::{
    CallContext, CallError, Function, Kind, Number, Parameter, Shape, Type, Value, convert,
};

const NUM: Parameter = Parameter::new("num", Shape::Number);
const NUMBERS: Parameter = Parameter::new("numbers", Shape::Number);

/// A function from numbers to a number.
const fn on_numbers(
    name: &'static str,
    parameters: &'static [Parameter],
    call: fn(&CallContext<'_>, &[Value]) -> Result<Value, CallError>,
) -> Function {
    Function { name, parameters, variadic: None, returns: take::returns_number, call }
}

/// The functions of this file.
pub(crate) const FUNCTIONS: &[Function] = &[
    on_numbers("abs", &[NUM], |_, arguments| Ok(take::number(arguments, 0)?.absolute().into())),
    on_numbers("ceil", &[NUM], |_, arguments| Ok(take::number(arguments, 0)?.ceil().into())),
    on_numbers("floor", &[NUM], |_, arguments| Ok(take::number(arguments, 0)?.floor().into())),
    on_numbers("log", &[NUM, Parameter::new("base", Shape::Number)], |_, arguments| {
        in_64_bits(arguments, float::log)
    }),
    Function { variadic: Some(NUMBERS), ..on_numbers("max", &[], max) },
    Function { variadic: Some(NUMBERS), ..on_numbers("min", &[], min) },
    Function {
        name: "parseint",
        parameters: &[Parameter::new("number", Shape::Any), Parameter::new("base", Shape::Number)],
        variadic: None,
        returns: parse_type,
        call: parseint,
    },
    on_numbers("pow", &[NUM, Parameter::new("power", Shape::Number)], |_, arguments| {
        in_64_bits(arguments, float::pow)
    }),
    on_numbers("signum", &[NUM], signum),
    on_numbers("sum", &[Parameter::new("list", Shape::Any)], sum),
];

/// Computes with numbers of 64 bits.
fn in_64_bits(arguments: &[Value], by: fn(f64, f64) -> f64) -> Result<Value, CallError> {
    let float = |index| {
        let number = take::number(arguments, index)?;
        let float = number.to_f64();
        if float.is_infinite() && !number.is_infinite() {
            return Err(CallError::argument(index, "value must be between -1.8e308 and 1.8e308"));
        }
        Ok(float)
    };
    let result = Number::from_f64(by(float(0)?, float(1)?));
    result.map(Value::from).ok_or_else(|| CallError::new("the result is not a number"))
}

fn sum(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let refused = |why: &str| Err(CallError::argument(0, why));
    let Some(list) = arguments.first() else {
        return refused("argument must be list, set, or tuple");
    };
    let items = match &list.kind {
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => items,
        Kind::Map(..) | Kind::Object(_) | Kind::Open(_) => {
            return refused("argument must be list, set, or tuple");
        }
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Unknown(_) => {
            return refused("cannot sum noniterable");
        }
    };
    if !list.is_wholly_known() {
        return Ok(take::computed(Type::Number, arguments));
    }
    let mut total: Option<Number> = None;
    for item in items.iter() {
        let number = convert(item, &Type::Number).ok();
        let Some(number) = number.as_ref().and_then(Value::as_number) else {
            return refused("argument must be list, set, or tuple of number values");
        };
        total = Some(match total {
            None => number.clone(),
            Some(total) => total
                .add(number)
                .map_err(|_| CallError::new("can't compute sum of opposing infinities"))?,
        });
    }
    total.map_or_else(|| refused("cannot sum an empty list"), |total| Ok(total.into()))
}

fn numbers(arguments: &[Value]) -> Result<impl Iterator<Item = &Number>, CallError> {
    if arguments.is_empty() {
        return Err(CallError::new("must pass at least one number"));
    }
    Ok(arguments.iter().filter_map(Value::as_number))
}

fn chosen(number: Option<&Number>) -> Result<Value, CallError> {
    number.map(|it| it.clone().into()).ok_or_else(|| CallError::new("number required"))
}

fn max(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    // Of equal ones the first stays.
    chosen(numbers(arguments)?.reduce(|most, it| if it > most { it } else { most }))
}

fn min(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    chosen(numbers(arguments)?.reduce(|least, it| if it < least { it } else { least }))
}

fn signum(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    Ok(Number::from(i128::from(take::whole(arguments, 0)?.signum())).into())
}

fn parse_type(arguments: &[Value]) -> Result<Type, CallError> {
    match arguments.first().map(Value::ty) {
        Some(Type::String) => Ok(Type::Number),
        Some(Type::Dynamic) | None => Ok(Type::Dynamic),
        Some(
            other @ (Type::Bool
            | Type::Number
            | Type::List(_)
            | Type::Set(_)
            | Type::Map(_)
            | Type::Tuple(_)
            | Type::Object(_)),
        ) => {
            let message = format!("first argument must be a string, not {other}");
            Err(CallError::argument(0, message))
        }
    }
}

fn parseint(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    parse_type(arguments)?;
    let text = take::text(arguments, 0)?;
    let base = take::whole(arguments, 1)?;
    let base =
        u32::try_from(base).ok().filter(|base| (2..=62).contains(base)).ok_or_else(|| {
            CallError::argument(1, "base must be a whole number between 2 and 62 inclusive")
        })?;
    let number = read_whole(text, base).ok_or_else(|| {
        CallError::argument(0, format!("cannot parse {text:?} as a base {base} integer"))
    })?;
    Ok(number.into())
}

/// So many digits are read at most.
const MAX_DIGITS: usize = 4096;

fn read_whole(text: &str, base: u32) -> Option<Number> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (Sign::Minus, rest),
        None => (Sign::Plus, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || digits.len() > MAX_DIGITS {
        return None;
    }
    let digits = digits.chars().map(|it| digit(it, base)).collect::<Option<Vec<u8>>>()?;
    let magnitude = BigUint::from_radix_be(&digits, base)?;
    Number::from_bigint(&BigInt::from_biguint(sign, magnitude))
}

/// Up to base 36 the case of a letter does not matter; beyond, capitals come after the small letters.
fn digit(it: char, base: u32) -> Option<u8> {
    let value = match it {
        '0'..='9' => u32::from(it) - u32::from('0'),
        'a'..='z' => u32::from(it) - u32::from('a') + 10,
        'A'..='Z' if base <= 36 => u32::from(it) - u32::from('A') + 10,
        'A'..='Z' => u32::from(it) - u32::from('A') + 36,
        _ => return None,
    };
    u8::try_from(value).ok().filter(|_| value < base)
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{call, whole};
    use crate::{Number, Type, Value};

    fn number(text: &str) -> Value {
        Number::parse(text).unwrap().into()
    }

    fn on(name: &str, numbers: &[&str]) -> Option<String> {
        let numbers: Vec<Value> = numbers.iter().map(|it| number(it)).collect();
        Some(call(name, &numbers)?.as_number().unwrap().to_string())
    }

    fn parse(text: &str, base: i128) -> Option<String> {
        let number = call("parseint", &[Value::string(text), whole(base)])?;
        Some(number.as_number().unwrap().to_string())
    }

    // The expectations are answers of terraform 1.11.4.

    #[test]
    fn one_number() {
        let right = [
            ("abs", "-99999999999999999999.5", "99999999999999999999.5"),
            ("abs", "-Inf", "+Inf"),
            ("ceil", "-4.9", "-4"),
            ("ceil", "-0.5", "0"),
            ("ceil", "1e-400", "1"),
            ("floor", "-0.5", "-1"),
            ("floor", "9.9", "9"),
            ("floor", "Inf", "+Inf"),
            ("signum", "-7", "-1"),
        ];
        for (name, text, want) in right {
            assert_eq!(on(name, &[text]).as_deref(), Some(want), "{name} {text}");
        }
        assert_eq!(on("signum", &["0.5"]), None);
        assert_eq!(on("signum", &["1e30"]), None);
    }

    #[test]
    fn several_numbers() {
        assert_eq!(on("max", &["1.5", "1.25"]).as_deref(), Some("1.5"));
        assert_eq!(on("min", &["3", "1", "2"]).as_deref(), Some("1"));
        assert_eq!(on("max", &[]), None);
        assert_eq!(on("pow", &["2", "64"]).as_deref(), Some("18446744073709550000"));
        assert_eq!(on("pow", &["1e400", "1"]), None);
        assert_eq!(on("pow", &["-8", "0.5"]).as_deref(), None);
        assert_eq!(on("pow", &["0", "-1"]).as_deref(), Some("+Inf"));
        assert_eq!(on("log", &["-1", "2"]), None);
        assert_eq!(on("log", &["Inf", "2"]).as_deref(), Some("+Inf"));
    }

    #[test]
    fn whole_numbers_of_a_base() {
        let right = [
            ("-1010", 2, "-10"),
            ("+7", 10, "7"),
            ("Zz", 62, "3817"),
            ("aA", 62, "656"),
            ("Z", 36, "35"),
            ("0b1", 16, "177"),
            ("-0", 10, "0"),
            ("ffffffffffffffffffffffff", 16, "79228162514264337593543950335"),
        ];
        for (text, base, want) in right {
            assert_eq!(parse(text, base).as_deref(), Some(want), "{text} {base}");
        }
        let wrong = [
            ("0xff", 16),
            ("12", 2),
            ("", 10),
            ("-", 10),
            ("10", 1),
            ("10", 63),
            ("1.5", 10),
            (" 1", 10),
            ("1_000", 10),
            ("+-1", 10),
        ];
        for (text, base) in wrong {
            assert_eq!(parse(text, base), None, "{text} {base}");
        }
        assert!(call("parseint", &[whole(100), whole(10)]).is_none());
    }

    #[test]
    fn sums() {
        let sum = |items: Vec<Value>| {
            let list = Value::list(Type::Number, items);
            Some(call("sum", &[list])?.as_number().unwrap().to_string())
        };
        assert_eq!(sum(vec![number("0.1"), number("0.2")]).as_deref(), Some("0.3"));
        assert_eq!(sum(vec![number("Inf"), number("-Inf")]), None);
        assert_eq!(sum(vec![Value::null(Type::Number)]), None);
        assert_eq!(sum(Vec::new()), None);
        assert!(call("sum", &[whole(1)]).is_none());
    }
}
