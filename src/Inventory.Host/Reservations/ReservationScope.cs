using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Reservations;

/// <summary>
/// Whose reservations a caller may read. One reservation, its life and the list of them all narrow by this alone; what a caller may do with one is decided by
/// <see cref="Caller.MayReserveFor"/>.
/// </summary>
/// <param name="Channels">Only those of these channels; null for all.</param>
internal sealed record ReservationScope(IReadOnlySet<string>? Channels)
{
    /// <summary>The roles that may read any.</summary>
    public const string Roles = $"{Role.Channel},{Role.Ops}";

    public static ReservationScope Of(Caller caller) => new(
        caller.Roles.Contains(Role.Ops) ? null : caller.Roles.Contains(Role.Channel) ? caller.Channels : new HashSet<string>());

    public bool Includes(ChannelId channel) => Channels?.Contains(channel.Value) != false;
}
