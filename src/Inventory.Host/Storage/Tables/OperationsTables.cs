using RetailSync.Inventory.Projections;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>What operators look at: alerts, what people did, lines and messages that were set aside, gauges.</summary>
internal static class OperationsTables
{
    /// <summary>Findings, each once by kind and subject.</summary>
    public const string Alerts = $"{InventorySchema.Name}.alert";

    /// <summary>Earlier times that an alert was raised and resolved before it was raised again: with <see cref="Alerts"/>, all of them.</summary>
    public const string PastAlerts = $"{InventorySchema.Name}.alert_past";

    /// <summary>Who did what beside what events record.</summary>
    public const string Activities = $"{InventorySchema.Name}.activity";

    /// <summary>Lines that could not be recorded.</summary>
    public const string Quarantine = $"{InventorySchema.Name}.quarantine";

    /// <summary>Why dead letters were discarded; the letters are in a table of Wolverine's.</summary>
    public const string DiscardedMessages = $"{InventorySchema.Name}.discarded_message";

    /// <summary>The newest value of each gauge that one host measures for all.</summary>
    public const string Measurements = $"{InventorySchema.Name}.measurement";

    /// <summary>Figures over time: of each minute, and hourly means of what is older.</summary>
    public const string Samples = $"{InventorySchema.Name}.operations_sample";

    /// <summary>The <c>seconds</c> of a sample of one minute.</summary>
    public const string Minute = "60";

    /// <summary>The <c>seconds</c> of a mean of one hour.</summary>
    public const string Hour = "3600";

    /// <summary>Who is signed in to the console.</summary>
    public const string Sessions = $"{InventorySchema.Name}.console_session";

    /// <summary>Keys that protect a single sign-on under way.</summary>
    public const string SignInKeys = $"{InventorySchema.Name}.sign_in_key";

    /// <summary>Pages of the console, as people have saved them.</summary>
    public const string Views = $"{InventorySchema.Name}.console_view";

    public static IEnumerable<Table> Definitions()
    {
        var alerts = new Table(Alerts);
        alerts.AddColumn("kind", "text").AsPrimaryKey();
        alerts.AddColumn("subject", "text").AsPrimaryKey();
        alerts.AddColumn("severity", "text").NotNull();
        alerts.AddColumn("detail", "text").NotNull();
        alerts.AddColumn("sku", "text");
        alerts.AddColumn("location", "text");
        alerts.AddColumn("channel", "text");
        alerts.AddColumn("rule", "text");
        alerts.AddColumn("raised_at", "timestamptz").NotNull();
        alerts.AddColumn("resolved_at", "timestamptz");

        // Of an alert that a host raises about itself: when it last said so.
        alerts.AddColumn("seen_at", "timestamptz");

        // Who knows of it, and until when that is enough.
        alerts.AddColumn("acknowledged", "jsonb");
        alerts.Indexes.Add(new IndexDefinition("alert_open") { Columns = ["kind", "subject"], Predicate = "(resolved_at is null)" });
        yield return alerts;

        var past = new Table(PastAlerts);
        past.AddColumn("kind", "text").AsPrimaryKey();
        past.AddColumn("subject", "text").AsPrimaryKey();
        past.AddColumn("raised_at", "timestamptz").AsPrimaryKey();
        past.AddColumn("resolved_at", "timestamptz").NotNull();
        past.AddColumn("severity", "text").NotNull();
        past.Indexes.Add(new IndexDefinition("alert_past_resolved") { Columns = ["resolved_at"] });
        yield return past;

        var activities = new Table(Activities);
        activities.AddColumn("id", "uuid").AsPrimaryKey();
        activities.AddColumn("at", "timestamptz").NotNull();
        activities.AddColumn("by", "text").NotNull();
        activities.AddColumn("method", "text").NotNull();
        activities.AddColumn("path", "text").NotNull();
        activities.AddColumn("correlation_id", "text").NotNull();
        activities.AddColumn("status", "integer");
        activities.AddColumn("kind", "text");
        activities.AddColumn("subject", "text");
        activities.AddColumn("reason", "text");
        activities.AddColumn("before", "jsonb");
        activities.AddColumn("after", "jsonb");
        activities.Indexes.Add(new IndexDefinition("activity_in_order") { Columns = ["at", "id"] });
        yield return activities;

        var quarantine = new Table(Quarantine);
        quarantine.AddColumn("id", "uuid").AsPrimaryKey();
        quarantine.AddColumn("source", "text").NotNull();
        quarantine.AddColumn("index", "integer").NotNull();
        quarantine.AddColumn("line", "text").NotNull();
        quarantine.AddColumn("code", "text").NotNull();
        quarantine.AddColumn("detail", "text").NotNull();
        quarantine.AddColumn("state", "text").NotNull();
        quarantine.AddColumn("reason", "text");
        quarantine.AddColumn("at", "timestamptz").NotNull();
        quarantine.AddColumn("correlation_id", "text").NotNull();
        quarantine.AddColumn("by", "text");
        quarantine.AddColumn("settled_at", "timestamptz");
        quarantine.AddColumn("settled_by", "text");
        quarantine.AddColumn("file", "uuid");
        quarantine.AddColumn("waits_for", "text");
        quarantine.AddColumn("reopened", "jsonb");
        quarantine.Indexes.Add(new IndexDefinition("quarantine_in_order") { Columns = ["at", "index", "id"] });
        quarantine.Indexes.Add(new IndexDefinition("quarantine_waiting")
        { Columns = ["source", "waits_for"], Predicate = "waits_for is not null and state = 'open'" });
        quarantine.Indexes.Add(new IndexDefinition("quarantine_open") { Columns = ["source", "code", "at"], Predicate = "(state = 'open')" });
        quarantine.Indexes.Add(new IndexDefinition("quarantine_of_file") { Columns = ["file"], Predicate = "file is not null" });
        yield return quarantine;

        var discarded = new Table(DiscardedMessages);
        discarded.AddColumn("id", "uuid").AsPrimaryKey();
        discarded.AddColumn("reason", "text").NotNull();
        discarded.AddColumn("by", "text").NotNull();
        discarded.AddColumn("at", "timestamptz").NotNull();
        yield return discarded;

        // By SHA-256 of the ticket, which only the browser has. The key is null where an identity provider said who it is.
        var sessions = new Table(Sessions);
        sessions.AddColumn("id", "bytea").AsPrimaryKey();
        sessions.AddColumn("name", "text").NotNull();
        sessions.AddColumn("roles", "text[]").NotNull();
        sessions.AddColumn("channels", "text[]").NotNull();
        sessions.AddColumn("locations", "text[]").NotNull();
        sessions.AddColumn("sources", "text[]").NotNull();
        sessions.AddColumn("key", "text");
        sessions.AddColumn("fingerprint", "bytea").NotNull();
        sessions.AddColumn("created_at", "timestamptz").NotNull();
        sessions.AddColumn("used_at", "timestamptz").NotNull();
        sessions.AddColumn("expires_at", "timestamptz").NotNull();
        sessions.AddColumn("ended_at", "timestamptz");
        sessions.Indexes.Add(new IndexDefinition("console_session_of_name") { Columns = ["name", "created_at"] });
        yield return sessions;

        var signInKeys = new Table(SignInKeys);
        signInKeys.AddColumn("id", "text").AsPrimaryKey();
        signInKeys.AddColumn("xml", "text").NotNull();
        signInKeys.AddColumn("created_at", "timestamptz").NotNull();
        yield return signInKeys;

        var views = new Table(Views);
        views.AddColumn("id", "text").AsPrimaryKey();
        views.AddColumn("page", "text").NotNull();
        views.AddColumn("query", "text").NotNull();
        views.AddColumn("title", "text").NotNull();
        views.AddColumn("owner", "text").NotNull();
        views.AddColumn("shared", "boolean").NotNull();
        views.AddColumn("version", "bigint").NotNull();
        views.AddColumn("updated_at", "timestamptz").NotNull();
        views.Indexes.Add(new IndexDefinition("console_view_of_owner") { Columns = ["owner", "id"] });
        yield return views;

        // Labels are channel=web or host=..., or empty; minutes is how many samples a mean is of.
        var samples = new Table(Samples);
        samples.AddColumn("name", "text").AsPrimaryKey();
        samples.AddColumn("labels", "text").AsPrimaryKey();
        samples.AddColumn("seconds", "integer").AsPrimaryKey();
        samples.AddColumn("at", "timestamptz").AsPrimaryKey();
        samples.AddColumn("value", "numeric").NotNull();
        samples.AddColumn("highest", "numeric").NotNull();
        samples.AddColumn("minutes", "integer").NotNull().DefaultValue(1);
        samples.Indexes.Add(new IndexDefinition("operations_sample_by_age") { Columns = ["seconds", "at"] });
        yield return samples;

        var measurements = new Table(Measurements);
        measurements.AddColumn("name", "text").AsPrimaryKey();
        measurements.AddColumn("value", "bigint").NotNull();
        measurements.AddColumn("measured_at", "timestamptz").NotNull();
        yield return measurements;
    }
}
