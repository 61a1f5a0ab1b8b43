namespace RetailSync.Benchmarks;

/// <summary>One question: how does the product compare with the best that was written by hand?</summary>
/// <param name="Name">As on the command line and in the results.</param>
/// <param name="Unit">Of both numbers.</param>
/// <param name="Goal">What ours divided by the baseline should be.</param>
/// <param name="Ours">Measures the product once, on a database of its own; null until there is something to measure.</param>
/// <param name="Baseline">Measures the baseline once, likewise.</param>
/// <param name="Notes">What a reader of the results has to know beside the general conditions.</param>
internal sealed record Benchmark(
    string Name, string Unit, Goal Goal, Func<Conditions, Task<double>>? Ours, Func<Conditions, Task<double>> Baseline, string Notes);

/// <summary>A bound for the ratio.</summary>
internal readonly record struct Goal(double Ratio, bool AtMost)
{
    public static Goal AtLeast(double ratio) => new(ratio, false);

    public static Goal NoMoreThan(double ratio) => new(ratio, true);

    public bool IsMetBy(double ratio) => AtMost ? ratio <= Ratio : ratio >= Ratio;

    public override string ToString() => FormattableString.Invariant($"{(AtMost ? "<=" : ">=")} {Ratio}");
}

/// <summary>What is the same for both sides.</summary>
/// <param name="Server">Connection string of the PostgreSQL, without a database.</param>
/// <param name="WarmUp">Worked through and not measured: the just-in-time compiler, caches, prepared statements.</param>
/// <param name="Measured">How long a measurement lasts.</param>
/// <param name="Positions">How many positions there are.</param>
/// <param name="PerBatch">Movements in a batch, all of distinct positions.</param>
internal sealed record Conditions(string Server, TimeSpan WarmUp, TimeSpan Measured, int Positions = 20_000, int PerBatch = 500);
