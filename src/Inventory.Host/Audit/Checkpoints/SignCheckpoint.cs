using Wolverine.Attributes;

namespace RetailSync.Inventory.Host.Audit.Checkpoints;

/// <summary>Sign a checkpoint, if the newest is an hour old or there is none.</summary>
[MessageIdentity("sign-checkpoint")]
public sealed record SignCheckpoint;

public static class SignCheckpointHandler
{
    public static Task Handle(SignCheckpoint _, ChainCheckpointSigner checkpoints, CancellationToken cancellation) => checkpoints.SignWhenDue(cancellation);
}
