using RetailSync.Channels;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>The statements with which <see cref="PublicationLedgerWriter"/> records quantities. Arrays have an element for each quantity.</summary>
internal static class PublicationLedgerStatements
{
    /// <summary>The rank of what is published first: a quantity that became zero or stopped being zero.</summary>
    private const int First = 0;

    private const int Later = 1;

    /// <summary>The SQL expression of locations that may have been published and are no longer mapped.</summary>
    private const string Leaving =
        $"""
        case when p.sent_places is null and p.acknowledged_places is null and p.leaving is null and excluded.places is null then null else (
          select jsonb_agg(known.name order by known.name) from (
            select jsonb_object_keys(p.sent_places) union select jsonb_object_keys(p.acknowledged_places) union select jsonb_array_elements_text(p.leaving)
            union select '{ChannelLocation.Single}' where p.sent_quantity is not null and p.sent_places is null) as known (name)
          where case when excluded.places is null then known.name <> '{ChannelLocation.Single}' else not excluded.places ? known.name end) end
        """;

    /// <summary>
    /// Whether, with the same quantity, more units are in the channel's own open orders: a hold has become an order. The channel deducts them itself from now
    /// on, so the quantity has to be published again. Fewer units need no publication: those were shipped, and the channel has deducted them.
    /// </summary>
    private static readonly string HasMoreInOpenOrders = $"{Sum("c.in_orders")} > {Sum("p.in_orders")}";

    /// <summary>
    /// The causes without those that the preceding quantity has named: a comparison may have calculated it from an event that the tail reads only later,
    /// together with the event that changes it now. An event alone is named again: the rule that changed it then has changed it now.
    /// </summary>
    private const string NotNamedBefore =
        """
        case when p.causes is null or c.causes <@ p.causes then c.causes else (
          select jsonb_agg(named.cause order by named.place) from jsonb_array_elements(c.causes) with ordinality as named (cause, place)
          where not p.causes @> named.cause) end
        """;

    /// <summary>Updates open order units where the quantity is unchanged.</summary>
    public const string KeepOpenOrders =
        $"""
         with c as (
           select * from unnest(@channels, @skus, @in_orders) as c (channel, sku, in_orders)
           where exists (select from {PublicationTables.Cursor} where id = 1 and epoch = @epoch)
         ), locked as (
           select p.channel, p.sku from {PublicationTables.Publication} as p join c using (channel, sku) where p.in_orders is distinct
             from c.in_orders order by p.channel, p.sku for update of p
         )
         update {PublicationTables.Publication} as p set in_orders = c.in_orders from c
         where {PublicationQueue.AreLocked} and p.channel = c.channel and p.sku = c.sku and p.in_orders is distinct from c.in_orders
         """;

    /// <summary>
    /// Records changed quantities. One that becomes zero or stops being zero, in total or at one location, is published first. One that the channel has already
    /// acknowledged is not published.
    /// </summary>
    public static readonly string Record =
        $"""
        with followed as (
          update {PublicationTables.Cursor} set
            settled = greatest(settled, @settled), grounds = @grounds, compared = @compared, newest = @newest,
            missing = @missing::text::int8multirange, again = @again
          where id = 1 and epoch = @epoch returning id
        ), changed as (
          select c.channel, c.sku, c.quantity, c.level, c.places, c.unmapped, c.in_orders, {NotNamedBefore} as causes,
            row_number() over (partition by c.channel order by c.place) as step
          from unnest(@channels, @skus, @quantities, @levels, @causes, @places, @unmapped, @in_orders) with ordinality
            as c (channel, sku, quantity, level, causes, places, unmapped, in_orders, place)
          left join {PublicationTables.Publication} as p on p.channel = c.channel and p.sku = c.sku
          where exists (select from followed)
            and (p.sku is null or p.quantity <> c.quantity or p.level is distinct from c.level or p.places is distinct from c.places or {HasMoreInOpenOrders})
        ), heads as (
          update {PublicationTables.Head} as h set sequence = h.sequence + n.steps
          from (select channel, count(*) as steps from changed group by channel) as n
          where h.channel = n.channel
          returning h.channel, h.sequence - n.steps as before, h.adapter
        ), numbered as (
          select changed.channel, sku, before + step as sequence, quantity, level, causes, places, unmapped, in_orders, adapter <> 'none' as is_published
            from changed join heads on heads.channel = changed.channel
        ), history as (
          insert into {PublicationTables.Change} (channel, sequence, sku, quantity, level, at, causes)
          select channel, sequence, sku, quantity, level, @now, causes from numbered
        ), present as (
          insert into {PublicationTables.Publication} as p (channel, sku, sequence, quantity, level, desired_at, causes,
            dirty_since, rank, due_at, attempts, places, unmapped, in_orders)
          select channel, sku, sequence, quantity, level, @now, causes, case when is_published then @now end, case when quantity = 0 then {First}
            else {Later} end, @now, 0, places, unmapped, in_orders
          from numbered
          order by channel, sku
          on conflict (channel, sku) do update set
            sequence = excluded.sequence, quantity = excluded.quantity, level = excluded.level, desired_at = excluded.desired_at, due_at = excluded.due_at,
            places = excluded.places, unmapped = excluded.unmapped, in_orders = excluded.in_orders, leaving = {Leaving},
            causes = case when p.dirty_since is null then excluded.causes else jsonb_path_query_array(
              p.causes || (select coalesce(jsonb_agg(cause), '[]') from jsonb_array_elements(excluded.causes) as cause where not p.causes @> cause),
                '$[last - {PublicationLedgerWriter.MostCauses - 1} to last]') end,
            dirty_since = case
              when excluded.dirty_since is null then null
              when p.sent_sequence = p.acknowledged_sequence and p.acknowledged_quantity = excluded.quantity
                and p.acknowledged_level is not distinct from excluded.level
                and p.acknowledged_places is not distinct from excluded.places and p.in_orders is not distinct
                  from excluded.in_orders and p.leaving is null then null
              else coalesce(p.dirty_since, excluded.dirty_since) end,
            rank = case when p.sent_quantity is null then excluded.rank when (p.sent_quantity = 0) <> (excluded.quantity = 0)
              or {Leaving} is not null or {Empty("p.sent_places")} <> {Empty("excluded.places")} then {First} else {Later} end,
            attempts = 0, error = null, dead_at = null
          returning 1
        )
        select (select count(*) from followed) as followed, (select count(*) from present) as changed
        """;

    private static string Sum(string quantities) => $"(select coalesce(sum(units::numeric), 0) from jsonb_each_text({quantities}) as place (name, units))";

    /// <summary>The SQL expression of locations with a quantity of 0; null where there is one quantity for all locations.</summary>
    private static string Empty(string quantities) => $"jsonb_path_query_array({quantities}, '$.keyvalue() ? (@.value == 0).key')";
}
