using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace RetailSync.Inventory.Host.Tests.EveryOperation;

/// <summary>
/// Every operation that <c>/openapi/v1.json</c> names, with what nobody should send in every place: path, query, every field of a body, cells of tables,
/// headers, whole bodies. No answer is a failure of the host. A few thousand calls by default; <c>RETAILSYNC_FUZZ_SECONDS=600 ./test Hostile_requests</c> goes
/// on with drawn combinations, and <c>RETAILSYNC_FUZZ_SEED</c> draws the same ones again.
/// </summary>
public sealed class Hostile_requests(SeededHost host, ITestOutputHelper output) : IClassFixture<SeededHost>
{
    private const int AtOnce = 4;
    private const int DrawnForEachPlace = 2;
    private const int DrawnHeaders = 4;
    private const string Hole = "@@hole@@";

    private static readonly string[] Topics =
        ["orders/create", "orders/cancelled", "orders/fulfilled", "orders/edited", "refunds/create", "fulfillments/update"];

    private readonly ConcurrentDictionary<string, int> _answers = [];
    private readonly ConcurrentQueue<string> _failures = [];
    private int _ids;

    private sealed record Call(
        string Operation, string Method, string Target, byte[]? Body = null, string? MediaType = null, (string Name, string Value)? Header = null);

    [Fact]
    public async Task Are_never_answered_with_500()
    {
        var seed = Setting("RETAILSYNC_FUZZ_SEED", Random.Shared.Next(1_000_000));
        output.WriteLine($"RETAILSYNC_FUZZ_SEED={seed}");
        var random = new Random(seed);
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 }) { BaseAddress = host.Address };
        var operations = await Operation.All(host);
        var places = 0;
        foreach (var operation in operations)
        {
            var ids = await host.Seed(operation);
            var made = PlacesOf(operation, ids).ToList();
            places += made.Count;
            await Send(http, made.SelectMany(place => Short(place, random)).Concat(Whole(operation, ids, random)));
        }

        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(Setting("RETAILSYNC_FUZZ_SECONDS", 0));
        while (TimeProvider.System.GetUtcNow() < until)
        {
            var operation = operations[random.Next(operations.Count)];
            var ids = await host.Seed(operation);
            var made = PlacesOf(operation, ids).ToList();
            await Send(http, made.SelectMany(place => Enumerable.Range(0, 10).Select(_ => place(Drawn(random)))).Concat(Whole(operation, ids, random)));
        }

        output.WriteLine($"{operations.Count} operations, {places} places, {_answers.Values.Sum()} calls");
        foreach (var (status, count) in _answers.OrderBy(answer => answer.Key))
        {
            output.WriteLine($"{count,7} {status}");
        }

        Assert.True(_failures.IsEmpty, string.Join('\n', _failures.Take(20)));
        Assert.Equal(200, (await host.Get("/health/ready")).Status);
        for (string? next = ""; next is not null;)
        {
            // Whatever was kept, people can still see it.
            next = (await host.Get($"/v1/quarantine?limit=1000{(next == "" ? "" : $"&after={next}")}")).Ok().Text("next");
        }

        Assert.True((await host.Get("/v1/audit/verify")).Ok().GetProperty("ok").GetBoolean());
        await host.RecordAccepted(Lines.Line("receipt", 1, "FZ-1"));
    }

    /// <summary>Each place of an operation as a function from what is put there to the call.</summary>
    private IEnumerable<Func<Value, Call>> PlacesOf(Operation operation, SeededIds ids)
    {
        var target = Target(operation, ids);
        foreach (var name in operation.PathParameters)
        {
            yield return value => Make(operation, Target(operation, ids, name, value.InAddress));
        }

        foreach (var name in operation.QueryParameters.Append("unknown"))
        {
            yield return value => Make(operation, With(target, operation, name, value.InAddress));
        }

        foreach (var body in Samples.Bodies(operation))
        {
            foreach (var path in NodesOf(body, []))
            {
                yield return value => Make(operation, target, Encoding.UTF8.GetBytes(Render(body, path, value.InJson)), Operation.Json);
            }

            yield return value => Make(operation, target, Encoding.UTF8.GetBytes(Named(body, value.AsText)), Operation.Json);
        }

        if (operation.BodyTypes.Contains("application/x-ndjson"))
        {
            var whole = Samples.Bodies(operation).First();
            var line = whole["movements"]?[0] ?? whole; // checkpoints are lines themselves
            foreach (var path in NodesOf(line, []))
            {
                yield return value => Make(
                    operation, $"{target}?source=fuzz", Encoding.UTF8.GetBytes(Render(line, path, value.InJson)), "application/x-ndjson");
            }
        }

        if (Samples.Csv.TryGetValue(operation.ToString(), out var table))
        {
            var cells = table.Split('\n')[1].Split(',').Length;
            foreach (var cell in Enumerable.Range(0, cells))
            {
                yield return value => Make(operation, $"{target}?source=fuzz&system=wms&takenAt=2026-11-23T09:30:00Z".Replace(
                    operation.Path == "/v1/movements" ? "&system=wms&takenAt=2026-11-23T09:30:00Z"
                    : operation.Path == "/v1/reconciliations" ? "source=fuzz&" : "?source=fuzz&system=wms&takenAt=2026-11-23T09:30:00Z",
                    "", StringComparison.Ordinal), Row(table, cell, value.AsText), "text/csv");
            }
        }
    }

    private IEnumerable<Call> Short(Func<Value, Call> place, Random random) =>
        HostileValues.Always.Select(text => place(Value.Of(text))).Concat(Enumerable.Range(0, DrawnForEachPlace).Select(_ => place(Drawn(random))));

    /// <summary>Whole bodies and headers.</summary>
    private IEnumerable<Call> Whole(Operation operation, SeededIds ids, Random random)
    {
        var target = Target(operation, ids);
        var sample = Samples.Bodies(operation).FirstOrDefault() is { } node ? Encoding.UTF8.GetBytes(Render(node, null, "")) : null;
        foreach (var body in operation.Method == "GET" ? [] : HostileValues.Bodies)
        {
            yield return Make(operation, target, body, operation.BodyTypes.Append(Operation.Json).ElementAt(random.Next(operation.BodyTypes.Count + 1)));
        }

        foreach (var header in Enumerable.Range(0, DrawnHeaders).Select(_ => HostileValues.Headers[random.Next(HostileValues.Headers.Count)]))
        {
            yield return Make(operation, target, sample, sample is null ? null : Operation.Json) with { Header = header };
        }
    }

    private static Value Drawn(Random random) => random.Next(12) switch
    {
        < 7 => Value.Of(HostileValues.Texts[random.Next(HostileValues.Texts.Count)]),
        < 10 => Value.OfRaw(HostileValues.Raw[random.Next(HostileValues.Raw.Count)]),
        10 => Value.OfRaw(HostileValues.Deep(HostileValues.Depths[random.Next(HostileValues.Depths.Count)], random.Next(2) == 0)),
        _ => Value.Of(HostileValues.Long(random.Next(2) == 0 ? 129 : 5_000)),
    };

    private Call Make(Operation operation, string target, byte[]? body = null, string? mediaType = null) =>
        new(operation.ToString(), operation.Method, target, body, mediaType);

    private async Task Send(HttpClient http, IEnumerable<Call> calls) =>
        await Parallel.ForEachAsync(
            calls, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (call, cancellation) => await Send(http, call, cancellation));

    private async ValueTask Send(HttpClient http, Call call, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(
                new HttpMethod(call.Method), new Uri(
                    $"{host.Address.GetLeftPart(UriPartial.Authority)}{call.Target}", new UriCreationOptions
                    { DangerousDisablePathAndQueryCanonicalization = true }));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
            if (call.Body is { } body)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.ContentType = call.MediaType is { } type ? new MediaTypeHeaderValue(type) : null;
            }

            if (call.Target.Contains("/webhooks/", StringComparison.Ordinal) && call.Body is { } signed)
            {
                foreach (var (name, value) in SeededHost.Sign(signed, Topics[signed.Length % Topics.Length]))
                {
                    request.Headers.TryAddWithoutValidation(name, value);
                }
            }

            if (call.Header is { } header)
            {
                HttpHeaders? headers = header.Name.StartsWith("Content-", StringComparison.Ordinal) ? request.Content?.Headers : request.Headers;
                headers?.Remove(header.Name);
                headers?.TryAddWithoutValidation(header.Name, header.Value);
            }

            using var response = await http.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            var status = (int)response.StatusCode;
            _answers.AddOrUpdate(status.ToString(CultureInfo.InvariantCulture), 1, (_, count) => count + 1);
            if ((status >= 500 && !text.Contains("\"not-yet-seen\"", StringComparison.Ordinal))
                || text.Contains("   at ", StringComparison.Ordinal) || text.Contains("Exception", StringComparison.Ordinal))
            {
                Fail(call, $"{status} {Start(text)}");
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or IOException)
        {
            Fail(call, failure.Message);
        }
    }

    private void Fail(Call call, string what) =>
        _failures.Enqueue($"{call.Operation}: {call.Target} {call.Header} {(call.Body is { } body ? Start(Encoding.UTF8.GetString(body)) : "")} -> {what}");

    private static string Start(string text) => text[..Math.Min(text.Length, 300)];

    private static string Target(Operation operation, SeededIds ids, string? place = null, string? value = null)
    {
        var path = operation.PathParameters.Aggregate(operation.Path, (at, name) => at.Replace(
            $"{{{name}}}", name == place ? value : HostileValues.InAddress(Samples.PathValue(operation.Path, name, ids)), StringComparison.Ordinal));
        return Samples.Query(operation) is { Count: > 0 } query ? $"{path}?{string.Join('&', query.Select(part => $"{part.Name}={part.Value}"))}" : path;
    }

    private static string With(string target, Operation operation, string name, string value)
    {
        var others = Samples.Query(operation).Where(part => part.Name != name).Select(part => $"{part.Name}={part.Value}");
        return $"{target.Split('?')[0]}?{string.Join('&', others.Append(name == "unknown" ? $"{value}=x" : $"{name}={value}"))}";
    }

    private static IEnumerable<IReadOnlyList<object>> NodesOf(JsonNode? node, IReadOnlyList<object> path)
    {
        yield return path;
        var children = node switch
        {
            JsonObject fields => fields.Select(field => ((object)field.Key, field.Value)),
            JsonArray items => items.Select((item, place) => ((object)place, item)),
            _ => [],
        };
        foreach (var child in children.SelectMany(child => NodesOf(child.Item2, [.. path, child.Item1])))
        {
            yield return child;
        }
    }

    /// <param name="body">A body that is understood.</param>
    /// <param name="path">The node that is another; null for none.</param>
    /// <param name="raw">What is there instead, as it is.</param>
    private string Render(JsonNode body, IReadOnlyList<object>? path, string raw)
    {
        var id = Interlocked.Increment(ref _ids).ToString(CultureInfo.InvariantCulture);
        if (path is null or [])
        {
            return path is null ? body.ToJsonString().Replace("@id", id, StringComparison.Ordinal) : raw;
        }

        var copy = body.DeepClone();
        var parent = path.SkipLast(1).Aggregate(copy, (at, part) => part is int index ? at[index]! : at[(string)part]!);
        if (path[^1] is int place)
        {
            parent.AsArray()[place] = Hole;
        }
        else
        {
            parent.AsObject()[(string)path[^1]] = Hole;
        }

        return copy.ToJsonString().Replace("@id", id, StringComparison.Ordinal).Replace($"\"{Hole}\"", raw, StringComparison.Ordinal);
    }

    /// <summary>With one more member, of an unknown name.</summary>
    private string Named(JsonNode body, string name)
    {
        var json = Render(body, null, "");
        return json.StartsWith('{') ? $"{{{HostileValues.InJson(name)}:1,{json[1..]}" : json;
    }

    private byte[] Row(string table, int cell, string text)
    {
        var lines = table.Replace("@id", Interlocked.Increment(ref _ids).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Split('\n');
        var cells = lines[1].Split(',');
        return [.. Encoding.UTF8.GetBytes($"{lines[0]}\n{string.Join(',', cells[..cell].Append(""))}"),
            .. HostileValues.InBytes(text), .. Encoding.UTF8.GetBytes($"{string.Join(',', cells[(cell + 1)..].Prepend(""))}\n")];
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>One hostile value, as each place has it.</summary>
    private sealed record Value(string AsText, string InJson, string InAddress)
    {
        /// <summary>An address longer than this is refused by the server before anybody looks at it.</summary>
        private const int LongestAddress = 6_000;

        public static Value Of(string text) => new(text, HostileValues.InJson(text), text.StartsWith('%') ? text : HostileValues.InAddress(text));

        public static Value OfRaw(string json) =>
            new(json, json, HostileValues.InAddress(json.Length > LongestAddress / 3 ? json[..(LongestAddress / 3)] : json));
    }
}
