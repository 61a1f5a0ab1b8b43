using System.Globalization;
using NodaTime.Text;

namespace RetailSync.Inventory.Domain.Tests.Availability;

/// <summary>Six days from 2026-11-24 on, a row for each rule about what is on its way. The channel is web.</summary>
public sealed class What_may_be_promised_ahead
{
    public static readonly TheoryData<string, string, string, string> Rows = new()
    {
        { "Nothing comes, nothing changes", "S001 4", "", "4 4 4 4 4 4" },
        { "Supply counts from its day on", "S001 4, S001 expects 10 on 2026-11-26", "", "4 4 14 14 14 14" },
        { "today's today", "S001 4, S001 expects 10 on 2026-11-24", "", "14 14 14 14 14 14" },
        { "and yesterday's for nothing: it has not come", "S001 4, S001 expects 10 on 2026-11-23", "", "4 4 4 4 4 4" },
        { "nor what has no day", "S001 4, S001 expects 10", "", "4 4 4 4 4 4" },
        { "Several documents add up", "S001 4, S001 expects 1 on 2026-11-25, S001 expects 2 on 2026-11-25, S001 expects 3 on 2026-11-28", "", "4 7 7 7 10 10" },
        { "With the document's confidence", "S001 4, S001 expects 10 on 2026-11-26 confidence 0.5", "", "4 4 9 9 9 9" },
        { "times the rule's", "S001 4, S001 expects 10 on 2026-11-26 confidence 0.5", "supply confidence 0.4", "4 4 6 6 6 6" },
        { "What is held of it is not promised again", "S001 4, S001 expects 10 on 2026-11-26 held 3", "", "4 4 11 11 11 11" },
        { "of what can be relied on", "S001 4, S001 expects 10 on 2026-11-26 held 3", "supply confidence 0.5", "4 4 6 6 6 6" },
        { "and no more than that", "S001 4, S001 expects 10 on 2026-11-26 held 8", "supply confidence 0.5", "4 4 4 4 4 4" },
        { "The rule about the kind counts", "S001 0, S001 expects 10 on 2026-11-26, S001 expects 10 on 2026-11-28 by transfer",
            "supply confidence 0.1; supply by transfer confidence 0.8", "0 0 1 1 9 9" },
        { "then the lower confidence", "S001 0, S001 expects 10 on 2026-11-26", "supply confidence 0.8; supply confidence 0.1", "0 0 1 1 1 1" },
        { "What is beyond the horizon counts for nothing", "S001 0, S001 expects 5 on 2026-11-26, S001 expects 5 on 2026-11-27",
            "supply horizon 2", "0 0 5 5 5 5" },
        { "What comes first fills what is missing", "S001 -3, S001 expects 10 on 2026-11-26", "", "0 0 7 7 7 7" },
        { "and what is kept for orders", "S001 2 reserved 5, S001 expects 10 on 2026-11-26", "", "0 0 7 7 7 7" },
        { "What comes where the channel may not sell is not for it", "S001 4, W1 0, W1 expects 10 on 2026-11-26", "web not at W1", "4 4 4 4 4 4" },
        { "Safety stock is of what is there by then", "S001 10, S001 expects 10 on 2026-11-26", "safety-stock 10%", "9 9 18 18 18 18" },
        { "What a later day needs is not promised before", "S001 10", "safety-stock 4 from 2026-11-27", "6 6 6 6 6 6" },
        { "unless supply makes up for it", "S001 10, S001 expects 4 on 2026-11-27", "safety-stock 4 from 2026-11-27", "10 10 10 10 10 10" },
        { "What ends by then is kept back until then", "S001 10", "safety-stock 4 to 2026-11-27", "6 6 6 10 10 10" },
        { "A ring-fence returns to the pool", "S001 10", "allocation shop fixed 4 until 2026-11-26", "6 6 10 10 10 10" },
        { "or fills up with what comes", "S001 2, S001 expects 4 on 2026-11-26", "allocation web fixed 4", "2 2 4 4 4 4" },
        { "A share is of what is there by then", "S001 10, S001 expects 10 on 2026-11-26", "allocation web percent 50", "5 5 10 10 10 10" },
        { "Publish rules apply to each day", "S001 4, S001 expects 10 on 2026-11-26", "publish cap 9 threshold 5", "0 0 9 9 9 9" },
        { "What may be promised beyond is in it", "S001 4, S001 expects 10 on 2026-11-26", "backorder 3", "7 7 17 17 17 17" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_of_the_table_holds(string because, string stock, string rules, string promised)
    {
        Assert.NotEmpty(because);
        Assert.Equal(promised, Summary(stock, rules, "2026-11-24", days: 6));
    }

    [Fact]
    public void A_day_has_one_number_however_many_days_are_asked_for()
    {
        var situation = Situation.Of("S001 10", "safety-stock 4 from 2026-12-27");

        Assert.Equal(6, situation.Ahead("web", 1).Single().Quantity);
        Assert.Equal(situation.Ahead("web", 40).Take(3), situation.Ahead("web", 3));
    }

    [Fact]
    public void The_schedule_begins_with_today_in_the_channels_time_zone()
    {
        var lateInLondon = Situation.Of("S001 4, S001 expects 10 on 2026-11-25", "") with { Now = Instant.FromUtc(2026, 11, 24, 23, 30) };

        Assert.Equal([(new LocalDate(2026, 11, 24), 4), (new LocalDate(2026, 11, 25), 14)], lateInLondon.Ahead("web", 2)
            .Select(day => (day.Day, day.Quantity)));
        var berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
        Assert.Equal([(new LocalDate(2026, 11, 25), 14), (new LocalDate(2026, 11, 26), 14)], lateInLondon.Ahead("web", 2, berlin)
            .Select(day => (day.Day, day.Quantity)));
    }

    internal static string Summary(string stock, string rules, string today, int days) => string.Join(
        ' ', Situation.Of(stock, rules, LocalDatePattern.Iso.Parse(today).Value).Ahead("web", days)
        .Select(day => day.Quantity.ToString("0.####", CultureInfo.InvariantCulture)));
}
