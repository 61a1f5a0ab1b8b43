using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;

namespace RetailSync.Benchmarks;

/// <summary>A product with 110 SKUs at 181 locations each and rules of every kind, and the questions that are asked of it.</summary>
internal static class AvailabilityLoad
{
    public const int Skus = 110;
    public const int Locations = 181;
    public const int Connections = 32;

    /// <summary>What an answer looks like, for baselines that answer as much.</summary>
    public const string Body =
        """{"sku":"SKU-0000042","channel":"web","quantity":1786.5,"asOf":"2026-11-24T10:00:00.1234567Z","version":181,"asOfSequence":20000,"sourceAge":"PT12.345S","level":"in"}""";

    public static IEnumerable<string> SkuNames => Enumerable.Range(0, Skus).Select(number => $"SKU-{number:D7}");

    public static IEnumerable<string> One => SkuNames.Select(sku => $"GET /v1/availability/{sku}?channel=web");

    public static IEnumerable<string> Explained => SkuNames.Select(sku => $"GET /v1/availability/{sku}?channel=web&explain=true");

    /// <summary>The SKUs over and over: a thousand in each question.</summary>
    public static IEnumerable<string> Bulk =>
        [$"POST /v1/availability/query\t{{\"channel\":\"web\",\"skus\":[{string.Join(',', Enumerable.Range(0, 1_000).Select(number =>
            $"\"SKU-{number % Skus:D7}\""))}]}}"];

    public static async Task<Product> Start(Conditions conditions)
    {
        var product = await Product.Start(conditions);
        await product.RegisterChannel();
        using var http = new HttpClient { BaseAddress = product.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        for (var location = 0; location < Locations; location++)
        {
            await Put(
                http,
                $"/v1/locations/{Location(location)}", $$"""{"type":"store","timeZone":"Europe/Berlin","groups":["{{(location % 2 == 0 ? "north" : "south")}}"]}""");
        }

        var at = Instant.FromUtc(2025, 11, 24, 6, 0);
        foreach (var sku in SkuNames)
        {
            await product.Record([.. Enumerable.Range(0, Locations).Select(location => (Movement)new Receipt(
                new MovementId("wms", $"{sku}-{location}"), new PositionKey(Sku.Parse(sku), LocationId.Parse(Location(location))), at, null,
                10 + (location % 7), null))]);
        }

        await Put(http, "/v1/channels/shop", """{"adapter":"none"}""");
        await Put(http, "/v1/rules/all", """{"kind":"safety-stock","quantity":1}""");
        await Put(http, "/v1/rules/north", """{"kind":"safety-stock","locationGroup":"north","percent":10}""");
        await Put(http, "/v1/rules/network", """{"kind":"safety-stock","quantity":20,"level":"network"}""");
        await Put(http, "/v1/rules/not", """{"kind":"eligibility","channel":"web","location":"S007","allowed":false}""");
        await Put(http, "/v1/rules/walk-in", """{"kind":"buffer","channel":"web","locationGroup":"south","quantity":1}""");
        await Put(http, "/v1/rules/fence", """{"kind":"allocation","channel":"shop","mode":"percent","percent":10}""");
        await Put(http, "/v1/rules/own", """{"kind":"allocation","channel":"web","mode":"fixed","quantity":50,"borrow":true}""");
        await Put(http, "/v1/rules/back", """{"kind":"backorder","channel":"web","limit":5}""");
        await Put(http, "/v1/rules/supply", """{"kind":"supply","confidence":0.9}""");
        await Put(http, "/v1/rules/shaped", """{"kind":"publish","channel":"web","buffer":1,"levels":[{"name":"out","upTo":0},{"name":"in"}]}""");
        var feed = product.Services.GetRequiredService<StockCacheUpdater>();
        while (!feed.IsFollowing)
        {
            await Task.Delay(20);
        }

        return product;
    }

    private static string Location(int number) => $"S{number:D3}";

    private static async Task Put(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PutAsync(new Uri(path, UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }
}
