using System.Runtime.InteropServices;

namespace EdgeAdapt.Messaging.Mosquitto.Native;

/// <summary>The library's return values that are told apart, by the numbers of <c>enum mosq_err_t</c>.</summary>
internal static class MosquittoError
{
    public const int Success = 0;
    public const int NoConnection = 4;
    public const int ConnectionRefused = 5;
    public const int ConnectionLost = 7;
    public const int Tls = 8;
    public const int SystemError = 14;
    public const int NameResolution = 15;
    public const int OversizePacket = 25;

    /// <summary>Whether an error says that the connection is gone, rather than that a request cannot be served.</summary>
    public static bool EndsConnection(int error) => error is NoConnection or ConnectionLost or Tls or SystemError;

    /// <summary>A sentence for an error. <paramref name="systemError"/> is errno right after the call.</summary>
    public static string Describe(int error, int systemError = 0)
    {
        string text = error == SystemError && systemError != 0
            ? Marshal.GetPInvokeErrorMessage(systemError)
            : Marshal.PtrToStringUTF8(LibMosquitto.mosquitto_strerror(error)) ?? $"error {error}";
        return text.TrimEnd('.') + ".";
    }
}
