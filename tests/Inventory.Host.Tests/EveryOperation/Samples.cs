using System.Text.Json.Nodes;

namespace RetailSync.Inventory.Host.Tests.EveryOperation;

/// <summary>
/// Requests that are understood, so that a hostile value in one place reaches what lies behind the others. <c>@id</c> stands for an id that nobody used. What
/// is not listed is made from the schema: a new operation is tried without being listed here, only less deep.
/// </summary>
public static class Samples
{
    /// <summary>By the name of a field, as JSON.</summary>
    public static readonly IReadOnlyDictionary<string, string> Values = new Dictionary<string, string>
    {
        ["id"] = "\"@id\"",
        ["sku"] = "\"FZ-1\"",
        ["skus"] = "\"FZ-1\"",
        ["location"] = "\"S001\"",
        ["channel"] = "\"web\"",
        ["channels"] = "\"web\"",
        ["source"] = "\"fuzz\"",
        ["quantity"] = "1",
        ["occurredAt"] = "\"2026-11-23T09:00:00Z\"",
        ["takenAt"] = "\"2026-11-23T09:30:00Z\"",
        ["reason"] = "\"because\"",
        ["holdFor"] = "\"PT1M\"",
        ["system"] = "\"wms\"",
        ["theirs"] = "\"T-1\"",
        ["kind"] = "\"publish\"",
        ["from"] = "\"2026-11-22T00:00:00Z\"",
        ["to"] = "\"2026-11-23T09:00:00Z\"",
        ["timeZone"] = "\"Europe/Berlin\"",
        ["effectiveFrom"] = "\"2026-11-24T00:00:00Z\"",
        ["effectiveTo"] = "\"2026-11-25T00:00:00Z\"",
        ["by"] = "\"2026-12-01\"",
        ["day"] = "\"2026-12-01\"",
        ["expectedOn"] = "\"2026-12-01\"",
        ["adapter"] = "\"log\"",
        ["step"] = "\"step-@id\"",
        ["order"] = "\"order-@id\"",
        ["grace"] = "\"PT1M\"",
        ["unit"] = "\"EA\"",
        ["document"] = "\"doc-1\"",
        ["tz"] = "\"Europe/Berlin\"",
        ["points"] = "10",
    };

    /// <summary>Of a parameter in a path, by the path's first part after <c>/v1/</c> and the name.</summary>
    public static string PathValue(string path, string name, SeededIds ids) => (path.Split('/')[2], name) switch
    {
        ("kits", _) => "FZ-KIT",
        ("alerts", _) => "fuzz%2Ffz",
        (_, "sku") => "FZ-1",
        (_, "location") => "S001",
        (_, "n") => "1",
        (_, "order") => "fz-order",
        (_, "adapter") => "shopify",
        (_, "format") => "square",
        ("channels", _) => path.Contains("/webhooks/", StringComparison.Ordinal) ? SeededHost.Shop : "web",
        ("locations", _) => "S001",
        ("reservations" or "views", _) => ids.Reservation,
        ("rules", _) => "fz-rule",
        ("quarantine", _) => ids.Quarantined,
        ("reconciliations" or "audit" or "documents", _) => ids.Run,
        ("events", _) => "1",
        (_, "source") => "fuzz",
        ("messages", _) => ids.DeadLetter,
        _ => "fz",
    };

    /// <summary>Parameters of a query that an operation does nothing without, and those that make it do more.</summary>
    public static IReadOnlyList<(string Name, string Value)> Query(Operation operation) =>
    [
        .. from name in operation.QueryParameters
           let value = (operation.Path, name) switch
           {
               (_, "channel") => "web",
                ("/v1/stream", "seconds") => "0",
                ("/v1/audit/ledger", "sku") => "FZ-1",
               ("/v1/audit/as-of" or "/v1/audit/as-of/changes", "at") => "2026-11-23T09:30:00Z",
               ("/v1/availability/{sku}", "explain") => "true",
               ("/v1/documents", "format") => "auto",
               ("/v1/movements", "source") when operation.Method == "GET" => "fuzz",
               ("/v1/movements", "id") => "first",
               ("/v1/operations/series", "name") => "holds.open",
               ("/v1/publications", "sku") => "FZ-1",
               ("/v1/search", "q") => "FZ",
               ("/v1/documents", "zone") => "UTC",
               _ => null,
           }
           where value is not null
           select (name, value),
    ];

    /// <summary>JSON bodies of an operation.</summary>
    public static IEnumerable<JsonNode> Bodies(Operation operation)
    {
        if (Json.TryGetValue(operation.ToString(), out var known))
        {
            foreach (var body in known)
            {
                yield return JsonNode.Parse(body)!;
            }
        }

        if (operation.Sample is { } sample)
        {
            yield return sample;
        }
    }

    private const string At = "\"sku\":\"FZ-1\",\"location\":\"S001\",\"occurredAt\":\"2026-11-23T09:00:00Z\"";

    private static readonly Dictionary<string, string[]> Json = new()
    {
        ["POST /v1/movements"] =
        [
            $$"""{"source":"fuzz","movements":[{"id":"r@id","type":"receipt",{{At}},"quantity":5,"document":"d","status":"damaged"},{"id":"s@id","type":"sale",{{At}},"quantity":1,"reservation":"fz-held"},{"id":"e@id","type":"return",{{At}},"quantity":1,"status":"damaged"}]}""",
            $$"""{"source":"fuzz","movements":[{"id":"a@id","type":"adjustment",{{At}},"quantity":-1,"reason":"why"},{"id":"c@id","type":"count",{{At}},"quantity":50},{"id":"t@id","type":"status",{{At}},"quantity":1,"from":"sellable","to":"damaged"}]}""",
            $$"""{"source":"fuzz","movements":[{"id":"x@id","type":"expected",{{At}},"quantity":1,"document":"d","expectedOn":"2026-12-01","kind":"purchase-order","confidence":0.5},{"id":"f@id","type":"transfer",{{At}},"quantity":1,"to":"S002","document":"t","expectedOn":"2026-12-01"},{"id":"k@id","type":"correction",{{At}},"corrects":"first","declaration":"incorrect","quantity":4}]}""",
        ],
        ["POST /v1/documents"] =
        [
            """{"type":"EPCISDocument","epcisBody":{"eventList":[{"type":"ObjectEvent","eventID":"urn:uuid:@id","eventTime":"2026-11-23T09:00:00Z","action":"OBSERVE","bizStep":"receiving","bizLocation":{"id":"S001"},"quantityList":[{"epcClass":"FZ-1","quantity":5,"uom":"EA"}]}]}}""",
        ],
        ["PUT /v1/skus/{sku}"] = ["""{"name":"n","class":"A","decimals":4,"packs":[{"unit":"CS","factor":12,"gtin":"614141000036"}],"aliases":["FZ-1/a"]}"""],
        ["PUT /v1/kits/{sku}"] =
        [
            """{"components":[{"sku":"FZ-1","quantity":2},{"sku":"FZ-2","quantity":1}],"from":"one-location","effectiveFrom":"2026-11-24T00:00:00Z","effectiveTo":"2026-11-25T00:00:00Z","reason":"r"}""",
        ],
        ["PUT /v1/sources/{source}"] =
        [
            """{"zone":"Europe/Berlin","location":"S001","levels":"count","articles":["VN"],"unmappedSkus":"wait","strictGtin":true,"separateUnits":false,"options":{"noGoods":"b"},"webhookSecret":"a secret of the webhooks","webhookUrl":"https://localhost/x"}""",
        ],
        ["PUT /v1/sources/{source}/mappings"] = ["""{"locations":[{"theirs":"T-1","location":"S001"}],"skus":[{"theirs":"T-2","sku":"FZ-1"}]}"""],
        ["POST /v1/reservations"] =
        [
            """{"id":"o@id","channel":"web","holdFor":"PT1M","lines":[{"sku":"FZ-1","quantity":1,"location":"S001"},{"sku":"FZ-1","quantity":1,"allowBackorder":true}]}"""],
        ["PUT /v1/reservations/{id}"] = ["""{"lines":[{"sku":"FZ-H","quantity":2}]}"""],
        ["POST /v1/reservations/{id}/confirm"] = ["""{"step":"c@id","lines":[{"sku":"FZ-H","quantity":1}]}"""],
        ["POST /v1/reservations/{id}/fulfil"] = ["""{"step":"f@id","lines":[{"sku":"FZ-H","quantity":0.0001}]}"""],
        ["POST /v1/reservations/{id}/release"] = ["""{"step":"r@id"}"""],
        ["POST /v1/channels/{id}/orders"] =
        [
            """{"type":"order","order":"o@id","id":"m","occurredAt":"2026-11-23T09:00:00Z","reservation":"fz-held","lines":[{"sku":"FZ-1","quantity":1,"location":"S001"}]}""",
            """{"type":"order","order":"o@id","id":"m","lines":[{"sku":"FZ-1","quantity":1}]}""",
            """{"type":"shipment","order":"fz-order","id":"s@id","lines":[{"sku":"FZ-1","quantity":0.0001}]}""",
            """{"type":"return","order":"fz-order","id":"r@id","lines":[{"sku":"FZ-1","quantity":1,"location":"S001"}]}""",
            """{"type":"cancellation","order":"c@id","id":"c"}""",
            """{"type":"change","order":"fz-order","id":"c@id","revision":1,"priority":1,"fulfilment":"ship","lines":[{"sku":"FZ-1","quantity":2500,"unit":"EA"}]}""",
            """{"type":"shipment-cancelled","order":"fz-order","id":"x@id","shipment":"s@id"}""",
            """{"type":"return","order":"fz-order","id":"q@id","location":"S001","status":"damaged","unit":"EA","lines":[{"sku":"FZ-1","quantity":1,"status":"damaged"}]}""",
        ],
        ["PUT /v1/rules/{id}"] =
        [
            """{"kind":"safety-stock","sku":"FZ-2","location":"S001","quantity":1,"level":"location","reason":"r"}""",
            """{"kind":"eligibility","channel":"web","locationGroup":"g","sku":"FZ-2","allowed":true}""",
            """{"kind":"buffer","channel":"web","sku":"FZ-2","location":"S001","quantity":1}""",
            """{"kind":"allocation","channel":"web","sku":"FZ-2","mode":"percent","percent":10,"borrow":true,"priority":1,"releaseAt":"2026-12-01T00:00:00Z"}""",
            """{"kind":"publish","channel":"web","sku":"FZ-2","buffer":1,"cap":5,"threshold":1,"levels":[{"name":"out","upTo":0},{"name":"low","upTo":10}]}""",
            """{"kind":"backorder","channel":"web","sku":"FZ-2","limit":1,"effectiveFrom":"2026-12-01T00:00:00Z","effectiveTo":"2026-12-02T00:00:00Z"}""",
            """{"kind":"supply","supplyKind":"purchase-order","confidence":0.5,"horizonDays":10}""",
        ],
        ["POST /v1/audit/verify"] =
        [
            "{\"key\":\"k\",\"signature\":\"AA==\",\"statement\":\"retailsync checkpoint 1\\nat 2026-11-23T10:00:00Z\\nround 1\\nstreams 1\\nevents 1\\n"
            + $"root {new string('0', 64)}\\nprevious {new string('0', 64)}\\n\"}}",
        ],
        ["POST /v1/rules/preview"] = ["""{"rules":[{"kind":"publish","channel":"web","sku":"FZ-1","cap":1}],"channels":["web"]}"""],
        ["POST /v1/rules/simulate"] =
        [
            """{"rules":[{"kind":"publish","channel":"web","sku":"FZ-1","cap":1}],"from":"2026-11-23T00:00:00Z","to":"2026-11-23T09:00:00Z","channels":["web"]}""",
        ],
        ["PUT /v1/reconciliations/policy"] =
        ["""{"grace":"PT1M","rules":[{"system":"wms","location":"S009","tolerance":1,"correctUpTo":2,"correctUpToValue":3}]}"""],
        ["POST /v1/reconciliations"] =
        [
            """{"system":"wms","takenAt":"2026-11-23T09:30:00Z","counts":[{"sku":"FZ-9","location":"S001","onHand":1,"unsellable":{"damaged":1},"reserved":1,"unitValue":2}],"documents":[{"id":"d","type":"sale","sku":"FZ-9","location":"S001","quantity":1,"occurredAt":"2026-11-23T09:00:00Z"}]}""",
        ],
        ["PUT /v1/channels/{id}"] =
        [
            """{"adapter":"none","timeZone":"UTC","rateLimit":1,"minimumInterval":"PT1S"}""",
            """{"adapter":"webhook","settings":{"url":"https://localhost/x","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},"timeZone":"UTC","rateLimit":1,"minimumInterval":"PT1S"}""",
            """{"adapter":"shopify","settings":{"shop":"x.myshopify.com","accessToken":"t","locationId":"gid://shopify/Location/1","webhookSecret":"a secret of the webhooks"}}""",
        ],
        ["PUT /v1/channels/{id}/mappings"] = ["""{"items":[{"sku":"FZ-1","theirs":"T-1"}]}"""],
        ["PUT /v1/channels/{id}/locations"] = ["""{"items":[]}""", """{"items":[{"location":"S001","theirs":"1"}]}"""],
        ["PUT /v1/locations/{id}"] = ["""{"type":"store","timeZone":"Europe/Berlin","groups":["g"],"enabled":true}"""],
        ["PUT /v1/views/{id}"] = ["""{"page":"/console/stock","query":"q=FZ-1","title":"t","shared":true}"""],
        ["POST /v1/alerts/{id}/acknowledge"] = ["""{"note":"n","until":"2026-11-24T00:00:00Z"}"""],
        ["POST /v1/reconciliations/drifts/settle"] =
            ["""{"decision":"dismiss","reason":"r","drifts":[{"run":"01a22c72-ad24-70c6-904d-cb9698fc9fca","n":1}]}"""],
        ["POST /v1/quarantine/dismiss"] = ["""{"source":"fuzz-none","code":"invalid-line","q":"x","reason":"r"}"""],
        ["POST /v1/quarantine/replay"] = ["""{"source":"fuzz-none","code":"invalid-line","q":"x"}"""],
        ["POST /v1/quarantine/{id}/replay"] = [$$"""{"line":{"id":"q@id","type":"receipt",{{At}},"quantity":-1} }"""],
        ["POST /v1/sources/{source}/webhooks/{format}"] = ["""{"type":"inventory.count.updated","event_id":"e@id","data":{"object":{"inventory_counts":[]}}}"""],
        ["POST /v1/channels/{id}/webhooks/{adapter}"] =
        [
            """{"id":4711,"name":"#1","created_at":"2026-11-23T09:00:00Z","line_items":[{"id":1,"sku":"FZ-1","quantity":1,"current_quantity":1,"fulfillable_quantity":1,"variant_id":1}],"order_id":7,"restock":true,"refund_line_items":[{"quantity":1,"restock_type":"return","location_id":1,"line_item":{"sku":"FZ-1"}}]}""",
        ],
    };

    /// <summary>Tables, by operation; their second line is the one that is tried.</summary>
    public static readonly IReadOnlyDictionary<string, string> Csv = new Dictionary<string, string>
    {
        ["POST /v1/movements"] = "id,type,sku,location,quantity,occurredAt,document,reason\nm@id,adjustment,FZ-1,S001,1,2026-11-23T09:00:00Z,d,why\n",
        ["POST /v1/reconciliations"] = "sku,location,onHand,unsellable.damaged,reserved\nFZ-9,S001,1,1,1\n",
        ["POST /v1/skus"] = "sku,unit,decimals,packs,aliases,name,class\nFZ-3,EA,0,CS:12;PL:480,FZ-3/a;FZ-3/b,n,A\n",
        ["PUT /v1/sources/{source}/mappings"] = "theirs,location,sku\nT-3,,FZ-1\n",
        ["PUT /v1/channels/{id}/mappings"] = "sku,theirs\nFZ-1,T-1\n",
        ["PUT /v1/channels/{id}/locations"] = "location,theirs\nS001,1\n",
    };
}

/// <summary>Ids that the host gave to what was set up.</summary>
public sealed record SeededIds(string Quarantined, string Run, string DeadLetter, string Reservation);
