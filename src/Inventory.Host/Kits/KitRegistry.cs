using System.Collections.Immutable;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Rules.Change;
using RetailSync.Inventory.Host.Skus;

namespace RetailSync.Inventory.Host.Kits;

/// <summary>
/// Kits are stored as rules, under ids that planners cannot give to rules: versions, the plan of an instant, publication at its edges are those of rules. What
/// is kept here beyond that is that kits fit each other, so they are set one after the other.
/// </summary>
public sealed class KitRegistry(
    NpgsqlDataSource database, RuleStore rules, PlanCache planning, BaseQuantities quantities, SkuNames names, KnownSkus known, IClock clock)
    : IDisposable
{
    /// <summary>No SKU is registered meanwhile either: what a component means and how finely it is counted stays so until the kit is there.</summary>
    private const string Lock = $"select pg_advisory_xact_lock(hashtextextended('retailsync/kits', 0)); {SkuRegistry.Lock}";

    /// <summary>Of this host only one waits for the others, so that those that wait do not use up the connections that it needs.</summary>
    private readonly SemaphoreSlim _here = new(1);

    public void Dispose() => _here.Dispose();

    /// <returns>With no version where it was never set.</returns>
    public Task<RuleVersions> Read(Sku kit, CancellationToken cancellation) => rules.Read(RuleId.OfKit(kit), cancellation);

    /// <exception cref="ApiProblemException">400 <c>invalid-kit</c>; 409 <c>alias-taken</c>; 412 <c>precondition-failed</c>.</exception>
    public async Task<RuleVersions> Put(HttpContext http, Sku kit, KitBody body)
    {
        await _here.WaitAsync(http.RequestAborted);
        try
        {
            await using var connection = await database.OpenConnectionAsync(http.RequestAborted);
            await using var transaction = await connection.BeginTransactionAsync(http.RequestAborted);
            await using var command = new NpgsqlCommand(Lock, connection);
            await command.ExecuteNonQueryAsync(http.RequestAborted);
            await names.Follow(http.RequestAborted);
            if (await names.Meant(kit, http.RequestAborted) is var meant && meant != kit)
            {
                throw ApiProblemException.Conflict("alias-taken", $"'{kit}' has become another name of {meant}.");
            }

            var rule = new KitRule(kit, await Components(body.Components, http.RequestAborted), body.From);
            var from = body.EffectiveFrom ?? clock.GetCurrentInstant();
            if (body.EffectiveTo <= from)
            {
                throw KitBody.Refused(new FieldRefusal("effectiveTo", "must be after effectiveFrom"));
            }

            if (KitCheck.Refusal(await Newest(http.RequestAborted), rule, from, body.EffectiveTo) is { } why)
            {
                throw KitBody.Refused(new FieldRefusal("components", why));
            }

            return await rules.Write(
                http, RuleId.OfKit(kit), new RuleChange(new RuleDraft(rule, body.EffectiveFrom, body.EffectiveTo, body.Reason), body.Reason));
        }
        finally
        {
            _here.Release();
        }
    }

    /// <exception cref="ApiProblemException">404 <c>unknown-kit</c>; 412 <c>precondition-failed</c>.</exception>
    public async Task<RuleVersions> End(HttpContext http, Sku kit, string? reason) =>
        (await Read(kit, http.RequestAborted)).Version == 0 ? throw Unknown()
            : await rules.Write(http, RuleId.OfKit(kit), new RuleChange(Draft: null, reason));

    public static ApiProblemException Unknown() => ApiProblemException.NotFound("unknown-kit", "This SKU is no kit, and never was one.");

    /// <summary>The kits of all hosts: from memory, where no other host has changed one.</summary>
    private async Task<RuleBook> Newest(CancellationToken cancellation) =>
        await RuleStream.CountOfKits(database, cancellation) == planning.Book.Kits.Sum(kit => kit.Version) ? planning.Book
            : new RuleBook(await RuleStream.ReadKits(database, cancellation));

    /// <summary>The SKUs that are meant, and how many of each in its own unit.</summary>
    private async Task<ImmutableList<KitComponent>> Components(IReadOnlyList<KitComponent> stated, CancellationToken cancellation)
    {
        var meant = await quantities.Of([.. stated.Select(one => new AsStated(one.Sku.Value, one.Quantity, null))], cancellation);
        var profiles = await names.Read(meant.Select(one => one.Sku.Value), cancellation);
        var unknown = await known.Unknown(meant.Select(one => one.Sku), cancellation);
        List<FieldRefusal> refusals = [];
        for (var index = 0; index < meant.Count; index++)
        {
            var profile = profiles.GetValueOrDefault(meant[index].Sku.Value)?.Profile;
            if (unknown.Contains(meant[index].Sku))
            {
                refusals.Add(new FieldRefusal($"components[{index}].sku", "is not registered, and movements of such SKUs are quarantined here"));
            }
            else if ((meant[index].Refusal ?? UnitConversion.TooFine(meant[index].Quantity, profile)) is { } refusal)
            {
                refusals.Add(new FieldRefusal($"components[{index}].quantity", $"is no quantity of the SKU: {refusal.Detail.TrimEnd('.')}"));
            }
            else if (meant[index].Quantity > KitCheck.MostUnits)
            {
                refusals.Add(new FieldRefusal(
                    $"components[{index}].quantity", FormattableString.Invariant($"must be at most {KitCheck.MostUnits}, and is {meant[index].Quantity}")));
            }
            else if (meant.Take(index).Any(other => other.Sku == meant[index].Sku))
            {
                refusals.Add(new FieldRefusal($"components[{index}].sku", $"is {meant[index].Sku} again: state it once, with the sum"));
            }
        }

        return refusals.Count > 0 ? throw KitBody.Refused(refusals) : [.. meant.Select(one => new KitComponent(one.Sku, Quantity.Canonical(one.Quantity)))];
    }
}
