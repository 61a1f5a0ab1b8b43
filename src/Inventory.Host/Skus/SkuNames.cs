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

    private static readonly Dictionary<string, KnownArticle> NothingRegistered = [];

    /// <summary>
    /// With the change of the registry as of which each was looked up: with an earlier one than the newest it is what was last known. A null article is of a
    /// name that is not registered.
    /// </summary>
    private volatile ConcurrentDictionary<string, (long Change, KnownArticle? Article)> _articles = new(StringComparer.Ordinal);

    private long _newest;

    /// <summary>Whether nothing is registered.</summary>
    public bool AreNone => Interlocked.Read(ref _newest) == 0;

    /// <summary>What these names mean. A name that is not there is not registered, and then is a SKU's own.</summary>
    public async ValueTask<IReadOnlyDictionary<string, KnownArticle>> Read(IEnumerable<string> names, CancellationToken cancellation)
    {
        var newest = Interlocked.Read(ref _newest);
        if (newest == 0)
        {
            return NothingRegistered;
        }

        var articles = _articles;
        Dictionary<string, KnownArticle> registered = new(StringComparer.Ordinal);
        List<string>? missing = null;
        foreach (var name in names)
        {
            if (!articles.TryGetValue(name, out var known) || known.Change < newest)
            {
                (missing ??= []).Add(name);
            }
            else if (known.Article is { } article)
            {
                registered[name] = article;
            }
        }

        if (missing is not null)
        {
            var found = await registry.Find([.. missing.Distinct()], cancellation);
            foreach (var name in missing)
            {
                // A slower lookup does not replace what is known of a later change.
                var read = (Change: newest, found.GetValueOrDefault(name));
                if (articles.AddOrUpdate(name, read, (_, known) => known.Change > newest ? known : read).Article is { } article)
                {
                    registered[name] = article;
                }
            }

            if (articles.Count > MostNames)
            {
                Interlocked.CompareExchange(ref _articles, new(StringComparer.Ordinal), articles);
            }
        }

        return registered;
    }

    /// <summary>Makes something of what names mean; where it has to refuse any, once more of what other hosts have registered since.</summary>
    /// <param name="make">Says as well whether it refuses anything.</param>
    public async ValueTask<T> Resolve<T>(
        IEnumerable<string> names, Func<IReadOnlyDictionary<string, KnownArticle>, ValueTask<(T Made, bool Refuses)>> make, CancellationToken cancellation)
    {
        var (made, refuses) = await make(await Read(names, cancellation));
        return refuses && await Follow(cancellation) ? (await make(await Read(names, cancellation))).Made : made;
    }

    /// <summary>The SKU that a caller means by a name.</summary>
    public async ValueTask<Sku> Meant(Sku named, CancellationToken cancellation) =>
        TryMeant(named) ?? (await Read([named.Value], cancellation)).GetValueOrDefault(named.Value)?.Sku ?? named;

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
