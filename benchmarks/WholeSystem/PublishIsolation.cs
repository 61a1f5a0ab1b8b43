namespace RetailSync.Benchmarks.WholeSystem;

/// <summary><see cref="PublishLag"/> while one more shop answers in 30 seconds, against the same without it.</summary>
internal static class PublishIsolation
{
    public static readonly Benchmark Benchmark = new("publish-isolation", "ms p99", Goal.NoMoreThan(1.2),
        conditions => PublishLag.Lag(conditions, TimeSpan.FromSeconds(30)), conditions => PublishLag.Lag(conditions, null),
        "the lag of 5 shops while a sixth answers in 30 s, against the lag without it");
}
