using System.Buffers.Text;
using System.Text.Json;
using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Projections;

/// <summary>
/// Reads the events that make up nearly all of a history, several times as fast as the serializer: those whose fields are plain. What it does not know
/// at sight (a status, a document in transit, a field that is new) it leaves to the serializer, which is right about everything.
/// </summary>
internal static class QuickEvents
{
    /// <returns>Null when the serializer has to read it.</returns>
    public static StockEvent? Read(Type type, ReadOnlySpan<byte> data)
    {
        var fields = default(EventFieldReader);
        return IsPlain(type) && fields.Read(data) ? fields.As(type) : null;
    }

    private static bool IsPlain(Type type) =>
        type == typeof(StockSold) || type == typeof(StockReceived) || type == typeof(StockCounted)
        || type == typeof(StockAdjusted) || type == typeof(StockReturned)
        || type == typeof(ReservationFulfilled) || type == typeof(StockReserved) || type == typeof(ReservationChanged) || type == typeof(ReservationConfirmed)
        || type == typeof(ReservationReleased) || type == typeof(ReservationExpired);

    private struct EventFieldReader
    {
        private string? _source;
        private string? _id;
        private string? _document;
        private string? _reservation;
        private string? _channel;
        private Instant? _occurredAt;
        private Instant? _expiresAt;
        private decimal? _quantity;
        private decimal? _change;
        private decimal? _onHandAfter;
        private decimal? _fulfilled;
        private bool _absorbed;

        /// <returns>False when there is anything else.</returns>
        public bool Read(ReadOnlySpan<byte> data)
        {
            var reader = new Utf8JsonReader(data);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.ValueSpan;
                var known = name.Length switch
                {
                    2 when name.SequenceEqual("id"u8) => Text(ref reader, ref _id),
                    6 when name.SequenceEqual("source"u8) => Text(ref reader, ref _source),
                    6 when name.SequenceEqual("change"u8) => Number(ref reader, ref _change),
                    7 when name.SequenceEqual("channel"u8) => Text(ref reader, ref _channel),
                    8 when name.SequenceEqual("quantity"u8) => Number(ref reader, ref _quantity),
                    8 when name.SequenceEqual("document"u8) => Text(ref reader, ref _document),
                    8 when name.SequenceEqual("absorbed"u8) => True(ref reader, ref _absorbed),
                    9 when name.SequenceEqual("fulfilled"u8) => Number(ref reader, ref _fulfilled),
                    9 when name.SequenceEqual("expiresAt"u8) => Time(ref reader, ref _expiresAt),
                    10 when name.SequenceEqual("occurredAt"u8) => Time(ref reader, ref _occurredAt),
                    11 when name.SequenceEqual("onHandAfter"u8) => Number(ref reader, ref _onHandAfter),
                    11 when name.SequenceEqual("reservation"u8) => Text(ref reader, ref _reservation),
                    _ => false,
                };
                if (!known)
                {
                    return false;
                }
            }

            return reader.TokenType == JsonTokenType.EndObject && reader.BytesConsumed == data.Length;
        }

        /// <returns>Null when a field is missing, or there is one that such an event has not.</returns>
        public readonly StockEvent? As(Type type)
        {
            if (_occurredAt is not { } at || _quantity is not { } quantity || _source is null || _id is null)
            {
                return type.BaseType == typeof(ReservationEvent) && _occurredAt is null && _quantity is null
                    && _source is null && _id is null && _document is null
                    && _onHandAfter is null && _fulfilled is null && !_absorbed && _reservation is not null && _change is { } units
                    ? OfReservation(type, _reservation, units)
                    : null;
            }

            var isSale = type == typeof(StockSold);
            if (_expiresAt is not null || ((_reservation is not null || _fulfilled is not null) && !isSale)
                || (_channel is not null && !isSale && type != typeof(ReservationFulfilled)))
            {
                return null;
            }

            StockFact? fact = isSale ? new StockSold(_source, _id, at, quantity) { Reservation = _reservation, Fulfilled = _fulfilled, Channel = _channel }
                : type == typeof(StockReceived) ? new StockReceived(_source, _id, at, quantity)
                : type == typeof(StockCounted) ? new StockCounted(_source, _id, at, quantity)
                : type == typeof(StockAdjusted) ? new StockAdjusted(_source, _id, at, quantity)
                : type == typeof(StockReturned) ? new StockReturned(_source, _id, at, quantity)
                : type == typeof(ReservationFulfilled) ? new ReservationFulfilled(_source, _id, at, quantity) { Channel = _channel }
                : null;
            return fact is null ? null : fact with { Document = _document, Absorbed = _absorbed, Change = _change ?? 0, OnHandAfter = _onHandAfter ?? 0 };
        }

        private readonly StockEvent? OfReservation(Type type, string reservation, decimal change)
        {
            if (type == typeof(StockReserved))
            {
                return _channel is not null && _expiresAt is { } ends ? new StockReserved(reservation, change, _channel, ends) : null;
            }

            return _expiresAt is not null ? null
                : type == typeof(ReservationChanged) ? new ReservationChanged(reservation, change, _channel)
                : type == typeof(ReservationConfirmed) ? new ReservationConfirmed(reservation, change, _channel)
                : type == typeof(ReservationReleased) ? new ReservationReleased(reservation, change, _channel)
                : type == typeof(ReservationExpired) ? new ReservationExpired(reservation, change, _channel)
                : null;
        }

        private static bool Text(ref Utf8JsonReader reader, ref string? field)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.String || field is not null)
            {
                return false;
            }

            field = reader.GetString();
            return true;
        }

        private static bool Number(ref Utf8JsonReader reader, ref decimal? field)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || field is not null || !reader.TryGetDecimal(out var number))
            {
                return false;
            }

            field = number;
            return true;
        }

        private static bool True(ref Utf8JsonReader reader, ref bool field) => reader.Read() && reader.TokenType == JsonTokenType.True && (field = true);

        private static bool Time(ref Utf8JsonReader reader, ref Instant? field)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.String || field is not null || reader.ValueIsEscaped
                || !TryParse(reader.ValueSpan, out var instant))
            {
                return false;
            }

            field = instant;
            return true;
        }

        /// <summary>An instant as it is stored: <c>2026-11-23T09:59:30.123456789Z</c>, with as many fraction digits as it needs.</summary>
        private static bool TryParse(ReadOnlySpan<byte> text, out Instant instant)
        {
            instant = default;
            if (text.Length is < 20 or > 30 || text[^1] != 'Z' || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
            {
                return false;
            }

            if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
                || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second)
                || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            {
                return false;
            }

            var nanoseconds = 0;
            if (text.Length > 20)
            {
                var fraction = text[20..^1];
                if (text[19] != '.' || fraction.IsEmpty || !Digits(fraction, out nanoseconds))
                {
                    return false;
                }

                for (var digits = fraction.Length; digits < 9; digits++)
                {
                    nanoseconds *= 10;
                }
            }

            instant = Instant.FromUnixTimeSeconds((DaysSinceEpoch(year, month, day) * 86_400L) + (hour * 3_600) + (minute * 60) + second)
                .PlusNanoseconds(nanoseconds);
            return true;
        }

        /// <summary>By counting years from March on, so that the day that a leap year adds is its last.</summary>
        private static int DaysSinceEpoch(int year, int month, int day)
        {
            var (marchYear, marchMonth) = month > 2 ? (year, month - 3) : (year - 1, month + 9);
            return (365 * marchYear) + (marchYear / 4) - (marchYear / 100) + (marchYear / 400) + (((153 * marchMonth) + 2) / 5) + day - 1 - 719_468;
        }

        private static bool Digits(ReadOnlySpan<byte> text, out int number) =>
            Utf8Parser.TryParse(text, out number, out var consumed) && consumed == text.Length && number >= 0;
    }
}
