using RetailSync.Inventory.Host;
using RetailSync.Inventory.Host.CommandLine;
using Serilog;

// Logs go to stderr: stdout is for answers (`ready URL`, an export, a summary).
Log.Logger = new LoggerConfiguration()
    .WriteTo.Standard()
    .CreateLogger();
try
{
    return await Commands.Run(args);
}
finally
{
    await Log.CloseAndFlushAsync();
}
