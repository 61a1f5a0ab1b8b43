using System.Diagnostics;
using System.Threading.Channels;
using RetailSync.Inventory.Host.Lanes.Commands;

namespace RetailSync.Inventory.Host.Lanes;

/// <summary>The bounded queue of one lane: any thread adds commands, the lane alone takes them.</summary>
/// <param name="length">The most commands that wait in it (<see cref="LaneOptions.QueueLength"/>).</param>
internal sealed class LaneQueue(int length)
{
    private readonly Channel<LaneCommand> _commands = Channel.CreateUnbounded<LaneCommand>(new UnboundedChannelOptions { SingleReader = true });

    private int _waiting;

    /// <summary>Commands that are queued, and those that room is reserved for.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>
    /// Reserves room before commands are queued, so that the bound holds for concurrent callers. A single call larger than the bound enters an empty lane.
    /// </summary>
    public bool TryReserve(int commands)
    {
        var waiting = Interlocked.Add(ref _waiting, commands);
        if (waiting <= length || waiting == commands)
        {
            return true;
        }

        Interlocked.Add(ref _waiting, -commands);
        return false;
    }

    public void CancelReservation(int commands) => Interlocked.Add(ref _waiting, -commands);

    /// <summary>Queues a command for which <see cref="TryReserve"/> has made room.</summary>
    public void Enqueue(LaneCommand command)
    {
        if (!_commands.Writer.TryWrite(command))
        {
            Interlocked.Decrement(ref _waiting);
            command.Fail(new LaneUnavailableException(new OperationCanceledException("The host is stopping.")));
        }
    }

    /// <summary>Refuses further commands; the lane ends when the queued ones are answered.</summary>
    public void Close() => _commands.Writer.TryComplete();

    /// <summary>Waits for a command.</summary>
    /// <returns>False once the queue is closed and empty.</returns>
    public ValueTask<bool> WaitToReadAsync() => _commands.Reader.WaitToReadAsync();

    /// <summary>Moves commands into the batch in order of arrival, up to the first that is not wanted. Abandoned ones are dropped.</summary>
    /// <param name="batch">Grows to at most <paramref name="atMost"/> commands.</param>
    /// <param name="atMost">The size of a full batch, in commands.</param>
    /// <param name="isWanted">Whether the batch can take this command.</param>
    public void Drain(List<LaneCommand> batch, int atMost, Func<LaneCommand, bool> isWanted)
    {
        var now = Stopwatch.GetTimestamp();
        while (batch.Count < atMost && _commands.Reader.TryPeek(out var command) && (command.IsAbandoned || isWanted(command)))
        {
            _commands.Reader.TryRead(out _);
            Interlocked.Decrement(ref _waiting);
            if (command.IsAbandoned)
            {
                command.Fail(new OperationCanceledException());
            }
            else
            {
                command.TakenAt = now;
                batch.Add(command);
            }
        }
    }
}
