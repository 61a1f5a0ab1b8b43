using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.SourceDocuments.Resolve;

/// <summary>How a file is to be read, as its sender says it.</summary>
/// <param name="Source">The source of all of its documents; null for the one that each document says.</param>
/// <param name="Zone">The TZDB zone of times without an offset.</param>
/// <param name="Location">Of lines that name none.</param>
/// <param name="CountLevels">Whether stock figures are counts; null for what is configured for the source.</param>
public sealed record FileSettings(string? Source = null, string? Zone = null, string? Location = null, bool? CountLevels = null)
{
    /// <param name="named">What was sent with the file: query parameters or headers, by name; null for what was not.</param>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    internal static FileSettings Read(Func<string, string?> named)
    {
        var (source, zone, location, levels) = (named("source"), named("zone"), named("location"), named("levels"));
        List<FieldRefusal> refusals = [];
        if (source is not null && !Identifier.TryParse(source, out source))
        {
            refusals.Add(new FieldRefusal("source", "must be 1 to 128 printable characters"));
        }

        if (zone is not null && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
        {
            refusals.Add(new FieldRefusal("zone", "must be a time zone such as Europe/Berlin"));
        }

        if (location is not null && !LocationId.TryParse(location, out _))
        {
            refusals.Add(new FieldRefusal("location", Fields.NameForm));
        }

        if (levels is not (null or "compare" or "count"))
        {
            refusals.Add(new FieldRefusal("levels", "must be one of compare, count"));
        }

        return refusals.Count > 0 ? throw ApiProblemException.Invalid([.. refusals])
            : new FileSettings(source, zone, location, levels is null ? null : levels == "count");
    }
}
