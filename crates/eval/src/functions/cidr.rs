//! `cidrhost`, `cidrnetmask`, `cidrsubnet` and `cidrsubnets`.
//!
//! Terraform computes these with integers of any size and checks some of them by their low 64 bits
//! only; where that shows in an answer, the same answer is given here.

use num_bigint::Sign;

use super::network::{Network, ones, show};
use super::take;
use crate::{CallContext, CallError, Function, Number, Parameter, Shape, Type, Value};

const PREFIX: Parameter = Parameter::new("prefix", Shape::String);

/// The functions of this file.
pub(crate) const FUNCTIONS: &[Function] = &[
    Function {
        name: "cidrhost",
        parameters: &[PREFIX, Parameter::new("hostnum", Shape::Number)],
        variadic: None,
        returns: take::returns_string,
        call: cidrhost,
    },
    Function {
        name: "cidrnetmask",
        parameters: &[PREFIX],
        variadic: None,
        returns: take::returns_string,
        call: cidrnetmask,
    },
    Function {
        name: "cidrsubnet",
        parameters: &[
            PREFIX,
            Parameter::new("newbits", Shape::Number),
            Parameter::new("netnum", Shape::Number),
        ],
        variadic: None,
        returns: take::returns_string,
        call: cidrsubnet,
    },
    Function {
        name: "cidrsubnets",
        parameters: &[PREFIX],
        variadic: Some(Parameter::new("newbits", Shape::Number)),
        returns: take::returns_strings,
        call: cidrsubnets,
    },
];

fn network(arguments: &[Value]) -> Result<Network, CallError> {
    let text = take::text(arguments, 0)?;
    Network::parse(text).ok_or_else(|| {
        CallError::argument(0, format!("invalid CIDR expression: invalid CIDR address: {text}"))
    })
}

/// A whole number of any size.
struct Whole {
    negative: bool,
    /// Without the sign; `None` when it has more than 128 bits.
    magnitude: Option<u128>,
}

fn whole(arguments: &[Value], index: usize) -> Result<Whole, CallError> {
    let number = take::number(arguments, index)?
        .to_bigint()
        .ok_or_else(|| CallError::argument(index, "value must be a whole number"))?;
    Ok(Whole {
        negative: number.sign() == Sign::Minus,
        magnitude: number.magnitude().try_into().ok(),
    })
}

fn low64(number: u128) -> u128 {
    number & u128::from(u64::MAX)
}

fn outside() -> CallError {
    CallError::new("the number does not fit into the address")
}

/// `number`, shifted to the left, put into the address; bits that are set already stay.
fn insert(network: &Network, number: u128, shift: u32) -> Result<u128, CallError> {
    let room = network.bits.saturating_sub(shift);
    if number > ones(room) {
        return Err(outside());
    }
    Ok(network.address | number.checked_shl(shift).unwrap_or(0))
}

fn cidrhost(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let number = whole(arguments, 1)?;
    let network = network(arguments)?;
    let refused = || {
        CallError::new(format!(
            "prefix of {} does not accommodate a host numbered {}",
            network.length,
            arguments.get(1).and_then(Value::as_number).map(Number::to_string).unwrap_or_default()
        ))
    };
    let last = ones(network.bits - network.length);
    let magnitude = number.magnitude.ok_or_else(refused)?;
    let host = if number.negative {
        // -1 is the last one.
        last.checked_sub(magnitude.saturating_sub(1)).ok_or_else(refused)?
    } else {
        // Terraform compares the low 64 bits, and takes those as a signed number.
        let low = low64(magnitude);
        if low < 1 << 63 && low > last {
            return Err(refused());
        }
        magnitude
    };
    // An address within ::ffff:0:0/96 passes for IPv4, but its number goes in as if it were 128 bits.
    let shift = if network.is_v4() { network.bits - 32 } else { 0 };
    Ok(Value::normal_string(show(insert(&network, host, shift)?, network.bits)))
}

fn cidrnetmask(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let network = network(arguments)?;
    if !network.is_v4() {
        let text = take::text(arguments, 0)?;
        let message = format!("IPv6 addresses cannot have a netmask: {text}");
        return Err(CallError::argument(0, message));
    }
    Ok(Value::normal_string(show(network.mask(), network.bits)))
}

fn cidrsubnet(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let new_bits = take::whole(arguments, 1)?;
    let number = whole(arguments, 2)?;
    let network = network(arguments)?;
    let length = i64::from(network.length).checked_add(new_bits).ok_or_else(outside)?;
    if length > i64::from(network.bits) {
        return Err(CallError::new(format!(
            "insufficient address space to extend prefix of {} by {new_bits}",
            network.length
        )));
    }
    let count = u32::try_from(new_bits).map_or(64, |bits| bits.min(64));
    let magnitude = number.magnitude.ok_or_else(outside)?;
    if low64(magnitude) > ones(count) {
        let shown = take::number(arguments, 2)?;
        return Err(CallError::new(format!(
            "prefix extension of {new_bits} does not accommodate a subnet numbered {shown}"
        )));
    }
    let shift = u32::try_from(i64::from(network.bits) - length).unwrap_or(u32::MAX);
    let address = if number.negative {
        insert_negative(&network, magnitude, shift)?
    } else {
        insert(&network, magnitude, shift)?
    };
    let text = match u32::try_from(length) {
        Ok(length) => Network { address, length, ..network }.to_string(),
        // What Terraform prints of a prefix of less than 0 bits.
        Err(_) => "<nil>".to_owned(),
    };
    Ok(Value::normal_string(text))
}

/// What Terraform makes of a negative number: "or" with the two's complement, and then the sign is lost.
fn insert_negative(network: &Network, magnitude: u128, shift: u32) -> Result<u128, CallError> {
    let room = network.bits.checked_sub(shift).ok_or_else(outside)?;
    let less_one = magnitude.checked_sub(1).ok_or_else(outside)?;
    if less_one > ones(room) {
        return Err(outside());
    }
    let shifted = less_one.checked_shl(shift).unwrap_or(0) | ones(shift);
    (shifted & !network.address & ones(network.bits))
        .checked_add(1)
        .filter(|address| *address <= ones(network.bits))
        .ok_or_else(outside)
}

fn cidrsubnets(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let network = network(arguments)?;
    let mut subnets = Vec::new();
    // Terraform starts at the subnet before the first one, of which only the last address matters.
    let mut last = network.address.checked_sub(1).unwrap_or_else(|| ones(network.bits));
    for index in 1..arguments.len() {
        let new_bits = take::whole(arguments, index)?;
        let length = subnet_length(&network, new_bits, index)?;
        let Some(next) = network.subnet_after(last, length) else {
            let message = format!(
                "not enough remaining address space for a subnet with a prefix of {length} bits \
                 after {}",
                show(last, network.bits)
            );
            return Err(CallError::argument(index, message));
        };
        last = next.last();
        subnets.push(Value::normal_string(next.to_string()));
    }
    Ok(Value::list(Type::String, subnets))
}

fn subnet_length(network: &Network, new_bits: i64, index: usize) -> Result<u32, CallError> {
    let refused = |message: String| Err(CallError::argument(index, message));
    if new_bits < 1 {
        return refused("must extend prefix by at least one bit".to_owned());
    }
    let Some(new_bits) = u32::try_from(new_bits).ok().filter(|bits| *bits <= 32) else {
        return refused("may not extend prefix by more than 32 bits".to_owned());
    };
    let length = network.length + new_bits;
    if length > network.bits {
        let protocol = if network.bits == 32 { "IPv4" } else { "IPv6" };
        return refused(format!(
            "would extend prefix to {length} bits, which is too long for an {protocol} address"
        ));
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{text_of, texts_of, whole};
    use crate::{Number, Value};

    fn subnet(prefix: &str, new_bits: i128, number: i128) -> Option<String> {
        text_of("cidrsubnet", &[Value::string(prefix), whole(new_bits), whole(number)])
    }

    fn host(prefix: &str, number: i128) -> Option<String> {
        text_of("cidrhost", &[Value::string(prefix), whole(number)])
    }

    fn subnets(prefix: &str, new_bits: &[i128]) -> Option<Vec<String>> {
        let bits = new_bits.iter().map(|it| whole(*it));
        texts_of(
            "cidrsubnets",
            &std::iter::once(Value::string(prefix)).chain(bits).collect::<Vec<_>>(),
        )
    }

    // The expectations are answers of terraform 1.11.4.

    #[test]
    fn subnets_by_number() {
        let right = [
            ("010.020.0.0/16", 4, 2, "10.20.32.0/20"),
            ("10.0.3.7/016", 4, 2, "10.0.32.0/20"),
            ("0.0.0.0/0", 32, 4_294_967_295, "255.255.255.255/32"),
            ("2001:db8::/32", 33, 1, "2001:db8:0:0:8000::/65"),
            ("::/0", 65, 18_446_744_073_709_551_616, "8000::/65"),
            ("::ffff:10.0.0.0/104", 8, 5, "10.5.0.0/16"),
            ("::10.1.2.0/120", 4, 5, "::a01:250/124"),
            ("2001:DB8:ABCD::/48", 16, 10, "2001:db8:abcd:a::/64"),
        ];
        for (prefix, new_bits, number, want) in right {
            assert_eq!(subnet(prefix, new_bits, number).as_deref(), Some(want), "{prefix}");
        }
        let wrong = [
            ("10.0.0.0/16", 8, 256),
            ("10.0.0.0/16", 8, -256),
            ("10.0.0.0/16", 17, 0),
            ("10.0.0.0/33", 1, 0),
            ("10.0.0/16", 1, 0),
            ("10.0.0.0/+8", 1, 0),
            ("10.0.0.0/8 ", 1, 0),
            ("10.256.0.0/8", 1, 0),
            ("fe80::1%eth0/64", 4, 1),
            ("1:2:3:4:5:6:7:8:9/64", 4, 1),
            ("2001:db8::1::/48", 4, 1),
            ("12345::/16", 4, 1),
            ("10.0.0.0/16", i128::from(i64::MAX), 0),
        ];
        for (prefix, new_bits, number) in wrong {
            assert_eq!(subnet(prefix, new_bits, number), None, "{prefix} {new_bits} {number}");
        }
    }

    #[test]
    fn faults_of_terraform_are_kept() {
        assert_eq!(subnet("10.0.0.0/16", 4, -1).as_deref(), Some("0.0.16.0/20"));
        assert_eq!(subnet("2001:db8::/32", 16, -1).as_deref(), Some("0:0:1::/48"));
        assert_eq!(subnet("10.0.0.0/16", -1, 5).as_deref(), Some("10.10.0.0/15"));
        assert_eq!(subnet("10.0.0.0/2", -3, 0).as_deref(), Some("<nil>"));
        assert_eq!(subnet("::/0", 96, 65535).as_deref(), Some("0.0.0.0/0"));
    }

    #[test]
    fn hosts() {
        assert_eq!(host("10.0.0.77/24", 5).as_deref(), Some("10.0.0.5"));
        assert_eq!(host("10.0.0.0/24", -256).as_deref(), Some("10.0.0.0"));
        assert_eq!(host("10.0.0.0/24", -257), None);
        assert_eq!(host("10.0.0.0/24", 256), None);
        assert_eq!(host("0.0.0.0/0", -1).as_deref(), Some("255.255.255.255"));
        assert_eq!(host("::ffff:10.0.0.0/104", 5).as_deref(), Some("0:5::ffff:a00:0"));
        let beyond = 18_446_744_073_709_551_616;
        assert_eq!(host("2001:db8::/64", beyond).as_deref(), Some("2001:db8:0:1::"));
        assert_eq!(host("2001:db8::/64", -beyond).as_deref(), Some("2001:db8::"));
        assert_eq!(host("2001:db8::/64", -beyond - 1), None);
        let least = Number::from(i128::MIN);
        assert_eq!(
            text_of("cidrhost", &[Value::string("::/1"), least.into()]).as_deref(),
            Some("::")
        );
    }

    #[test]
    fn masks() {
        let mask = |prefix| text_of("cidrnetmask", &[Value::string(prefix)]);
        assert_eq!(mask("192.59.214.52/0").as_deref(), Some("0.0.0.0"));
        assert_eq!(mask("172.16.0.0/12").as_deref(), Some("255.240.0.0"));
        assert_eq!(mask("172.16.0.0/32").as_deref(), Some("255.255.255.255"));
        assert_eq!(
            mask("::ffff:10.0.0.0/104").as_deref(),
            Some("ffff:ffff:ffff:ffff:ffff:ffff:ff00:0")
        );
        assert_eq!(mask("2001:db8::/32"), None);
    }

    #[test]
    fn consecutive_subnets() {
        let right: [(&str, &[i128], &[&str]); 5] = [
            ("10.0.0.0/16", &[], &[]),
            (
                "10.0.0.0/16",
                &[8, 4, 8, 4],
                &["10.0.0.0/24", "10.0.16.0/20", "10.0.32.0/24", "10.0.48.0/20"],
            ),
            ("10.1.2.3/16", &[8, 8], &["10.1.0.0/24", "10.1.1.0/24"]),
            ("2001:db8::/32", &[32, 16], &["2001:db8::/64", "2001:db8:1::/48"]),
            ("255.255.255.0/24", &[1, 1], &["255.255.255.0/25", "255.255.255.128/25"]),
        ];
        for (prefix, new_bits, want) in right {
            assert_eq!(subnets(prefix, new_bits).unwrap(), want, "{prefix}");
        }
        let wrong: [(&str, &[i128]); 8] = [
            ("10.0.0.0/16", &[1, 1, 1]),
            ("10.0.0.0/16", &[0]),
            ("10.0.0.0/16", &[17]),
            ("2001:db8::/32", &[33]),
            ("255.255.255.0/24", &[1, 1, 1]),
            ("::ffff:10.0.0.0/104", &[8]),
            // A range that starts with the first address of all has no subnets for Terraform.
            ("0.0.0.0/0", &[1, 2, 3, 3]),
            ("::/0", &[8]),
        ];
        for (prefix, new_bits) in wrong {
            assert_eq!(subnets(prefix, new_bits), None, "{prefix} {new_bits:?}");
        }
    }
}
