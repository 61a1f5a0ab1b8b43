using System.CommandLine;
using System.Globalization;
using RetailSync.Channels;
using RetailSync.Channels.Epcis;
using RetailSync.Channels.OnlineRetail;
using RetailSync.Cli.Movements;
using RetailSync.Inventory.Domain;

namespace RetailSync.Cli.Import;

/// <summary>
/// <c>import FILE --format NAME</c>: sends a file of movements or documents to the same HTTP API that tills use. Every row of the file is
/// accounted for. Sending it again changes nothing, so an import that failed is simply run again.
/// Exit codes: 0 done (also with lines in quarantine), 1 it failed, 2 wrong use.
/// </summary>
public static class ImportFile
{
    private const string OnlineRetail = "online-retail";
    private const string Epcis = "epcis";
    private const string Movements = "movements";

    /// <summary>Formats whose files are sent as they are. EPCIS is sent event by event, with a row for each.</summary>
    private static readonly string[] Documents = [.. DocumentFormats.All.Select(format => format.Name).Where(name => name != Epcis)];

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "The file, plain or .gz." }.AcceptExistingOnly();
        file.Validators.Add(Commands.IsNoDirectory);
        var format = new Option<string>("--format")
        {
            Required = true,
            Description = $"{OnlineRetail}: the UCI Online Retail ledger (CSV). {Epcis}: GS1 EPCIS (JSON, XML). {Movements}: CSV or NDJSON in the "
                + $"names of the API. {string.Join(", ", Documents)}: documents as ERP, WMS or a till sent them. {DocumentFormats.Auto}: that of these which the "
                + "file begins like.",
        }.AcceptOnlyFromAmong([OnlineRetail, Epcis, Movements, .. Documents, DocumentFormats.Auto]);
        var zone = new Option<string>("--zone") { Description = "Documents: the time zone of times without an offset, such as Europe/Berlin." };
        var levels = new Option<string>("--levels")
        { Description = "Documents: compare stock figures with ours, or count by them." }.AcceptOnlyFromAmong("compare", "count");
        var url = new Option<Uri>("--url")
        {
            Description = "Where RetailSync serves.",
            DefaultValueFactory = _ => new Uri("http://127.0.0.1:8080"),
            CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" ? uri : Wrong<Uri>(result, "is no http URL"),
        };
        var key = new Option<string>("--key")
        { Description = "The key or token to send; its role must be ops or store.", DefaultValueFactory = _ => "dev-ops" };
        var location = new Option<LocationId?>("--location")
        {
            Description = $"{OnlineRetail}: where the stock is (default {OnlineRetailTranslator.DefaultLocation}). {Epcis} and documents: for lines that "
                + "name no place.",
            CustomParser = result => LocationId.TryParse(result.Tokens[0].Value, out var parsed) ? parsed
            : Wrong<LocationId?>(result, "is no location (letters, digits and . _ : -)"),
        };
        var openingStock = new Option<string>("--opening-stock")
        {
            Description = $"{OnlineRetail}: cover first receives, per SKU, just enough that nothing goes below zero.",
        }.AcceptOnlyFromAmong("cover");
        var source = new Option<string>("--source")
        {
            Description = $"The source of the movements (default {OnlineRetailTranslator.DefaultSource} or {EpcisTranslator.DefaultSource}; for "
                + $"{Movements}, of lines that name none; for documents, what they say of their sender).",
            CustomParser = result => Identifier.TryParse(result.Tokens[0].Value, out var parsed) ? parsed : Wrong<string>(result, "is no source"),
        };

        var command = new Command("import", "Sends a file of movements or of documents.")
        { file, format, url, key, location, openingStock, source, zone, levels };
        command.Validators.Add(result =>
        {
            if (result.GetResult(openingStock) is not null && result.GetValue(format) != OnlineRetail)
            {
                result.AddError($"--opening-stock goes with --format {OnlineRetail} only.");
            }

            if ((result.GetResult(zone) ?? result.GetResult(levels)) is not null && !IsOfDocuments(result.GetValue(format)))
            {
                result.AddError($"--zone and --levels go with formats of documents only: {string.Join(", ", Documents)}, {DocumentFormats.Auto}.");
            }

            if (result.GetResult(location) is not null && result.GetValue(format) == Movements)
            {
                result.AddError($"--location does not go with --format {Movements}: its lines have their own.");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            var path = parsed.GetRequiredValue(file).FullName;
            var named = parsed.GetValue(source);
            var at = parsed.GetValue(location);
            if (IsOfDocuments(parsed.GetValue(format)))
            {
                var options = new DocumentsOptions(
                    parsed.GetRequiredValue(format), named, parsed.GetValue(zone), at?.Value, parsed.GetValue(levels));
                return SendDocuments.Run(
                    parsed.GetRequiredValue(file), options, parsed.GetRequiredValue(url), parsed.GetRequiredValue(key), parsed.InvocationConfiguration,
                    cancellation);
            }

            var input = parsed.GetRequiredValue(format) switch
            {
                OnlineRetail => ImportInput.OnlineRetail(
                    path, named ?? OnlineRetailTranslator.DefaultSource, at ?? LocationId.Parse(OnlineRetailTranslator.DefaultLocation)),
                Epcis => ImportInput.Epcis(path, named ?? EpcisTranslator.DefaultSource, at),
                _ => ImportInput.Movements(path, named),
            };
            if (input.LacksSource())
            {
                parsed.InvocationConfiguration.Error.WriteLine("The first line names no source: give one with --source.");
                return Task.FromResult(Commands.WrongUse);
            }

            return Run(input, parsed.GetValue(openingStock) is not null, parsed.GetRequiredValue(url),
                parsed.GetRequiredValue(key), parsed.InvocationConfiguration, cancellation);
        });
        return command;
    }

    private static bool IsOfDocuments(string? format) => format == DocumentFormats.Auto || Documents.Contains(format);

    private static T? Wrong<T>(System.CommandLine.Parsing.ArgumentResult result, string why)
    {
        result.AddError($"'{result.Tokens[0].Value}' {why}.");
        return default;
    }

    private static async Task<int> Run(
        ImportInput input, bool coverOpeningStock, Uri url, string key, InvocationConfiguration console, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(100) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var sender = new MovementSender(http, TimeProvider.System, console.Error);
        var opening = new ImportTally();
        var rows = new ImportTally();
        var started = TimeProvider.System.GetTimestamp();
        string? failure = null;
        try
        {
            if (coverOpeningStock)
            {
                console.Output.WriteLine("Reading the file once for the opening stock that covers it.");
                await new ImportPipeline(sender, opening).Send(input.OpeningStock(), _ => { }, cancellation);
            }

            // The rate is that of the rows, so the clock starts with them.
            started = TimeProvider.System.GetTimestamp();
            await ImportProgress.Show(console, rows.Rate, input.Length, read => new ImportPipeline(sender, rows).Send(input, read, cancellation), cancellation);
            failure = rows.StoppedBy;
        }
        catch (SendingFailedException exception)
        {
            failure = exception.Message;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failure = $"The file cannot be read: {exception.Message}";
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            failure = "Stopped.";
        }

        console.Output.Write(rows.Summary(TimeProvider.System.GetElapsedTime(started)));
        if (coverOpeningStock)
        {
            console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Opening stock, beside the rows of the file: {opening.Counts()}"));
        }

        if (failure is null)
        {
            return 0;
        }

        console.Error.WriteLine($"The import did not finish: {failure}");
        console.Error.WriteLine("The import is idempotent: run it again, and lines that have arrived are not recorded twice.");
        return 1;
    }
}
