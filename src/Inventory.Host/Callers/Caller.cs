using System.Security.Claims;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Door;

namespace RetailSync.Inventory.Host.Callers;

/// <summary>Who asks: the roles of a key or token, and the channels or locations that the narrow ones are bound to.</summary>
public sealed record Caller(IReadOnlySet<string> Roles, IReadOnlySet<string> Channels, IReadOnlySet<string> Locations)
{
    public const string RoleClaim = "role";
    public const string ChannelClaim = "channel";
    public const string LocationClaim = "location";
    public const string SourceClaim = "source";

    /// <summary>Sources that it may speak for beside those of its role, as <see cref="MovementSources.IsEntry"/> writes them. A key of role ops that has a list may speak for nothing else.</summary>
    public IReadOnlySet<string> Sources { get; init; } = new HashSet<string>();

    public static Caller Of(HttpContext http) => Of(http.User);

    public static Caller Of(ClaimsPrincipal user)
    {
        return new Caller(Values(RoleClaim), Values(ChannelClaim), Values(LocationClaim)) { Sources = Values(SourceClaim) };

        HashSet<string> Values(string type) => [.. user.FindAll(type).Select(claim => claim.Value)];
    }

    /// <summary>Whether it may see every position, channel and location, and not only its own.</summary>
    public bool SeesAll => Roles.Contains(Role.Planner) || Roles.Contains(Role.Finance) || Roles.Contains(Role.Ops);

    public bool MayRecordAt(LocationId location) =>
        Roles.Contains(Role.Ops) || (Roles.Contains(Role.Store) && Locations.Contains(location.Value));

    /// <summary>
    /// Whether it may report movements under this name: a store as <c>pos/{location}</c> and what begins with <c>pos/{location}/</c>, role ops under every name from outside unless
    /// it has a list, everybody under the names of its list. What the product records itself is nobody's.
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

    /// <exception cref="RequestRefused">403, the same whether or not there is such a location.</exception>
    public void RequireToSee(LocationId location)
    {
        if (!MaySee(location))
        {
            throw RequestRefused.Forbidden();
        }
    }

    /// <exception cref="RequestRefused">403, the same whether or not there is such a channel.</exception>
    public void RequireToSee(ChannelId channel)
    {
        if (!MaySee(channel))
        {
            throw RequestRefused.Forbidden();
        }
    }

    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        IEnumerable<Claim> claims =
        [
            .. Roles.Select(role => new Claim(RoleClaim, role)),
            .. Channels.Select(channel => new Claim(ChannelClaim, channel)),
            .. Locations.Select(location => new Claim(LocationClaim, location)),
            .. Sources.Select(source => new Claim(SourceClaim, source)),
        ];
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, nameType: null, roleType: RoleClaim));
    }
}
