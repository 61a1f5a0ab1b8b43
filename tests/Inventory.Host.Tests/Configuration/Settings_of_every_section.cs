using System.Globalization;
using Microsoft.Extensions.Configuration;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Tests.Configuration;

public sealed class Settings_of_every_section
{
    private const string Secret = "nobody-is-to-read-this";

    public static TheoryData<string> Paths => [.. KnownSetting.All.Keys];

    /// <summary>
    /// A value below the least and one above the greatest of each setting that has bounds, and one of another kind where not every text will do.
    /// </summary>
    public static TheoryData<string, string> Wrong
    {
        get
        {
            var wrong = new TheoryData<string, string>();
            foreach (var setting in KnownSetting.All.Values)
            {
                var type = Nullable.GetUnderlyingType(setting.Type) ?? setting.Type;
                string[] values =
                [
                    .. setting.Rule.Min > long.MinValue ? [Text(setting.Rule.Min - 1, type)] : Array.Empty<string>(),
                    .. setting.Rule.Max < long.MaxValue ? [Text(setting.Rule.Max + 1, type)] : Array.Empty<string>(),
                    .. (type != typeof(string) && type != typeof(Uri)) || setting.Rule.Choices.Length > 0 ? ["soon"] : Array.Empty<string>(),
                ];
                Array.ForEach(values, value => wrong.Add(setting.Path, value));
            }

            return wrong;
        }
    }

    [Fact]
    public void No_configuration_gives_the_defaults() => Assert.All(Settings.Sections, section =>
    {
        var (read, plain) = (Read(section), Activator.CreateInstance(section));
        Assert.All(KnownSetting.All.Values.Where(setting => setting.Property.DeclaringType == section), setting =>
            Assert.Equal(setting.Property.GetValue(plain), setting.Property.GetValue(read)));
    });

    [Theory, MemberData(nameof(Paths))]
    public void Every_default_is_in_range(string path)
    {
        var setting = KnownSetting.All[path];

        Assert.Null(setting.Rule.Fault(setting.Default is null ? null : Plain(setting.Default), setting.Type));
    }

    [Theory, MemberData(nameof(Wrong))]
    public void A_value_out_of_range_is_refused(string path, string value)
    {
        var setting = KnownSetting.All[path];

        var refused = Refused((setting.Named, value));

        Assert.StartsWith($"{setting.Named} {(setting.Rule.IsSecret ? "" : $"is '{value}' and ")}must be ", refused, StringComparison.Ordinal);
        Assert.Contains(setting.Rule.Unit, refused, StringComparison.Ordinal);
        Assert.EndsWith($"{setting.Rule.Range(setting.Type)}.", refused, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_misspelt_key_is_refused_with_the_right_one(string path)
    {
        var setting = KnownSetting.All[path];
        var right = setting.Named[..(setting.Named.LastIndexOf(setting.Property.Name, StringComparison.Ordinal) + setting.Property.Name.Length)];

        Assert.Equal($"{right}x is no setting: the nearest is {right}.", Refused(($"{right}x", "1")));
    }

    [Theory]
    [InlineData("Limits:Bodies", "1000", "Limits:Bodies has no value of its own: write Limits:Bodies:AnonymousBytes.")]
    [InlineData("Rules:SecondPersonFor", "allocation", "Rules:SecondPersonFor has no value of its own: write Rules:SecondPersonFor:0.")]
    [InlineData("Authentication:Keys", "secret", "Authentication:Keys has no value of its own: write Authentication:Keys:NAME.")]
    [InlineData("Retention:AlertDays:Hours", "1", "Retention:AlertDays:Hours is no setting: Retention:AlertDays is one value.")]
    public void A_key_that_would_be_ignored_is_refused(string key, string value, string why) => Assert.Equal(why, Refused((key, value)));

    [Fact]
    public void All_errors_are_reported_at_once() => Assert.Equal(
        [
            "Lanes:Count is '0' and must be a whole number of lanes, 1 to 1,000.",
            "Lanes:Patience is '5' and must be a duration (days:hours:minutes:seconds), 0:00:00:00.001 to 0:01:00:00.",
            "Retention:AlertDay is no setting: the nearest is Retention:AlertDays.",
        ],
        Refused(("Retention:AlertDay", "90"), ("Lanes:Patience", "5"), ("Lanes:Count", "0")).Split(Environment.NewLine));

    [Theory]
    [InlineData("Reconciliation:Sources:wms:Url", "http://user:" + Secret + "@[")]
    [InlineData("Authentication:Keys:till:Key:x", Secret)]
    [InlineData("Messaging:RabbitMqs", Secret)]
    public void A_refused_secret_is_not_shown(string key, string value) => Assert.DoesNotContain(Secret, Refused((key, value)), StringComparison.Ordinal);

    [Fact]
    public void Any_letter_case_and_environment_variables_are_read()
    {
        Assert.Equal(7, Configured(("retention:quarantinedays", "7")).Read<RetentionPolicy>().QuarantineDays);
        Assert.Equal(3, new ConfigurationBuilder().AddCommandLine(["--Lanes:Count=3"]).Build().Read<LaneOptions>().Count);
        const string Prefix = "RETAILSYNC_SETTINGS_TEST_";
        Environment.SetEnvironmentVariable($"{Prefix}Retention__AlertDays", "5");

        Assert.Equal(5, new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build().Read<RetentionPolicy>().AlertDays);
    }

    [Fact]
    public void Keys_that_DotNet_reads_itself_are_allowed() =>
    Configured(("Metrics:EnabledMetrics:Npgsql", "true"), ("Kestrel:Endpoints:Http:Url", "http://127.0.0.1:0")).CheckSettings();

    [Fact]
    public void A_second_person_can_be_required_for_every_kind_of_rule() =>
        Assert.Equal(RuleBody.KindNames, KnownSetting.All["Rules:SecondPersonFor:0"].Rule.Choices);

    [Theory]
    [InlineData("Limits:Holds:HoldFor", "P99D", "Limits:Holds:HoldFor is 'P99D' and must be an ISO 8601 duration, PT1S to P30D.")]
    [InlineData("Limits:Holds:Channels:a b:Open", "1", "Limits:Holds:Channels:a b names no channel.")]
    [InlineData("Limits:Bodies:AnonymousBytesInFlight", "6144", "Limits:Bodies:AnonymousBytesInFlight is 6144 and must be 6,291,456 bytes or more, which "
        + "is six times Bodies:AnonymousBytes.")]
    public void A_value_that_only_its_reader_can_check_stops_the_start(string key, string value, string why) => Assert.Equal(
        why, Assert.Throws<SettingsException>(() => Server.Build([$"--{key}={value}"], "Host=127.0.0.1;Port=1;Database=none;Username=nobody")).Message);

    [Fact]
    public void A_host_with_a_wrong_setting_does_not_start() => Assert.Equal(
        "Lanes:Cuont is no setting: the nearest is Lanes:Count.",
        Assert.Throws<SettingsException>(() => Server.Build(["--Lanes:Cuont=3"], "Host=127.0.0.1;Port=1;Database=none;Username=nobody")).Message);

    private static string Refused(params (string Key, string Value)[] settings) =>
        Assert.Throws<SettingsException>(() => Configured(settings).CheckSettings()).Message;

    private static IConfigurationRoot Configured(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    private static object Read(Type section) => typeof(Settings).GetMethod(nameof(Settings.Read))!.MakeGenericMethod(section).Invoke(null, [Configured()])!;

    private static string Plain(object value) => SettingAttribute.Text(value).Replace(",", "", StringComparison.Ordinal);

    private static string Text(long value, Type type) =>
        type == typeof(Duration) ? Plain(Duration.FromMilliseconds(value))
        : type == typeof(TimeSpan) ? Plain(TimeSpan.FromMilliseconds(value))
        : value.ToString(CultureInfo.InvariantCulture);
}
