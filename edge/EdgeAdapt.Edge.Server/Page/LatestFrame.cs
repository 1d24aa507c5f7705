using EdgeAdapt.Edge.Core.Serving;

namespace EdgeAdapt.Edge.Server.Page;

/// <summary>The latest frame as a picture, encoded when somebody asks and at most four times a second however many do. Thread safe.</summary>
internal sealed class LatestFrame(DeviceModel model, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly Lock _gate = new();
    private LatestPicture? _picture;
    private long _encoded;

    /// <summary>
    /// The picture, at most a quarter of a second older than the latest frame; null where none was answered yet. Never waits: while another request encodes, this one
    /// gets the picture before.
    /// </summary>
    public LatestPicture? Read()
    {
        if (!_gate.TryEnter())
        {
            return Volatile.Read(ref _picture);
        }

        try
        {
            long now = time.GetTimestamp();
            if (_picture is null || time.GetElapsedTime(_encoded, now) >= Pause)
            {
                Volatile.Write(ref _picture, model.PictureOfLatest(_picture?.Answer.Number) ?? _picture);
                _encoded = now;
            }

            return _picture;
        }
        finally
        {
            _gate.Exit();
        }
    }
}
