# The front door: each recipe is one line, and CI runs the same lines (.ci/run).

# Show the recipes
default:
    @just --list

# Everything that CI asks for
ready:
    bash .ci/run

# Write what is derived from the rules' files: the registry, the pages, the examples
gen:
    cargo xtask gen

# Run all tests
test:
    cargo test --workspace

# Format, then show what clippy says
lint:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings

# Build the documentation of the code
doc:
    cargo doc --workspace --no-deps

# Write the file and the fixture folders of a new rule
new-rule GROUP NAME:
    cargo xtask new-rule {{GROUP}} {{NAME}}

# Record the fixtures' plans with terraform; MIRROR is a provider mirror (see CONTRIBUTING.md)
record MIRROR *CASES:
    cargo xtask record --mirror {{MIRROR}} {{CASES}}

# Time reading and judging of generated plans
bench *ARGS:
    cargo bench --package groundplan-bench {{ARGS}}
    python3 crates/bench/measure.py

# Put damaged fixtures through everything for a while
fuzz SECONDS:
    cargo run --release --package groundplan-fuzz -- {{SECONDS}}

# Write docs/coverage.md: which attributes each rule rests on
coverage:
    GROUNDPLAN_WRITE_COVERAGE=1 cargo test --quiet --test coverage

# Break one thing of an estate at a time, and see which rules find it
mutate *ARGS:
    cargo xtask mutate {{ARGS}}
