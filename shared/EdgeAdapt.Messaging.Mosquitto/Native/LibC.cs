using System.Runtime.InteropServices;

namespace EdgeAdapt.Messaging.Mosquitto.Native;

/// <summary>The system calls that the network loop waits with.</summary>
/// <remarks>The library's own mosquitto_loop waits with select and refuses descriptors from 1024, which a service with many connections reaches.</remarks>
internal static unsafe partial class LibC
{
    public const short Readable = 0x001;
    public const short Writable = 0x004;
    public const short Broken = 0x008 | 0x010 | 0x020;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, ulong* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ulong* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    /// <summary>The layout of <c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
