//! A Terraform directory → findings, against hcl-edit parsing the same bytes and nothing else.
#![expect(clippy::expect_used, reason = "criterion's macros make undocumented functions")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Resources of the generated trees: doubling tells how the cost grows.
const SIZES: &[usize] = &[1_000, 5_000, 10_000, 20_000];

fn trees(criterion: &mut Criterion) {
    for style in ["flat", "modules"] {
        let mut group = criterion.benchmark_group(format!("hcl-{style}"));
        group.sample_size(10);
        for &resources in SIZES {
            let tree = groundplan_bench::tree(style, resources).expect("python3 makes the tree");
            let texts = groundplan_bench::texts(&tree).expect("the tree was just made");
            let bytes: usize = texts.iter().map(String::len).sum();
            group.throughput(Throughput::Bytes(bytes as u64));
            group.bench_function(BenchmarkId::new("hcl-edit", resources), |bencher| {
                bencher.iter(|| {
                    let all = groundplan_bench::texts(&tree).expect("the tree is still there");
                    assert!(all.iter().all(|text| hcl_edit::parser::parse_body(text).is_ok()));
                });
            });
            group.bench_function(BenchmarkId::new("read", resources), |bencher| {
                bencher.iter(|| groundplan_bench::read_tree(&tree).config.is_some());
            });
            group.bench_function(BenchmarkId::new("read-to-findings", resources), |bencher| {
                bencher.iter(|| groundplan_bench::judge_tree(&tree).decided);
            });
        }
        group.finish();
    }
}

criterion_group!(benches, trees);
criterion_main!(benches);
