using System.Collections.Concurrent;
using RetailSync.Inventory.Domain;

namespace RetailSync.Inventory.Host.Skus;

/// <summary>
/// A cache of what names of articles mean: this host's writes are in it at once, those of other hosts within a second. Nothing is looked up while nothing is
/// registered, nor of a name that was looked up since the registry changed. For many threads.
/// </summary>
public sealed class SkuNames(SkuRegistry registry)
{
    /// <summary>Names that are cached, at 0.2 KB each; with more it begins anew.</summary>
    private const int MostNames = 500_000;

    private volatile Generation _newest = new(0);

    private sealed record Generation(long Change)
    {
        /// <summary>Null for a name that is not registered.</summary>
        public ConcurrentDictionary<string, KnownArticle?> Articles { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>Whether nothing is registered.</summary>
    public bool AreNone => _newest.Change == 0;

    /// <summary>What these names mean; null for a name that is not registered, which then is a SKU's own.</summary>
    public async ValueTask<Func<string, KnownArticle?>> Read(IEnumerable<string> names, CancellationToken cancellation)
    {
        var known = _newest;
        if (known.Change == 0)
        {
            return _ => null;
        }

        if (known.Articles.Count > MostNames)
        {
            Interlocked.CompareExchange(ref _newest, new Generation(known.Change), known);
            known = _newest;
        }

        List<string>? missing = null;
        foreach (var name in names)
        {
            if (!known.Articles.ContainsKey(name))
            {
                (missing ??= []).Add(name);
            }
        }

        if (missing is not null)
        {
            var found = await registry.Find([.. missing.Distinct()], cancellation);
            missing.ForEach(name => known.Articles[name] = found.GetValueOrDefault(name));
        }

        return name => known.Articles.GetValueOrDefault(name);
    }

    /// <summary>The SKU that a caller means by a name.</summary>
    public async ValueTask<Sku> Meant(Sku named, CancellationToken cancellation) =>
        TryMeant(named) ?? (await Read([named.Value], cancellation))(named.Value)?.Sku ?? named;

    /// <summary>The same from memory; null where that does not say.</summary>
    public Sku? TryMeant(Sku named)
    {
        var known = _newest;
        return known.Change == 0 ? named : known.Articles.TryGetValue(named.Value, out var article) ? article?.Sku ?? named : null;
    }

    /// <summary>Takes over what any host has registered.</summary>
    /// <returns>Whether there was anything new.</returns>
    public async Task<bool> Follow(CancellationToken cancellation) => Begin(await registry.NewestChange(cancellation));

    /// <summary>Drops what was cached before a change of the registry.</summary>
    internal bool Begin(long change)
    {
        for (var known = _newest; change > known.Change; known = _newest)
        {
            if (ReferenceEquals(Interlocked.CompareExchange(ref _newest, new Generation(change), known), known))
            {
                return true;
            }
        }

        return false;
    }
}
