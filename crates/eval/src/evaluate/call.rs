//! Calls: arguments, and what holds for every function.

use groundplan_ir::Location;
use groundplan_syntax::{Expr, Ident, Node};

use super::for_expr::is_vague_set;
use super::{Evaluator, Names, computed_from};
use crate::{
    CallContext, CallError, Error, Function, Kind, Parameter, Reference, References, Shape, Source,
    Type, Unknown, Value, convert, functions,
};

/// The functions whose result may be `null` though their arguments are not known.
const MAYBE_NULL: &[&str] = &[
    "element",
    "ephemeralasnull",
    "jsondecode",
    "lookup",
    "nonsensitive",
    "one",
    "sensitive",
    "tobool",
    "tolist",
    "tomap",
    "tonumber",
    "toset",
    "tostring",
    "yamldecode",
];

/// The evaluated arguments of a call, each with its place.
pub(super) type Arguments = Vec<(Value, Location)>;

impl Evaluator<'_> {
    /// `name(arguments)`
    pub(super) fn call(
        &self,
        at: Location,
        name: &Ident,
        arguments: &[Expr],
        expand_final: bool,
        names: Names<'_>,
    ) -> Result<Value, Error> {
        let plain = name.text.strip_prefix("core::").unwrap_or(&name.text);
        if plain.starts_with("provider::") {
            return self.provider_call(name, arguments, names);
        }
        match plain {
            "try" if !expand_final => return self.try_call(at, arguments, names),
            "can" if !expand_final => return self.can_call(at, arguments, names),
            "templatestring" => {
                return self.template_string(at, arguments, expand_final, names);
            }
            "try" | "can" => {
                let why = format!("the arguments of {plain} cannot be expanded with `...`");
                return Err(Error::new(at, why));
            }
            _ => {}
        }
        let function = functions::find(plain);
        if function.is_none() && plain != "templatefile" {
            return Err(Error::new(name.at, format!("there is no function named {plain:?}")));
        }
        let arguments = match self.arguments(arguments, expand_final, names)? {
            Expanded::Known(arguments) => arguments,
            Expanded::Unknown(references) => {
                return Ok(Value::unknown(Type::Dynamic, references));
            }
        };
        match function {
            Some(function) => apply(function, arguments, self.scope.call_context(), at),
            None => self.template_file(at, arguments),
        }
    }

    /// The values of the arguments, the last one expanded when it says so.
    pub(super) fn arguments(
        &self,
        arguments: &[Expr],
        expand_final: bool,
        names: Names<'_>,
    ) -> Result<Expanded, Error> {
        let mut values = Vec::with_capacity(arguments.len());
        let (expanded, first) = match arguments.split_last() {
            Some((last, first)) if expand_final => (Some(last), first),
            _ => (None, arguments),
        };
        for argument in first {
            values.push((self.value(argument, names)?, argument.at));
        }
        let Some(last) = expanded else { return Ok(Expanded::Known(values)) };
        let collection = self.value(last, names)?;
        let wrong = "what is expanded with `...` must be a list, a set or a tuple";
        match &collection.kind {
            Kind::Set(..) if is_vague_set(&collection) => {
                let all: Vec<&Value> =
                    values.iter().map(|(it, _)| it).chain([&collection]).collect();
                Ok(Expanded::Unknown(computed_from(&all)))
            }
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
                self.work(items.len() as u64, last.at)?;
                let items =
                    items.iter().map(|it| (it.clone().marked(collection.sensitive), last.at));
                values.extend(items);
                Ok(Expanded::Known(values))
            }
            Kind::Unknown(unknown)
                if matches!(
                    unknown.ty,
                    Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)
                ) =>
            {
                let all: Vec<&Value> =
                    values.iter().map(|(it, _)| it).chain([&collection]).collect();
                Ok(Expanded::Unknown(computed_from(&all)))
            }
            Kind::Null(_) => Err(Error::new(last.at, "null cannot be expanded with `...`")),
            Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::Map(..)
            | Kind::Object(_)
            | Kind::Open(_)
            | Kind::Unknown(_) => Err(Error::new(last.at, wrong)),
        }
    }

    /// The first argument that has a value. Where it is not known yet whether that is one, it is this or
    /// what comes behind it, nobody knows of what type.
    fn try_call(&self, at: Location, arguments: &[Expr], names: Names<'_>) -> Result<Value, Error> {
        let mut first = None;
        let mut candidates: Vec<Value> = Vec::new();
        for argument in arguments {
            match self.value(argument, names) {
                Ok(value) if may_fail(argument, &value) => candidates.push(value),
                Ok(value) => {
                    if candidates.is_empty() && value.is_known() {
                        return Ok(value);
                    }
                    candidates.push(value);
                    break;
                }
                Err(error) if error.is_static => return Err(error),
                Err(error) => first = first.or(Some(error)),
            }
        }
        let sensitive = candidates.iter().any(Value::has_sensitive);
        let references = candidates.iter().map(Value::references).reduce(|all, it| all.or(&it));
        if let Some(references) = references {
            return Ok(Value::unknown(Type::Dynamic, references).marked(sensitive));
        }
        Err(match first {
            Some(error) => Error::new(error.at, format!("no argument of try: {}", error.message)),
            None => Error::new(at, "try needs at least one argument"),
        })
    }

    /// Whether the argument has a value.
    fn can_call(&self, at: Location, arguments: &[Expr], names: Names<'_>) -> Result<Value, Error> {
        let [argument] = arguments else {
            return Err(Error::new(at, "can needs exactly one argument"));
        };
        match self.value(argument, names) {
            Ok(value) if value.is_wholly_known() => Ok(true.into()),
            Ok(value) => {
                let references = computed_from(&[&value]);
                let ty = Type::Bool;
                Ok(Unknown { ty, references, not_null: true, ..Unknown::default() }.into())
            }
            Err(error) if error.is_static => Err(error),
            Err(_) => Ok(false.into()),
        }
    }

    /// A function of a provider: only the provider can tell what it gives.
    fn provider_call(
        &self,
        name: &Ident,
        arguments: &[Expr],
        names: Names<'_>,
    ) -> Result<Value, Error> {
        if !self.scope.has_function(&name.text) {
            return Err(Error::new(name.at, format!("there is no function named {:?}", name.text)));
        }
        let mut references = impure(&name.text);
        let mut sensitive = false;
        for argument in arguments {
            let value = self.value(argument, names)?;
            sensitive |= value.has_sensitive();
            references = references.and(&value.references());
        }
        Ok(Value::unknown(Type::Dynamic, references.computed()).marked(sensitive))
    }
}

/// Whether an expression of this value may turn out to have none: what lies deeper in something unknown
/// may not be there. An attribute of an instance is, and so is everything in what is known.
fn may_fail(expr: &Expr, value: &Value) -> bool {
    if value.is_known() && matches!(expr.node, Node::Variable(_) | Node::Traversal { .. }) {
        return false;
    }
    let is_deep = |it: &Reference| {
        let there = usize::from(matches!(it.source, Source::Instance(_)));
        it.path.len() > there
    };
    let test = |it: &Value| {
        let Kind::Unknown(unknown) = &it.kind else { return false };
        !unknown.references.exact || unknown.references.all.iter().any(is_deep)
    };
    value.find(&test).is_some()
}

/// What a function gives whose answer is not told here.
fn impure(name: &str) -> References {
    let source = Source::Impure(name.into());
    References::exactly(Reference { source, path: [].into() }).computed()
}

/// The arguments after the expansion of the last one.
pub(super) enum Expanded {
    /// All of them.
    Known(Arguments),
    /// It is not known how many there are.
    Unknown(References),
}

/// Calls a function: converts the arguments, and does what is the same for all functions about null,
/// marks and what is not known.
fn apply(
    function: &Function,
    arguments: Arguments,
    context: &CallContext<'_>,
    at: Location,
) -> Result<Value, Error> {
    check_count(function, arguments.len(), at)?;
    let mut values = Vec::with_capacity(arguments.len());
    let mut places = Vec::with_capacity(arguments.len());
    let (mut sensitive, mut unknown) = (false, false);
    for (position, (value, place)) in arguments.into_iter().enumerate() {
        let Some(parameter) = parameter(function, position) else { continue };
        let value = accepted(parameter, &value).map_err(|why| {
            let name = parameter.name;
            Error::new(place, format!("invalid value for {name:?} of {}: {why}", function.name))
        })?;
        let value = if parameter.marked {
            value
        } else {
            let (plain, marked) = value.unmarked();
            sensitive |= marked;
            plain
        };
        unknown |= !value.is_known() && !parameter.unknown;
        values.push(value);
        places.push(place);
    }
    let failed = |error: CallError| {
        let place = error.argument.and_then(|it| places.get(it)).copied().unwrap_or(at);
        Error::new(place, format!("{}: {}", function.name, error.message))
    };
    if !unknown {
        return Ok((function.call)(context, &values).map_err(failed)?.marked(sensitive));
    }
    let ty = (function.returns)(&values).map_err(failed)?;
    let all: Vec<&Value> = values.iter().collect();
    let not_null = ty != Type::Dynamic && !MAYBE_NULL.contains(&function.name);
    let unknown = Unknown { ty, references: computed_from(&all), not_null, ..Unknown::default() };
    Ok(Value::from(unknown).marked(sensitive))
}

/// Whether the function takes so many arguments.
pub(super) fn check_count(function: &Function, count: usize, at: Location) -> Result<(), Error> {
    let name = function.name;
    let needed = function.parameters.len();
    if let Some(missing) = function.parameters.get(count) {
        let why = format!("{name} needs {needed} arguments, {:?} is missing", missing.name);
        return Err(Error::new(at, why));
    }
    if function.variadic.is_none() && count > needed {
        return Err(Error::new(at, format!("{name} takes only {needed} arguments")));
    }
    Ok(())
}

fn parameter(function: &Function, position: usize) -> Option<&Parameter> {
    function.parameters.get(position).or(function.variadic.as_ref())
}

/// The argument as the parameter wants it.
fn accepted(parameter: &Parameter, value: &Value) -> Result<Value, String> {
    let value = match (parameter.shape, &value.kind) {
        (Shape::Any, _)
        | (Shape::String, Kind::String(_))
        | (Shape::Number, Kind::Number(_))
        | (Shape::Bool, Kind::Bool(_)) => value.clone(),
        (shape, _) => convert(value, &ty(shape))?,
    };
    if value.is_null() && !parameter.null {
        return Err("it must not be null".to_owned());
    }
    Ok(value)
}

/// The type that a shape stands for.
fn ty(shape: Shape) -> Type {
    match shape {
        Shape::Any => Type::Dynamic,
        Shape::Bool => Type::Bool,
        Shape::Number => Type::Number,
        Shape::String => Type::String,
        Shape::List(of) => Type::list(ty(*of)),
        Shape::Set(of) => Type::set(ty(*of)),
        Shape::Map(of) => Type::map(ty(*of)),
    }
}
