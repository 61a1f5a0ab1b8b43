using System.Diagnostics.Metrics;
using RetailSync.Channels;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>What publishers do, as the meter <see cref="Name"/>.</summary>
public static class PublicationMetrics
{
    public const string Name = "RetailSync.Publications";

    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Calls = Meter.CreateHistogram<double>("retailsync.publication.call", "s", "Calls to channels");
    private static readonly Counter<long> Published = Meter.CreateCounter<long>(
        "retailsync.publication.told", description: "Quantities published, by the channel's verdict");

    /// <summary>The label values that dashboards use; they are older than the names in the code and stay.</summary>
    private static string Label(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => "Told",
        Verdict.Pending => "Taken",
        Verdict.Retry => "Later",
        _ => "Refused",
    };

    internal static void Called(string channel, Reply reply, TimeSpan took)
    {
        Calls.Record(took.TotalSeconds, new KeyValuePair<string, object?>("channel", channel), new("failed", reply.CallFailed));
        foreach (var (verdict, count) in reply.Replies.CountBy(one => one.Verdict))
        {
            Published.Add(count, new KeyValuePair<string, object?>("channel", channel), new("verdict", Label(verdict)));
        }
    }
}
