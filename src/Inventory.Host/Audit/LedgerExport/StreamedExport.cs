namespace RetailSync.Inventory.Host.Audit.LedgerExport;

/// <summary>Answers that are written as they are read, and so may fail when their status has long been sent.</summary>
internal static class StreamedExport
{
    /// <summary>Does the work; where it fails after the answer has begun, what was written says so at its end.</summary>
    public static async Task Write(HttpContext http, LedgerWriter writer, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            await BreakOff(http, failure, writer.BreakOff);
        }
    }

    /// <summary>Writes the last words and breaks the connection off, so that no client takes what it has for the whole.</summary>
    public static async Task BreakOff(HttpContext http, Exception failure, Func<ValueTask> lastWords)
    {
        http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StreamedExport)).LogError(failure, "An export was interrupted");
        await lastWords();
        await http.Response.Body.FlushAsync();
        http.Abort();
    }
}
