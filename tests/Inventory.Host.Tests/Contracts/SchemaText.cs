using System.Text.RegularExpressions;
using Npgsql;

namespace RetailSync.Inventory.Host.Tests.Contracts;

/// <summary>
/// Everything that is defined in a database, as SQL in one order: from the catalog, whose words are those of every version of PostgreSQL from 15 on.
/// </summary>
internal static partial class SchemaText
{
    private const string Definitions =
        """
        with mine as (select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
        tables as (select c.*, m.nspname || '.' || c.relname as name from pg_class as c join mine as m on m.oid = c.relnamespace where c.relkind in ('r', 'p')),
        columns as (
          select a.attrelid, a.attnum, '  ' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
            || case when a.attcollation not in (0, t.typcollation) then ' collate ' || quote_ident(o.collname) else '' end
            || case when a.attcompression <> '' then ' compression ' || case a.attcompression when 'l' then 'lz4' else 'pglz' end else '' end
            || case when a.attstorage <> t.typstorage then ' storage ' || a.attstorage::text else '' end
            || case when a.attnotnull then ' not null' else '' end
            || case when a.attidentity <> '' then ' generated ' || case a.attidentity when 'a' then 'always' else 'by default' end || ' as identity' else '' end
            || case when d.adbin is null then '' when a.attgenerated <> '' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
                 else ' default ' || pg_get_expr(d.adbin, d.adrelid) end as definition
          from pg_attribute as a join pg_type as t on t.oid = a.atttypid left join pg_collation as o on o.oid = a.attcollation
            left join pg_attrdef as d on (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
          where a.attnum > 0 and not a.attisdropped)
        select 1, nspname::text, 'create schema ' || nspname from mine where nspname <> 'public'
        union all select 2, m.nspname || '.' || c.relname,
          format('create sequence %s.%s as %s start %s increment %s minvalue %s maxvalue %s cache %s%s', m.nspname, c.relname,
          format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, case when s.seqcycle then ' cycle' else '' end)
          from pg_sequence as s join pg_class as c on c.oid = s.seqrelid join mine as m on m.oid = c.relnamespace
        union all select 3, m.nspname || '.' || t.typname, format('create type %s.%s as enum (%s)', m.nspname, t.typname,
          (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum as e where e.enumtypid = t.oid))
          from pg_type as t join mine as m on m.oid = t.typnamespace where t.typtype = 'e'
        union all select 4, t.name, 'create ' || case t.relpersistence when 'u' then 'unlogged ' else '' end || 'table ' || t.name || case when t.relispartition
            then ' partition of ' || (select i.inhparent::regclass from pg_inherits as i where i.inhrelid = t.oid) || ' ' || pg_get_expr(t.relpartbound, t.oid)
            else E' (\n' || coalesce((select string_agg(c.definition, E',\n' order by c.attnum) from columns as c where c.attrelid = t.oid), '') || E'\n)' end
          || case when t.relkind = 'p' then ' partition by ' || pg_get_partkeydef(t.oid) else '' end
          || coalesce(' with (' || array_to_string(t.reloptions, ', ') || ')', '') from tables as t
        union all select 5, t.name || '.' || x.conname,
          format('alter table %s add constraint %s %s', t.name, quote_ident(x.conname), pg_get_constraintdef(x.oid))
          from pg_constraint as x join tables as t on t.oid = x.conrelid where x.contype in ('p', 'u', 'f', 'c', 'x')
        union all select 6, t.name || '.' || i.relname, pg_get_indexdef(i.oid) from pg_index as x
          join tables as t on t.oid = x.indrelid join pg_class as i on i.oid = x.indexrelid
          where not exists (select from pg_constraint as k where k.conindid = i.oid and k.conrelid = t.oid)
        union all select 7, m.nspname || '.' || c.relname, 'create view ' || m.nspname || '.' || c.relname || E' as\n' || pg_get_viewdef(c.oid)
          from pg_class as c join mine as m on m.oid = c.relnamespace where c.relkind in ('v', 'm')
        union all select 8, m.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid)
          from pg_proc as p join mine as m on m.oid = p.pronamespace where p.prokind in ('f', 'p')
        union all select 9, t.name || '.' || g.tgname, pg_get_triggerdef(g.oid) from pg_trigger as g
          join tables as t on t.oid = g.tgrelid where not g.tgisinternal
        """;

    public static async Task<string> Read(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Definitions, connection);
        await using var reader = await command.ExecuteReaderAsync();
        List<(int Kind, string Name, string Text)> found = [];
        while (await reader.ReadAsync())
        {
            found.Add((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        }

        return string.Concat(found.OrderBy(one => one.Kind).ThenBy(one => one.Name, StringComparer.Ordinal).Select(one => Lines(one.Text) + ";\n\n"));
    }

    private static string Lines(string text) => Migration().Replace(
        string.Join('\n', text.ReplaceLineEndings("\n").Trim().TrimEnd(';').Split('\n').Select(line => line.TrimEnd()))
        .Replace("\t", "    ", StringComparison.Ordinal),
        "'when it was migrated'");

    /// <summary>Marten gives the events' own column the instant of the migration as its default, and never leaves it out.</summary>
    [GeneratedRegex(@"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^']*'(?=::timestamp)")]
    private static partial Regex Migration();
}
