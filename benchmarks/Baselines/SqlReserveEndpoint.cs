using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RetailSync.Benchmarks.Load;

namespace RetailSync.Benchmarks.Baselines;

/// <summary><see cref="SqlReserve"/> behind the smallest endpoint that takes the contract's body.</summary>
internal static class SqlReserveEndpoint
{
    private static readonly BestOf<int> BestConnections = new(4, 8, 16, 32);

    public static Task<double> Rate(Conditions conditions, Workload workload, int callers) => BestConnections.Measure(conditions, async (under, connections) =>
    {
        await using var database = await HandWritten.Create(under, [SqlReserve.HotSku]);
        await using var source = database.Connections(connections);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPost("/v1/reservations", async (Reservation reservation) =>
        {
            await using var connection = await source.OpenConnectionAsync();
            var line = reservation.Lines[0];
            var held = await SqlReserve.Hold(connection, reservation.Id, $"{line.Sku}@{line.Location}", line.Quantity);
            return held == 1 ? Results.Created((string?)null, reservation) : Results.Conflict();
        });
        await app.StartAsync();
        return await LoadProcess.Rate(under, workload, new Uri(app.Urls.First()), callers);
    });

    private sealed record Reservation(string Id, string Channel, Line[] Lines);

    private sealed record Line(string Sku, decimal Quantity, string Location);
}
