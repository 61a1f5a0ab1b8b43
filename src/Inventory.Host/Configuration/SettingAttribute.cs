using System.ComponentModel;
using NodaTime;

namespace RetailSync.Inventory.Host.Configuration;

/// <summary>What the value of a setting may be. What it means stands in the property's docstring, and its default in the property's initializer.</summary>
/// <param name="unit">What a number counts, in the plural; empty where the value is no number.</param>
/// <param name="min">The least value; for a duration in milliseconds.</param>
/// <param name="max">The greatest value; for a duration in milliseconds.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string unit = "", long min = long.MinValue, long max = long.MaxValue) : Attribute
{
    public string Unit { get; } = unit;

    public long Min { get; } = min;

    public long Max { get; } = max;

    /// <summary>The default in words, where it depends on something else.</summary>
    public string? Default { get; init; }

    /// <summary>Never shown: not in a message, and not in a log.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Of a list: a single entry may also be written as the list's own value, without <c>:0</c>.</summary>
    public bool MayBeOne { get; init; }

    /// <summary>The only values, where there are few.</summary>
    public string[] Choices { get; init; } = [];

    /// <summary>The values between the bounds in words; empty where every value may be.</summary>
    /// <param name="type">The property's type, or that of its entries.</param>
    public string Range(Type type) => (Choices, Min, Max) switch
    {
        ({ Length: > 0 }, _, _) => string.Join(", ", Choices),
        (_, long.MinValue, long.MaxValue) => "",
        (_, _, long.MaxValue) => $"{Bound(Min, type)} or more",
        _ => $"{Bound(Min, type)} to {Bound(Max, type)}",
    };

    /// <summary>What is wrong with a value; null where nothing is.</summary>
    /// <param name="value">As it is written in the configuration.</param>
    /// <param name="type">The property's type, or that of its entries.</param>
    internal string? Fault(string? value, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var mayBeEmpty = plain != type || plain == typeof(string) || plain == typeof(Uri);
        if (value is null || (value.Length == 0 && mayBeEmpty) || (TryParse(value, plain, out var parsed) && IsAllowed(parsed)))
        {
            return null;
        }

        var unit = Unit.Length == 0 ? "" : $" of {Unit}";
        var range = Range(plain) is { Length: > 0 } bounds ? $"{(Choices.Length > 0 ? "" : ", ")}{bounds}" : "";
        return $"{(IsSecret ? "" : $"is '{value}' and ")}must be {(Choices.Length > 0 ? "one of " : Kind(plain))}{unit}{range}";
    }

    private bool IsAllowed(object value) => value switch
    {
        string text => Choices.Length == 0 || Choices.Contains(text),
        int number => number >= Min && number <= Max,
        long number => number >= Min && number <= Max,
        decimal number => number >= Min && number <= Max,
        TimeSpan time => time >= TimeSpan.FromMilliseconds(Min) && time <= TimeSpan.FromMilliseconds(Max),
        Duration time => time >= Duration.FromMilliseconds(Min) && time <= Duration.FromMilliseconds(Max),
        _ => true,
    };

    private static bool TryParse(string value, Type type, out object parsed)
    {
        try
        {
            parsed = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value)!;
            return true;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            parsed = value;
            return false;
        }
    }

    private static string Kind(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(decimal) ? "a number"
        : type == typeof(Duration) ? "a duration (days:hours:minutes:seconds)"
        : type == typeof(TimeSpan) ? "a duration (hours:minutes:seconds)"
        : type == typeof(Uri) ? "an address"
        : "text";

    private static string Bound(long bound, Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var plain when plain == typeof(Duration) => Text(Duration.FromMilliseconds(bound)),
        var plain when plain == typeof(TimeSpan) => Text(TimeSpan.FromMilliseconds(bound)),
        _ => Text(bound),
    };

    /// <summary>A value as a person writes it into the configuration, but for the commas of large numbers.</summary>
    internal static string Text(object? value) => value switch
    {
        null => "",
        bool yes => yes ? "true" : "false",
        int or long or decimal => FormattableString.Invariant($"{value:#,0.###}"),
        _ => TypeDescriptor.GetConverter(value.GetType()).ConvertToInvariantString(value) ?? "",
    };
}
