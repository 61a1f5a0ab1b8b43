namespace RetailSync.Inventory.Host.Tests.EveryOperation;

/// <summary>What an operation is about, and with it where a narrow role meets what is somebody else's.</summary>
public enum Subject
{
    /// <summary>Nothing that belongs to a channel or a store, or a list of everything that is shown in part.</summary>
    Nothing,

    /// <summary>A channel, named in the path, in the query or in the body.</summary>
    Channel,

    /// <summary>A location, named in the path, in the query or in the body.</summary>
    Location,

    /// <summary>A channel and a location, both named in the query: a channel's own at any location, any channel's at a store's own.</summary>
    ChannelAtLocation,

    /// <summary>A reservation: another channel's is as unknown as none.</summary>
    Reservation,

    /// <summary>Movements: the source and the location of each line are judged, and the call is 200.</summary>
    Movements,
}

/// <summary>Who may use an operation.</summary>
/// <param name="Roles">Those that may.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="ToAnybody">The status that everybody gets, whoever asks, since no key opens it: a signature does; 0 where a key does.</param>
public sealed record AccessRule(IReadOnlyList<string> Roles, Subject Subject = Subject.Nothing, int ToAnybody = 0)
{
    private const string Readers = "planner finance ops";

    /// <summary>Each operation that there is. One that is missing here fails the test that reads this table.</summary>
    public static readonly IReadOnlyDictionary<string, AccessRule> All = new Dictionary<string, AccessRule>
    {
        ["POST /console/sign-in"] = new([], ToAnybody: 401),
        ["POST /console/sign-out"] = For($"channel store {Readers}"),
        ["GET /v1/alerts"] = For($"channel store {Readers}"),
        ["POST /v1/alerts/{id}/acknowledge"] = For("ops"),
        ["GET /v1/alerts/history"] = For(Readers),
        ["GET /v1/audit/actions"] = For("finance ops"),
        ["GET /v1/audit/activity"] = For("finance ops"),
        ["GET /v1/audit/as-of"] = For("finance ops"),
        ["GET /v1/audit/as-of/changes"] = For("finance ops"),
        ["GET /v1/audit/checkpoints"] = For("finance ops"),
        ["GET /v1/audit/ledger"] = For(Readers),
        ["GET /v1/audit/repairs"] = For("finance ops"),
        ["GET /v1/audit/verify"] = For("finance ops"),
        ["POST /v1/audit/rebuild"] = For("ops"),
        ["GET /v1/audit/rebuilds/{id}"] = For("ops"),
        ["POST /v1/audit/verify"] = For("finance ops"),
        ["POST /v1/audit/repair"] = For("ops"),
        ["GET /v1/availability/changes"] = For($"channel {Readers}", Subject.Channel),
        ["GET /v1/availability/{sku}"] = For($"channel store {Readers}", Subject.ChannelAtLocation),
        ["GET /v1/availability/{sku}/schedule"] = For($"channel store {Readers}", Subject.ChannelAtLocation),
        ["POST /v1/availability/pickup"] = For($"channel {Readers}", Subject.Channel),
        ["POST /v1/availability/query"] = For($"channel {Readers}", Subject.Channel),
        ["GET /v1/channels"] = For($"channel {Readers}"),
        ["GET /v1/channels/{id}"] = For($"channel {Readers}", Subject.Channel),
        ["PUT /v1/channels/{id}"] = For("ops", Subject.Channel),
        ["GET /v1/channels/{id}/dead-letters"] = For($"channel {Readers}", Subject.Channel),
        ["POST /v1/channels/{id}/dead-letters/replay"] = For("ops", Subject.Channel),
        ["GET /v1/channels/{id}/drifts"] = For($"channel {Readers}", Subject.Channel),
        ["GET /v1/channels/{id}/locations"] = For($"channel {Readers}", Subject.Channel),
        ["PUT /v1/channels/{id}/locations"] = For("ops", Subject.Channel),
        ["GET /v1/channels/{id}/mappings"] = For($"channel {Readers}", Subject.Channel),
        ["PUT /v1/channels/{id}/mappings"] = For("ops", Subject.Channel),
        ["GET /v1/channels/{id}/orders"] = For($"channel {Readers}", Subject.Channel),
        ["POST /v1/channels/{id}/orders"] = For("channel ops", Subject.Channel),
        ["GET /v1/channels/{id}/orders/{order}"] = For($"channel {Readers}", Subject.Channel),
        ["GET /v1/channels/{id}/oversells"] = For($"channel {Readers}", Subject.Channel),
        ["GET /v1/channels/{id}/oversells/{order}"] = For(Readers, Subject.Channel),
        ["POST /v1/channels/{id}/pause"] = For("ops", Subject.Channel),
        ["GET /v1/channels/{id}/promises/changes"] = For($"channel {Readers}", Subject.Channel),
        ["GET /v1/channels/{id}/publications"] = For($"channel {Readers}", Subject.Channel),
        ["GET /v1/channels/{id}/publications/{sku}/history"] = For($"channel {Readers}", Subject.Channel),
        ["POST /v1/channels/{id}/republish"] = For("ops", Subject.Channel),
        ["POST /v1/channels/{id}/resume"] = For("ops", Subject.Channel),
        ["GET /v1/channels/{id}/webhooks/{adapter}"] = new([], ToAnybody: 404),
        ["POST /v1/channels/{id}/webhooks/{adapter}"] = new([], ToAnybody: 401),
        ["GET /v1/documents/{id}"] = For($"store {Readers}"),
        ["POST /v1/documents"] = For("store ops"),
        ["GET /v1/events/{id}"] = For($"store {Readers}"),
        ["GET /v1/kits"] = For(Readers),
        ["DELETE /v1/kits/{sku}"] = For("planner"),
        ["GET /v1/kits/{sku}"] = For(Readers),
        ["PUT /v1/kits/{sku}"] = For("planner"),
        ["GET /v1/kits/{sku}/history"] = For(Readers),
        ["GET /v1/locations"] = For($"store {Readers}"),
        ["PUT /v1/locations/{id}"] = For("ops", Subject.Location),
        ["GET /v1/me"] = For($"channel store {Readers}"),
        ["GET /v1/messages/dead-letters"] = For("ops"),
        ["POST /v1/messages/dead-letters/replay"] = For("ops"),
        ["POST /v1/messages/dead-letters/{id}/discard"] = For("ops"),
        ["POST /v1/messages/dead-letters/{id}/replay"] = For("ops"),
        ["GET /v1/movements"] = For($"store {Readers}"),
        ["POST /v1/movements"] = For("store ops", Subject.Movements),
        ["GET /v1/operations"] = For("ops"),
        ["GET /v1/operations/series"] = For(Readers),
        ["GET /v1/oversells"] = For($"channel {Readers}", Subject.Channel),
        ["GET /v1/positions"] = For($"store {Readers}", Subject.Location),
        ["GET /v1/positions/summary"] = For($"store {Readers}", Subject.Location),
        ["GET /v1/positions/{sku}/{location}"] = For($"store {Readers}", Subject.Location),
        ["GET /v1/positions/{sku}/{location}/events"] = For($"store {Readers}", Subject.Location),
        ["GET /v1/positions/{sku}/{location}/series"] = For($"store {Readers}", Subject.Location),
        ["GET /v1/positions/{sku}/series"] = For($"store {Readers}"),
        ["GET /v1/promises/at-risk"] = For($"channel {Readers}", Subject.Channel),
        ["GET /v1/publications"] = For($"channel {Readers}"),
        ["GET /v1/quarantine"] = For("store ops"),
        ["POST /v1/quarantine/dismiss"] = For("ops"),
        ["POST /v1/quarantine/replay"] = For("ops"),
        ["GET /v1/quarantine/summary"] = For("ops"),
        ["POST /v1/quarantine/{id}/dismiss"] = For("ops"),
        ["POST /v1/quarantine/{id}/reopen"] = For("ops"),
        ["POST /v1/quarantine/{id}/replay"] = For("ops"),
        ["GET /v1/reconciliations"] = For(Readers),
        ["POST /v1/reconciliations"] = For("ops"),
        ["GET /v1/reconciliations/accuracy"] = For(Readers),
        ["GET /v1/reconciliations/drifts"] = For(Readers),
        ["POST /v1/reconciliations/drifts/settle"] = For("ops"),
        ["GET /v1/reconciliations/matrix"] = For(Readers),
        ["GET /v1/reconciliations/policy"] = For(Readers),
        ["PUT /v1/reconciliations/policy"] = For("ops"),
        ["GET /v1/reconciliations/{id}"] = For(Readers),
        ["POST /v1/reconciliations/{id}/drifts/{n}/approve"] = For("ops"),
        ["POST /v1/reconciliations/{id}/drifts/{n}/dismiss"] = For("ops"),
        ["POST /v1/reconciliations/{id}/drifts/{n}/reopen"] = For("ops"),
        ["POST /v1/reconciliations/{id}/drifts/{n}/revert"] = For("ops"),
        ["GET /v1/reservations"] = For($"channel store {Readers}", Subject.ChannelAtLocation),
        ["POST /v1/reservations"] = For("channel ops", Subject.Channel),
        ["GET /v1/reservations/{id}"] = For($"channel store {Readers}", Subject.Reservation),
        ["GET /v1/reservations/{id}/events"] = For($"channel store {Readers}", Subject.Reservation),
        ["PUT /v1/reservations/{id}"] = For("channel ops", Subject.Reservation),
        ["POST /v1/reservations/{id}/confirm"] = For("channel ops", Subject.Reservation),
        ["POST /v1/reservations/{id}/fulfil"] = For("channel ops", Subject.Reservation),
        ["POST /v1/reservations/{id}/release"] = For("channel ops", Subject.Reservation),
        ["GET /v1/rule-proposals"] = For(Readers),
        ["GET /v1/rules"] = For(Readers),
        ["POST /v1/rules/preview"] = For("planner ops"),
        ["POST /v1/rules/simulate"] = For("planner"),
        ["DELETE /v1/rules/{id}"] = For("planner"),
        ["GET /v1/rules/{id}"] = For(Readers),
        ["PUT /v1/rules/{id}"] = For("planner"),
        ["GET /v1/rules/{id}/history"] = For(Readers),
        ["POST /v1/rules/{id}/approve"] = For("planner"),
        ["DELETE /v1/rules/{id}/proposal"] = For("planner"),
        ["GET /v1/search"] = For($"channel store {Readers}"),
        ["POST /v1/skus"] = For("ops"),
        ["GET /v1/skus/{sku}"] = For($"store {Readers}"),
        ["PUT /v1/skus/{sku}"] = For("ops"),
        ["GET /v1/sources/{source}"] = For(Readers),
        ["PUT /v1/sources/{source}"] = For("ops"),
        ["GET /v1/sources/{source}/mappings"] = For(Readers),
        ["PUT /v1/sources/{source}/mappings"] = For("ops"),
        ["GET /v1/sources/{source}/unmapped"] = For(Readers),
        ["GET /v1/views"] = For($"channel store {Readers}"),
        ["DELETE /v1/views/{id}"] = For($"channel store {Readers}"),
        ["GET /v1/views/{id}"] = For($"channel store {Readers}"),
        ["PUT /v1/views/{id}"] = For($"channel store {Readers}"),
        ["GET /v1/stream"] = For($"channel store {Readers}"),
        ["POST /v1/sources/{source}/webhooks/{format}"] = new([], ToAnybody: 401),
    };

    private static AccessRule For(string roles, Subject subject = Subject.Nothing) => new(roles.Split(' '), subject);
}
