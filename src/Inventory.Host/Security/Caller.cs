using System.Security.Claims;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Security;

/// <summary>Who asks: the name and the roles of a key or token, and the channels or locations that the narrow ones are bound to.</summary>
/// <param name="Name">The key's name in the configuration, or the token's <c>sub</c>; empty for nobody.</param>
/// <param name="Roles">Some of <see cref="Role.All"/>.</param>
/// <param name="Channels">Of role channel: the only ones that it may ask and reserve for.</param>
/// <param name="Locations">Of role store: the only ones that it may record at and read.</param>
public sealed record Caller(string Name, IReadOnlySet<string> Roles, IReadOnlySet<string> Channels, IReadOnlySet<string> Locations)
{
    /// <summary>The name of a key, as the subject of a token.</summary>
    public const string NameClaim = "sub";
    public const string RoleClaim = "role";
    public const string ChannelClaim = "channel";
    public const string LocationClaim = "location";
    public const string SourceClaim = "source";

    /// <summary>
    /// Sources that it may speak for beside those of its role, as <see cref="MovementSources.IsEntry"/> writes them. A key of role ops that has a list may
    /// speak for nothing else.
    /// </summary>
    public IReadOnlySet<string> Sources { get; init; } = new HashSet<string>();

    public static Caller Of(HttpContext http) => Of(http.User);

    public static Caller Of(ClaimsPrincipal user)
    {
        return new Caller(user.FindFirst(NameClaim)?.Value ?? "", Values(RoleClaim), Values(ChannelClaim), Values(LocationClaim))
        { Sources = Values(SourceClaim) };

        HashSet<string> Values(string type) => [.. user.FindAll(type).Select(claim => claim.Value)];
    }

    /// <summary>What delivers documents of a source without a key: a folder, a webhook. It may speak for that source and what is below it.</summary>
    /// <param name="source">Null where each document names its sender: then for every source from outside.</param>
    public static Caller OfSource(string name, string? source) =>
        new(name, new HashSet<string> { Role.Ops }, new HashSet<string>(), new HashSet<string>())
        { Sources = source is null ? new HashSet<string>() : new HashSet<string> { source, MovementSources.AllOf(source) } };

    /// <summary>Who it is on everything that it records.</summary>
    public Actor Actor => new(Name, string.Join('+', Roles.Where(Role.All.Contains).Order(StringComparer.Ordinal)));

    /// <summary>Whether it may see every position, channel and location, and not only its own.</summary>
    public bool SeesAll => Roles.Contains(Role.Planner) || Roles.Contains(Role.Finance) || Roles.Contains(Role.Ops);

    /// <summary>Whether it may read the whole ledger, and not only that of one SKU.</summary>
    public bool MayAudit => Roles.Contains(Role.Finance) || Roles.Contains(Role.Ops);

    public bool MayRecordAt(LocationId location) =>
        Roles.Contains(Role.Ops) || (Roles.Contains(Role.Store) && Locations.Contains(location.Value));

    /// <summary>
    /// Whether it may report movements under this name: a store as <c>pos/{location}</c> and what begins with <c>pos/{location}/</c>, role ops under every name
    /// from outside unless it has a list, everybody under the names of its list. What the product records itself is nobody's.
    /// </summary>
    public bool MaySpeakFor(string source) =>
        !MovementSources.IsProducts(source)
        && ((Roles.Contains(Role.Ops) && Sources.Count == 0)
            || (Roles.Contains(Role.Store) && Locations.Any(location => MovementSources.IsOfStore(source, location)))
            || Sources.Any(entry => MovementSources.IsMeant(entry, source)));

    public bool MayReserveFor(ChannelId channel) =>
        Roles.Contains(Role.Ops) || (Roles.Contains(Role.Channel) && Channels.Contains(channel.Value));

    public bool MaySee(LocationId location) => SeesAll || (Roles.Contains(Role.Store) && Locations.Contains(location.Value));

    public bool MaySee(ChannelId channel) => SeesAll || (Roles.Contains(Role.Channel) && Channels.Contains(channel.Value));

    /// <summary>A store sees what any channel may promise of the units at its own location, and of no others.</summary>
    /// <exception cref="ApiProblemException">403, the same whether or not there is such a channel.</exception>
    public void RequireToSee(ChannelId channel, LocationId? at)
    {
        if (at is not { } location || !MaySee(location))
        {
            RequireToSee(channel);
        }
    }

    /// <exception cref="ApiProblemException">403, the same whether or not there is such a location.</exception>
    public void RequireToSee(LocationId location)
    {
        if (!MaySee(location))
        {
            throw ApiProblemException.Forbidden();
        }
    }

    /// <exception cref="ApiProblemException">403, the same whether or not there is such a channel.</exception>
    public void RequireToSee(ChannelId channel)
    {
        if (!MaySee(channel))
        {
            throw ApiProblemException.Forbidden();
        }
    }

    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        IEnumerable<Claim> claims =
        [
            new Claim(NameClaim, Name),
            .. Roles.Select(role => new Claim(RoleClaim, role)),
            .. Channels.Select(channel => new Claim(ChannelClaim, channel)),
            .. Locations.Select(location => new Claim(LocationClaim, location)),
            .. Sources.Select(source => new Claim(SourceClaim, source)),
        ];
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, nameType: null, roleType: RoleClaim));
    }
}
