using System.CommandLine;
using System.Globalization;
using RetailSync.Cli.Movements;

namespace RetailSync.Cli.Import;

/// <summary>
/// <c>import FILE --format NAME</c>: sends a file of movements or documents to the same HTTP API that tills use. Every row of the file is
/// accounted for. Sending it again changes nothing, so an import that failed is simply run again.
/// Exit codes: 0 done (also with lines in quarantine), 1 it failed, 2 wrong use.
/// </summary>
public static class ImportFile
{
    public static Command Create()
    {
        var options = new ImportOptions();
        var command = new Command("import", "Sends a file of movements or of documents.");
        options.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var console = parsed.InvocationConfiguration;
            if (options.Documents(parsed) is { } documents)
            {
                return SendDocuments.Run(options.File(parsed), documents, options.Url(parsed), options.Key(parsed), console, cancellation);
            }

            var input = options.Input(parsed);
            if (input.LacksSource())
            {
                console.Error.WriteLine("The first line names no source: give one with --source.");
                return Task.FromResult(Commands.WrongUse);
            }

            return Run(input, options.CoversOpeningStock(parsed), options.Url(parsed), options.Key(parsed), console, cancellation);
        });
        return command;
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
