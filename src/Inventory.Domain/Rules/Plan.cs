namespace RetailSync.Inventory.Domain.Rules;

/// <summary>What planners and operators have laid down for an instant: the rules in force and the places.</summary>
/// <param name="Locations">Registered ones, by id.</param>
public sealed record Plan(RulesInForce Rules, IReadOnlyDictionary<LocationId, LocationProfile> Locations)
{
    public static readonly Plan None = new(RulesInForce.None, new Dictionary<LocationId, LocationProfile>());

    public LocationProfile LocationOf(LocationId location) => Locations.GetValueOrDefault(location) ?? LocationProfile.Unregistered(location);
}
