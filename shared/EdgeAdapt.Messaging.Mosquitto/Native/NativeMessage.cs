using System.Runtime.InteropServices;

namespace EdgeAdapt.Messaging.Mosquitto.Native;

/// <summary>The layout of <c>struct mosquitto_message</c>. The library owns the memory it points to, for the time of the callback.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeMessage
{
    public int PacketId;
    public byte* Topic;
    public byte* Payload;
    public int PayloadLength;
    public int Qos;
    public byte Retain;
}
