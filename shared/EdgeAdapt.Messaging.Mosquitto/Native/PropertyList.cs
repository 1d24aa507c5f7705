using System.Runtime.InteropServices;
using EdgeAdapt.Contracts;

namespace EdgeAdapt.Messaging.Mosquitto.Native;

/// <summary>A list of MQTT 5 properties in the library's memory. Dispose it, unless <see cref="Release"/> gave it away.</summary>
internal sealed class PropertyList : IDisposable
{
    private nint _head;

    /// <summary>The first error while adding, or success.</summary>
    public int Error { get; private set; }

    /// <summary>The list for the library; zero where it is empty.</summary>
    public nint Head => _head;

    /// <summary>The properties that a message carries.</summary>
    public static PropertyList Of(MqttMessage message)
    {
        var list = new PropertyList();
        if (message.ContentType is not null)
        {
            list.Keep(LibMosquitto.mosquitto_property_add_string(ref list._head, MosquittoOption.ContentTypeProperty, message.ContentType));
        }

        if (message.Expiry is { } expiry)
        {
            list.Add(MosquittoOption.MessageExpiryProperty, (uint)expiry.TotalSeconds);
        }

        foreach ((string name, string value) in message.UserProperties)
        {
            list.Keep(LibMosquitto.mosquitto_property_add_string_pair(ref list._head, MosquittoOption.UserProperty, name, value));
        }

        return list;
    }

    /// <summary>Adds a four-byte property.</summary>
    public void Add(int identifier, uint value) => Keep(LibMosquitto.mosquitto_property_add_int32(ref _head, identifier, value));

    /// <summary>Adds a two-byte property.</summary>
    public void Add(int identifier, ushort value) => Keep(LibMosquitto.mosquitto_property_add_int16(ref _head, identifier, value));

    /// <summary>Hands the list over to the library, which frees it.</summary>
    public nint Release()
    {
        nint head = _head;
        _head = 0;
        return head;
    }

    /// <summary>Frees the list.</summary>
    public void Dispose()
    {
        if (_head != 0)
        {
            LibMosquitto.mosquitto_property_free_all(ref _head);
        }
    }

    /// <summary>A text property of a received list, or null.</summary>
    public static unsafe string? ReadText(nint properties, int identifier)
    {
        if (properties == 0 || LibMosquitto.mosquitto_property_read_string(properties, identifier, out byte* value, false) == 0)
        {
            return null;
        }

        return Take(value);
    }

    /// <summary>A four-byte property of a received list, or null.</summary>
    public static uint? ReadNumber(nint properties, int identifier) =>
        properties != 0 && LibMosquitto.mosquitto_property_read_int32(properties, identifier, out uint value, false) != 0 ? value : null;

    /// <summary>The user properties of a received list; the first of each name.</summary>
    public static unsafe Dictionary<string, string> ReadUserProperties(nint properties)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        nint at = properties;
        bool skipFirst = false;
        while (at != 0)
        {
            at = LibMosquitto.mosquitto_property_read_string_pair(at, MosquittoOption.UserProperty, out byte* name, out byte* value, skipFirst);
            if (at != 0)
            {
                read.TryAdd(Take(name), Take(value));
                skipFirst = true;
            }
        }

        return read;
    }

    /// <summary>Copies a text that the library allocated for its caller, and frees it.</summary>
    private static unsafe string Take(byte* text)
    {
        string copy = Marshal.PtrToStringUTF8((nint)text) ?? string.Empty;
        NativeMemory.Free(text);
        return copy;
    }

    private void Keep(int error) => Error = Error == MosquittoError.Success ? error : Error;
}
