using System.Runtime.InteropServices;

namespace RetailSync.Benchmarks;

/// <summary>Where the numbers come from: without it they mean nothing.</summary>
internal sealed record Machine(string Processor, int Cores, int MemoryGigabytes, string System, string Runtime, string Postgres)
{
    public static async Task<Machine> Describe(Conditions conditions)
    {
        await using var database = await FreshDatabase.Create(conditions);
        await using var source = Npgsql.NpgsqlDataSource.Create(database.ConnectionString);
        await using var version = source.CreateCommand("show server_version");
        return new Machine(
            File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown" : "unknown",
            Environment.ProcessorCount,
            (int)Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), MidpointRounding.AwayFromZero),
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            $"PostgreSQL {(string)(await version.ExecuteScalarAsync())!}");
    }
}
