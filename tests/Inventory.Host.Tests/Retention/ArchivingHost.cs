using Microsoft.Extensions.DependencyInjection;
using NodaTime.Text;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Retention;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Retention;

/// <summary>A host that archives a year once the next one has ended, and keeps what was published. Its clock starts in 2026.</summary>
public sealed class ArchivingHost : RunningHost
{
    public static readonly Instant NextYear = Instant.FromUtc(2027, 6, 1, 9, 0);
    public static readonly Instant YearAfter = Instant.FromUtc(2028, 2, 1, 9, 0);

    protected override string[] Switches => ["--Retention:ArchiveAfterYears=1", "--Retention:PublicationDays=0"];

    /// <summary>What happened to SKUs in 2026 and 2027, at S001 and a little at S002; then it is 2028, and nothing is archived yet.</summary>
    public async Task Story(params IReadOnlyList<string> skus)
    {
        (await Put("/v1/channels/web", new { adapter = "none" })).Ok();
        foreach (var sku in skus)
        {
            await RecordAccepted(
                Line("receipt", 10, sku, id: $"{sku}-receipt", at: "08:00", more: ("document", "receipt-1")), Line(
                    "sale", 1.50m, sku, id: $"{sku}-sale", at: "08:30"),
                Line("count", 8, sku, at: "09:00"), Line("return", 2, sku, id: $"{sku}-return", at: "09:10", more: ("status", "damaged")),
                Line("transfer", 1, sku, id: $"{sku}-transfer", at: "09:20", more: [("to", "S002"), ("document", $"t-{sku}")]));
            await Record(Line("sale", 1, sku, at: "08:45"), Line("correction", 2, sku, more: [("corrects", $"{sku}-sale"), ("declaration", "incorrect")]));
            (await Put($"/v1/rules/keep-{sku}", new { kind = "safety-stock", sku, quantity = 1 })).Ok();
            (await Post("/v1/reservations", new { id = $"order-{sku}", channel = "web", lines = new[] { new { sku, quantity = 2, location = "S001" } } })).Ok(
                201);
            (await Post($"/v1/reservations/order-{sku}/confirm", new { })).Ok();
        }

        Clock.Reset(NextYear);
        foreach (var sku in skus)
        {
            await RecordAccepted(Line("sale", 1, sku, more: ("occurredAt", "2027-06-01T08:00:00Z")));
        }

        Clock.Reset(YearAfter);
    }

    /// <summary>Archives everything that is old enough.</summary>
    /// <returns>How many events.</returns>
    public async Task<long> Archive()
    {
        await RecordNow();
        var archived = 0L;
        await Waiting.Until(async () =>
        {
            await Linked();
            archived += await ApplyRetention();
            return await Sql("select stream is null from inventory.event_archive_progress where recorded_before = date_trunc('year', recorded_before)") is true;
        });
        return archived;
    }

    /// <summary>
    /// Unless there is something that is recent enough: a year has ended by PostgreSQL's clock, or when something has been recorded in a later one.
    /// </summary>
    public async Task RecordNow()
    {
        var now = Clock.GetCurrentInstant();
        const string Newest = "select extract(year from timestamp at time zone 'UTC')::integer from inventory.mt_events order by seq_id desc limit 1";
        if (await Sql(Newest) is int year && year < now.InUtc().Year - 1)
        {
            await RecordAccepted(Line("receipt", 1, NewSku(), more: ("occurredAt", InstantPattern.ExtendedIso.Format(now))));
        }
    }

    public async Task<long> ApplyRetention() =>
        (await Services.GetRequiredService<RetentionJob>().Run(CancellationToken.None))[Host.Retention.RetentionJob.ArchivedEvents];

    public Task Linked() => Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);

    /// <summary>Events that are where everything is recorded.</summary>
    public async Task<long> Recent(string where = "true") =>
        (long)(await Sql($"select count(*) from inventory.mt_events where stream_id like '%@%' and {where}"))!;

    /// <summary>Events that are in the archive.</summary>
    public async Task<long> Archived(string where = "true") =>
        (long)(await Sql($"select coalesce(sum(cardinality(sequences)), 0)::bigint from inventory.event_archive where {where}"))!;
}
