using NodaTime;

namespace RetailSync.Inventory.Host.Http.Values;

public static class TimeZones
{
    public const string Form = "must be a time zone such as Europe/Berlin";

    /// <summary>The name of a TZDB zone; null when it is left out or refused.</summary>
    public static string? Read(Fields fields, string name)
    {
        var zone = fields.Text(name);
        if (zone is null || DateTimeZoneProviders.Tzdb.Ids.Contains(zone))
        {
            return zone;
        }

        fields.Refuse(name, Form);
        return null;
    }
}
