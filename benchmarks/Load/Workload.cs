namespace RetailSync.Benchmarks.Load;

/// <summary>What a load generator sends.</summary>
internal enum Workload
{
    /// <summary>Batches of distinct positions.</summary>
    Ingest,

    /// <summary>One movement a call.</summary>
    IngestSingle,

    /// <summary>One unit of one SKU at one location.</summary>
    ReserveHot,
}

internal static class Workloads
{
    public static string Path(this Workload workload) => workload == Workload.ReserveHot ? "/v1/reservations" : "/v1/movements";

    public static int ThingsPerRequest(this Workload workload, Conditions conditions) => workload == Workload.Ingest ? conditions.PerBatch : 1;
}
