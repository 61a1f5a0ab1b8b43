using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Monitoring;

/// <summary>Rules in force that do not do what was meant: they match nothing, or fence off more than there is.</summary>
public static class RuleAlerts
{
    private const string Schema = Projections.InventorySchema.Name;

    public static async Task<List<Finding>> Find(NpgsqlDataSource database, AvailabilityInputs basis, CancellationToken cancellation)
    {
        var rules = basis.Plan.Rules.All;
        var known = await Known.Read(database, [.. rules.Select(rule => RuleScope.Of(rule.Body)).Distinct()], cancellation);
        return
        [
            .. from rule in rules
               where known.Lacks(RuleScope.Of(rule.Body), basis.Plan) is not null
               select new Finding(
                   AlertKind.RuleMatchesNothing, rule.Id.Value,
                   $"Rule {rule.Id} is about {known.Lacks(RuleScope.Of(rule.Body), basis.Plan)}, which is nowhere.", Rule: rule.Id.Value),
            .. TooLarge(basis),
        ];
    }

    /// <summary>Ring-fences that name a SKU and ask for more of it than there is for them.</summary>
    private static IEnumerable<Finding> TooLarge(AvailabilityInputs basis) =>
        from sku in basis.Plan.Rules.All.Select(rule => (rule.Body as AllocationRule)?.Sku).OfType<Sku>().Distinct()
        from fence in RingFences.Shortfalls(basis.Book.Stock(sku, basis.Plan, basis.AsOf).Stock, basis.Plan.Rules)
        where fence.Rule.Body.Sku is not null
        select new Finding(
            AlertKind.RingFenceAboveStock, fence.Rule.Version.Id.Value,
            FormattableString.Invariant(
                $"The ring-fence of {fence.Rule.Body.Channel} asks for {fence.Wanted:0.####} units, and there are {fence.Got:0.####} for it."),
            sku.Value, Channel: fence.Rule.Body.Channel.Value, Rule: fence.Rule.Version.Id.Value);

    /// <summary>What of that which rules name there is.</summary>
    private sealed record Known(HashSet<string> Skus, HashSet<string> Locations, HashSet<string> Channels)
    {
        public static async Task<Known> Read(NpgsqlDataSource database, IReadOnlyList<RuleScope> scopes, CancellationToken cancellation)
        {
            await using var batch = database.CreateBatch();
            Add(
                $"select distinct wanted.sku from unnest($1) as wanted(sku) where exists (select from {Schema}.{PositionTable.Name} p where p.sku = wanted.sku)",
                scopes.Select(scope => scope.Sku?.Value));
            Add(
                $"select distinct wanted.location from unnest($1) as wanted(location) where exists (select from {Schema}.{PositionTable.Name} p where "
                    + $"p.location = wanted.location)",
                scopes.Select(scope => scope.Location?.Value));
            Add($"select id from {Schema}.mt_doc_channel where id = any($1)", scopes.Select(scope => scope.Channel?.Value));
            var found = new List<HashSet<string>>();
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            do
            {
                var names = new HashSet<string>();
                while (await reader.ReadAsync(cancellation))
                {
                    names.Add(reader.GetString(0));
                }

                found.Add(names);
            }
            while (await reader.NextResultAsync(cancellation));
            return new Known(found[0], found[1], found[2]);

            void Add(string sql, IEnumerable<string?> names)
            {
                var command = new NpgsqlBatchCommand(sql);
                command.Parameters.AddWithValue(names.OfType<string>().Distinct().ToArray());
                batch.BatchCommands.Add(command);
            }
        }

        /// <summary>What the scope names and there is not; null when it matches something.</summary>
        public string? Lacks(RuleScope scope, Plan plan) =>
            scope.Sku is { } sku && !Skus.Contains(sku.Value) ? $"SKU {sku}"
            : scope.Location is { } location && !plan.Locations.ContainsKey(location) && !Locations.Contains(location.Value) ? $"location {location}"
            : scope.LocationGroup is { } group && !plan.Locations.Values.Any(profile => profile.Groups.Contains(group)) ? $"location group {group}"
            : scope.Channel is { } channel && !Channels.Contains(channel.Value) ? $"channel {channel}"
            : null;
    }
}
