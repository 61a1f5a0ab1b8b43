using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Door;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary>
/// <c>verify</c> and <c>rebuild</c>. Exit codes: 0 everything is (or now is) as its events say, 1 something differs or it failed, 2 wrong use.
/// </summary>
internal static class AuditCommands
{
    private const string Lines = "application/x-ndjson";

    public static Command CreateVerify()
    {
        var server = new AuditServer();
        var command = new Command("verify", "Folds every event again, compares everything with it, checks the chain of hashes, and says what differs first.");
        server.AddTo(command);
        command.SetAction((parsed, stop) => server.Ask(parsed, (http, _) => Verify(http, parsed.InvocationConfiguration, stop), stop));
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
                result.AddError($"--sku {Fields.SkuForm}.");
            }
        });
        location.Validators.Add(result =>
        {
            if (!LocationId.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"--location {Fields.NameForm}.");
            }
        });
        var command = new Command("rebuild", "Folds positions again from their events, while everything goes on, and puts right what differs.") { sku, location };
        server.AddTo(command);
        command.SetAction((parsed, stop) => server.Ask(
            parsed, (http, _) => Rebuild(http, parsed.GetValue(sku), parsed.GetValue(location), parsed.InvocationConfiguration, stop), stop));
        return command;
    }

    private static async Task<int> Verify(HttpClient http, InvocationConfiguration console, CancellationToken stop)
    {
        if (await Ask(http, HttpMethod.Get, "/v1/audit/verify", console, stop) is not { } answer)
        {
            return Commands.Failed;
        }

        var (events, positions) = (answer.GetProperty("eventsChecked").GetInt64(), answer.GetProperty("positionsChecked").GetInt64());
        await console.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{events:N0} events and {positions:N0} positions checked."));
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
        var query = string.Join('&', new[] { ("sku", sku), ("location", location) }.Where(part => part.Item2 is not null).Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2!)}"));
        if (await Ask(http, HttpMethod.Post, $"/v1/audit/rebuild?{query}", console, stop) is not { } answer)
        {
            return Commands.Failed;
        }

        var (read, rebuilt) = (answer.GetProperty("positionsChecked").GetInt64(), answer.GetProperty("positionsRebuilt").GetInt64());
        await console.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{read:N0} positions folded, {rebuilt:N0} put right."));
        foreach (var key in answer.GetProperty("first").EnumerateArray())
        {
            await console.Output.WriteLineAsync($"  {key.GetString()}");
        }

        return Commands.Done;
    }

    /// <summary>Shows how far it is, and returns the last line; null, and why, where there is none.</summary>
    private static async Task<JsonElement?> Ask(HttpClient http, HttpMethod method, string path, InvocationConfiguration console, CancellationToken stop)
    {
        var work = new LongWork("events");
        try
        {
            return await work.Show(console, ReadToTheEnd(), stop);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException)
        {
            await console.Error.WriteLineAsync($"It did not finish: {failure.Message}");
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await console.Error.WriteLineAsync("Stopped: it did not finish.");
            return null;
        }

        async Task<JsonElement?> ReadToTheEnd()
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Accept.ParseAdd(Lines);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (!response.IsSuccessStatusCode)
            {
                throw new HttpRequestException($"The server answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(stop)}");
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
