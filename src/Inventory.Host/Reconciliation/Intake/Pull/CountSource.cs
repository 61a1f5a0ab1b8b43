using NodaTime;
using RetailSync.Channels.Dynamics365;
using RetailSync.Channels.OpenBoxes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;

namespace RetailSync.Inventory.Host.Reconciliation.Intake.Pull;

/// <summary>One system of the configuration (<c>Reconciliation:Sources:{system}</c>).</summary>
public sealed class CountSource
{
    public const string Json = "json";
    public const string Csv = "csv";
    public const string OpenBoxes = "openboxes";
    public const string Dynamics365 = "dynamics365";

    /// <summary>EPCIS documents count nothing: they are evidence for the counts of <see cref="EvidenceFor"/>.</summary>
    public const string Epcis = "epcis";

    /// <summary>Where it is asked each hour; null when it is not.</summary>
    [Setting(IsSecret = true, Default = "none")]
    public Uri? Url { get; init; }

    /// <summary>What the request carries as <c>Authorization</c>; never logged.</summary>
    [Setting(IsSecret = true, Default = "none")]
    public string? Authorization { get; init; }

    /// <summary>The minute of the hour at which it is asked.</summary>
    [Setting("minutes", 0, 59)]
    public int Minute { get; init; } = 5;

    /// <summary>How its files and answers are written: json, csv, openboxes, dynamics365 or epcis.</summary>
    [Setting(Choices = [Json, Csv, OpenBoxes, Dynamics365, Epcis])]
    public string Format { get; init; } = Json;

    /// <summary>Where its sheets were counted, for a form that does not say so.</summary>
    [Setting(Default = "none")]
    public string? Location { get; init; }

    /// <summary>Of EPCIS documents: the system whose counts they are evidence for.</summary>
    [Setting(Default = "none")]
    public string? EvidenceFor { get; init; }

    /// <exception cref="SettingsException">What is wrong with it.</exception>
    public static IReadOnlyDictionary<string, CountSource> Read(IConfiguration configuration)
    {
        var sources = configuration.Read<ReconciliationOptions>().Sources;
        foreach (var (system, source) in sources)
        {
            var wrong = !Identifier.TryParseName(system, out _) ? "its name must be 1 to 128 letters, digits and . _ : -"
                : source.Url is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")) ? "Url must be an http or https address"
                : source.Url is not null && source.Format is not (Json or Dynamics365) ? "only json and dynamics365 can be asked for by Url"
                : source.Format == OpenBoxes && !LocationId.TryParse(source.Location, out _) ? "openboxes needs the Location that its sheets are of"
                : source.Format == Epcis != Identifier.TryParse(source.EvidenceFor, out _) ? "epcis, and only that, names the system that it is EvidenceFor"
                : null;
            if (wrong is not null)
            {
                throw new SettingsException($"Reconciliation:Sources:{system}: {wrong}.");
            }
        }

        return sources;
    }

    /// <summary>The hour that an instant belongs to: it begins at <see cref="Minute"/>.</summary>
    public Instant HourOf(Instant at) =>
        Instant.FromUnixTimeSeconds((at - Duration.FromMinutes(Minute)).ToUnixTimeSeconds() / NodaConstants.SecondsPerHour * NodaConstants.SecondsPerHour);

    /// <summary>The lines of a file or an answer.</summary>
    public CountSheet Sheet(string system, Stream content, Instant takenAt) => Format switch
    {
        Csv => new CountCsv(content, system, takenAt),
        OpenBoxes => new TranslatedSheet(new OpenBoxesTranslator(LocationId.Parse(Location!)).Translate(content), system, takenAt),
        Dynamics365 => new TranslatedSheet(new OnHandTranslator().Translate(content), system, takenAt),
        _ => new CountJson(content),
    };
}
