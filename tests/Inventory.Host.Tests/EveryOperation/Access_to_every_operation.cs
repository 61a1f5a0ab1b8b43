using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit.Abstractions;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.EveryOperation;

/// <summary>
/// Every operation of <c>/openapi/v1.json</c>, by everybody, about what is his own, somebody else's and nobody's, as <see cref="AccessRule.All"/> says. An
/// operation without a rule fails. Names stand in paths, queries, bodies and, to no effect, in headers.
/// </summary>
public sealed class Access_to_every_operation(SeededHost host, ITestOutputHelper output) : IClassFixture<SeededHost>
{
    /// <summary>Who asks, in which role, and whose things are his.</summary>
    private static readonly Person[] People =
    [
        new("nobody", null, null, ""),
        new("an unknown key", "a key that nobody has", null, ""),
        new("channel web", "dev-channel-web", "channel", "1"),
        new("channel other", "dev-channel-other", "channel", "2"),
        new("a channel that was never registered", "dev-channel-none", "channel", "0"),
        new("store S001", "dev-store-S001", "store", "1"),
        new("store S002", "dev-store-S002", "store", "2"),
        new("planner", "dev-planner", "planner", ""),
        new("finance", "dev-finance", "finance", ""),
        new("ops", "dev-ops", "ops", ""),
    ];

    /// <summary>Things of web and S001, of other and S002, and those that do not exist.</summary>
    private static readonly Things[] Objects = [new("1", "web", "S001"), new("2", "other", "S002"), new("0", "none", "S999")];

    /// <summary>What a proxy, a gateway or a hopeful caller may add: none of it says who asks or about what.</summary>
    private static readonly string[] Claims =
        ["X-Role", "X-Roles", "X-Channel", "X-Location", "X-Source", "X-Forwarded-User", "X-Original-URL",
            "X-Rewrite-URL", "X-HTTP-Method-Override", "Forwarded"];

    private int _ids;

    private sealed record Person(string Name, string? Key, string? Role, string Owns);

    private sealed record Things(string Owner, string Channel, string Location);

    [Fact]
    public async Task Has_a_rule()
    {
        var operations = (await Operation.All(host)).Select(operation => operation.ToString()).ToList();
        Assert.True(operations.ToHashSet().SetEquals(AccessRule.All.Keys), $"""
            AccessRule.All lacks: {string.Join(", ", operations.Except(AccessRule.All.Keys))}
            There is no longer: {string.Join(", ", AccessRule.All.Keys.Except(operations))}
            """);
    }

    [Fact]
    public async Task Is_as_the_rules_say()
    {
        await SetUp();
        var (cells, refused, wrong) = (0, 0, new List<string>());
        foreach (var (operation, rule) in await Ruled())
        {
            var seeded = await host.Seed(operation);
            foreach (var thing in rule.Subject == Subject.Nothing ? Objects[..1] : Objects)
            {
                foreach (var person in People)
                {
                    var ids = seeded with { Reservation = await Reservation(rule, thing) };
                    var expected = Expected(rule, person, thing);
                    var answer = await Send(operation, rule, thing, ids, person.Key);
                    cells++;
                    if (!Fits(expected, answer, thing))
                    {
                        wrong.Add($"{operation} by {person.Name} about {thing.Channel}/{thing.Location}: {answer.Status} instead of {expected}: "
                            + $"{answer.Text[..Math.Min(200, answer.Text.Length)]}");
                    }

                    if (expected is Verdict.Allowed)
                    {
                        wrong.AddRange(Leaks(operation, rule, person, answer).Select(leak => $"{operation} by {person.Name} shows {leak}"));
                        continue;
                    }

                    refused++;
                    var claimed = await Send(operation, rule, thing, ids, person.Key, Claims.Select(name => (name, Claim(name, person))).ToArray());
                    if (!Fits(expected, claimed, thing))
                    {
                        wrong.Add($"{operation} by {person.Name} with headers that claim more: {claimed.Status} instead of {expected}");
                    }
                }
            }
        }

        output.WriteLine($"{AccessRule.All.Count} operations, {People.Length} callers, {cells} cells, {refused} of them refused, each of those twice");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Changes_nothing_that_belongs_to_another()
    {
        await SetUp();
        var others = Objects[1];
        var before = await State();
        foreach (var (operation, rule) in await Ruled())
        {
            var ids = (await host.Seed(operation)) with { Reservation = "kept-2" };
            foreach (var person in People.Where(person => person.Owns is "1" or "0" || person.Role is null || !rule.Roles.Contains(person.Role)))
            {
                await Send(operation, rule, others, ids, person.Key);
            }
        }

        Assert.Equal(before, await State());
    }

    private async Task<IEnumerable<(Operation Operation, AccessRule Rule)>> Ruled() =>
        from operation in await Operation.All(host)
        where AccessRule.All.ContainsKey(operation.ToString())
        select (operation, AccessRule.All[operation.ToString()]);

    private static Verdict Expected(AccessRule rule, Person person, Things thing) =>
        rule.ToAnybody > 0 ? (Verdict)rule.ToAnybody
        : person.Role is null ? Verdict.Unauthenticated
        : !rule.Roles.Contains(person.Role) ? Verdict.Forbidden
        : person.Owns == "" || rule.Subject == Subject.Nothing || person.Owns == thing.Owner ? Verdict.Allowed
        : rule.Subject switch
        {
            Subject.Reservation => Verdict.Unknown,
            Subject.Movements => Verdict.Rejected,
            _ => Verdict.Forbidden,
        };

    private static bool Fits(Verdict expected, Answer answer, Things thing) => expected switch
    {
        // What was done before cannot be done again, and what nobody owns is not there; but a refusal to do it at all would be another.
        Verdict.Allowed => answer.Status is >= 200 and < 300 or 304 or 409
            || (answer.Status is 404 && (thing.Owner == "0" || answer.Json.Text("code") is "unknown-proposal" or "unknown-document" or "unknown-view"
                or "movement-not-recorded" or "unknown-event")),
        Verdict.Rejected => answer.Status == 200 && answer.Json.Number("rejected") == 1,
        _ => answer.Status == (int)expected && answer.Json.TryGetProperty("code", out _),
    };

    /// <summary>What a narrow role sees of a list is its own.</summary>
    private static IEnumerable<string> Leaks(Operation operation, AccessRule rule, Person person, Answer answer)
    {
        if (operation.Path == "/v1/quarantine" && person.Role == "store")
        {
            // Its lines are those that it sent, whatever location they name, and those that somebody sent as its source.
            return answer.Json.Items().Where(line => line.Text("by") != person.Key && line.Text("source") != $"pos/{person.Key!["dev-store-".Length..]}")
                .Select(line => line.GetRawText());
        }

        string[] foreign = person.Role switch
        {
            "channel" => [person.Owns == "1" ? "\"other\"" : "\"web\""],
            "store" => [person.Owns == "1" ? "\"S002\"" : "\"S001\""],
            _ => [],
        };
        return rule.Subject == Subject.Nothing ? foreign.Where(name => answer.Text.Contains(name, StringComparison.Ordinal)) : [];
    }

    private static string Claim(string header, Person person) => header switch
    {
        "X-Original-URL" or "X-Rewrite-URL" => person.Role == "store" ? "/v1/positions/FZ-1/S001" : "/v1/channels/web",
        "X-HTTP-Method-Override" => "GET",
        "X-Channel" => "web",
        "X-Location" => "S001",
        "X-Source" => "pos/S001",
        _ => "ops",
    };

    private async Task SetUp()
    {
        await host.SetUp();
        (await host.Put("/v1/channels/other", new { adapter = "none" })).Ok();
        (await host.Put("/v1/rules/fz-rule", new { kind = "publish", channel = "web", sku = "FZ-2", cap = 5 })).Ok();
        await host.RecordAccepted(Line("receipt", 100_000, "FZ-1"), Line("receipt", 100_000, "FZ-1", "S002"));
        await host.RecordAccepted(Line("receipt", 1, "FZ-O", "S002"));

        // What a comparison corrects has no units left over.
        await host.RecordAccepted(Line("receipt", 100_000, "FZ-R"), Line("receipt", 100_000, "FZ-R", "S002"));
        (await host.Post("/v1/channels/other/orders",
            new { type = "order", order = "fz-order", id = "o", lines = new[] { new { sku = "FZ-O", quantity = 5 } } })).Ok();
        var kept = new { id = "kept-2", channel = "other", holdFor = "P1D", lines = new[] { new { sku = "FZ-1", quantity = 7, location = "S002" } } };
        Assert.Contains((await host.Post("/v1/reservations", kept)).Status, new[] { 200, 201 });
    }

    /// <summary>Of a channel's own, one that nobody has taken a step with.</summary>
    private async Task<string> Reservation(AccessRule rule, Things thing)
    {
        var id = $"mine-{Interlocked.Increment(ref _ids)}";
        if (rule.Subject == Subject.Reservation && thing.Owner != "0")
        {
            (await host.Post("/v1/reservations",
                new { id, channel = thing.Channel, lines = new[] { new { sku = "FZ-R", quantity = 2, location = thing.Location } } }, "dev-ops")).Ok(201);
        }

        return id;
    }

    private async Task<Answer> Send(
        Operation operation, AccessRule rule, Things thing, SeededIds ids, string? key, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var path = operation.PathParameters.Aggregate(
            operation.Path, (at, name) => at.Replace($"{{{name}}}", Mine(Samples.PathValue(operation.Path, name, ids)), StringComparison.Ordinal));
        var query = Samples.Query(operation).Select(part => $"{part.Name}={Mine(part.Value)}")
            .Concat(rule.Subject is Subject.Location or Subject.ChannelAtLocation && operation.QueryParameters.Contains("location") ? [$"location={thing.Location}"] : []).ToList();
        var isTable = operation.BodyTypes is ["text/csv"];
        var body = rule.Subject == Subject.Movements ? Movements() : isTable ? Samples.Csv[operation.ToString()]
            : Samples.Bodies(operation).FirstOrDefault()?.ToJsonString();
        using var content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(Mine(body)));
        if (content is not null)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue(isTable ? "text/csv" : Operation.Json);
        }

        return await host.Send(new HttpMethod(operation.Method), query.Count == 0 ? path : $"{path}?{string.Join('&', query)}", content, key, headers);

        string Movements() => new JsonObject
        { ["source"] = "pos/S001", ["movements"] = new JsonArray(Line("receipt", 1, "FZ-1", thing.Location)) }.ToJsonString();

        // In a text alone or in a path: S001 and web are what the samples are about.
        string Mine(string text) => text == "web" ? thing.Channel : text == "S001" ? thing.Location
            : text.Replace("\"web\"", $"\"{thing.Channel}\"", StringComparison.Ordinal).Replace("\"S001\"", $"\"{thing.Location}\"", StringComparison.Ordinal)
                .Replace("\"pos/S001\"", $"\"pos/{thing.Location}\"", StringComparison.Ordinal)
                .Replace("@id", $"{Interlocked.Increment(ref _ids)}", StringComparison.Ordinal)
                .Replace("\"fz-held\"", $"\"named-{_ids}\"", StringComparison.Ordinal).Replace("\"FZ-H\"", "\"FZ-1\"", StringComparison.Ordinal);
    }

    /// <summary>All that is other's and S002's, as ops sees it.</summary>
    private async Task<string> State()
    {
        string[] paths = ["/v1/reservations/kept-2", "/v1/channels/other", "/v1/channels/other/mappings",
            "/v1/channels/other/locations", "/v1/positions/FZ-1/S002/events?limit=1000"];
        var parts = new List<string>();
        foreach (var path in paths)
        {
            var answer = (await host.Get(path, "dev-ops")).Ok();
            parts.Add(path.EndsWith("other", StringComparison.Ordinal) ? answer.GetProperty("adapter")
                .GetRawText() + answer.GetProperty("settings").GetRawText()
                : path.Contains("reservations", StringComparison.Ordinal) ? answer.Text("state") + answer.Number("version")
                : answer.GetProperty("items").GetRawText());
        }

        var locations = (await host.Get("/v1/locations", "dev-ops")).Ok().Items().Single(location => location.Text("id") == "S002");
        return string.Join('\n', parts.Append(locations.GetRawText()));
    }

    /// <summary>What an operation answers somebody.</summary>
    private enum Verdict
    {
        Allowed = 200,
        Rejected = 201,
        Unauthenticated = 401,
        Forbidden = 403,
        Unknown = 404,
    }
}
