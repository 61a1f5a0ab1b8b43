using Npgsql;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections.RecordedMovements;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Lanes;

internal enum LaneFailureKind
{
    /// <summary>Another host won the race, or a deadlock was broken: the batch is retried.</summary>
    Race,

    /// <summary>The database cannot be reached or is starting; whether the commit was made may not be known.</summary>
    Unavailable,

    /// <summary>The database refuses the content: a retry would fail again.</summary>
    Poison,

    /// <summary>
    /// A rule failed, or the answer could not be read although the commit may have been made (after a failed batch, Npgsql can lose track
    /// of a statement that it was preparing). A retry shows which: what was committed is recognised by its id, and what fails again is poison.
    /// </summary>
    Unknown,
}

internal static class LaneFailure
{
    public static LaneFailureKind Classify(Exception failure) => failure switch
    {
        LaneConflictException => LaneFailureKind.Race,
        PostgresException
        {
            SqlState: LaneCommit.VersionConflict or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.DeadlockDetected,
        } => LaneFailureKind.Race,
        PostgresException { SqlState: AliasGuard.SqlState } => LaneFailureKind.Poison,
        PostgresException { SqlState: var state } => IsAboutContent(state) ? LaneFailureKind.Poison : LaneFailureKind.Unavailable,
        NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException => LaneFailureKind.Unavailable,
        _ => LaneFailureKind.Unknown,
    };

    /// <summary>Whether a movement or a reservation was assumed to be new and has been recorded before.</summary>
    public static bool IsRepeat(Exception failure) => failure is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation, TableName: RecordedMovementTable.Name or ReservationTable.Name,
    };

    /// <summary>Data exceptions (22) and constraint violations (23); program limits (54) such as an index row that is too large.</summary>
    private static bool IsAboutContent(string state) => state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal)
        || state.StartsWith("54", StringComparison.Ordinal);
}
