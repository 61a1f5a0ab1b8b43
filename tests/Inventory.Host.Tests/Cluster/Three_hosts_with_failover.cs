using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using RetailSync.Channels.Tests;
using RetailSync.Testing;
using HostProcess = RetailSync.Inventory.Host.Tests.Walks.HostProcess;

namespace RetailSync.Inventory.Host.Tests.Cluster;

/// <summary>
/// Three processes on one database, while movements come in without a pause. The leader is killed, then one that publishes is frozen until the other has
/// taken over and goes on, then the one that leads now likewise, then it is killed too. Every channel ends with the right numbers, no sequence says two
/// things and none is missing, the chain is whole.
/// </summary>
public sealed class Three_hosts_with_failover : IAsyncLifetime
{
    private const int Skus = 40;

    private static readonly string[] Channels = ["a", "b", "c", "d"];

    private readonly ConcurrentDictionary<(string Channel, string Sku), (long Sequence, decimal Quantity)> _shops = new();
    private readonly ConcurrentDictionary<(string Channel, long Sequence), (string Sku, decimal Quantity)> _told = new();
    private readonly ConcurrentBag<string> _contradictions = [];
    private readonly List<HostProcess> _hosts = [];
    private TestDatabase? _database;
    private Sandbox? _shop;

    public async Task InitializeAsync()
    {
        _database = await PostgresForTests.CreateDatabase();
        _shop = await Sandbox.Start(Hear);
    }

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await _shop!.DisposeAsync();
        await _database!.DisposeAsync();
    }

    [Fact]
    public async Task Publish_and_link_everything_whichever_host_leaves()
    {
        _hosts.Add(await StartHost());
        foreach (var channel in Channels[..2])
        {
            await Register(channel);
        }

        await Until(Assigned, hosts => hosts.Count == 4);
        _hosts.Add(await StartHost()); // one after the other, so that they are numbered like this
        _hosts.Add(await StartHost());
        foreach (var channel in Channels[2..])
        {
            await Register(channel);
        }

        var before = await Until(Assigned, hosts => hosts.Count == 6);
        Assert.Equal([0, 0, 0, 0], new[] { "stock-follower", "chain-writer", "publisher/a", "publisher/b" }.Select(work => before[work])); // nothing moved
        Assert.Equal([1, 2], new[] { before["publisher/c"], before["publisher/d"] }.Order());
        using var end = new CancellationTokenSource();
        var recording = Record(end.Token);

        await _hosts[0].Kill();
        var after = await Until(Assigned, hosts => hosts.Count == 6 && !hosts.ContainsValue(0));
        Assert.Equal((before["publisher/c"], before["publisher/d"]), (after["publisher/c"], after["publisher/d"]));
        await Heard();

        var leader = await Leader();
        var other = 3 - leader;
        Assert.Contains(other, after.Values);
        await Frozen(other);
        Assert.Equal(leader, await Leader());
        await Frozen(leader);
        Assert.Equal(other, await Leader());

        await _hosts[leader].Kill();
        await Until(Assigned, hosts => hosts.Count == 6 && hosts.Values.All(host => host == other));
        await Heard();
        await end.CancelAsync();
        var quantity = await recording;

        await Until(
            () => Task.FromResult(_shops.Values.ToList()),
            published => published.Count == Channels.Length * Skus && published.All(one => one.Quantity == quantity));
        foreach (var channel in Channels)
        {
            await Until(async () => (await Get($"/v1/channels/{channel}")).GetProperty("status"), status => status.Number("dirty") == 0);
            var sequences = await Sequences(channel);
            Assert.Equal(Enumerable.Range(1, sequences.Count).Select(number => (decimal)number), sequences);
        }

        Assert.Empty(_contradictions);
        Assert.True((await Get("/v1/audit/verify")).GetProperty("ok").GetBoolean());
    }

    /// <summary>What it does goes on elsewhere, and when it goes on itself each work is soon done by one of the two.</summary>
    private async Task Frozen(int host)
    {
        _hosts[host].Freeze();
        await Until(Assigned, hosts => hosts.Count == 6 && !hosts.ContainsValue(host));
        await Until(Leader, leader => leader == 3 - host);
        await Heard();
        _hosts[host].Thaw();
        await Heard();
        await Until(Doing, works => works.Count == 6 && works.Values.All(hosts => hosts == 1));
        await Heard();
    }

    /// <summary>By how many of the two hosts that are left each work is done, as they say themselves.</summary>
    private async Task<Dictionary<string, int>> Doing()
    {
        var texts = await Task.WhenAll(_hosts[1].Http.GetStringAsync("/metrics"), _hosts[2].Http.GetStringAsync("/metrics"));
        return texts.SelectMany(text => text.Split('\n')).Where(line => line.StartsWith("retailsync_cluster_agents{", StringComparison.Ordinal))
            .Select(line => (Work: line.Split("agent=\"")[1]
                .Split('"')[0], Hosts: int.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 2)..].Split(' ')[0], CultureInfo.InvariantCulture)))
            .GroupBy(one => one.Work).ToDictionary(work => work.Key, work => work.Sum(one => one.Hosts));
    }

    private Task<HostProcess> StartHost() => HostProcess.Start(_database!.ConnectionString, "--Channels:AllowPrivateNetworks=true");

    private async Task Register(string channel)
    {
        var settings = new { url = $"{_shop!.Address}{channel}", batchSize = 10 };
        using var answer = await _hosts[0].Http.PutAsJsonAsync($"/v1/channels/{channel}", new { adapter = "webhook", settings });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Keeps what has the highest sequence, as a shop should.</summary>
    private async Task<Answered> Hear(Asked asked)
    {
        using var body = JsonDocument.Parse(asked.Body);
        foreach (var change in body.RootElement.EnumerateArray().Select(change => change.GetProperty("data")))
        {
            var published = ((long)change.Number("sequence"), change.Number("quantity"));
            var said = (change.Text("sku")!, published.Item2);
            if (_told.GetOrAdd((asked.Path, published.Item1), said) is var before && before != said)
            {
                _contradictions.Add($"{asked.Path} {published.Item1}: {before}, then {said}");
            }

            _shops.AddOrUpdate((asked.Path.Trim('/'), change.Text("sku")!), published, (_, known) => known.Sequence > published.Item1 ? known : published);
        }

        await Task.Delay(10);
        return new Answered(200);
    }

    /// <summary>Counts every SKU anew, one more than before, through whichever host answers.</summary>
    /// <returns>The last count.</returns>
    private async Task<int> Record(CancellationToken end)
    {
        var quantity = 0;
        while (!end.IsCancellationRequested)
        {
            quantity++;
            var at = Instant.FromUtc(2026, 11, 1, 0, 0) + Duration.FromSeconds(quantity);
            var movements = Enumerable.Range(0, Skus)
                .Select(sku => new { id = $"count-{sku}-{quantity}", type = "count", sku = $"sku-{sku}", location = "S001", quantity, occurredAt = $"{at}" });
            for (var host = quantity; !await Post(_hosts[host % _hosts.Count], new { source = "wms", movements }); host++)
            {
                await Task.Delay(20, CancellationToken.None);
            }

            await Task.Delay(20, CancellationToken.None);
        }

        return quantity;
    }

    private static async Task<bool> Post(HostProcess host, object body)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            using var answer = await host.Http.PostAsJsonAsync("/v1/movements", body, patience.Token);
            return answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<JsonElement>(patience.Token)) is var outcome
                && outcome.Number("accepted") + outcome.Number("duplicates") == Skus;
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Each channel was published to once more.</summary>
    private async Task Heard()
    {
        var before = Channels.ToDictionary(channel => channel, Newest);
        await Until(() => Task.FromResult(Channels.Where(channel => Newest(channel) <= before[channel]).ToList()), silent => silent.Count == 0);
    }

    private long Newest(string channel) => _shops.Where(shop => shop.Key.Channel == channel).Select(shop => shop.Value.Sequence).DefaultIfEmpty().Max();

    /// <summary>Which of the hosts does each work, by its place among those that started; those that are taken for dead are left out.</summary>
    private async Task<Dictionary<string, int>> Assigned()
    {
        await using var source = NpgsqlDataSource.Create(_database!.ConnectionString);
        await using var command = source.CreateCommand(
            """
            select substr(a.id, length('retailsync:///') + 1), n.node_number::integer - 1 from inventory.wolverine_node_assignments as a
            join inventory.wolverine_nodes as n on n.id = a.node_id where a.id like 'retailsync:%'
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var assigned = new Dictionary<string, int>();
        while (await reader.ReadAsync())
        {
            assigned.Add(reader.GetString(0), reader.GetInt32(1));
        }

        return assigned;
    }

    private async Task<int> Leader() => (int)(await _database!.Sql(
        """
        select n.node_number::integer - 1 from inventory.wolverine_node_assignments as a
        join inventory.wolverine_nodes as n on n.id = a.node_id where a.id like 'wolverine://leader%'
        """))!;

    /// <summary>From the host that is left at the end, by its place among those that started.</summary>
    private async Task<JsonElement> Get(string path)
    {
        foreach (var host in _hosts)
        {
            try
            {
                return await host.Http.GetFromJsonAsync<JsonElement>(path);
            }
            catch (HttpRequestException)
            {
                // Gone.
            }
        }

        throw new InvalidOperationException("No host answers.");
    }

    private async Task<List<decimal>> Sequences(string channel)
    {
        List<decimal> sequences = [];
        JsonElement[] page;
        do
        {
            page = (await Get($"/v1/availability/changes?channel={channel}&limit=1000&after={sequences.Count}")).Items();
            sequences.AddRange(page.Select(change => change.Number("sequence")));
        }
        while (page.Length > 0);
        return sequences;
    }

    private static async Task<T> Until<T>(Func<Task<T>> read, Func<T, bool> becomes)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var value = await read();
            if (becomes(value))
            {
                return value;
            }

            Assert.False(patience.IsCancellationRequested, $"It stays {JsonSerializer.Serialize(value, new JsonSerializerOptions { IncludeFields = true })}");
            await Task.Delay(50);
        }
    }
}
