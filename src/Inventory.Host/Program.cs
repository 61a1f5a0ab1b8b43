using RetailSync.Inventory.Host.CommandLine;
using Serilog;
using Serilog.Events;

// Logs go to stderr: stdout is for answers (`ready URL`, an export, a summary).
Log.Logger = new LoggerConfiguration()
    .WriteTo.Console(standardErrorFromLevel: LogEventLevel.Verbose, formatProvider: System.Globalization.CultureInfo.InvariantCulture)
    .CreateLogger();
try
{
    return await Commands.Run(args);
}
finally
{
    await Log.CloseAndFlushAsync();
}
