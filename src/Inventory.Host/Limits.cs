using Microsoft.AspNetCore.Server.Kestrel.Core;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Quotas;

namespace RetailSync.Inventory.Host;

/// <summary>What a caller may take of this host: every size, number and time of the connection has a bound.</summary>
public static class Limits
{
    /// <exception cref="InvalidOperationException">A setting of <c>Limits</c> is out of its bounds.</exception>
    public static WebApplicationBuilder AddLimits(this WebApplicationBuilder builder)
    {
        var options = LimitOptions.Of(builder.Configuration);
        HoldQuotas.Read(options.Holds); // refused now, and not when the first hold comes
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<BodyBudget>();
        builder.Services.AddSingleton<ExportSlots>();
        builder.Services.AddSingleton<CallRates>();
        builder.Services.AddSingleton<HoldQuotas>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Beyond RequestBody.MaxLength the answer is 413; up to here the rest is read and thrown away, so that a caller who is
            // still sending gets that answer rather than a broken connection.
            kestrel.Limits.MaxRequestBodySize = 4 * RequestBody.MaxLength;

            // The receive buffer of a connection.
            kestrel.Limits.MaxRequestBufferSize = 128 * 1024;
            kestrel.Limits.MaxConcurrentConnections = 10_000;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.MaxRequestLineSize = 8 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
            kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        });
        builder.Services.AddRequestDecompression();
        return builder;
    }
}
