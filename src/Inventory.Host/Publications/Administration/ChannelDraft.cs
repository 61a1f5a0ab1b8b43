using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Values;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Publications.Administration;

/// <summary>A channel as an operator wants it, read strictly: see <see cref="ChannelBody"/>.</summary>
/// <param name="Settings">JSON, with secrets as they were sent.</param>
internal sealed record ChannelDraft(string Adapter, string Settings, decimal? RateLimit, string TimeZone, string? MinimumInterval)
{
    public static Fields NewFields() => new("adapter", "settings", "timeZone", "rateLimit", "minimumInterval");

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static ChannelDraft Read(Fields fields, Adapters adapters)
    {
        var adapter = fields.Choice("adapter", required: true, "none", "log", "webhook", "rabbitmq", "amazon", "walmart", "shopify", "adobe-commerce");
        var draft = new ChannelDraft(
            adapter!, ReadSettings(fields, adapter, adapters), ReadRateLimit(fields), TimeZones.Read(fields, "timeZone") ?? "UTC", ReadMinimumInterval(fields));
        fields.ThrowIfRefused();
        return draft;
    }

    /// <summary>The channel to store.</summary>
    /// <param name="current">What it replaces; null for a channel that is new.</param>
    /// <param name="dropped">Names of secrets that were left out and are not kept.</param>
    /// <exception cref="ApiProblemException">503 <c>secrets-unavailable</c>.</exception>
    public SalesChannel Replacing(SalesChannel? current, ChannelId id, ChannelSecrets secrets, Actor by, out IReadOnlyList<string> dropped)
    {
        // The caller's secrets are encrypted before they are merged with stored ones, so that no text of a caller is taken for a stored secret.
        var kept = ChannelSettings.Replace(current?.Adapter == Adapter ? current?.Settings : null, secrets.Protect(id.Value, Settings), out dropped);
        return new SalesChannel
        {
            Id = id.Value,
            Adapter = Adapter,
            Settings = secrets.ProtectRest(id.Value, kept),
            TimeZone = TimeZone,
            RateLimit = RateLimit,
            MinimumInterval = MinimumInterval,
            By = by.ToString(),
        };
    }

    private static string ReadSettings(Fields fields, string? adapter, Adapters adapters)
    {
        var settings = fields.Nested("settings", '{') ?? "{}";
        if (ChannelSettings.Refusal(settings) is { } refusal)
        {
            fields.Refuse("settings", refusal);
            return settings;
        }

        if (adapter is not (null or Adapters.None) && adapters.AddressRefusal(settings) is { } wrong)
        {
            fields.Refuse(wrong.Field, wrong.Why);
        }

        if (adapter is not null && adapters.VersionRefusal(adapter, settings) is { } version)
        {
            fields.Refuse("settings.apiVersion", version);
        }

        foreach (var name in ChannelSettings.TooShort(settings))
        {
            fields.Refuse($"settings.{name}", $"must have at least {ChannelSettings.ShortestSecret} characters");
        }

        return settings;
    }

    private static decimal? ReadRateLimit(Fields fields)
    {
        var rateLimit = fields.Number("rateLimit");
        if (rateLimit <= 0)
        {
            fields.Refuse("rateLimit", "must be above 0");
        }

        return rateLimit;
    }

    private static string? ReadMinimumInterval(Fields fields)
    {
        var text = fields.Text("minimumInterval");
        if (text is null || (Durations.TryParse(text, out var interval) && interval >= Duration.Zero && interval <= Duration.FromDays(1)))
        {
            return text;
        }

        fields.Refuse("minimumInterval", "must be an ISO 8601 duration from PT0S to P1D");
        return null;
    }
}
