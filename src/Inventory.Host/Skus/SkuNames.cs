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

    /// <summary>
    /// With the change of the registry as of which each was looked up: with an earlier one than the newest it is what was last known. A null article is of a
    /// name that is not registered.
    /// </summary>
    private volatile ConcurrentDictionary<string, (long Change, KnownArticle? Article)> _articles = new(StringComparer.Ordinal);

    private long _newest;

    /// <summary>Whether nothing is registered.</summary>
    public bool AreNone => Interlocked.Read(ref _newest) == 0;

    /// <summary>What these names mean; null for a name that is not registered, which then is a SKU's own.</summary>
    public async ValueTask<Func<string, KnownArticle?>> Read(IEnumerable<string> names, CancellationToken cancellation)
    {
        var newest = Interlocked.Read(ref _newest);
        if (newest == 0)
        {
            return _ => null;
        }

        var articles = _articles;
        List<string>? missing = null;
        foreach (var name in names)
        {
            if (!articles.TryGetValue(name, out var known) || known.Change < newest)
            {
                (missing ??= []).Add(name);
            }
        }

        if (missing is not null)
        {
            var found = await registry.Find([.. missing.Distinct()], cancellation);
            foreach (var name in missing)
            {
                // A slower lookup does not replace what is known of a later change.
                var read = (Change: newest, found.GetValueOrDefault(name));
                articles.AddOrUpdate(name, read, (_, known) => known.Change > newest ? known : read);
            }

            if (articles.Count > MostNames)
            {
                Interlocked.CompareExchange(ref _articles, new(StringComparer.Ordinal), articles);
            }
        }

        return name => articles.GetValueOrDefault(name).Article;
    }

    /// <summary>The SKU that a caller means by a name.</summary>
    public async ValueTask<Sku> Meant(Sku named, CancellationToken cancellation) =>
        TryMeant(named) ?? (await Read([named.Value], cancellation))(named.Value)?.Sku ?? named;

    /// <summary>The same from memory; null where that does not say.</summary>
    public Sku? TryMeant(Sku named) => Interlocked.Read(ref _newest) is var newest && newest == 0 ? named
        : _articles.TryGetValue(named.Value, out var known) && known.Change >= newest ? known.Article?.Sku ?? named : null;

    /// <summary>The SKU that was last known to be meant, also before a change of the registry; null where the name was never looked up.</summary>
    public Sku? LastMeant(Sku named) => AreNone ? named : _articles.TryGetValue(named.Value, out var known) ? known.Article?.Sku ?? named : null;

    /// <summary>Takes over what any host has registered.</summary>
    /// <returns>Whether there was anything new.</returns>
    public async Task<bool> Follow(CancellationToken cancellation) => Begin(await registry.NewestChange(cancellation));

    /// <summary>Has names looked up again that were before a change of the registry.</summary>
    internal bool Begin(long change)
    {
        for (var known = Interlocked.Read(ref _newest); change > known; known = Interlocked.Read(ref _newest))
        {
            if (Interlocked.CompareExchange(ref _newest, change, known) == known)
            {
                return true;
            }
        }

        return false;
    }
}
