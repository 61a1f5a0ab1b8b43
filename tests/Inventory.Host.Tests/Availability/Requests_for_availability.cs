using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Host.Availability.Query;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Tests.Http;

namespace RetailSync.Inventory.Host.Tests.Availability;

public sealed class Requests_for_availability
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 27, 12, 0);

    [Theory]
    [InlineData("?channel=web", "")]
    [InlineData("?channel=web&location=S001&detail=locations&explain=true&minSequence=7", "")]
    [InlineData("?channel=web&at=2026-11-27T12:00:00Z&knowledge=then", "")]
    [InlineData("", "channel")]
    [InlineData("?channel=a%20b", "channel")]
    [InlineData("?channel=web&channel=web", "channel")]
    [InlineData("?channel=web&location=", "location")]
    [InlineData("?channel=web&detail=all", "detail")]
    [InlineData("?channel=web&explain=yes", "explain")]
    [InlineData("?channel=web&knowledge=then", "knowledge")]
    [InlineData("?channel=web&at=2026-11-27T12:00:00.001Z", "at")]
    [InlineData("?channel=web&days=3", "days")]
    public void A_wrong_parameter_is_named(string query, string refused) =>
        Assert.Equal(refused, ParsedRequest.Refused(() => AvailabilityRequest.Of(ParsedRequest.Query(query), ParsedRequest.Ops, Now)));

    [Theory]
    [InlineData("?channel=web", "")]
    [InlineData("?channel=web&days=180&need=0.375", "")]
    [InlineData("?channel=web&days=0", "days")]
    [InlineData("?channel=web&days=181", "days")]
    [InlineData("?channel=web&need=0", "need")]
    [InlineData("?channel=web&need=-1", "need")]
    [InlineData("?channel=web&need=1,5", "need")]
    [InlineData("?channel=web&need=", "need")]
    public void A_wrong_parameter_of_a_schedule_is_named(string query, string refused) =>
        Assert.Equal(refused, ParsedRequest.Refused(() => ScheduleRequest.Of(ParsedRequest.Query(query), ParsedRequest.Ops)));

    [Fact]
    public void A_channel_asks_for_itself_only()
    {
        var web = ParsedRequest.With(Role.Channel, channels: ["web"]);

        Assert.Equal(ChannelId.Parse("web"), AvailabilityRequest.Of(ParsedRequest.Query("?channel=web"), web, Now).Channel);
        Assert.Equal("forbidden", ParsedRequest.Refused(() => AvailabilityRequest.Of(ParsedRequest.Query("?channel=app"), web, Now)));
        Assert.Equal("forbidden", ParsedRequest.Refused(() => ScheduleRequest.Of(ParsedRequest.Query("?channel=app"), web)));
    }

    [Fact]
    public void Left_out_parameters_have_defaults()
    {
        Assert.Equal(
            new ScheduleRequest(ChannelId.Parse("web"), Days: 30, Need: null, Explain: false),
            ScheduleRequest.Of(ParsedRequest.Query("?channel=web"), ParsedRequest.Ops));
        Assert.Equal(
            new AvailabilityRequest(ChannelId.Parse("web"), null, IsDetailed: false, IsExplained: false, Past: null),
            AvailabilityRequest.Of(ParsedRequest.Query("?channel=web"), ParsedRequest.Ops, Now));
    }

    [Fact]
    public void The_ETag_changes_with_everything_but_time()
    {
        var plain = new AvailabilityAnswer("A", "web", 5, Now, Version: 3, AsOfSequence: 9, SourceAge: null);
        var parts = plain with { Locations = [new LocationPart("S001", 5)] };
        ExplainedTerm[] terms = [new("on-hand", "S001", 5, null, null, null, [])];
        AvailabilityAnswer[] others =
        [
            plain, plain with { Quantity = 4 }, plain with { Version = 4 }, plain with { Level = "low" }, parts,
            plain with { Locations = [new LocationPart("S002", 5)] }, plain with { Terms = terms },
            plain with { Terms = [terms[0] with { RuleVersion = 2, Rule = "r" }] }, parts with { Quantity = 4 },
        ];

        Assert.Equal(GetAvailability.Tag(plain), GetAvailability.Tag(plain with { AsOf = Now + Duration.FromDays(1), AsOfSequence = 10, SourceAge = "PT1S" }));
        Assert.Distinct(others.Select(GetAvailability.Tag));
    }

    [Fact]
    public void The_first_day_with_enough_units_is_promised()
    {
        DayPromise[] days = [new(new LocalDate(2026, 11, 27), 2), new(new LocalDate(2026, 11, 28), 0.5m), new(new LocalDate(2026, 11, 29), 9)];
        var schedule = new ScheduleAnswer("A", "web", Now, 3, 9, days);

        Assert.Equal(new LocalDate(2026, 11, 27), PromiseDateAnswer.Of(schedule, 2).PromiseOn);
        Assert.Equal(new LocalDate(2026, 11, 29), PromiseDateAnswer.Of(schedule, 2.001m).PromiseOn);
        Assert.Null(PromiseDateAnswer.Of(schedule, 10).PromiseOn);
    }
}
