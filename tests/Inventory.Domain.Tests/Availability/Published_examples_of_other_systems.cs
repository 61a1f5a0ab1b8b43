namespace RetailSync.Inventory.Domain.Tests.Availability;

/// <summary>
/// Numbers that others have published, beside what we say, each with its source. Where our words differ from theirs, the row says how it
/// is written in ours; where our number would differ, a row says that too.
/// </summary>
public sealed class Published_examples_of_other_systems
{
    public static readonly TheoryData<string, string, string, string> Today = new()
    {
        // Shopify Help Center, "Inventory states" (help.shopify.com/en/manual/products/inventory/managing-inventory-quantities/inventory-states):
        // Jo's Jams has 10 unavailable, 6 committed and 4 available, so 20 on hand.
        { "Shopify: on hand is available, committed and unavailable", "JAM 20 unsellable 10 reserved 6", "", "web 4" },

        // "Understanding Shopify's inventory states" (socialscheduler.co/understanding-shopifys-inventory-states-available-committed-onhand):
        // 30 black hats, and an order for 3 of them comes in.
        { "Shopify: an order commits", "HATS 30 reserved 3", "", "web 27" },

        // "Confused about inventory states" (community.shopify.com/c/shopify-discussions/.../td-p/2076493): on hand -4, five orders open,
        // available -9. We never publish a number below zero, and another location does not pay for it.
        { "Shopify: available below zero is nothing", "S001 -4 reserved 5", "", "web 0" },

        // Adobe Commerce developer documentation, "Reservations" (magento/devdocs, guides/v2.3/inventory/reservations): Baltimore 20, Austin 25,
        // Reno 10, outstanding reservations -15, so up to 40 (55 + -15) can be ordered.
        { "Adobe Commerce: quantities of sources and outstanding reservations", "BALTIMORE 20 reserved 15, AUSTIN 25, RENO 10", "", "web 40" },

        // Magento MSI wiki, "Salable Quantity Calculation and Mechanism of Reservations" (github.com/magento/inventory/wiki): sources of
        // 20, 25 and 10, and an order of 30; their reservation has no source, ours is kept where most is.
        { "Adobe Commerce: before an order of 30", "A 20, B 25, C 10", "", "web 55" },
        { "Adobe Commerce: after it", "A 20 reserved 5, B 25 reserved 25, C 10", "", "web 25" },

        // "How does the Magento salable quantity calculation work" (dev.to/rafaelcg): 15 in France and Italy (theirs are not distinguished), 5 ordered,
        // 3 of them cancelled, 2 shipped.
        { "Adobe Commerce: ordered", "FRANCE 10 reserved 5, ITALY 5", "", "web 10" },
        { "Adobe Commerce: partly cancelled", "FRANCE 10 reserved 2, ITALY 5", "", "web 13" },
        { "Adobe Commerce: shipped", "FRANCE 8, ITALY 5", "", "web 13" },

        // "How Multi Source Inventory works in Magento 2.3+" (wilcovanes.ch/articles/how-multi-source-inventory-msi-works-in-magento-23):
        // UK sells from everywhere, the others not from the store; then one is ordered from AT. A stock there is what eligibility says here.
        { "Adobe Commerce: stocks of several sources", "X 100, A 50, B 20, C 10, D 0, STORE 5",
            "de not at STORE; at-shop not at STORE; ch not at STORE", "uk 185, de 180, at-shop 180, ch 180" },
        { "Adobe Commerce: a reservation is everybody's", "X 100 reserved 1, A 50, B 20, C 10, D 0, STORE 5",
            "de not at STORE; at-shop not at STORE; ch not at STORE", "uk 184, de 179, at-shop 179, ch 179" },
        { "Adobe Commerce: and its shipment changes nothing", "X 99, A 50, B 20, C 10, D 0, STORE 5",
            "de not at STORE; at-shop not at STORE; ch not at STORE", "uk 184, de 179, at-shop 179, ch 179" },

        // IBM Sterling Intelligent Promising, "Node location aggregate for a network safety stock rule"
        // (ibm.com/docs/en/SSJF7L/dita_files/sip_scenario_node_loca_aggregate.html): N1 5 and N2 6; DG1 has the nodes' own safety stock
        // of 1 and 2, DG2 one of 5 for the network.
        { "IBM Sterling: safety stock of nodes", "N1 5, N2 6", "safety-stock N1 1; safety-stock N2 2", "dg1 8" },
        { "IBM Sterling: safety stock of the network", "N1 5, N2 6", "network safety 5", "dg2 6" },

        // IBM Sterling Intelligent Promising, "Scenario: Utilizing unsegmented inventory for segments"
        // (ibm.com/docs/en/sip?topic=segments-scenario-utilizing-unsegmented-inventory), table 3: three segments of 10 and 20 without one;
        // STORE and ONLINE may use what is unsegmented, MARKETPLACE may not.
        { "IBM Sterling: segments and what is unsegmented", "STORE1 50",
            "allocation store fixed 10 borrow; allocation online fixed 10 borrow; allocation marketplace fixed 10",
            "store 30, online 30, marketplace 10, other 20" },

        // IBM Order Management, "Segmentation: examples", scenario 2 (ibm.com/docs/en/order-management-sw/10.0?topic=segmentation-examples):
        // N1 15 (3 of segment 1, 5 of segment 2, 7 of none), N2 10 (2, 4, 4). After an order of 10 for segment 2, an order of 16 for
        // segment 1 finds only 15. Their segments are of a node; our ring-fences are of the network.
        { "IBM Sterling: before an order for segment 2", "N1 15, N2 10", "allocation s1 fixed 5 borrow; allocation s2 fixed 9 borrow", "s1 16, s2 20" },
        { "IBM Sterling: after it", "N1 15 reserved 5, N2 10 reserved 5", "allocation s1 fixed 5 borrow; allocation s2 fixed 9 borrow used 10",
            "s1 15, s2 10" },

        // Microsoft Dynamics 365, "Inventory Visibility inventory allocation" (learn.microsoft.com/en-us/dynamics365/supply-chain/inventory/
        // inventory-visibility-allocation): eight bikes are allocated to a group, three are sold and consume it, so five are left of it. The
        // article has no number for the pool around it.
        { "Dynamics 365: an allocation before it is consumed", "SITE1 8", "allocation vip fixed 8", "vip 8, normal 0" },
        { "Dynamics 365: consumed by three that were sold", "SITE1 5", "allocation vip fixed 8 used 3", "vip 5, normal 0" },
        { "Dynamics 365: or by three in soft reservation", "SITE1 8 reserved 3", "allocation vip fixed 8 used 3", "vip 5, normal 0" },

        // OneTruth, "Inventory Segmentation" (docs.onepint.ai/onetruth/onetruth-inventory-concepts/inventory-segmentation): supply of 100 for
        // B2B, 200 for B2C and 50 in common; B2C has its 200, or 250 together with the common ones.
        { "OneTruth: a segment alone", "DC 350", "allocation b2b fixed 100; allocation b2c fixed 200", "b2c 200" },
        { "OneTruth: a segment and the common pool", "DC 350", "allocation b2b fixed 100; allocation b2c fixed 200 borrow", "b2c 250" },
    };

    // Microsoft Dynamics 365, "Inventory Visibility on-hand change schedules and ATP", section "Example" (learn.microsoft.com/en-us/dynamics365/
    // supply-chain/inventory/inventory-visibility-available-to-promise): 20 on hand on 2022-02-01, seven days.
    // Demand that is scheduled for today is what is reserved. Demand for a later day is not a hold here, which keeps its units from now on:
    // it is written as a ring-fence of somebody else from that day on.
    public static readonly TheoryData<string, string, string, string, string> Ahead = new()
    {
        { "Step 3: demand of 3 today", "2022-02-01", "S 20 reserved 3", "", "17 17 17 17 17 17 17" },
        { "Step 4: supply of 10 on the third", "2022-02-01", "S 20 reserved 3, S expects 10 on 2022-02-03", "", "17 17 27 27 27 27 27" },
        { "Step 5: demand of 15 on the fourth, supply of 1 and 3", "2022-02-01",
            "S 20 reserved 3, S expects 10 on 2022-02-03, S expects 1 on 2022-02-05, S expects 3 on 2022-02-06", "allocation b2b fixed 15 from 2022-02-04",
            "12 12 12 12 13 16 16" },
        { "Step 6: the demand of 3 has shipped", "2022-02-01", "S 17, S expects 10 on 2022-02-03, S expects 1 on 2022-02-05, S expects 3 on 2022-02-06",
            "allocation b2b fixed 15 from 2022-02-04", "12 12 12 12 13 16 16" },
        { "Step 7: a day later", "2022-02-02", "S 17, S expects 10 on 2022-02-03, S expects 1 on 2022-02-05, S expects 3 on 2022-02-06",
            "allocation b2b fixed 15 from 2022-02-04", "12 12 12 13 16 16 16" },
        { "Step 8: on the fourth the supply of the third has not come", "2022-02-04",
            "S 17, S expects 10 on 2022-02-03, S expects 1 on 2022-02-05, S expects 3 on 2022-02-06", "allocation b2b fixed 15 from 2022-02-04",
            "2 3 6 6 6 6 6" },
        { "Ours, not theirs: a hold of 15 keeps its units from now on, also where it ships on the fourth", "2022-02-01",
            "S 20 reserved 18, S expects 10 on 2022-02-03, S expects 1 on 2022-02-05, S expects 3 on 2022-02-06", "", "2 2 12 12 13 16 16" },
    };

    [Theory]
    [MemberData(nameof(Today))]
    public void A_row_of_the_table_holds(string source, string stock, string rules, string promised)
    {
        Assert.NotEmpty(source);
        Assert.Equal(promised, Situation.Of(stock, rules).Promised(promised));
    }

    [Theory]
    [MemberData(nameof(Ahead))]
    public void Dynamics_365_cumulative_available_to_promise(string step, string today, string stock, string rules, string promised)
    {
        Assert.NotEmpty(step);
        Assert.Equal(promised, What_may_be_promised_ahead.Summary(stock, rules, today, days: 7));
    }
}
