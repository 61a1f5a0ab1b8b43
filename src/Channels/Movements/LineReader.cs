using System.Text;

namespace RetailSync.Channels.Movements;

/// <summary>Lines of UTF-8 text of a bounded length (<see cref="StreamReader.ReadLine"/> would hold a line of any).</summary>
internal sealed class LineReader(Stream file, int maxLength) : IDisposable
{
    private readonly StreamReader reader = new(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024, leaveOpen: true);
    private readonly StringBuilder line = new();

    /// <summary>Why the reading stopped before the end; null when it did not.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>The next line without its end; false after the last.</summary>
    public bool TryRead(out string text)
    {
        line.Clear();
        try
        {
            int next;
            while ((next = reader.Read()) >= 0 && next != '\n')
            {
                if (line.Length == maxLength)
                {
                    StoppedBy = $"A line is longer than {maxLength} characters.";
                    text = "";
                    return false;
                }

                line.Append((char)next);
            }

            text = line.ToString().TrimEnd('\r');
            return next >= 0 || line.Length > 0;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            StoppedBy = exception.Message;
            text = "";
            return false;
        }
    }

    public void Dispose() => reader.Dispose();
}
