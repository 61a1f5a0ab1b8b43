using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using RetailSync.Inventory.Domain;

namespace RetailSync.Cli.Audit;

/// <summary>
/// <c>verify</c>, <c>rebuild</c> and <c>repair</c>. Exit codes: 0 everything is (or now is) as its events say, 1 something differs or it failed, 2 wrong use.
/// </summary>
internal static class AuditCommands
{
    private const string Lines = "application/x-ndjson";

    public static Command CreateVerify()
    {
        var server = new AuditServer();
        var checkpoints = new Option<FileInfo>("--checkpoints")
        {
            Description = "Copies of checkpoints that were kept elsewhere: their file, answers of /v1/audit/checkpoints, or messages of the webhook.",
            HelpName = "FILE",
        };
        checkpoints.Validators.Add(result =>
        {
            if (result.Tokens is [var path, ..] && !File.Exists(path.Value))
            {
                result.AddError(Directory.Exists(path.Value) ? $"'{path.Value}' is a directory: name a file."
                    : $"--checkpoints {path.Value}: there is no such file.");
            }
        });
        const string Says = "Folds every event again, compares everything with it, checks the hashes and every checkpoint, and says what differs first.";
        var command = new Command("verify", Says) { checkpoints };
        server.AddTo(command);
        command.SetAction((parsed, stop) => server.Ask(
            parsed, (http, _) => Verify(http, parsed.GetValue(checkpoints), parsed.InvocationConfiguration, stop), stop));
        return command;
    }

    public static Command CreateRebuild()
    {
        var server = new AuditServer();
        var sku = new Option<string>("--sku") { Description = "Of this SKU only." };
        var location = new Option<string>("--location") { Description = "At this location only." };
        sku.Validators.Add(result =>
        {
            if (!Sku.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"--sku: '{result.Tokens[0].Value}' is no SKU (1 to 128 printable characters).");
            }
        });
        location.Validators.Add(result =>
        {
            if (!LocationId.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"--location: '{result.Tokens[0].Value}' is no location (1 to 128 letters, digits and . _ : -).");
            }
        });
        var command = new Command("rebuild", "Folds positions again from their events, without downtime, and repairs rows that differ.")
            { sku, location };
        server.AddTo(command);
        command.SetAction((parsed, stop) => server.Ask(
            parsed, (http, _) => Rebuild(http, parsed.GetValue(sku), parsed.GetValue(location), parsed.InvocationConfiguration, stop), stop));
        return command;
    }

    public static Command CreateRepair()
    {
        var server = new AuditServer();
        const string Does = "Links events that chains of hashes have left out, corrects numbers of channels that were not worked out, and records it.";
        var command = new Command("repair", Does);
        server.AddTo(command);
        command.SetAction((parsed, stop) => server.Ask(parsed, (http, _) => Repair(http, parsed.InvocationConfiguration, stop), stop));
        return command;
    }

    private static async Task<int> Verify(HttpClient http, FileInfo? copies, InvocationConfiguration console, CancellationToken stop)
    {
        using var body = copies is null ? null : new StreamContent(copies.OpenRead()) { Headers = { ContentType = new MediaTypeHeaderValue(Lines) } };
        var (code, answer) = await Ask(http, body is null ? HttpMethod.Get : HttpMethod.Post, "/v1/audit/verify", console, stop, body);
        if (code != Commands.Done)
        {
            return code;
        }

        var (events, positions) = (answer.GetProperty("eventsChecked").GetInt64(), answer.GetProperty("positionsChecked").GetInt64());
        var (checkpoints, compared) = (answer.GetProperty("checkpointsChecked").GetInt32(), answer.GetProperty("copiesChecked").GetInt32());
        await console.Output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{events:N0} events, {positions:N0} positions and {checkpoints:N0} checkpoints checked, these against {compared:N0} copies."));
        if (answer.GetProperty("ok").GetBoolean())
        {
            await console.Output.WriteLineAsync("ok: nothing differs.");
            return Commands.Done;
        }

        var first = answer.GetProperty("firstDifference");
        await console.Output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{answer.GetProperty("differences").GetInt32():N0} differ. The first: {first.GetProperty("what").GetString()} {first.GetProperty("stream").GetString()} {first.GetProperty("version")}: {first.GetProperty("detail").GetString()}"));
        return Commands.Failed;
    }

    private static async Task<int> Rebuild(HttpClient http, string? sku, string? location, InvocationConfiguration console, CancellationToken stop)
    {
        var query = string.Join('&', new[] { ("sku", sku), ("location", location) }.Where(part => part.Item2 is not null)
            .Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2!)}"));
        var (code, answer) = await Ask(http, HttpMethod.Post, $"/v1/audit/rebuild?{query}", console, stop);
        if (code != Commands.Done)
        {
            return code;
        }

        var (read, rebuilt) = (answer.GetProperty("positionsChecked").GetInt64(), answer.GetProperty("positionsRebuilt").GetInt64());
        await console.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{read:N0} positions folded, {rebuilt:N0} repaired."));
        foreach (var key in answer.GetProperty("first").EnumerateArray())
        {
            await console.Output.WriteLineAsync($"  {key.GetString()}");
        }

        return Commands.Done;
    }

    private static async Task<int> Repair(HttpClient http, InvocationConfiguration console, CancellationToken stop)
    {
        var (code, answer) = await Ask(http, HttpMethod.Post, "/v1/audit/repair", console, stop, what: "streams");
        if (code != Commands.Done)
        {
            return code;
        }

        var (streams, events) = (answer.GetProperty("streamsRepaired").GetInt64(), answer.GetProperty("eventsLinked").GetInt64());
        var corrected = answer.GetProperty("publicationsCorrected");
        await console.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{events:N0} events of {streams:N0} streams linked late."));
        await console.Output.WriteLineAsync(corrected.ValueKind == JsonValueKind.Null
            ? "No channel is registered."
            : string.Create(CultureInfo.InvariantCulture, $"{corrected.GetInt64():N0} numbers of channels corrected."));
        foreach (var stream in answer.GetProperty("first").EnumerateArray())
        {
            await console.Output.WriteLineAsync($"  {stream.GetString()}");
        }

        var left = answer.GetProperty("streamsLeft").EnumerateArray().ToList();
        if (left.Count == 0)
        {
            return Commands.Done;
        }

        await console.Error.WriteLineAsync("Not repaired, since these chains were changed besides; verify says what differs:");
        foreach (var stream in left)
        {
            await console.Error.WriteLineAsync($"  {stream.GetString()}");
        }

        return Commands.Failed;
    }

    /// <summary>
    /// Shows how far it is, and returns the last line with <see cref="Commands.Done"/>; where there is none, another code, after it has said why.
    /// </summary>
    private static async Task<(int Code, JsonElement Answer)> Ask(
        HttpClient http, HttpMethod method, string path, InvocationConfiguration console, CancellationToken stop, HttpContent? body = null,
        string what = "events")
    {
        var work = new LongWork(what);
        try
        {
            return (Commands.Done, await work.Show(console, ReadToTheEnd(), stop));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException)
        {
            await console.Error.WriteLineAsync($"It did not finish: {failure.Message}");
            return (failure is HttpRequestException { StatusCode: HttpStatusCode.BadRequest } ? Commands.WrongUse : Commands.Failed, default);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await console.Error.WriteLineAsync("Stopped: it did not finish.");
            return (Commands.Failed, default);
        }

        async Task<JsonElement> ReadToTheEnd()
        {
            using var request = new HttpRequestMessage(method, path) { Content = body };
            request.Headers.Accept.ParseAdd(Lines);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (!response.IsSuccessStatusCode)
            {
                throw new HttpRequestException(
                    $"The server answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(stop)}", null, response.StatusCode);
            }

            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stop));
            JsonElement? last = null;
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                var read = JsonSerializer.Deserialize<JsonElement>(line);
                last = read;
                if (read.TryGetProperty("done", out var done))
                {
                    work.Report(done.GetInt64(), read.GetProperty("of").GetInt64());
                }
            }

            return last is { } answer && !answer.TryGetProperty("done", out _) ? answer : throw new IOException("The answer broke off.");
        }
    }
}
