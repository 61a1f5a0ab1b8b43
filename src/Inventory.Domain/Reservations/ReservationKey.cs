namespace RetailSync.Inventory.Domain.Reservations;

/// <summary>Names a reservation: ids are chosen by channels, and two channels may choose the same one.</summary>
/// <param name="Id">The channel's own id for it: letters, digits and <c>. _ : -</c>.</param>
public readonly record struct ReservationKey(ChannelId Channel, string Id)
{
    /// <summary><c>web/order-1</c>: neither part has a slash.</summary>
    public override string ToString() => $"{Channel.Value}/{Id}";
}
