namespace RetailSync.Inventory.Host.Tests;

/// <summary>For what happens soon, at no moment that could be named.</summary>
public static class Waiting
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(120);

    public static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    public static async Task Until(Func<Task<bool>> condition)
    {
        using var giveUp = new CancellationTokenSource(Timeout);
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), giveUp.Token);
        }
    }
}
