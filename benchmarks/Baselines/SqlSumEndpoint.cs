using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RetailSync.Benchmarks.Load;

namespace RetailSync.Benchmarks.Baselines;

/// <summary>The sum over 181 rows as one prepared statement behind a minimal endpoint: no rules, no callers.</summary>
internal static class SqlSumEndpoint
{
    private static readonly BestOf<int> BestConnections = new(2, 4, 8);

    public static Task<double> Rate(Conditions conditions) => BestConnections.Measure(conditions, async (under, connections) =>
    {
        await using var database = await FreshDatabase.Create(under);
        await using var source = database.Connections(connections);
        await using (var prepare = source.CreateCommand(
            $"""
             create table position (sku text, location text, on_hand numeric not null, unsellable numeric not null,
               reserved numeric not null, primary key (sku, location));
             insert into position select 'SKU-' || lpad(s::text, 7, '0'), 'S' || lpad(l::text, 3, '0'), 10 + l % 7, 0, 0
             from generate_series(0, {AvailabilityLoad.Skus - 1}) s, generate_series(0, {AvailabilityLoad.Locations - 1}) l;
             """))
        {
            await prepare.ExecuteNonQueryAsync();
        }

        await database.Settle();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/v1/availability/{sku}", async (string sku, string channel) =>
        {
            await using var command = source.CreateCommand("select sum(greatest(0, on_hand - unsellable - reserved)) from position where sku = $1");
            command.Parameters.AddWithValue(sku);
            return Results.Json(new { sku, channel, quantity = (decimal)(await command.ExecuteScalarAsync())! });
        });
        await app.StartAsync();
        return (await RawLoad.Run(under, new Uri(app.Urls.First()), AvailabilityLoad.One, AvailabilityLoad.Connections)).Rate;
    });
}
