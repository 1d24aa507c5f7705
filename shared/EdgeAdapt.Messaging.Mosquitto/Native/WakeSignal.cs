using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EdgeAdapt.Messaging.Mosquitto.Native;

/// <summary>Wakes the network loop from another thread: a descriptor that becomes readable.</summary>
internal sealed unsafe class WakeSignal : IDisposable
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    private readonly Lock _lock = new();
    private int _descriptor;

    /// <summary>Creates a signal that is not set.</summary>
    public WakeSignal()
    {
        _descriptor = LibC.CreateEvent(0, NonBlocking | CloseOnExec);
        if (_descriptor < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>What the loop waits for; only for the loop's thread.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Sets the signal; nothing where the loop has ended.</summary>
    public void Set()
    {
        // Without the lock a late call could write into whatever file got the closed descriptor's number.
        lock (_lock)
        {
            if (_descriptor >= 0)
            {
                ulong one = 1;
                _ = LibC.Write(_descriptor, &one, sizeof(ulong));
            }
        }
    }

    /// <summary>Clears the signal; only for the loop's thread.</summary>
    public void Clear()
    {
        ulong count;
        _ = LibC.Read(_descriptor, &count, sizeof(ulong));
    }

    /// <summary>Closes the descriptor.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_descriptor >= 0)
            {
                _ = LibC.Close(_descriptor);
                _descriptor = -1;
            }
        }
    }
}
