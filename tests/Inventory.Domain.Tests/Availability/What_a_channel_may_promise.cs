namespace RetailSync.Inventory.Domain.Tests.Availability;

/// <summary>
/// The formula, a row for each thing that planners want to be sure of: why, the stock, the rules, and what is promised. To add one, write
/// it down as <see cref="Situation"/> says; nothing else is needed. Of every row the explanation is checked too.
/// </summary>
public sealed class What_a_channel_may_promise
{
    public static readonly TheoryData<string, string, string, string> Stock = new()
    {
        { "Everything that is there", "S001 10, S002 5", "", "web 15, web@S001 10, web@S002 5" },
        { "Nothing where it has never been", "S001 10", "", "web@S009 0" },
        { "Nothing of what nobody has ever seen", "", "", "web 0, web@S001 0" },
        { "Not what is damaged, not what is kept for orders", "S001 10 unsellable 3 reserved 2, S002 5", "", "web 10, web@S001 5" },
        { "Kilos to the gram", "S001 0.375, S002 0.0001", "", "web 0.3751" },
        { "A location below zero gives nothing and takes nothing from another", "S001 10, W1 -3", "", "web 10, web@W1 0" },
        { "Nor does one where more is reserved than there is", "S001 2 reserved 5, S002 5", "", "web 5, web@S001 0" },
        { "Nor one where more is damaged than there is", "S001 2 unsellable 5, S002 5", "", "web 5" },
        { "A location that is not enabled gives nothing to anybody", "S001 10, S002 5 disabled", "", "web 10, shop 10, web@S002 0" },
    };

    public static readonly TheoryData<string, string, string, string> SafetyStock = new()
    {
        { "At each location", "S001 10, S002 5", "safety-stock 2", "web 11, web@S001 8, web@S002 3" },
        { "Never more than is there", "S001 1, S002 5", "safety-stock 2", "web 3, web@S001 0" },
        { "What is missing already is not missing twice", "S001 -3, S002 5", "safety-stock 2", "web 3" },
        { "A percentage is of on-hand, reserved or not", "S001 10 reserved 4", "safety-stock 10%", "web 5" },
        { "and of what is below zero it is none", "S001 -10, S002 5", "safety-stock 10%", "web 4.5" },
        { "and nothing is rounded", "S001 10", "safety-stock 33.3333%", "web 6.66667" },
        { "Another SKU's is none of ours", "S001 10", "safety-stock of plate 5", "web 10" },
        { "Most specific: SKU and location", "S001 20 group mall",
            "safety-stock 6; safety-stock group mall 5; safety-stock S001 4; safety-stock of cup 3; safety-stock of cup group mall 2; safety-stock of cup S001 1", "web 19" },
        { "then SKU and group", "S001 20 group mall",
            "safety-stock 6; safety-stock group mall 5; safety-stock S001 4; safety-stock of cup 3; safety-stock of cup group mall 2", "web 18" },
        { "then SKU", "S001 20 group mall", "safety-stock 6; safety-stock group mall 5; safety-stock S001 4; safety-stock of cup 3", "web 17" },
        { "then location", "S001 20 group mall", "safety-stock 6; safety-stock group mall 5; safety-stock S001 4", "web 16" },
        { "then group", "S001 20 group mall", "safety-stock 6; safety-stock group mall 5", "web 15" },
        { "then all, where the others are about somewhere else", "S001 20",
            "safety-stock 6; safety-stock group mall 5; safety-stock S002 4; safety-stock of plate 3", "web 14" },
        { "A specific one may keep back less, or nothing", "S001 10, S002 10", "safety-stock 5; safety-stock S001 0", "web 15, web@S001 10" },
        { "Of equally specific ones the larger", "S001 10", "safety-stock S001 2; safety-stock S001 3; safety-stock S001 1", "web 7" },
        { "in units, also where one is a percentage", "S001 10, S002 5", "safety-stock 2; safety-stock 30%", "web@S001 7, web@S002 3" },
        { "Not before its day", "S001 10", "safety-stock 1; safety-stock 2 from 2026-11-25", "web 9" },
        { "nor once it has ended", "S001 10", "safety-stock 2 to 2026-11-24", "web 10" },
    };

    public static readonly TheoryData<string, string, string, string> NetworkSafetyStock = new()
    {
        { "Once, wherever it lies", "S001 10, S002 5", "network safety 3", "web 12, web@S001 10, web@S002 5" },
        { "Beside that of locations", "S001 10, S002 5", "safety-stock 1; network safety 3", "web 10" },
        { "Never more than is there", "S001 2", "network safety 3", "web 0" },
        { "A percentage is of what is on hand everywhere", "S001 10, S002 10 reserved 5", "network safety 10%", "web 13" },
        { "below zero it is none", "S001 20, S002 -10", "network safety 10%", "web 18" },
        { "and what is not enabled does not count", "S001 20, S002 10 disabled", "network safety 10%", "web 18" },
        { "or of what is on hand where the rule says", "S001 10, S002 30", "network safety S001 10%", "web 39" },
        { "or in the group that it says", "S001 10 group mall, S002 30", "network safety group mall 10%", "web 39" },
        { "The most specific, also where it is less", "S001 10", "network safety 5; network safety of cup 2", "web 8" },
        { "then the larger, in units", "S001 100", "network safety 5; network safety 10%", "web 90" },
        { "whichever that is", "S001 10", "network safety 5; network safety 10%", "web 5" },
        { "Off the pool, never off a ring-fence", "S001 10", "network safety 8; allocation web fixed 4", "web 4, shop 0" },
        { "also where its channel borrows", "S001 10", "network safety 3; allocation web fixed 4 borrow", "web 7, shop 3" },
        { "It lies where it hurts nobody", "S001 5, W1 5", "network safety 5; web not at W1", "web 5, shop 5" },
        { "as far as that goes", "S001 5, W1 5", "network safety 7; web not at W1", "web 3, shop 3" },
    };

    public static readonly TheoryData<string, string, string, string> Eligibility = new()
    {
        { "Every channel sells from everywhere unless somebody says no", "S001 10, W1 5", "web not at W1", "web 10, shop 15, web@W1 0" },
        { "Nor from a group", "S001 3 group mall, S002 4", "web not at group mall", "web 4" },
        { "Nor a SKU", "S001 3", "web not of cup; web not of plate", "web 0, shop 3" },
        { "A location says more than its group", "S001 3 group mall, S002 4 group mall", "web not at group mall; web at S001", "web 3" },
        { "A channel and a location more than a location", "S001 3, W1 5", "everybody not at W1; web at W1", "web 8, shop 3" },
        { "and more than a channel", "S001 3, W1 5", "web not anywhere; web at S001", "web 3" },
        { "Three say more than two", "S001 3", "web not at S001; web at S001 of cup", "web 3" },
        { "Where neither says more, no is no", "S001 3", "web at S001; web not at S001", "web 0" },
        { "no matter who said it first", "S001 3", "web not at S001; web at S001", "web 0" },
        { "and no matter whether it is about a channel or a location", "S001 3", "everybody at S001; web not anywhere", "web 0, shop 3" },
        { "A rule does not open what is not enabled", "S001 3 disabled", "web at S001", "web 0" },
    };

    public static readonly TheoryData<string, string, string, string> Buffers = new()
    {
        { "From its channel, at each location", "S001 10, S002 5", "buffer web 2", "web 11, shop 15, web@S001 8" },
        { "or at one", "S001 10, S002 5", "buffer web S001 1", "web 14" },
        { "or in a group", "S001 10 group mall, S002 5", "buffer web group mall 1", "web 14" },
        { "or from everybody", "S001 10", "buffer 1", "web 9, shop 9" },
        { "Never more than is there", "S001 1, S002 5", "buffer web 3", "web 2" },
        { "nor off what is missing", "S001 -3, S002 5", "buffer web 2", "web 3" },
        { "Beside safety stock", "S001 10", "safety-stock 2; buffer web 3", "web 5, shop 8" },
        { "as far as that leaves any", "S001 4", "safety-stock 3; buffer web 3", "web 0, shop 1" },
        { "The most specific, also where it is less", "S001 10, S002 10", "buffer 1; buffer web 3; buffer web S001 0", "web 17, shop 18" },
        { "then the larger", "S001 10", "buffer web 2; buffer web 3", "web 7" },
    };

    public static readonly TheoryData<string, string, string, string> RingFences = new()
    {
        { "Its channel has these units and no others, nobody else has them", "S001 10", "allocation web fixed 4", "web 4, shop 6" },
        { "and with borrow the pool's too", "S001 10", "allocation web fixed 4 borrow", "web 10, shop 6" },
        { "Nobody sells another's", "S001 10", "allocation web fixed 4; allocation market fixed 3", "web 4, market 3, shop 3" },
        { "also not who borrows", "S001 10", "allocation web fixed 4 borrow; allocation market fixed 3 borrow", "web 7, market 6, shop 3" },
        { "A ring-fence of nothing without borrow is a channel that sells nothing", "S001 10", "allocation web fixed 0", "web 0, shop 10" },
        { "Never more than is there", "S001 3", "allocation web fixed 4", "web 3, shop 0" },
        { "What is kept back is not there", "S001 10", "safety-stock 7; allocation web fixed 4", "web 3, shop 0" },
        { "nor what is missing elsewhere", "S001 4, W1 -3", "allocation web fixed 4", "web 4, shop 0" },
        { "Too little for all: the higher priority first", "S001 5", "allocation web fixed 4; allocation market fixed 4 priority 1",
            "market 4, web 1, shop 0" },
        { "below zero comes last", "S001 5", "allocation web fixed 4 priority -1; allocation market fixed 4", "market 4, web 1, shop 0" },
        { "then the lower rule id", "S001 5", "allocation web fixed 4; allocation market fixed 4", "web 4, market 1, shop 0" },
        { "A share is of what there is", "S001 20", "allocation web percent 25", "web 5, shop 15" },
        { "in fractions too", "S001 3", "allocation web percent 33.3333", "web 0.999999, shop 2.000001" },
        { "before other ring-fences", "S001 20", "allocation web fixed 10; allocation market percent 50", "web 10, market 10, shop 0" },
        { "in whichever order", "S001 20", "allocation web fixed 10; allocation market percent 50 priority 1", "web 10, market 10, shop 0" },
        { "so that shares may ask for more than there is", "S001 20", "allocation web percent 60; allocation market percent 60 priority 1",
            "web 8, market 12, shop 0" },
        { "after the safety stock of locations", "S001 20", "safety-stock 4; allocation web percent 50", "web 8, shop 8" },
        { "but before that of the network", "S001 20", "network safety 4; allocation web percent 50", "web 10, shop 6" },
        { "of all locations, also of those that the channel may not sell from", "S001 10, W1 10",
            "web not at W1; allocation web percent 75", "web 10, shop 10" },
        { "What it holds and ships uses a fixed one up", "S001 20", "allocation web fixed 10 used 4", "web 6, shop 14" },
        { "to the end", "S001 20", "allocation web fixed 10 used 10", "web 0, shop 20" },
        { "and not beyond", "S001 20", "allocation web fixed 10 used 12", "web 0, shop 20" },
        { "after which it may only borrow", "S001 20", "allocation web fixed 10 used 12 borrow", "web 20, shop 20" },
        { "It does not refill when stock comes", "S001 2000", "allocation web fixed 10 used 4", "web 6" },
        { "At its instant it returns to the pool", "S001 20", "allocation web fixed 4 until 2026-11-24", "web 20, shop 20" },
        { "and not before", "S001 20", "allocation web fixed 4 until 2026-11-25", "web 4, shop 16" },
        { "A channel has one: that of the SKU, whatever its priority", "S001 20",
            "allocation web fixed 9 priority 5; allocation web of cup fixed 2", "web 2, shop 18" },
        { "then that of the higher priority", "S001 20", "allocation web fixed 9; allocation web fixed 2 priority 5", "web 2, shop 18" },
        { "then that of the lower rule id", "S001 20", "allocation web fixed 9; allocation web fixed 2", "web 9, shop 11" },
        { "What was released is not its most specific one", "S001 20", "allocation web fixed 9; allocation web of cup fixed 2 until 2026-11-24",
            "web 9, shop 11" },
        { "It lies nowhere in particular", "S001 10, S002 10", "allocation web fixed 4", "web@S001 4, web@S002 4, shop@S001 10, shop@S002 10, shop 16" },
        { "Where its channel may not sell it is of no use", "S001 5", "web not anywhere; allocation web fixed 4", "web 0, shop 5" },
        { "nor what a buffer keeps from it", "S001 5", "buffer web 2; allocation web fixed 4", "web 3, shop 2" },
    };

    public static readonly TheoryData<string, string, string, string> Publishing = new()
    {
        { "The buffer off first", "S001 10", "publish web buffer 2", "web 8, shop 10" },
        { "down to nothing", "S001 1", "publish web buffer 2", "web 0" },
        { "Never above the cap", "S001 10", "publish web cap 5", "web 5" },
        { "Nothing below the threshold", "S001 2", "publish web threshold 3", "web 0" },
        { "which is itself enough", "S001 3", "publish web threshold 3", "web 3" },
        { "Buffer, then cap, then threshold", "S001 10", "publish web buffer 2 cap 5 threshold 6", "web 0" },
        { "the cap being of what the buffer leaves", "S001 10", "publish web buffer 6 cap 5 threshold 4", "web 4" },
        { "A level goes up to and with its bound", "S001 10", "publish levels out 0 low 10 high", "web 10 low" },
        { "above it is the next", "S001 10.0001", "publish levels out 0 low 10 high", "web 10.0001 high" },
        { "nothing is out", "S001 -1", "publish levels out 0 low 10 high", "web 0 out" },
        { "and so is what was cut to nothing", "S001 2", "publish threshold 3 levels out 0 low 10 high", "web 0 out" },
        { "above the last there is no name", "S001 11", "publish levels out 0 low 10", "web 11" },
        { "The most specific: SKU and channel", "S001 10", "publish cap 9; publish web cap 8; publish of cup cap 7; publish web of cup cap 6",
            "web 6, shop 7" },
        { "then SKU", "S001 10", "publish cap 9; publish web cap 8; publish of cup cap 7", "web 7, shop 7" },
        { "then channel", "S001 10", "publish cap 9; publish web cap 8", "web 8, shop 9" },
        { "then the lower rule id", "S001 10", "publish web cap 8; publish web cap 3", "web 8" },
        { "Publish rules apply to the sum of all locations, not to one", "S001 10", "publish web cap 5 levels low", "web@S001 10, web 5 low" },
    };

    public static readonly TheoryData<string, string, string, string> Backorders = new()
    {
        { "Beyond what is there", "S001 2", "backorder 3", "web 5, shop 5, web@S001 5" },
        { "also where nothing is", "S001 0", "backorder 3", "web 3" },
        { "nor ever was", "S001 -4", "backorder 3", "web 3" },
        { "less what is promised beyond already", "S001 2 reserved 4", "backorder 3", "web 1" },
        { "anywhere", "S001 5, S002 0 reserved 2", "backorder 3", "web 6" },
        { "where stock was lost since, too", "S001 -4 reserved 1", "backorder 3", "web 2" },
        { "and where it was damaged", "S001 4 unsellable 4 reserved 1", "backorder 3", "web 2" },
        { "but not below none", "S001 5, S002 0 reserved 9", "backorder 3", "web 5" },
        { "Not where the channel may not sell", "S001 5, W1 5", "web not at W1; backorder 3", "web 8, web@S001 8, web@W1 0" },
        { "nor where it may sell from nowhere", "S001 5", "web not anywhere; backorder 3", "web 0, shop 8" },
        { "Safety stock is kept back all the same", "S001 5", "safety-stock 2; backorder 3", "web 6" },
        { "The most specific, also where it is less", "S001 0", "backorder 9; backorder of cup 5; backorder web of cup 2", "web 2, shop 5" },
        { "SKU before channel", "S001 0", "backorder web 9; backorder of cup 5", "web 5" },
        { "then the smaller", "S001 0", "backorder 9; backorder 4", "web 4" },
        { "Beyond a ring-fence too", "S001 5", "allocation web fixed 2; backorder 3", "web 5, shop 6" },
        { "Publish rules apply to the result", "S001 2", "publish web cap 4; backorder 3", "web 4, shop 5" },
    };

    public static readonly TheoryData<string, string, string, string> Together = new()
    {
        { "A ring-fence lies where others may not sell", "S001 5, W1 5", "web not at W1; allocation market fixed 5", "web 5, market 5, shop 5" },
        { "It makes room at one location as long as there is another", "S001 5, W1 5",
            "web not at W1; allocation web fixed 4; allocation market fixed 5", "web 4, market 5, shop 1, shop@S001 1, shop@W1 1" },
        { "Over two others", "S001 5, S002 5, S003 5", "a not at S003; b not at S001; allocation a fixed 5; allocation b fixed 5; c not at S003; c not at S002",
            "a 5, b 5, c 5" },
        { "but no unit is meant for two", "S001 5, W1 5", "web not at W1; market not at W1; allocation web fixed 3; allocation market fixed 3",
            "web 3, market 2, shop 5, shop@S001 0, shop@W1 5" },
        { "The sum over the network would promise it twice", "S001 5, W1 5", "web not at W1; market not at W1; allocation web fixed 5",
            "web 5, market 0, shop 5" },
        { "A buffer is not lent to another's ring-fence", "S001 10", "buffer web 2; allocation market fixed 4", "web 4, market 4, shop 6" },
        { "nor is one that is kept from everybody", "S001 10", "buffer 2; allocation market fixed 4", "web 4, market 4, shop 4" },
        { "also where one who asks may not sell", "S001 5, S002 2", "buffer S001 2; other not at S001; allocation web fixed 3; allocation market fixed 2",
            "web 3, market 2, other 0" },
        { "nor to the network's safety stock", "S001 10", "buffer web 2; network safety 3", "web 5, shop 7" },
        { "A ring-fence of a higher priority leaves what a buffer keeps", "S001 10",
            "buffer web 2; allocation web fixed 4; allocation market fixed 8 priority 1", "web 0, market 8, shop 0" },
        { "What lies below two buffers is nobody's who has one", "S001 2",
            "buffer web 2; buffer market 2; allocation web fixed 5 priority 1; allocation market fixed 5", "web 0, market 0, shop 2" },
        { "and one unit more is for one of them", "S001 3", "buffer web 2; buffer market 2; allocation web fixed 5 priority 1; allocation market fixed 5",
            "web 1, market 0, shop 2" },
        { "A share does not shrink what was fixed by a higher priority", "S001 8",
            "allocation web fixed 6 priority 1; allocation market percent 50", "web 6, market 2, shop 0" },
        { "A fixed one that is used up makes no room for a share beyond its own", "S001 8",
            "allocation web fixed 6 used 6; allocation market percent 50", "web 0, market 4, shop 4" },
        { "Everything at once", "S001 10 group mall, S002 5 reserved 2, W1 -3",
            "safety-stock S001 2; allocation web fixed 4 borrow; publish web cap 5; backorder 3; buffer web S001 1; web not at W1; network safety 10%",
            "web 5, web@S001 10, web@S002 6, web@W1 0, shop 8.5, market 8.5" },
    };

    [Theory]
    [MemberData(nameof(Stock))]
    [MemberData(nameof(SafetyStock))]
    [MemberData(nameof(NetworkSafetyStock))]
    [MemberData(nameof(Eligibility))]
    [MemberData(nameof(Buffers))]
    [MemberData(nameof(RingFences))]
    [MemberData(nameof(Publishing))]
    [MemberData(nameof(Backorders))]
    [MemberData(nameof(Together))]
    public void A_row_of_the_table_holds(string because, string stock, string rules, string promised)
    {
        Assert.NotEmpty(because);
        var situation = Situation.Of(stock, rules);

        Assert.Equal(promised, situation.Promised(promised));
        foreach (var who in promised.Split(", ").Select(entry => entry.Split(' ')[0]))
        {
            Assert.Equal(situation.Quantity(who), situation.Terms(who).Sum(term => term.Quantity));
        }
    }
}
