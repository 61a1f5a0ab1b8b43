using System.Collections.Frozen;

namespace RetailSync.Channels.Sap.Syntax;

/// <summary>
/// Where the fields stand in a flat IDoc, as far as they are read: offset and length in the segment's data. A segment keeps its fields from version to version
/// and gets new ones at its end, so one layout does for all versions.
/// </summary>
internal static class IdocLayouts
{
    /// <summary>EDI_DC40, in whose case the offsets count from the beginning of the record.</summary>
    public const string Control = "EDI_DC40";

    private static readonly FrozenDictionary<string, FrozenDictionary<string, (int Offset, int Length)>> Layouts = new Dictionary<string, string>
    {
        [Control] =
            """
            TABNAM 10 MANDT 3 DOCNUM 16 DOCREL 4 STATUS 2 DIRECT 1 OUTMOD 1 EXPRSS 1 TEST 1 IDOCTYP 30 CIMTYP 30 MESTYP 30 MESCOD 3 MESFCT 3 STD 1
            STDVRS 6 STDMES 6
            SNDPOR 10 SNDPRT 2 SNDPFC 2 SNDPRN 10 SNDSAD 21 SNDLAD 70 RCVPOR 10 RCVPRT 2 RCVPFC 2 RCVPRN 10 RCVSAD 21 RCVLAD 70 CREDAT 8 CRETIM 6
            """,
        ["E1MBXYH"] = "BLDAT 8 BUDAT 8 XBLNR 16 BKTXT 25",
        ["E1MBXYI"] =
            """
            BEAKZ 1 XSTOB 1 MATNR 18 WERKS 4 LGORT 4 CHARG 10 BWART 3 INSMK 1 SOBKZ 1 KZVBR 1 LIFNR 10 KUNNR 10 KDAUF 10 KDPOS 6 KDEIN 4 SHKZG 1
            WAERS 5 DMBTR 15
            BWTAR 10 ERFMG 15 ERFME 3 BPMNG 15 BPRME 3 EBELN 10 EBELP 5 ELIKZ 1 SGTXT 50 WEMPF 12 ABLAD 25 KOSTL 10 AUFNR 12 ANLN1 12 ANLN2 4
            RSNUM 10 RSPOS 4 KZEAR 1
            UMMAT 18 UMWRK 4 UMLGO 4 UMCHA 10 KZBEW 1 WEUNB 1 LGNUM 3 LGTYP 3 LGPLA 10 GRUND 4
            """,
        ["E1BP2017_GM_HEAD_01"] = "PSTNG_DATE 8 DOC_DATE 8 REF_DOC_NO 16 BILL_OF_LADING 16",
        ["E1BP2017_GM_CODE"] = "GM_CODE 2",
        ["E1BP2017_GM_ITEM_CREATE"] =
            """
            MATERIAL 18 PLANT 4 STGE_LOC 4 BATCH 10 MOVE_TYPE 3 STCK_TYPE 1 SPEC_STOCK 1 VENDOR 10 CUSTOMER 10 SALES_ORD 10 S_ORD_ITEM 6 SCHED_LINE 4
            VAL_TYPE 10
            ENTRY_QNT 15 ENTRY_UOM 3 ENTRY_UOM_ISO 3 PO_PR_QNT 15 ORDERPR_UN 3 ORDERPR_UN_ISO 3 PO_NUMBER 10 PO_ITEM 5 SHIPPING 2 COMP_SHIP 2
            NO_MORE_GR 1 ITEM_TEXT 50
            GR_RCPT 12 UNLOAD_PT 25 COSTCENTER 10 ORDERID 12 ORDER_ITNO 4 CALC_MOTIVE 2 ASSET_NO 12 SUB_NUMBER 4 RESERV_NO 10 RES_ITEM 4 RES_TYPE 1 WITHDRAWN 1
            MOVE_MAT 18 MOVE_PLANT 4 MOVE_STLOC 4 MOVE_BATCH 10 MOVE_VAL_TYPE 10 MVT_IND 1 MOVE_REAS 4
            """,
        ["E1EDL20"] = "VBELN 10",
        ["E1EDL21"] = "LFART 4",
        ["E1EDL18"] = "QUALF 3",
        ["E1EDL19"] = "QUALF 3",
        ["E1ADRM1"] = "PARTNER_Q 3 ADDRESS_T 1 PARTNER_ID 17",
        ["E1EDT13"] =
            "QUALF 3 VSTZW 4 VSTZW_BEZ 20 NTANF 8 NTANZ 6 NTEND 8 NTENZ 6 TZONE_BEG 6 ISDD 8 ISDZ 6 IEDD 8 IEDZ 6",
        ["E1EDL24"] =
            """
            POSNR 6 MATNR 18 MATWA 18 ARKTX 40 ORKTX 40 SUGRD 4 SUDRU 1 MATKL 9 WERKS 4 LGORT 4 CHARG 10 KDMAT 22 LFIMG 15 VRKME 3 LGMNG 15 MEINS 3
            """,
        ["E1EDL43"] = "QUALF 1 BELNR 35 POSNR 6",
        ["E1EDK01"] = "ACTION 3 KZABS 1 CURCY 3",
        ["E1EDK02"] = "QUALF 3 BELNR 35 POSNR 6 DATUM 8 UZEIT 6",
        ["E1EDK03"] = "IDDAT 3 DATUM 8 UZEIT 6",
        ["E1EDKA1"] = "PARVW 3 PARTN 17",
        ["E1EDPA1"] = "PARVW 3 PARTN 17",
        ["E1EDP01"] = "POSEX 6 ACTION 3 PSTYP 1 KZABS 1 MENGE 15 MENEE 3",
        ["E1EDP19"] = "QUALF 3 IDTNR 35",
        ["E1EDP20"] = "WMENG 15 AMENG 15 EDATU 8",
    }.ToFrozenDictionary(layout => layout.Key, layout => Columns(layout.Value));

    /// <summary>The fields of a segment by its name in XML; null for one that is not read.</summary>
    public static IReadOnlyDictionary<string, string>? Read(string name, ReadOnlySpan<char> data)
    {
        if (!Layouts.TryGetValue(name, out var columns))
        {
            return null;
        }

        var fields = new Dictionary<string, string>(columns.Count);
        foreach (var (field, (offset, length)) in columns)
        {
            // Trailing blanks may be cut off, and so may the fields that are nothing else.
            var value = offset < data.Length ? data[offset..Math.Min(data.Length, offset + length)].Trim() : [];
            if (value.Length > 0)
            {
                fields[field] = value.ToString();
            }
        }

        return fields;
    }

    /// <summary>E2EDL24006, E3EDL24 and E1EDL24 are one segment: the digit is the release's, the last three are the version.</summary>
    public static string NameInXml(ReadOnlySpan<char> flat)
    {
        var name = flat.Length > 2 && flat[0] == 'E' && char.IsAsciiDigit(flat[1]) ? $"E1{flat[2..]}" : flat.ToString();
        return name.Length > 7 && !Layouts.ContainsKey(name) && name.AsSpan(name.Length - 3).IndexOfAnyExceptInRange('0', '9') < 0 ? name[..^3] : name;
    }

    private static FrozenDictionary<string, (int Offset, int Length)> Columns(string layout)
    {
        var columns = new Dictionary<string, (int, int)>();
        var offset = 0;
        var words = layout.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        for (var index = 0; index < words.Length; index += 2)
        {
            var length = int.Parse(words[index + 1], System.Globalization.CultureInfo.InvariantCulture);
            columns[words[index]] = (offset, length);
            offset += length;
        }

        return columns.ToFrozenDictionary();
    }
}
