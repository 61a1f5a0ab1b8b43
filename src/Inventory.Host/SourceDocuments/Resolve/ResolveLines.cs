using RetailSync.Channels.Documents;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.SourceDocuments.Sources;

namespace RetailSync.Inventory.Host.SourceDocuments.Resolve;

/// <summary>A line, and what is needed to read it.</summary>
public sealed record LineToResolve(string Source, SourceSettings Settings, FileSettings File, DocumentLine Line);

/// <summary>
/// Looks up what the names in lines mean, for many lines in a few statements, and keeps it for the lines of one file: places by the source's mappings, then by
/// what is registered; articles by the source's mappings, then by what is registered of SKUs.
/// </summary>
public sealed class ResolveLines(FindNames find)
{
    /// <summary>Names that are cached for one file.</summary>
    private const int MostNames = 100_000;

    private readonly Dictionary<(string Source, string Kind, string ExternalId), string?> _mapped = [];
    private readonly Dictionary<string, KnownArticle?> _articles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Location, string? Zone)?> _locations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _hasMappedSkus = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _isRecorded = new(StringComparer.Ordinal);

    /// <summary>Reads what <see cref="Place"/> and <see cref="Article"/> need of these lines.</summary>
    public async Task Load(IReadOnlyList<LineToResolve> lines, CancellationToken cancellation)
    {
        if (_mapped.Count + _articles.Count + _locations.Count + _isRecorded.Count > MostNames)
        {
            _isRecorded.Clear();
            _mapped.Clear();
            _articles.Clear();
            _locations.Clear();
        }

        var places = lines.SelectMany(line => PlacesOf(line.Line).Select(name => (line.Source, Kind: SourceMappings.OfLocations, ExternalId: name)));
        var articles = lines.SelectMany(
            line => line.Line.Articles.SelectMany(Forms).Select(name => (line.Source, Kind: SourceMappings.OfSkus, ExternalId: name)));
        var names = places.Concat(articles).Distinct().Where(name => CanBeName(name.ExternalId) && !_mapped.ContainsKey(name)).ToList();
        var found = await find.Mapped(names, cancellation);
        names.ForEach(name => _mapped[name] = found.GetValueOrDefault(name));

        var sources = lines.Select(line => line.Source).Distinct().Where(source => !_hasMappedSkus.ContainsKey(source)).ToList();
        var withSkus = sources.Count == 0 ? new HashSet<string>() : await find.WithSkus(sources, cancellation);
        sources.ForEach(source => _hasMappedSkus[source] = withSkus.Contains(source));

        var asked = lines.SelectMany(line => line.Line.Articles).SelectMany(Forms)
            .Concat(found.Where(mapped => mapped.Key.Kind == SourceMappings.OfSkus).Select(mapped => mapped.Value))
            .Distinct().Where(name => CanBeName(name) && !_articles.ContainsKey(name)).ToList();
        var known = await find.Articles(asked, cancellation);
        asked.ForEach(name => _articles[name] = known.GetValueOrDefault(name));
        var unregistered = lines.Where(IsMappedOnly).SelectMany(line => line.Line.Articles).SelectMany(Forms)
            .Where(name => CanBeName(name) && _articles[name] is null && !_isRecorded.ContainsKey(name)).Distinct().ToList();
        var recorded = await find.Recorded(unregistered, cancellation);
        unregistered.ForEach(name => _isRecorded[name] = recorded.Contains(name));

        var named = lines.SelectMany(line => PlacesOf(line.Line).Concat([line.File.Location, line.Settings.Location]).OfType<string>())
            .Concat(found.Where(mapped => mapped.Key.Kind == SourceMappings.OfLocations).Select(mapped => mapped.Value))
            .Distinct().Where(name => CanBeName(name) && !_locations.ContainsKey(name)).ToList();
        var here = await find.Locations(named, cancellation);
        named.ForEach(name => _locations[name] = here.TryGetValue(name, out var location) ? location : null);
    }

    /// <summary>Our location of a place, with its zone where it is registered; null when it is not mapped.</summary>
    public (LocationId Location, string? Zone)? Place(string source, PlaceName place)
    {
        foreach (var name in (string?[])[place.Value, place.Outer])
        {
            if (name is not null && _mapped.GetValueOrDefault((source, SourceMappings.OfLocations, name)) is { } ours)
            {
                return (LocationId.Parse(ours), _locations.GetValueOrDefault(ours)?.Zone);
            }
        }

        foreach (var name in (string?[])[place.Value, place.Outer])
        {
            if (name is not null && _locations.GetValueOrDefault(name) is { } known)
            {
                return (LocationId.Parse(known.Location), known.Zone);
            }
        }

        return null;
    }

    /// <summary>A location that the caller or the configuration names: it need not be registered.</summary>
    public (LocationId Location, string? Zone)? Named(string? name) =>
        LocationId.TryParse(name, out var location) ? (location, _locations.GetValueOrDefault(location.Value)?.Zone) : null;

    /// <summary>The SKU of an article: the first of its numbers that is mapped, else the first that is registered, else the first as it is written.</summary>
    public (KnownArticle? Article, LineRefusal? Refusal) Article(string source, SourceSettings settings, IReadOnlyList<ArticleNumber> numbers)
    {
        var ordered = settings.Articles.Count == 0 ? numbers
            : [.. numbers.OrderBy(number => settings.RankOf(number.Kind))];
        if (settings.StrictGtin && ordered.FirstOrDefault(number => number.IsGtin && !Gtin.TryNormalise(number.Value, out _)) is { } wrong)
        {
            return (null, new LineRefusal("invalid-gtin", $"{wrong.Kind} {wrong.Value} has a wrong check digit, and this source is strict about it."));
        }

        foreach (var name in ordered.SelectMany(Forms))
        {
            if (_mapped.GetValueOrDefault((source, SourceMappings.OfSkus, name)) is { } ours)
            {
                return (_articles.GetValueOrDefault(ours) ?? new KnownArticle(Sku.Parse(ours), null, null), null);
            }
        }

        foreach (var name in ordered.SelectMany(Forms))
        {
            if (_articles.GetValueOrDefault(name) is { } known)
            {
                return (known, null);
            }
        }

        if (ordered.Count == 0 || !Sku.TryParse(Forms(ordered[0]).First(), out var sku))
        {
            return (null, new LineRefusal("invalid-line", "It names no article that can be the name of a SKU."));
        }

        if (!settings.MappedOnly && !_hasMappedSkus.GetValueOrDefault(source))
        {
            return (new KnownArticle(sku, null, null), null);
        }

        return ordered.SelectMany(Forms).FirstOrDefault(_isRecorded.GetValueOrDefault) is { } recorded
            ? (new KnownArticle(Sku.Parse(recorded), null, null), null)
            : (null, new LineRefusal("unmapped-sku", $"{ordered[0].Kind} {ordered[0].Value} is no SKU that is mapped, registered or recorded.",
                (SourceMappings.OfSkus, ordered[0].Value)));
    }

    /// <summary>Text that the database can hold; the name of nothing that is mapped or registered otherwise.</summary>
    private static bool CanBeName(string text) => !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>The first is how it is recorded, the others how it may be written as well.</summary>
    private static IEnumerable<string> Forms(ArticleNumber number) =>
        number.IsGtin && Gtin.TryNormalise(number.Value, out var digits) ? Gtin.Forms(digits) : [number.Value.Trim()];

    private static IEnumerable<string> PlacesOf(DocumentLine line)
    {
        var moves = line.Outcome is Moved moved ? moved.Moves : [];
        return moves.SelectMany(Places).Prepend(line.Place).OfType<PlaceName>().SelectMany(place => (string?[])[place.Value, place.Outer]).OfType<string>();

        static IEnumerable<PlaceName?> Places(StockMove move) =>
            move.Otherwise is { } otherwise ? [move.Place, move.Destination, move.Origin, .. Places(otherwise)] : [move.Place, move.Destination, move.Origin];
    }

    private bool IsMappedOnly(LineToResolve line) => line.Settings.MappedOnly || _hasMappedSkus.GetValueOrDefault(line.Source);
}
