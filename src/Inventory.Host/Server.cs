namespace RetailSync.Inventory.Host;

/// <summary>Composes the web application; <see cref="Program"/> decides when to run it.</summary>
public static class Server
{
    /// <param name="args">ASP.NET's own switches (<c>--urls</c>, <c>--environment</c>, <c>--Key=value</c>).</param>
    /// <param name="connectionString">The PostgreSQL database that is the system of record.</param>
    public static WebApplication Build(string[] args, string connectionString)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration["ConnectionStrings:RetailSync"] = connectionString;
        return builder.Build();
    }
}
