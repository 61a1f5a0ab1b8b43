using System.CommandLine;
using System.Text.Json;
using NodaTime.Text;

namespace RetailSync.Cli.Audit;

/// <summary>
/// <c>export [FILE]</c>: the ledger as a file, or on the standard output. One that is interrupted says so in its last line, and fails.
/// Exit codes: 0 done, 1 it failed, 2 wrong use.
/// </summary>
internal static class ExportLedger
{
    private const string Json = "json";
    private const string Csv = "csv";
    private const string Parquet = "parquet";

    public static Command Create()
    {
        var server = new AuditServer();
        var file = new Argument<FileInfo?>("file") { Description = "Where to write it (default: the standard output).", Arity = ArgumentArity.ZeroOrOne };
        file.Validators.Add(Commands.IsNoDirectory);
        var format = new Option<string>("--format") { Description = "json (default, or by the file's name), csv or parquet." }.AcceptOnlyFromAmong(
            Json, Csv, Parquet);
        var from = Instant("--from", "What was recorded after this instant, as 2026-11-01T00:00:00Z (default: everything).");
        var to = Instant("--to", "And by this instant (default: until now).");
        var sku = new Option<string>("--sku") { Description = "Of this SKU only." };
        var location = new Option<string>("--location") { Description = "At this location only." };
        var command = new Command("export", "Writes the ledger: for each position an opening balance, every event, and a closing balance.")
            { file, format, from, to, sku, location };
        server.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(format) is null && FormOf(result.GetValue(file)) is null)
            {
                result.AddError($"'{result.GetValue(file)!.Extension}' says no form that the ledger has: name the file .json, .csv or .parquet, or give "
                    + $"--format.");
            }
        });
        command.SetAction((parsed, stop) =>
        {
            var path = parsed.GetValue(file)?.FullName;
            var form = parsed.GetValue(format) ?? FormOf(parsed.GetValue(file))!;
            var query = string.Join('&',
                new[] { ("from", parsed.GetValue(from)), ("to", parsed.GetValue(to)), ("sku", parsed.GetValue(sku)), ("location", parsed.GetValue(location)) }
                .Where(part => part.Item2 is not null).Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2!)}"));
            return server.Ask(parsed, (http, _) => Run(http, form, query, path, parsed.InvocationConfiguration, stop), stop);
        });
        return command;
    }

    /// <summary>By the file's name; null where it says another form.</summary>
    private static string? FormOf(FileInfo? file) => file?.Extension.ToLowerInvariant() switch
    {
        null or "" or ".json" => Json,
        ".csv" => Csv,
        ".parquet" => Parquet,
        _ => null,
    };

    private static Option<string> Instant(string name, string description)
    {
        var option = new Option<string>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (!OffsetDateTimePattern.Rfc3339.Parse(result.Tokens[0].Value.ToUpperInvariant()).Success)
            {
                result.AddError($"{name}: '{result.Tokens[0].Value}' is no instant such as 2026-11-23T09:59:30Z.");
            }
        });
        return option;
    }

    private static async Task<int> Run(HttpClient http, string form, string query, string? path, InvocationConfiguration console, CancellationToken stop)
    {
        var work = new LongWork("bytes");
        await using var output = path is null ? Console.OpenStandardOutput() : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        var failure = "";
        try
        {
            var download = new LedgerDownload(http, query, output, work);
            await work.Show(console, form == Json ? download.Pages(stop) : download.Whole(form == Csv ? "text/csv" : "application/vnd.apache.parquet", stop), stop);
            await output.FlushAsync(CancellationToken.None);
            return Commands.Done;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException)
        {
            failure = broken.Message;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            failure = "stopped";
        }

        byte[] lastLine = form switch
        {
            Csv => "\r\n# interrupted: this is not the whole ledger\r\n"u8.ToArray(),
            Json => "\n],\"interrupted\":true}\n"u8.ToArray(),
            _ => "\ninterrupted: this is not the whole ledger\n"u8.ToArray(), // without the directory at its end no reader opens it
        };
        await output.WriteAsync(lastLine, CancellationToken.None);
        await output.FlushAsync(CancellationToken.None);
        await console.Error.WriteLineAsync($"The export was interrupted ({failure}): {path ?? "what was written"} is not the whole ledger.");
        return Commands.Failed;
    }
}
