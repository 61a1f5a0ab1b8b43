using System.Text.Json;
using RetailSync.Inventory.Host.Tests.Reconciliation;
using static RetailSync.Inventory.Host.Tests.Lines;
using static RetailSync.Inventory.Host.Tests.Reconciliation.Comparing;

namespace RetailSync.Inventory.Host.Tests.Security;

public sealed class HostWithTwoPlanners : RunningHost
{
    public const string Second = "the-second-planners-key";

    protected override string[] Switches =>
        ["--Rules:SecondPersonFor:0=allocation", $"--Authentication:Keys:anna:Key={Second}",
            "--Authentication:Keys:anna:Roles:0=planner", "--Authentication:Keys:anna:Roles:1=ops"];
}

public class Approval_by_a_second_person(HostWithTwoPlanners host) : IClassFixture<HostWithTwoPlanners>
{
    [Fact]
    public async Task A_rule_above_the_limit_is_approved_and_both_are_named()
    {
        var (rule, sku) = ($"fence-{NewSku()}", NewSku());
        var body = new { kind = "allocation", channel = "web", sku, mode = "fixed", quantity = 5, reason = "launch" };

        (await host.Put($"/v1/rules/{rule}", body, "dev-planner")).Refused(409, "second-person-needed");
        (await host.Get($"/v1/rules/{rule}")).Refused(404, "unknown-rule");
        (await host.Post($"/v1/rules/{rule}/approve", new { }, "dev-planner")).Refused(409, "second-person-needed");
        var approved = (await host.Post($"/v1/rules/{rule}/approve", new { }, HostWithTwoPlanners.Second)).Ok();

        Assert.Equal(("dev-planner", "anna", "launch", "in-force"),
            (approved.Text("by"), approved.Text("approvedBy"), approved.Text("reason"), approved.Text("state")));
        Assert.Equal("anna", (await host.Get($"/v1/rules/{rule}/history")).Ok().Items().Single().Text("approvedBy"));
        (await host.Post($"/v1/rules/{rule}/approve", new { }, HostWithTwoPlanners.Second)).Refused(404, "unknown-proposal");
    }

    [Fact]
    public async Task Ending_such_a_rule_needs_approval_too()
    {
        var rule = $"fence-{NewSku()}";
        await Approved(rule, quantity: 5);

        (await host.Send(HttpMethod.Delete, $"/v1/rules/{rule}?reason=over", key: "dev-planner")).Refused(409, "second-person-needed");
        Assert.Equal("in-force", (await host.Get($"/v1/rules/{rule}")).Ok().Text("state"));

        Assert.Equal("ended", (await host.Post($"/v1/rules/{rule}/approve", new { }, HostWithTwoPlanners.Second)).Ok().Text("state"));
    }

    [Fact]
    public async Task Changing_such_a_rule_into_another_needs_approval_too()
    {
        var rule = $"fence-{NewSku()}";
        await Approved(rule, quantity: 5);

        (await host.Put($"/v1/rules/{rule}", new { kind = "buffer", quantity = 1 }, "dev-planner")).Refused(409, "second-person-needed");
        Assert.Equal("allocation", (await host.Get($"/v1/rules/{rule}")).Ok().Text("kind"));
    }

    [Fact]
    public async Task Other_kinds_of_rules_need_no_approval()
    {
        Assert.Equal("in-force", (await host.Put($"/v1/rules/buffer-{NewSku()}", new { kind = "buffer", quantity = 1 }, "dev-planner")).Ok().Text("state"));
    }

    [Fact]
    public async Task Proposals_are_listed_and_may_be_withdrawn()
    {
        var rule = $"fence-{NewSku()}";
        (await host.Put($"/v1/rules/{rule}", Fence(5), "dev-planner")).Refused(409, "second-person-needed");
        (await host.Put($"/v1/rules/{rule}", Fence(7), "dev-planner")).Refused(409, "second-person-needed");

        var proposal = (await host.Get("/v1/rule-proposals?limit=1000")).Ok().Items().Single(row => row.Text("id") == rule);
        Assert.Equal(("dev-planner", 7, false),
            (proposal.Text("by"), proposal.GetProperty("rule").Number("quantity"), proposal.GetProperty("ends").GetBoolean()));

        Assert.Equal(rule, (await host.Send(HttpMethod.Delete, $"/v1/rules/{rule}/proposal", key: HostWithTwoPlanners.Second)).Ok().Text("id"));
        (await host.Post($"/v1/rules/{rule}/approve", new { }, HostWithTwoPlanners.Second)).Refused(404, "unknown-proposal");
    }

    [Fact]
    public async Task A_proposal_is_void_once_others_have_changed_the_rule()
    {
        var rule = $"fence-{NewSku()}";
        (await host.Put($"/v1/rules/{rule}", Fence(5), "dev-planner")).Refused(409, "second-person-needed");
        await host.Sql($"update inventory.rule_proposal set based_on = 3 where rule = '{rule}'");

        (await host.Post($"/v1/rules/{rule}/approve", new { }, HostWithTwoPlanners.Second)).Refused(409, "proposal-outdated");
    }

    [Fact]
    public async Task An_approval_may_name_its_proposal()
    {
        var rule = $"fence-{NewSku()}";
        (await host.Put($"/v1/rules/{rule}", Fence(5), "dev-planner")).Refused(409, "second-person-needed");
        var read = await TagOf(rule);
        (await host.Put($"/v1/rules/{rule}", Fence(5000), "dev-planner")).Refused(409, "second-person-needed");

        (await Approve(read)).Refused(412, "precondition-failed");
        Assert.Equal(5000, (await Approve(await TagOf(rule))).Ok().Number("quantity"));

        Task<Answer> Approve(string tag) => host.Send(HttpMethod.Post, $"/v1/rules/{rule}/approve", null, HostWithTwoPlanners.Second, ("If-Match", tag));

        async Task<string> TagOf(string id) => (await host.Get("/v1/rule-proposals?limit=1000")).Ok().Items().Single(row => row.Text("id") == id).Text("tag")!;
    }

    [Fact]
    public async Task A_correction_above_the_limit_needs_approval()
    {
        var sku = NewSku();
        var (small, large) = ($"{sku}-1", $"{sku}-2"); // drifts are numbered by SKU
        (await host.Put("/v1/reconciliations/policy", new { rules = new[] { new { secondPersonAbove = 5 } } }, "dev-ops")).Ok();
        await host.RecordAccepted(Line("receipt", 20, small), Line("receipt", 20, large));
        var run = (await host.Compare(Sheet([Count(small, 15), Count(large, 14)], takenAt: "2026-11-23T10:00:05Z"))).Text("id");

        Assert.Equal("corrected", (await Approve(run, 1, "dev-ops")).Ok().Text("action"));
        (await Approve(run, 2, "dev-ops")).Refused(409, "second-person-needed");
        (await Approve(run, 2, "dev-ops")).Refused(409, "second-person-needed");
        Assert.Equal(20, await host.OnHand(large));
        var drift = (await Approve(run, 2, HostWithTwoPlanners.Second)).Ok();

        Assert.Equal(("corrected", "anna", "dev-ops"),
            (drift.Text("action"), drift.GetProperty("settled").Text("by"), drift.GetProperty("firstApproval").Text("by")));
        Assert.Equal(14, await host.OnHand(large));
    }

    [Fact]
    public async Task An_automatic_correction_above_the_limit_needs_it_too()
    {
        var sku = NewSku();
        var rules = new[] { new { location = "S77", correctUpTo = 100, secondPersonAbove = 5 } };
        (await host.Put("/v1/reconciliations/policy", new { rules }, "dev-ops")).Ok();
        await host.RecordAccepted(Line("receipt", 20, sku, location: "S77"));

        var run = await host.Compare(Sheet([Count(sku, 10, location: "S77")], takenAt: "2026-11-23T10:00:05Z"));

        Assert.Equal("needs-approval", run.Items("drifts").Single().Text("action"));
    }

    [Fact]
    public async Task The_log_says_who_did_what()
    {
        (await host.Put("/v1/channels/logged", new { adapter = "none" }, "dev-ops")).Ok();
        (await host.Post("/v1/channels/logged/republish", new { }, HostWithTwoPlanners.Second)).Ok();
        (await host.Post("/v1/channels/unknown-one/pause", new { }, HostWithTwoPlanners.Second)).Refused(404, "unknown-channel");

        List<JsonElement> rows = [];
        await Waiting.Until(async () =>
        {
            rows = [.. (await host.Get("/v1/audit/activity?by=anna", "dev-finance")).Ok().Items()
                .Where(row => row.Text("path")!.StartsWith("/v1/channels/", StringComparison.Ordinal))];
            return rows.Count == 2 && rows.TrueForAll(row => row.GetProperty("status").ValueKind == JsonValueKind.Number);
        });

        Assert.Equal(["/v1/channels/unknown-one/pause 404", "/v1/channels/logged/republish 200"],
            rows.Select(row => $"{row.Text("path")} {row.Number("status")}"));
    }

    private async Task Approved(string rule, decimal quantity)
    {
        (await host.Put($"/v1/rules/{rule}", Fence(quantity), "dev-planner")).Refused(409, "second-person-needed");
        (await host.Post($"/v1/rules/{rule}/approve", new { }, HostWithTwoPlanners.Second)).Ok();
    }

    private static object Fence(decimal quantity) => new { kind = "allocation", channel = "web", mode = "fixed", quantity };

    private Task<Answer> Approve(string? run, int n, string key) => host.Post($"/v1/reconciliations/{run}/drifts/{n}/approve", new { reason = "counted" }, key);
}
