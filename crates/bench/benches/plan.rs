//! Plan bytes → findings, against `serde_json` to `IgnoredAny` on the same bytes.
#![expect(clippy::expect_used, reason = "criterion's macros make undocumented functions")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// VPCs of the generated plans, and what they come to: about 10 MB and 100 MB.
const SIZES: &[(usize, &str)] = &[(11, "10MB"), (114, "100MB")];

fn plans(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("plan");
    group.sample_size(10);
    for (vpcs, size) in SIZES {
        let path = groundplan_bench::plan(*vpcs).expect("python3 makes the plan");
        let bytes = std::fs::read(path).expect("the plan was just made");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(BenchmarkId::new("ignored-any", size), |bencher| {
            bencher.iter(|| assert!(groundplan_bench::reference(&bytes)));
        });
        group.bench_function(BenchmarkId::new("read", size), |bencher| {
            bencher.iter(|| groundplan_bench::read(&bytes).config.is_some());
        });
        group.bench_function(BenchmarkId::new("read-to-findings", size), |bencher| {
            bencher.iter(|| groundplan_bench::judge(&bytes).decided);
        });
    }
    group.finish();
}

criterion_group!(benches, plans);
criterion_main!(benches);
